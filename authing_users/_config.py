"""How a client is configured: by keyword, by options object, by environment."""

import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast
from urllib.parse import urlsplit

from ._runtime.secret import Secret
from ._version import __version__
from .errors import ConfigurationError

if TYPE_CHECKING:
    from ._http import AsyncHTTPClient, HTTPClient

DEFAULT_HOST = "https://core.authing.cn"
DEFAULT_TIMEOUT = 10.0
DEFAULT_RETRIES = 2

Language = Literal["zh-CN", "en-US"]
LANGUAGES = ("zh-CN", "en-US")


class BaseClientOptionsDict(TypedDict, total=False):
    """Keyword arguments that every client takes; see ``ManagementClientOptions``."""

    user_pool_id: str | None
    secret: str | None
    host: str | None
    enc_public_key: str | None
    on_error: Callable[[int | None, str], object] | None
    timeout: float | None
    lang: Language | None
    use_unverified_ssl: bool
    app_id: str | None
    retries: int
    deadline: float | None
    retry_mutations: bool
    requests_per_second: float | None
    max_in_flight: int | None


class RequestOptionsDict(TypedDict, total=False):
    """Keyword arguments of ``with_options``; see ``ManagementClientOptions``."""

    timeout: float
    retries: int
    deadline: float | None
    retry_mutations: bool


class AsyncClientOptionsDict(BaseClientOptionsDict, total=False):
    """Keyword arguments of the asynchronous clients."""

    http_client: "AsyncHTTPClient | None"


class ClientOptionsDict(BaseClientOptionsDict, total=False):
    """Keyword arguments of the synchronous clients."""

    http_client: "HTTPClient | None"


@dataclass
class ManagementClientOptions:
    """Options of a client. The clients take the same names as keyword arguments.

    Attributes:
        user_pool_id: Id of the user pool; else the environment's ``AUTHING_USERPOOL_ID``.
        secret: Secret of the user pool; else the environment's ``AUTHING_USERPOOL_SECRET``.
        host: Address of the service without a path; else the environment's ``AUTHING_HOST``,
            else the ``base_url`` of the ``http_client``, else ``https://core.authing.cn``. Only
            https, except on this machine. When the environment sets ``AUTHING_EMULATOR_HOST``
            (``127.0.0.1:4466``), it goes before all.
        enc_public_key: RSA key in PEM form that passwords are encrypted with; else the
            emulator's own key, or the one that the service publishes.
        on_error: Called with the code and message of each API error before it is raised.
        timeout: Seconds to wait for a connection, and for each read and write; 10 when
            ``None``. An ``http_client`` has its own, which ``with_options`` can change for a call.
        lang: Language of the API's messages; the service's choice when ``None``.
        use_unverified_ssl: Whether to accept any certificate. Dangerous.
        app_id: Id of the application in whose name the calls are made.
        retries: How often a call that failed is tried again at the most. A call that reads is
            tried again after what may pass: a busy or unreachable service, a rate limit, a
            broken answer. A call that changes something is tried again only when the service
            certainly did not act on it.
        deadline: Seconds that a call may take with all its tries and waits; no limit when
            ``None``.
        retry_mutations: Whether a call that changes something is tried again like one that reads
            when nobody knows whether the service acted on it: it may then be done twice.
        requests_per_second: How many requests to send a second at the most; any number when
            ``None``.
        max_in_flight: How many requests may be under way at once, the others wait for their
            turn; when ``None``, up to 100 on our own connections, and any number with an
            ``http_client``.
        http_client: An ``httpx`` or ``httpx2`` client to send requests with, sync for a sync
            client, async for an async one. It is never closed by us.
    """

    user_pool_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    host: str | None = None
    enc_public_key: str | None = None
    on_error: Callable[[int | None, str], object] | None = None
    timeout: float | None = None
    lang: Language | None = None
    use_unverified_ssl: bool = False
    app_id: str | None = None
    retries: int = DEFAULT_RETRIES
    deadline: float | None = None
    retry_mutations: bool = False
    requests_per_second: float | None = None
    max_in_flight: int | None = None
    http_client: "HTTPClient | AsyncHTTPClient | None" = None

    def __post_init__(self) -> None:
        if self.secret is not None:
            self.secret = Secret(self.secret)


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """How a call is made; the attributes are those of ``ManagementClientOptions``.

    Attributes:
        has_own_timeout: Whether the timeout was set for this call, and not for the whole client.
    """

    timeout: float = DEFAULT_TIMEOUT
    retries: int = DEFAULT_RETRIES
    deadline: float | None = None
    retry_mutations: bool = False
    timeout_is_per_request: bool = False

    def replace(self, options: Mapping[str, Any]) -> "RequestOptions":
        """Return these settings with some of them changed.

        Raises:
            ConfigurationError: An option is unknown or makes no sense.
        """
        if unknown := options.keys() - RequestOptionsDict.__annotations__.keys():
            raise ConfigurationError(
                f"with_options() has no {min(unknown)!r}; "
                f"it takes {', '.join(sorted(RequestOptionsDict.__annotations__))}"
            )
        settings = replace(self, **options)
        settings.check()
        return replace(
            settings, timeout_is_per_request=self.timeout_is_per_request or "timeout" in options
        )

    def check(self) -> None:
        """Refuse settings that make no sense."""
        _check_positive(self.timeout, "timeout", "seconds")
        if self.deadline is not None:
            _check_positive(self.deadline, "deadline", "seconds")
        retries: object = self.retries
        if isinstance(retries, bool) or not isinstance(retries, int) or retries < 0:
            raise ConfigurationError(f"retries is a whole number from 0, not {retries!r}")
        if not isinstance(self.retry_mutations, bool):
            raise ConfigurationError("retry_mutations is True or False")


