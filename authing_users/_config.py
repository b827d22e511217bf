"""Builds a complete, checked configuration from options and environment variables."""

import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from ._runtime.foreign import attribute, describe
from ._runtime.hosts import DEFAULT_HOST, ServiceHost, service_host
from ._runtime.secret import SealedSecret
from ._version import __version__
from .errors import ConfigurationError
from .http_interface import AsyncHTTPClient, HTTPClient
from .options import (
    DEFAULT_TIMEOUT,
    SECRET_OPTIONS,
    Limiter,
    ManagementClientOptions,
    RequestOptions,
    Verify,
    check_bool,
    check_language,
    check_positive,
    check_whole,
)

if TYPE_CHECKING:
    from authing_graphql import CreateUserInput, UpdateUserInput, User

# Headers that are set by an option.
OPTION_HEADERS = {
    "x-authing-userpool-id": "user_pool_id",
    "x-authing-app-id": "app_id",
    "x-authing-lang": "lang",
}


@dataclass(frozen=True)
class Config:
    """A complete, checked configuration.

    Attributes:
        host: URL of the service, with a scheme and without a trailing slash.
        host_setting: The setting that the host is from: ``host=``, ``AUTHING_EMULATOR_HOST``,
            ``AUTHING_HOST``, ``base_url of the http_client`` or ``the default``.
        is_local: Whether the host is this machine.
        headers: Headers of every request.
        request_options: How requests are made, unless ``with_options`` says otherwise.

    The other attributes are those of ``ManagementClientOptions``. Exactly one of ``secret`` and
    ``access_token`` is set.
    """

    user_pool_id: str
    secret: SealedSecret | None
    access_token: SealedSecret | None
    host: str
    host_setting: str
    is_local: bool
    headers: Mapping[str, str]
    enc_public_key: str | None
    on_error: Callable[[int | None, str], object] | None
    request_options: RequestOptions
    requests_per_second: float | None
    limiter: Limiter | None
    max_in_flight: int | None
    max_response_bytes: int
    strict_schema: bool
    verify: Verify
    http_client: HTTPClient | AsyncHTTPClient | None
    user_model: "type[User] | None"
    create_input: "type[CreateUserInput] | None"
    update_input: "type[UpdateUserInput] | None"
    omit_fields: Mapping[str, Iterable[str]] | None

    @property
    def has_own_fields(self) -> bool:
        """Whether an option changes the fields of users, or of inputs."""
        options = (self.user_model, self.create_input, self.update_input, self.omit_fields)
        return any(option is not None for option in options)


def config_or_error(options: object, keyword_options: Mapping[str, Any]) -> Config | Exception:
    """Return the configuration of a client, or the error to raise.

    Not raised here, since error trackers would show the arguments and the environment.
    """
    try:
        return resolve(options_from(options, keyword_options))
    except (ConfigurationError, Warning) as error:  # warnings can be errors
        failure: Exception = error
    failure.__cause__ = failure.__context__ = None
    failure.__suppress_context__ = False  # the program may be handling an error of its own
    return failure.with_traceback(None)


def _unknown_option(name: str, known: list[str]) -> str:
    from authing_graphql.input_values import did_you_mean

    suggestion = did_you_mean(name, known)
    return f"Unknown option {name!r}.{suggestion} The options are {', '.join(known)}"


def options_from(options: object, keyword_options: Mapping[str, Any]) -> ManagementClientOptions:
    """Return the options that a client was given, as an object or by keyword.

    Raises:
        ConfigurationError: Both forms were used, or a keyword is unknown.
    """
    if options is None:
        known = ManagementClientOptions.__dataclass_fields__.keys()
        if unknown := keyword_options.keys() - known:
            raise ConfigurationError(_unknown_option(min(unknown), sorted(known)))
        return ManagementClientOptions(**keyword_options)
    if not isinstance(options, ManagementClientOptions):
        raise ConfigurationError(
            "The first argument must be ManagementClientOptions. "
            "Pass options by keyword: ManagementClient(user_pool_id=…, secret=…)"
        )
    if keyword_options:
        names = ", ".join(sorted(keyword_options))
        raise ConfigurationError(f"Pass either options= or {names} by keyword, not both")
    return cast("ManagementClientOptions", options)


