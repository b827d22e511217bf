# Derived from authing_users/_async/token_verifier.py: change that, and run `make generate`.

"""Verifies users' tokens, with keys that are fetched once for many tokens."""

from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, TypeVar, cast
from urllib.parse import urlsplit

from .._concurrency.threads import check_event_loop, owner_is_alive, wait_for_refresh
from .._http.failures import deadline_error
from .._inputs.user_tokens import PublicKey, TokenCheck, public_keys
from .._policy.key_cache import FetchedKeys, FetchFailed, FetchNeeded, KeyCache
from .._policy.timeouts import DeadlineReached, RequestTimeout
from .._policy.tokens import longest_refresh
from .._protocol.oidc import DiscoveryDocument, KeySet
from .._protocol.request import Request
from .._protocol.rest import rest_document, rest_request, rest_result
from .._runtime.clock import CLOCK
from .._runtime.hosts import service_host
from .._runtime.secret import Secret
from ..errors import (
    AuthingError,
    ConfigurationError,
    DeadlineExceededError,
    InvalidResponseError,
    InvalidTokenError,
)
from ..models import TokenClaims, UserPoolDetail

if TYPE_CHECKING:
    from .transport import Transport

KeysT = TypeVar("KeysT")
ResultT = TypeVar("ResultT")

DISCOVERY_PATH = "/.well-known/openid-configuration"
# The part of an issuer below the host of the service.
DEFAULT_ISSUER_PATH = "/oidc"
# The discovery document, and the keys.
REQUESTS = 2


class TokenVerifier:
    """Verifies one user's token. The deadline of the call begins with its creation.

    Args:
        transport: The transport. All that share its keys share what is fetched here.
    """

    def __init__(self, transport: "Transport") -> None:
        self._transport = transport
        self._started = CLOCK.monotonic()

    def verify(self, check: TokenCheck, secret: Secret | None) -> TokenClaims:
        """Return the claims of a token.

        Args:
            check: The token, and what it has to satisfy.
            secret: The secret that signs tokens with ``HS256``. ``None`` for that of the pool.

        Raises:
            InvalidTokenError: The token is not valid.
            AuthingError: The keys cannot be fetched.
        """
        check_event_loop()
        if check.algorithm == "RS256":
            claims = self._with_public_keys(check)
        elif secret is not None:
            claims = check.claims([secret])
        else:
            claims = self._with_pool_secret(check)
        if claims is None:
            raise InvalidTokenError("The signature of the token is not valid")
        return claims

    def _with_pool_secret(self, check: TokenCheck) -> TokenClaims | None:
        cache = cast("KeyCache[Secret]", self._transport.keys.get("secret", ""))
        keys = self._acquire(cache, self._fetch_secret, None)
        claims = check.claims([keys.value])
        if claims is None:
            newer = self._acquire(cache, self._fetch_secret, keys)
            claims = None if newer is keys else check.claims([newer.value])
        return claims

    def _with_public_keys(self, check: TokenCheck) -> TokenClaims | None:
        issuer = check.issuer or self._transport.config.host + DEFAULT_ISSUER_PATH

        def fetch() -> list[PublicKey]:
            return self._fetch_public_keys(issuer, is_default=check.issuer is None)

        cache = cast("KeyCache[list[PublicKey]]", self._transport.keys.get("issuer", issuer))
        keys = self._acquire(cache, fetch, None)
        candidates = check.keys_of(keys.value)
        claims = check.claims(candidates)
        if claims is not None or (candidates and check.kid is not None):
            return claims
        newer = self._acquire(cache, fetch, keys)
        if not (candidates := check.keys_of(newer.value)):
            raise InvalidTokenError(
                f"The token is signed with a key that {issuer} has not published"
            )
        return None if newer is keys else check.claims(candidates)

    def _fetch_secret(self) -> Secret:
        request = rest_request("GetUserPool", "GET", "/api/v2/userpools/detail")
        pool = self._bounded(self._transport).run(
            request, lambda response: rest_result(UserPoolDetail, response)
        )
        if not pool.jwt_secret:
            raise ConfigurationError(
                "The user pool does not show the secret that signs tokens with HS256: pass secret="
            )
        return Secret(pool.jwt_secret)

    def _fetch_public_keys(self, issuer: str, *, is_default: bool) -> list[PublicKey]:
        operation = "GetDiscoveryDocument"
        url = issuer.rstrip("/") + DISCOVERY_PATH
        document = self._get(operation, url, DiscoveryDocument)
        if not is_default and document.issuer != issuer:
            raise InvalidResponseError(
                f"The discovery document at {url} is that of the issuer {document.issuer!r}",
                operation=operation,
            )
        try:
            key_set = self._get("GetTokenKeys", document.jwks_uri, KeySet)
        except ConfigurationError as error:
            problem = f"The discovery document at {url} has an unusable jwks_uri: {error.message}"
        else:
            keys = public_keys(key_set.keys)
            if keys:
                return keys
            problem = f"{issuer} has published no key for RS256"
        raise InvalidResponseError(problem, operation=operation)

    def _get(self, operation: str, url: str, result_type: type[ResultT]) -> ResultT:
        try:
            parts = urlsplit(url)
        except ValueError:
            raise ConfigurationError(f"Invalid issuer {url!r}: not a URL") from None
        host = service_host(f"{parts.scheme}://{parts.netloc}", "issuer")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        request = Request(operation, "GET", path, authorized=False, kind="GET")
        return self._bounded(self._transport.at(host)).run(
            request, lambda response: rest_document(result_type, response)
        )

    def _bounded(self, transport: "Transport") -> "Transport":
        """Return a transport whose calls end by the deadline of this call."""
        deadline = transport.options.deadline
        if deadline is None:
            return transport
        left = self._started + deadline - CLOCK.monotonic()
        # Positive, so that an exceeded deadline is not reported as an invalid option.
        return transport.with_options({"deadline": max(left, 1e-6)})

    def _acquire(
        self,
        cache: KeyCache[KeysT],
        fetch: Callable[[], KeysT],
        insufficient: FetchedKeys[KeysT] | None,
    ) -> FetchedKeys[KeysT]:
        """Return the keys of a cache, fetched now if they are missing, old or insufficient."""
        options = self._transport.options
        latest = self._started + REQUESTS * longest_refresh(options)
        if options.deadline is not None:
            latest = min(latest, self._started + options.deadline)
        while True:
            now = CLOCK.monotonic()
            acquired = cache.acquire(now, owner_is_alive(), latest, insufficient)
            if isinstance(acquired, FetchedKeys):
                return acquired
            if isinstance(acquired, FetchFailed):
                raise copy(acquired.error)
            if isinstance(acquired, FetchNeeded):
                try:
                    value = fetch()
                except AuthingError as error:
                    cache.fail(acquired.fetch, error, CLOCK.monotonic())
                    if acquired.fallback is None:
                        raise
                    return acquired.fallback
                except BaseException:
                    cache.release(acquired.fetch)
                    raise
                return cache.complete(acquired.fetch, value)
            try:
                keys = wait_for_refresh(acquired.fetch, RequestTimeout(0.0, latest))
            except DeadlineReached:
                failure: AuthingError = deadline_error("GetTokenKeys", maybe_sent=False)
            except DeadlineExceededError:
                continue  # of the caller that fetched
            except AuthingError as error:
                failure = copy(error)
            else:
                if keys is not None:
                    return keys
                continue
            raise failure
