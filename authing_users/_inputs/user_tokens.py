"""Tokens of users, and the keys that verify them. Needs PyJWT, of the extra ``jwt``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from pydantic import ValidationError

from .._runtime.hosts import service_host
from .._runtime.secret import Secret
from ..errors import (
    ConfigurationError,
    InvalidInputError,
    InvalidTokenError,
    TokenExpiredError,
)
from ..models import TokenClaims
from .checks import non_empty_string, one_of, type_name

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

__all__ = ["TokenAlgorithm"]

TokenAlgorithm = Literal["HS256", "RS256"]
"""The algorithms that sign tokens of users: with a secret, or with a private key."""

ALGORITHMS = ("HS256", "RS256")
LARGEST_LEEWAY = 3600  # seconds
SHORTEST_KEY = 2048  # bits
LARGEST_EXP = 253402300799  # the end of the year 9999, the last that a datetime has
# Claims in Unix seconds, which may have a fraction.
TIMES = ("exp", "iat")
# Errors for odd content, which not all versions of PyJWT catch.
_MALFORMED = (ValueError, TypeError, OverflowError, RecursionError)


class PublicKey(NamedTuple):
    """A published key.

    Attributes:
        kid: ID of the key, or ``None``.
        key: The key.
    """

    kid: str | None
    key: "RSAPublicKey"


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """A token, and what it has to satisfy.

    Attributes:
        token: The token.
        algorithm: The algorithm of its header, which the caller allows.
        kid: ID of the key in its header, or ``None``.
        audience: The accepted audiences, or ``None`` for any.
        issuer: The accepted issuer, or ``None`` for any.
        leeway: Seconds by which the clocks may differ.
    """

    token: Secret
    algorithm: TokenAlgorithm
    kid: str | None
    audience: list[str] | None
    issuer: str | None
    leeway: float

    def keys_of(self, keys: Sequence[PublicKey]) -> "list[RSAPublicKey]":
        """Return those of the published keys that may have signed the token."""
        return [found.key for found in keys if self.kid is None or found.kid == self.kid]

    def claims(self, keys: "Sequence[Secret | RSAPublicKey]") -> TokenClaims | None:
        """Return the claims, or ``None`` if none of the keys has signed the token.

        Args:
            keys: Secrets for ``HS256``, public keys for ``RS256``.

        Raises:
            InvalidTokenError: The token was signed with one of the keys, but is not valid.
        """
        for key in keys:
            outcome = self._outcome(key)
            if isinstance(outcome, Exception):
                raise outcome
            if outcome is not None:
                return outcome
        return None

    def _outcome(
        self, key: "Secret | RSAPublicKey"
    ) -> TokenClaims | InvalidTokenError | InvalidInputError | None:
        decoded = self._decoded(key, verify_exp=True)
        if isinstance(decoded, TokenExpiredError):
            # It may be for another audience, too, and that does not pass with time.
            decoded = self._decoded(key, verify_exp=False)
            return _expired(decoded) if isinstance(decoded, dict) else decoded
        return _typed(decoded) if isinstance(decoded, dict) else decoded

    def _decoded(
        self, key: "Secret | RSAPublicKey", *, verify_exp: bool
    ) -> dict[str, Any] | InvalidTokenError | InvalidInputError | None:
        jwt = _jwt()
        try:
            return self._decode(jwt, key, verify_exp=verify_exp)
        except jwt.InvalidSignatureError:
            return None
        except jwt.ExpiredSignatureError:
            return TokenExpiredError("", expired_at=datetime.now(UTC))
        except jwt.InvalidKeyError:
            return InvalidInputError("secret must be neither empty nor a public key")
        except jwt.MissingRequiredClaimError as error:
            return InvalidTokenError(f"The token has no claim {str(error.claim)!r}")
        except jwt.InvalidAudienceError:
            return InvalidTokenError("The token is for another audience")
        except jwt.InvalidIssuerError:
            return InvalidTokenError("The token is from another issuer")
        except jwt.ImmatureSignatureError:
            return InvalidTokenError("The token is not valid yet")
        except (jwt.InvalidTokenError, *_MALFORMED):
            return _malformed()

    def _decode(
        self, jwt: Any, key: "Secret | RSAPublicKey", *, verify_exp: bool
    ) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(
            self.token.reveal(),
            key.reveal() if isinstance(key, Secret) else key,
            algorithms=[self.algorithm],
            audience=self.audience,
            issuer=self.issuer,
            leeway=self.leeway,
            options={
                "require": ["exp"],
                "verify_exp": verify_exp,
                "verify_aud": self.audience is not None,
            },
        )
        return claims


def secret_key(secret: object) -> Secret | None:
    """Return the argument ``secret``."""
    return None if secret is None else Secret(non_empty_string(secret, "secret"))


def issuer_url(issuer: object) -> str | None:
    """Return the argument ``issuer``, a URL."""
    if issuer is None:
        return None
    url = non_empty_string(issuer, "issuer")
    if "://" not in url:
        raise InvalidInputError(
            f"issuer must be a URL such as https://APP.authing.cn/oidc, not {url!r}"
        )
    service_host(url, "issuer", may_have_path=True)
    return url


def token_check(
    token: object,
    *,
    algorithms: Sequence[TokenAlgorithm],
    audience: object,
    issuer: str | None,
    leeway: object,
) -> TokenCheck:
    """Read the header of a token, and check what it has to satisfy.

    Args:
        token: The argument ``token``, as a secret. Other text than a token counts as an invalid
            token, since it can come from anywhere.
        algorithms: The accepted algorithms.
        audience: The argument ``audience``.
        issuer: The accepted issuer, or ``None``.
        leeway: The argument ``leeway``.

    Raises:
        ConfigurationError: PyJWT is not installed.
        InvalidInputError: An argument is invalid.
        InvalidTokenError: It is not a token, or has another algorithm.
    """
    audiences, seconds = _audiences(audience), _leeway(leeway)
    if not isinstance(token, Secret):
        raise InvalidInputError(f"token must be a string, not {type_name(token)}")
    header = _header(token)
    algorithm: TokenAlgorithm | None = next(
        (known for known in algorithms if known == header.get("alg")), None
    )
    if algorithm is None:
        raise InvalidTokenError(
            f"The token is not signed with {' or '.join(algorithms)}, but with another algorithm"
        )
    if "crit" in header:  # extensions, which older versions of PyJWT ignore instead
        raise _malformed()
    return TokenCheck(token, algorithm, header.get("kid"), audiences, issuer, seconds)


def accepted_algorithms(algorithm: object, *, has_secret: bool) -> tuple[TokenAlgorithm, ...]:
    """Return the algorithms that the arguments ``algorithm`` and ``secret`` accept."""
    if algorithm is not None:
        chosen = cast("TokenAlgorithm", one_of(algorithm, "algorithm", ALGORITHMS))
        if has_secret and chosen != "HS256":
            raise InvalidInputError("secret is for HS256 only: omit it, or pass algorithm='HS256'")
        return (chosen,)
    return ("HS256",) if has_secret else ("HS256", "RS256")


def public_keys(content: Iterable[object]) -> list[PublicKey]:
    """Return those keys of a JSON Web Key Set that verify ``RS256``. Others are skipped."""
    jwt = _jwt()
    found: list[PublicKey] = []
    for item in content:
        fields = cast("dict[str, object]", item) if isinstance(item, dict) else {}
        is_public_rsa = fields.get("kty") == "RSA" and "d" not in fields
        is_for_tokens = fields.get("use", "sig") == "sig" and fields.get("alg", "RS256") == "RS256"
        if not is_public_rsa or not is_for_tokens:
            continue
        try:
            key: RSAPublicKey = jwt.PyJWK(fields, "RS256").key
        except (jwt.PyJWTError, *_MALFORMED):
            continue
        kid = fields.get("kid")
        if key.key_size >= SHORTEST_KEY:
            found.append(PublicKey(kid if isinstance(kid, str) else None, key))
    return found


def _jwt() -> Any:
    try:
        import jwt
    except ImportError:
        pass
    else:
        return jwt
    raise ConfigurationError(
        "verify_token() needs PyJWT, which is not installed: pip install 'authing-users[jwt]'"
    )


def _header(token: Secret) -> dict[str, Any]:
    jwt = _jwt()
    try:
        header: dict[str, Any] = jwt.get_unverified_header(token.reveal())
    except (jwt.InvalidTokenError, *_MALFORMED):
        failure = _malformed()
    else:
        return header
    raise failure


def _malformed() -> InvalidTokenError:
    return InvalidTokenError("The token is not a valid JSON Web Token")


def _typed(claims: dict[str, Any]) -> TokenClaims | InvalidTokenError:
    if not 0 <= int(claims["exp"]) <= LARGEST_EXP:
        return _malformed()
    whole = {name: int(claims[name]) for name in TIMES if isinstance(claims.get(name), float)}
    try:
        return TokenClaims.model_validate({**claims, **whole})
    except ValidationError:
        return _malformed()


def _expired(claims: dict[str, Any]) -> InvalidTokenError:
    seconds = int(claims["exp"])
    if not 0 <= seconds <= LARGEST_EXP:
        return _malformed()
    expired_at = datetime.fromtimestamp(seconds, UTC)
    shown = expired_at.isoformat().replace("+00:00", "Z")
    return TokenExpiredError(f"The token expired at {shown}", expired_at=expired_at)


def _audiences(audience: object) -> list[str] | None:
    if audience is None:
        return None
    if isinstance(audience, str):
        return [non_empty_string(audience, "audience")]
    if not isinstance(audience, list | tuple | set | frozenset) or not audience:
        raise InvalidInputError(
            f"audience must be a string or a list of strings, not {type_name(audience)}"
        )
    items = cast("Iterable[object]", audience)
    return [non_empty_string(item, f"audience[{index}]") for index, item in enumerate(items)]


def _leeway(leeway: object) -> float:
    is_number = isinstance(leeway, int | float) and not isinstance(leeway, bool)
    if not is_number or not 0 <= cast("float", leeway) <= LARGEST_LEEWAY:
        raise InvalidInputError(
            f"leeway must be a number of seconds from 0 to {LARGEST_LEEWAY}, not {leeway!r}"
        )
    return cast("float", leeway)