def resolve(options: ManagementClientOptions, environ: Mapping[str, str] = os.environ) -> Config:
    """Fill in defaults and environment variables, and check everything.

    Raises:
        ConfigurationError: An option is missing or invalid.
    """
    _check_types(options)
    user_pool_id = _option(options.user_pool_id, environ, "user_pool_id", "AUTHING_USERPOOL_ID")
    if not user_pool_id:
        raise ConfigurationError(
            "The user pool ID is missing: pass user_pool_id= or set AUTHING_USERPOOL_ID"
        )
    secret, access_token = _credentials(options, environ)
    host, host_setting, is_local = _resolve_host(options, environ)
    _check_client_options(options)
    config = Config(
        user_pool_id=_header_value(user_pool_id, "user_pool_id"),
        secret=secret,
        access_token=access_token,
        host=host,
        host_setting=host_setting,
        is_local=is_local,
        headers=_headers(options, user_pool_id, environ),
        enc_public_key=options.enc_public_key,
        on_error=options.on_error,
        request_options=RequestOptions(
            timeout=DEFAULT_TIMEOUT if options.timeout is None else options.timeout,
            retries=options.retries,
            deadline=options.deadline,
            retry_mutations=options.retry_mutations,
        ),
        requests_per_second=options.requests_per_second,
        limiter=options.limiter,
        max_in_flight=options.max_in_flight,
        max_response_bytes=options.max_response_bytes,
        strict_schema=options.strict_schema,
        verify=False if options.use_unverified_ssl else options.verify,
        http_client=options.http_client,
        user_model=options.user_model,
        create_input=options.create_input,
        update_input=options.update_input,
        omit_fields=options.omit_fields,
    )
    config.request_options.check()
    return config


def _option(value: str | None, environ: Mapping[str, str], name: str, variable: str) -> str | None:
    """Return an option or its environment variable. An empty string is an error, not a default."""
    if value is None:
        return environ.get(variable) or None
    if not value.strip():
        raise ConfigurationError(f"{name} is empty: omit it or pass a value")
    return value


def _credentials(
    options: ManagementClientOptions, environ: Mapping[str, str]
) -> tuple[SealedSecret | None, SealedSecret | None]:
    """Return the secret and the access token, of which exactly one is set."""
    secret: Any = options.secret
    access_token: Any = options.access_token
    if secret is not None and access_token is not None:
        raise ConfigurationError("Pass either secret= or access_token=, not both")
    # An option replaces the variables of both.
    has_option = secret is not None or access_token is not None
    variables: Mapping[str, str] = {} if has_option else environ
    secret = _option(_revealed(secret), variables, "secret", "AUTHING_USERPOOL_SECRET")
    access_token = _option(
        _revealed(access_token), variables, "access_token", "AUTHING_ACCESS_TOKEN"
    )
    if secret and access_token:
        raise ConfigurationError(
            "AUTHING_USERPOOL_SECRET and AUTHING_ACCESS_TOKEN are both set: remove one of them"
        )
    if access_token:
        return None, SealedSecret(_header_token(access_token))
    if not secret:
        raise ConfigurationError(
            "The user pool secret is missing: pass secret= or set AUTHING_USERPOOL_SECRET; or pass "
            "a management token as access_token=, or set AUTHING_ACCESS_TOKEN"
        )
    try:
        secret.encode("utf-8")
    except UnicodeEncodeError:
        problem = "secret contains a lone surrogate, which UTF-8 cannot encode"
    else:
        return SealedSecret(secret), None
    raise ConfigurationError(problem)


def _revealed(value: Any) -> Any:
    return value.reveal() if isinstance(value, SealedSecret) else value