@dataclass(frozen=True)
class Config:
    """A complete, checked configuration.

    Attributes:
        host: Address of the service, with scheme, without a slash at the end.
        is_local: Whether the host is this machine.
        headers: Headers of every request.
        request_options: How requests are made, where ``with_options`` says nothing else.

    The other attributes are those of ``ManagementClientOptions``.
    """

    user_pool_id: str
    secret: Secret
    host: str
    is_local: bool
    headers: Mapping[str, str]
    enc_public_key: str | None
    on_error: Callable[[int | None, str], object] | None
    request_options: RequestOptions
    requests_per_second: float | None
    max_in_flight: int | None
    verify: bool
    http_client: "HTTPClient | AsyncHTTPClient | None"


def options_from(options: object, settings: Mapping[str, Any]) -> ManagementClientOptions:
    """Return the options that a client was given, in either way.

    Raises:
        ConfigurationError: Both ways were used, or a keyword is unknown.
    """
    if options is None:
        known = {option.name for option in fields(ManagementClientOptions)}
        if unknown := settings.keys() - known:
            message = f"Unknown option {min(unknown)!r}; known are {', '.join(sorted(known))}"
            raise ConfigurationError(message)
        return ManagementClientOptions(**settings)
    if not isinstance(options, ManagementClientOptions):
        message = (
            "The first argument is ManagementClientOptions; "
            "give everything else by keyword: ManagementClient(user_pool_id=…, secret=…)"
        )
        raise ConfigurationError(message)
    if settings:
        message = f"Give either options= or {', '.join(sorted(settings))} by keyword, not both"
        raise ConfigurationError(message)
    return options


def resolve(options: ManagementClientOptions, environ: Mapping[str, str] = os.environ) -> Config:
    """Fill in what was not given, and check everything.

    Raises:
        ConfigurationError: Something is missing or makes no sense.
    """
    _check_types(options)
    user_pool_id = _given(options.user_pool_id, environ, "AUTHING_USERPOOL_ID")
    secret = _given(options.secret, environ, "AUTHING_USERPOOL_SECRET")
    if not user_pool_id:
        raise ConfigurationError(
            "The user pool id is missing: pass user_pool_id= or set AUTHING_USERPOOL_ID"
        )
    if not secret:
        raise ConfigurationError(
            "The secret of the user pool is missing: pass secret= or set AUTHING_USERPOOL_SECRET"
        )
    emulator = environ.get("AUTHING_EMULATOR_HOST")
    if emulator:
        host, is_local = _host(emulator, "AUTHING_EMULATOR_HOST", scheme="http")
    else:
        named = "host" if options.host is not None else "AUTHING_HOST"
        given = _given(options.host, environ, "AUTHING_HOST")
        if given is None and (base_url := str(getattr(options.http_client, "base_url", ""))):
            host, is_local = _host(base_url, "base_url of the http_client", may_have_path=True)
        else:
            host, is_local = _host(given or DEFAULT_HOST, named)
    _check_client_settings(options)
    config = Config(
        user_pool_id=_header_value(user_pool_id, "user_pool_id"),
        secret=Secret(secret),
        host=host,
        is_local=is_local,
        headers=_headers(options, user_pool_id),
        enc_public_key=options.enc_public_key,
        on_error=options.on_error,
        request_options=RequestOptions(
            timeout=DEFAULT_TIMEOUT if options.timeout is None else options.timeout,
            retries=options.retries,
            deadline=options.deadline,
            retry_mutations=options.retry_mutations,
        ),
        requests_per_second=options.requests_per_second,
        max_in_flight=options.max_in_flight,
        verify=not options.use_unverified_ssl,
        http_client=options.http_client,
    )
    config.request_options.check()
    return config


