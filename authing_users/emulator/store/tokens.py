"""The JSON Web Tokens of a pool: of its users, and for managing it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import jwt

from ..errors import ApiError, ErrorCode
from .userpool import UserPool

_ALGORITHM = "HS256"


class Kind(Enum):
    """What a token is good for; the value is a claim of it."""

    MANAGEMENT = "management"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, with its times in Unix seconds."""

    token: str
    token_id: str
    issued_at: int
    expires_at: int


def issue(
    pool: UserPool,
    kind: Kind,
    *,
    subject: str,
    data: Mapping[str, str],
    now: float,
    lifetime: int,
) -> Issued:
    """Make a token.

    Args:
        pool: The pool that signs it.
        kind: What it is good for.
        subject: Id of whom it speaks for.
        data: What else it says of them.
        now: The time, in Unix seconds.
        lifetime: How long it lives, in seconds.
    """
    issued = Issued("", secrets.token_hex(16), int(now), int(now) + lifetime)
    claims = {
        "type": kind.value,
        "aud": pool.id,
        "sub": subject,
        "jti": issued.token_id,
        "iat": issued.issued_at,
        "exp": issued.expires_at,
        "data": data,
    }
    token = jwt.encode(claims, _key(pool, kind), algorithm=_ALGORITHM)
    return Issued(token, issued.token_id, issued.issued_at, issued.expires_at)


def issue_management(pool: UserPool, now: float, lifetime: int) -> Issued:
    """Make a management token, which speaks for the owner of the pool."""
    return issue(
        pool,
        Kind.MANAGEMENT,
        subject=pool.owner_id,
        data={"email": pool.owner_email, "id": pool.owner_id},
        now=now,
        lifetime=lifetime,
    )


def read(pool: UserPool, kind: Kind, token: str, now: float) -> dict[str, object]:
    """The claims of a good token.

    Raises:
        ApiError: The token has expired, or is no such token of this pool.
    """
    try:
        claims: dict[str, object] = jwt.decode(
            token,
            _key(pool, kind),
            algorithms=[_ALGORITHM],
            audience=pool.id,
            # The times are judged below, by the emulator's clock.
            options={
                "verify_exp": False,
                "verify_iat": False,
                "require": ["exp", "iat", "sub", "jti", "aud"],
            },
        )
    except (jwt.InvalidTokenError, ValueError):
        raise ApiError(ErrorCode.LOGIN_INVALID) from None
    expires_at = claims["exp"]
    if claims.get("type") != kind.value or not isinstance(expires_at, int):
        raise ApiError(ErrorCode.LOGIN_INVALID)
    if expires_at <= now:
        raise ApiError(ErrorCode.LOGIN_EXPIRED)
    return claims


def _key(pool: UserPool, kind: Kind) -> str:
    return pool.management_key if kind is Kind.MANAGEMENT else pool.jwt_secret
