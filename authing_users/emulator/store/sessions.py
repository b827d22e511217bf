"""Users' tokens: which were issued, and which are still good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ..errors import ApiError, ErrorCode
from . import users
from .records import Store, count, json_list
from .timestamps import unix_seconds, user_time
from .tokens import Issued, Kind, issue, read

LOCKED = frozenset({"Suspended", "Resigned", "Archived"})
"""The places in the account life cycle in which a user cannot log in."""


@dataclass(frozen=True, slots=True)
class Login:
    """What a good token says."""

    user_id: str
    arn: str
    issued_at: int
    expires_at: int


def renew(store: Store, user_id: str) -> Issued:
    """Issue a new token for a user; earlier ones stay as they are.

    Raises:
        ApiError: There is no such user, or not one that may log in.
    """
    user = users.get(store, user_id)
    if user is None:
        raise ApiError(ErrorCode.USER_NOT_FOUND)
    if user["status"] in LOCKED:
        raise ApiError(ErrorCode.USER_LOCKED)
    now = store.clock()
    issued = issue(
        store.pool,
        Kind.USER,
        subject=user_id,
        data={"id": user_id, "userPoolId": store.pool.id, "arn": cast("str", user["arn"])},
        now=now,
        lifetime=store.pool.token_expires_after,
    )
    users.update(
        store, user_id, {"token": issued.token, "tokenExpiredAt": user_time(issued.expires_at)}
    )
    store.connection.execute(
        "DELETE FROM user_tokens WHERE userId = ? AND expiresAt <= ?", (user_id, now)
    )
    store.connection.execute(
        "INSERT INTO user_tokens (jti, userId, expiresAt) VALUES (?, ?, ?)",
        (issued.token_id, user_id, issued.expires_at),
    )
    return issued


def end_at(store: Store, user_id: str, expired_at: str) -> None:
    """Let none of a user's tokens live longer than to a time; one in the past ends them all."""
    store.connection.execute(
        "UPDATE user_tokens SET expiresAt = min(expiresAt, ?) WHERE userId = ?",
        (unix_seconds(expired_at), user_id),
    )


def logged_in(store: Store, user_id: str) -> bool:
    """Whether a user has a token that is good; a token that was issued stands for a login."""
    return bool(
        count(
            store,
            "FROM user_tokens WHERE userId = ? AND expiresAt > ?",
            (user_id, store.clock()),
        )
    )


def end(store: Store, user_ids: Sequence[str]) -> None:
    """End all tokens of users; ids of which there is no user are no error."""
    store.connection.execute(
        "DELETE FROM user_tokens WHERE userId IN (SELECT value FROM json_each(?))",
        (json_list(user_ids),),
    )


def set_status(store: Store, user_ids: Sequence[str], status: str) -> None:
    """Move users to a place in the account life cycle; their tokens end where it locks them.

    Raises:
        ApiError: One of them does not exist; none is changed then.
    """
    users.set_status(store, user_ids, status)
    if status in LOCKED:
        end(store, user_ids)


def check(store: Store, token: str) -> Login:
    """Look at a user's token.

    Raises:
        ApiError: The token has expired or was invalidated, or is none of this pool's.
    """
    now = store.clock()
    claims = read(store.pool, Kind.USER, token, now)
    row = store.connection.execute(
        "SELECT 1 FROM user_tokens WHERE jti = ? AND expiresAt > ?", (claims["jti"], now)
    ).fetchone()
    if row is None:
        raise ApiError(ErrorCode.LOGIN_EXPIRED)
    data = cast("Mapping[str, str]", claims["data"])
    return Login(
        user_id=data["id"],
        arn=data["arn"],
        issued_at=cast("int", claims["iat"]),
        expires_at=cast("int", claims["exp"]),
    )
