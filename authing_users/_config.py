"""Builds a complete, checked configuration from options and environment variables."""

import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from ._runtime.hosts import is_this_machine
from ._runtime.secret import Secret
from ._version import __version__
from .errors import ConfigurationError
from .http_interface import AsyncHTTPClient, HTTPClient
from .options import (
    DEFAULT_TIMEOUT,
    LANGUAGES,
    ManagementClientOptions,
    RequestOptions,
    Verify,
    check_bool,
    check_positive,
    check_whole,
)

DEFAULT_HOST = "https://core.authing.cn"


@dataclass(frozen=True)
class Config:
    """A complete, checked configuration.

    Attributes:
        host: URL of the service, with a scheme and without a trailing slash.
        is_local: Whether the host is this machine.
        headers: Headers of every request.
        request_options: How requests are made, unless ``with_options`` says otherwise.

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
    max_response_bytes: int
    strict_schema: bool
    verify: Verify
    http_client: HTTPClient | AsyncHTTPClient | None


def options_from(options: object, keyword_options: Mapping[str, Any]) -> ManagementClientOptions:
    """Return the options that a client was given, as an object or by keyword.

    Raises:
        ConfigurationError: Both forms were used, or a keyword is unknown.
    """
    if options is None:
        known = {option.name for option in fields(ManagementClientOptions)}
        if unknown := keyword_options.keys() - known:
            raise ConfigurationError(
                f"Unknown option {min(unknown)!r}; the options are {', '.join(sorted(known))}"
            )
        return ManagementClientOptions(**keyword_options)
    if not isinstance(options, ManagementClientOptions):
        raise ConfigurationError(
            "The first argument must be ManagementClientOptions. "
            "Pass options by keyword: ManagementClient(user_pool_id=…, secret=…)"
        )
    if keyword_options:
        names = ", ".join(sorted(keyword_options))
        raise ConfigurationError(f"Pass either options= or {names} by keyword, not both")
    return options


def resolve(options: ManagementClientOptions, environ: Mapping[str, str] = os.environ) -> Config:
    """Fill in defaults and environment variables, and check everything.

    Raises:
        ConfigurationError: An option is missing or invalid.
    """
    _check_types(options)
    user_pool_id = _option(options.user_pool_id, environ, "user_pool_id", "AUTHING_USERPOOL_ID")
    secret = _option(options.secret, environ, "secret", "AUTHING_USERPOOL_SECRET")
    if not user_pool_id:
        raise ConfigurationError(
            "The user pool ID is missing: pass user_pool_id= or set AUTHING_USERPOOL_ID"
        )
    if not secret:
        raise ConfigurationError(
            "The user pool secret is missing: pass secret= or set AUTHING_USERPOOL_SECRET"
        )
    host, is_local = _resolve_host(options, environ)
    _check_client_options(options)
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
        max_response_bytes=options.max_response_bytes,
        strict_schema=options.strict_schema,
        verify=False if options.use_unverified_ssl else options.verify,
        http_client=options.http_client,
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


def _check_types(options: ManagementClientOptions) -> None:
    for name in ("user_pool_id", "secret", "host", "enc_public_key", "lang", "app_id"):
        value: object = getattr(options, name)
        if not isinstance(value, str | None):
            raise ConfigurationError(f"{name} must be a string, not {type(value).__name__}")
    if options.on_error is not None and not callable(options.on_error):
        raise ConfigurationError("on_error must be a function")
    check_bool(options.use_unverified_ssl, "use_unverified_ssl")
    check_bool(options.strict_schema, "strict_schema")


def _check_client_options(options: ManagementClientOptions) -> None:
    if options.requests_per_second is not None:
        check_positive(options.requests_per_second, "requests_per_second", "requests")
    if options.max_in_flight is not None:
        check_whole(options.max_in_flight, "max_in_flight", at_least=1)
    check_whole(options.max_response_bytes, "max_response_bytes", at_least=1)
    if options.lang is not None and options.lang not in LANGUAGES:
        raise ConfigurationError(
            f"lang must be one of {', '.join(LANGUAGES)}, not {options.lang!r}"
        )
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
            stacklevel=6,
        )


def _resolve_host(options: ManagementClientOptions, environ: Mapping[str, str]) -> tuple[str, bool]:
    """Return the URL of the service, and whether it is this machine."""
    if emulator := environ.get("AUTHING_EMULATOR_HOST"):
        return _host(emulator, "AUTHING_EMULATOR_HOST", scheme="http")
    host = _option(options.host, environ, "host", "AUTHING_HOST")
    if host is None and (base_url := _base_url(options.http_client)):
        return _host(base_url, "base_url of the http_client", may_have_path=True)
    return _host(host or DEFAULT_HOST, "host" if options.host is not None else "AUTHING_HOST")


def _base_url(http_client: object) -> str:
    # A class in place of an instance is rejected later.
    return "" if isinstance(http_client, type) else str(getattr(http_client, "base_url", ""))


def _host(
    value: str, setting: str, *, scheme: str = "https", may_have_path: bool = False
) -> tuple[str, bool]:
    """Return a URL with a scheme and without a trailing slash, and whether it is this machine."""
    url = value if "://" in value else f"{scheme}://{value}"
    expected = f"expected a URL such as {DEFAULT_HOST}"
    if "@" in value:
        # The value is not shown: it holds a password.
        raise ConfigurationError(f"Invalid {setting}: it contains a user name or password")
    try:
        parts = urlsplit(url)
        hostname, port = parts.hostname, parts.port
        if hostname and not hostname.isascii():
            hostname = hostname.encode("idna").decode("ascii")
            parts = parts._replace(netloc=hostname if port is None else f"{hostname}:{port}")
            url = parts.geturl()
    except ValueError:
        raise ConfigurationError(f"Invalid {setting} {value!r}: {expected}") from None
    has_path = parts.path not in ("", "/") and not may_have_path
    has_extras = has_path or bool(parts.query) or bool(parts.fragment)
    has_space = any(character.isspace() for character in url)
    if not hostname or parts.scheme not in ("http", "https") or has_extras or has_space:
        raise ConfigurationError(f"Invalid {setting} {value!r}: {expected}")
    is_local = is_this_machine(hostname)
    if parts.scheme == "http" and not is_local:
        raise ConfigurationError(
            f"Invalid {setting} {value!r}: use https. "
            "The secret is sent over plain http to this machine only"
        )
    return url.rstrip("/"), is_local


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
        raise ConfigurationError(
            f"{name} must be printable ASCII without leading or trailing spaces"
        )
    return value
