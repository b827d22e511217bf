"""The tokens of users: issue, verify and end them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import cast

from ..errors import ApiError, ErrorCode
from . import signing_keys, users
from .records import Record, Store, count_rows, json_array
from .timestamps import local_timestamp, normalize_time, unix_seconds
from .tokens import IssuedToken, TokenType, issue_token, verify_token

LOCKED_STATUSES = frozenset({"Suspended", "Resigned", "Archived"})
"""The statuses in which a user cannot log in."""

_RESET_TOKEN_LIFETIME = 15 * 60  # seconds


def require_unlocked(store: Store, user: Record) -> None:
    """Reject a user that cannot log in: suspended, resigned, archived, blocked or expired."""
    expired_at = cast("str | None", user["expiredAt"])
    is_expired = False
    if expired_at:
        with suppress(ApiError):  # the API accepts any text
            is_expired = unix_seconds(normalize_time(expired_at, "expiredAt")) <= store.clock()
    if user["status"] in LOCKED_STATUSES or user["blocked"] or is_expired:
        raise ApiError(ErrorCode.USER_LOCKED)


@dataclass(frozen=True, slots=True)
class UserTokenClaims:
    """The claims of a verified token."""

    user_id: str
    arn: str
    issued_at: int
    expires_at: int


def issue_user_token(store: Store, user_id: str, issuer: str) -> IssuedToken:
    """Issue a token for a user. Earlier tokens stay valid.

    Args:
        store: The store.
        user_id: ID of the user.
        issuer: URL of the issuer.

    Raises:
        ApiError: The user does not exist or cannot log in.
    """
    user = users.get(store, user_id)
    if user is None:
        raise ApiError(ErrorCode.USER_NOT_FOUND)
    require_unlocked(store, user)
    now = store.clock()
    issued = issue_token(
        store.pool,
        TokenType.USER,
        subject=user_id,
        data={"id": user_id, "userPoolId": store.pool.id, "arn": cast("str", user["arn"])},
        token_id=store.new_hex("token"),
        now=now,
        lifetime=store.pool.token_expires_after,
        issuer=issuer,
        signature=signing_keys.signature(store),
    )
    users.update(
        store,
        user_id,
        {"token": issued.token, "tokenExpiredAt": local_timestamp(issued.expires_at)},
    )
    store.connection.execute(
        "DELETE FROM user_tokens WHERE userId = ? AND expiresAt <= ?", (user_id, now)
    )
    store.connection.execute(
        "INSERT INTO user_tokens (jti, userId, expiresAt) VALUES (?, ?, ?)",
        (issued.token_id, user_id, issued.expires_at),
    )
    return issued


def issue_reset_token(store: Store, user_id: str) -> str:
    """Return a token with which a user can set a new password before the first login."""
    return issue_token(
        store.pool,
        TokenType.RESET_PASSWORD,
        subject=user_id,
        data={},
        token_id=store.new_hex("token"),
        now=store.clock(),
        lifetime=_RESET_TOKEN_LIFETIME,
    ).token


def verify_reset_token(store: Store, token: str) -> str:
    """Return the ID of the user that a token of ``issue_reset_token`` belongs to.

    Raises:
        ApiError: The token is invalid, has expired or was used, or the user cannot log in.
    """
    claims = verify_token(store.pool, TokenType.RESET_PASSWORD, token, store.clock())
    user = users.get(store, cast("str", claims["sub"]))
    if user is None or not users.must_reset_password(store, user.id):
        raise ApiError(ErrorCode.LOGIN_INVALID)
    require_unlocked(store, user)
    return user.id


def limit_expiry(store: Store, user_id: str, expired_at: str) -> None:
    """Limit the expiry of all tokens of a user. A time in the past ends them."""
    store.connection.execute(
        "UPDATE user_tokens SET expiresAt = min(expiresAt, ?) WHERE userId = ?",
        (unix_seconds(expired_at), user_id),
    )


def is_logged_in(store: Store, user_id: str) -> bool:
    """Return whether a user has a valid token. An issued token counts as a login."""
    return bool(
        count_rows(
            store,
            "FROM user_tokens WHERE userId = ? AND expiresAt > ?",
            (user_id, store.clock()),
        )
    )


def end_sessions(store: Store, user_ids: Sequence[str]) -> None:
    """End all tokens of the given users. Unknown IDs are ignored."""
    store.connection.execute(
        "DELETE FROM user_tokens WHERE userId IN (SELECT value FROM json_each(?))",
        (json_array(user_ids),),
    )


def set_status(store: Store, user_ids: Sequence[str], status: str) -> None:
    """Set the status of users. End their tokens if the status prevents logins.

    Raises:
        ApiError: A user does not exist. No user is changed.
    """
    users.set_status(store, user_ids, status)
    if status in LOCKED_STATUSES:
        end_sessions(store, user_ids)


def verify_user_token(store: Store, token: str) -> UserTokenClaims:
    """Verify the token of a user.

    Raises:
        ApiError: The token is invalid, has expired or was ended.
    """
    now = store.clock()
    claims = verify_token(
        store.pool, TokenType.USER, token, now, partial(signing_keys.public_key, store)
    )
    row = store.connection.execute(
        "SELECT 1 FROM user_tokens WHERE jti = ? AND expiresAt > ?", (claims["jti"], now)
    ).fetchone()
    if row is None:
        raise ApiError(ErrorCode.LOGIN_EXPIRED)
    data = cast("Mapping[str, str]", claims["data"])
    return UserTokenClaims(
        user_id=data["id"],
        arn=data["arn"],
        issued_at=cast("int", claims["iat"]),
        expires_at=cast("int", claims["exp"]),
    )