def _header_token(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigurationError(
            "access_token must be printable ASCII without spaces: pass the token alone, without "
            "'Bearer'"
        )
    return token


def _check_types(options: ManagementClientOptions) -> None:
    texts = ("user_pool_id", *SECRET_OPTIONS, "host", "enc_public_key", "lang", "app_id")
    for name in texts:
        value: object = getattr(options, name)
        is_sealed = name in SECRET_OPTIONS and isinstance(value, SealedSecret)
        if not is_sealed and not isinstance(value, str | None):
            raise ConfigurationError(f"{name} must be a string, not {type(value).__name__}")
    if options.on_error is not None and not callable(options.on_error):
        raise ConfigurationError("on_error must be a function")
    check_bool(options.use_unverified_ssl, "use_unverified_ssl")
    check_bool(options.strict_schema, "strict_schema")


def _check_client_options(options: ManagementClientOptions) -> None:
    if options.requests_per_second is not None:
        check_positive(options.requests_per_second, "requests_per_second", "requests")
    if options.limiter is not None and not callable(
        attribute(options.limiter, "reserve", "limiter")
    ):
        raise ConfigurationError("limiter must be an object with a method reserve()")
    if options.max_in_flight is not None:
        check_whole(options.max_in_flight, "max_in_flight", at_least=1)
    check_whole(options.max_response_bytes, "max_response_bytes", at_least=1)
    check_language(options.lang, "lang")
    if options.use_unverified_ssl and options.verify is not True:
        raise ConfigurationError("Pass either use_unverified_ssl=True or verify=, not both")
    unverified = options.use_unverified_ssl or options.verify is False
    if options.http_client is not None:
        if options.timeout is not None:
            raise ConfigurationError("The http_client has its own timeout: set it there")
        if unverified or options.verify is not True:
            raise ConfigurationError("The http_client verifies certificates itself: set it there")
    if unverified:
        warnings.warn(
            "Certificates are not verified: anyone on the network path can read the secret of "
            "the user pool and all user data",
            stacklevel=5,
        )


def _resolve_host(options: ManagementClientOptions, environ: Mapping[str, str]) -> ServiceHost:
    """Return the host of the settings with the highest precedence.

    Settings of the program take precedence over the environment. But a program must not call the
    real service where the environment names the emulator, nor the other way round.
    """
    passed: list[ServiceHost] = []
    if host := _option(options.host, {}, "host", ""):
        passed.append(service_host(host, "host="))
    if base_url := _base_url(options.http_client):
        passed.append(service_host(base_url, "base_url of the http_client", may_have_path=True))
    if value := environ.get("AUTHING_EMULATOR_HOST"):
        emulator = service_host(value, "AUTHING_EMULATOR_HOST", scheme="http")
        passed.append(emulator)
    for other in passed[1:]:
        if _location(other.url) != _location(passed[0].url):
            raise ConfigurationError(
                f"{passed[0].setting} names {passed[0].url}, but {other.setting} names "
                f"{other.url}: remove one of them"
            )
    if passed:
        return passed[0]
    if value := environ.get("AUTHING_HOST"):
        return service_host(value, "AUTHING_HOST")
    return service_host(DEFAULT_HOST, "the default")


def _location(url: str) -> tuple[object, ...]:
    """Return the parts of a URL that two spellings of it have in common."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, parts.hostname, port, parts.path


def _base_url(http_client: object) -> str:
    # A class in place of an instance is rejected later.
    if http_client is None or isinstance(http_client, type):
        return ""
    base_url = attribute(http_client, "base_url", "http_client")
    try:
        return "" if base_url is None else str(base_url)
    except Exception as error:
        problem = f"Cannot read http_client.base_url ({describe(error)})"
    raise ConfigurationError(problem)


def _headers(
    options: ManagementClientOptions, user_pool_id: str, environ: Mapping[str, str]
) -> dict[str, str]:
    headers = {
        "accept": "application/json",
        "content-type": "application/json",
        "user-agent": f"authing-users/{__version__}",
        "x-authing-request-from": "sdk",
        "x-authing-sdk-version": f"python:{__version__}",
    }
    from_options = {"x-authing-userpool-id": user_pool_id}
    if options.app_id:
        from_options["x-authing-app-id"] = _header_value(options.app_id, "app_id")
    if options.lang:
        from_options["x-authing-lang"] = options.lang
    present = _headers_of(options.http_client)
    if options.lang is None and "x-authing-lang" not in present:
        lang = environ.get("AUTHING_LANG")
        if lang:
            check_language(lang, "AUTHING_LANG")
            from_options["x-authing-lang"] = lang
    for name, option in OPTION_HEADERS.items():
        if name in present and present[name] != from_options.get(name, present[name]):
            raise ConfigurationError(
                f"The http_client sets the header {name} to another value than {option}: remove "
                "one of them"
            )
    if "authorization" in present:
        raise ConfigurationError(
            "The http_client sets the header authorization, in which the management token is "
            "sent: remove it, or pass auth= to the http_client to replace the token"
        )
    if not present.get("user-agent", "python-").startswith("python-"):
        del headers["user-agent"]  # the program has set its own
    return headers | from_options


def _headers_of(http_client: object) -> dict[str, str]:
    """Return the headers that the program's HTTP client adds to each request."""
    headers = None if http_client is None else attribute(http_client, "headers", "http_client")
    if not isinstance(headers, Mapping):
        return {}
    try:
        items = list(cast("Mapping[object, object]", headers).items())
        return {str(name).lower(): str(value) for name, value in items}
    except Exception as error:
        problem = f"Cannot read http_client.headers ({describe(error)})"
    raise ConfigurationError(problem)


def _header_value(value: str, name: str) -> str:
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise ConfigurationError(
            f"{name} must be printable ASCII without leading or trailing spaces"
        )
    return value