def _given(value: str | None, environ: Mapping[str, str], variable: str) -> str | None:
    """Return what was given; an empty text is refused, and not taken for nothing."""
    if value is None:
        return environ.get(variable) or None
    if not value.strip():
        raise ConfigurationError("An option is empty: leave it out, or give it a value")
    return value


def _check_types(options: ManagementClientOptions) -> None:
    texts = ("user_pool_id", "secret", "host", "enc_public_key", "lang", "app_id")
    for name in texts:
        if not isinstance(getattr(options, name), str | None):
            raise ConfigurationError(f"{name} is a string")
    if options.on_error is not None and not callable(options.on_error):
        raise ConfigurationError("on_error is a function")
    if not isinstance(options.use_unverified_ssl, bool):
        raise ConfigurationError("use_unverified_ssl is True or False")


def _check_client_settings(options: ManagementClientOptions) -> None:
    if options.requests_per_second is not None:
        _check_positive(options.requests_per_second, "requests_per_second", "requests")
    most: object = options.max_in_flight
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        raise ConfigurationError(f"max_in_flight is a whole number from 1, not {most!r}")
    if options.lang is not None and options.lang not in LANGUAGES:
        raise ConfigurationError(f"lang is one of {', '.join(LANGUAGES)}, not {options.lang!r}")
    if options.http_client is not None and options.timeout is not None:
        raise ConfigurationError("An http_client has its own timeout: set it there, not here")
    if options.http_client is not None and options.use_unverified_ssl:
        raise ConfigurationError("An http_client checks certificates its own way: set it there")
    if options.use_unverified_ssl:
        warnings.warn(
            "use_unverified_ssl accepts any certificate: whoever is on the way can read the "
            "secret of the user pool and all its users",
            stacklevel=6,
        )


def _check_positive(value: object, name: str, unit: str) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < cast("float", value) < float("inf"):
        raise ConfigurationError(f"{name} is a number of {unit} above 0, not {value!r}")


def _host(
    given: str, name: str, *, scheme: str = "https", may_have_path: bool = False
) -> tuple[str, bool]:
    """Return the address with scheme and without slash, and whether it is this machine."""
    address = given if "://" in given else f"{scheme}://{given}"
    try:
        parts = urlsplit(address)
        hostname, port = parts.hostname, parts.port
        if hostname and not hostname.isascii():
            hostname = hostname.encode("idna").decode("ascii")
            parts = parts._replace(netloc=hostname if port is None else f"{hostname}:{port}")
            address = parts.geturl()
    except ValueError:
        raise ConfigurationError(f"{name} is no address such as {DEFAULT_HOST}") from None
    if "@" in given:
        # Not shown: what stands before the @ is a password.
        raise ConfigurationError(f"{name} holds a user name or password: leave it out")
    has_path = parts.path not in ("", "/") and not may_have_path
    is_plain = not has_path and not parts.query and not parts.fragment
    has_space = any(character.isspace() for character in address)
    if not hostname or parts.scheme not in ("http", "https") or not is_plain or has_space:
        raise ConfigurationError(f"{name} is an address such as {DEFAULT_HOST}, not {given!r}")
    is_local = _is_this_machine(hostname)
    if parts.scheme == "http" and not is_local:
        raise ConfigurationError(
            f"{name} is {given!r}: the secret is sent over https only, except on this machine"
        )
    return address.rstrip("/"), is_local


def _is_this_machine(hostname: str) -> bool:
    if hostname == "localhost":
        return True
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return False


def _headers(options: ManagementClientOptions, user_pool_id: str) -> dict[str, str]:
    headers = {
        "accept": "application/json",
        "content-type": "application/json",
        "user-agent": f"authing-users/{__version__}",
        "x-authing-request-from": "sdk",
        "x-authing-sdk-version": f"python:{__version__}",
        "x-authing-userpool-id": user_pool_id,
    }
    if options.app_id:
        headers["x-authing-app-id"] = _header_value(options.app_id, "app_id")
    if options.lang:
        headers["x-authing-lang"] = options.lang
    return headers


def _header_value(value: str, name: str) -> str:
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise ConfigurationError(f"{name} is printable ASCII without spaces around it")
    return value
