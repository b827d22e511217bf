"""JSON Web Tokens: users' tokens and management tokens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import jwt

from ..errors import ApiError, ErrorCode
from .signing_keys import HS256, RS256, Signature
from .userpool import UserPool

_MAX_INT = 2**31 - 1


class TokenType(Enum):
    """The purpose of a token. The value is one of its claims."""

    MANAGEMENT = "management"
    USER = "user"
    RESET_PASSWORD = "reset-password"


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token. Times are in Unix seconds."""

    token: str
    token_id: str
    issued_at: int
    expires_at: int


def issue_token(
    pool: UserPool,
    kind: TokenType,
    *,
    subject: str,
    data: Mapping[str, str],
    token_id: str,
    now: float,
    lifetime: int,
    secret_version: int = 0,
    issuer: str | None = None,
    signature: Signature | None = None,
) -> IssuedToken:
    """Issue a token.

    Args:
        pool: The pool that signs the token.
        kind: The purpose of the token.
        subject: ID of the user.
        data: More claims about the user.
        token_id: A unique ID.
        now: The current Unix time in seconds.
        lifetime: Lifetime in seconds. The API's Int limits the time of expiry.
        secret_version: How often the secret of the pool was replaced, for management tokens.
        issuer: URL of the issuer, for tokens of users.
        signature: How the token is signed; with the secret for its purpose when ``None``.
    """
    issued = IssuedToken("", token_id, int(now), min(int(now) + lifetime, _MAX_INT))
    claims = {
        "type": kind.value,
        "aud": pool.id,
        "sub": subject,
        "jti": issued.token_id,
        "iat": issued.issued_at,
        "exp": issued.expires_at,
        "data": data,
        "secretVersion": secret_version,
        **({} if issuer is None else {"iss": issuer}),
    }
    signature = signature or Signature(HS256, _secret(pool, kind))
    headers = {} if signature.kid is None else {"kid": signature.kid}
    token = jwt.encode(claims, signature.key, algorithm=signature.algorithm, headers=headers)
    return IssuedToken(token, issued.token_id, issued.issued_at, issued.expires_at)


def issue_management_token(pool: UserPool, token_id: str, now: float, lifetime: int) -> IssuedToken:
    """Issue a management token, which acts for the owner of the pool."""
    return issue_token(
        pool,
        TokenType.MANAGEMENT,
        subject=pool.owner_id,
        data={"email": pool.owner_email, "id": pool.owner_id},
        token_id=token_id,
        now=now,
        lifetime=lifetime,
        secret_version=pool.secret_version,
    )


def verify_token(
    pool: UserPool,
    kind: TokenType,
    token: str,
    now: float,
    public_key: Callable[[object], str | None] = lambda _: None,
) -> dict[str, object]:
    """Verify a token and return its claims.

    Args:
        pool: The pool that signed the token.
        kind: The expected purpose of the token.
        token: The token.
        now: The current Unix time in seconds.
        public_key: Returns the public key with an ID, or ``None`` if it does not exist.

    Raises:
        ApiError: The token is invalid, has expired, or was issued for an older secret.
    """
    try:
        header = jwt.get_unverified_header(token)
        published = public_key(header.get("kid")) if header.get("alg") == RS256 else None
        claims: dict[str, object] = jwt.decode(
            token,
            _secret(pool, kind) if published is None else published,
            algorithms=[HS256 if published is None else RS256],
            audience=pool.id,
            # Expiry is checked below, with the emulator's clock.
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
    is_outdated = (
        kind is TokenType.MANAGEMENT and claims.get("secretVersion", 0) != pool.secret_version
    )
    if expires_at <= now or is_outdated:
        raise ApiError(ErrorCode.LOGIN_EXPIRED)
    return claims


def _secret(pool: UserPool, kind: TokenType) -> str:
    # Clients verify users' tokens with the other secret: no other token may pass for one.
    return pool.jwt_secret if kind is TokenType.USER else pool.management_key
