"""The checks of ``doctor``, in an order in which the first failure explains the next ones."""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from ...errors import AuthingError
from .._context import Call
from .._errors import CommandError
from .findings import Finding, failure, ok, remedy_for, skipped
from .machine import check_keyring, check_profile_file, check_versions
from .service import check_clock, check_credentials, check_reachable, check_schema, check_tls

if TYPE_CHECKING:
    from ..._config import Config

__all__ = ["run_checks"]

CONNECTED_CHECKS = ("proxy", "reachable", "tls", "clock", "credentials", "schema")


def run_checks(call: Call, *, with_schema: bool) -> Iterator[Finding]:
    """Make the checks, and yield what each finds.

    Args:
        call: The call of the command.
        with_schema: Whether to compare the schema of the server.
    """
    yield from check_versions()
    yield check_profile_file()
    yield check_keyring()
    config = yield from _settings(call)
    if config is None:
        for check in CONNECTED_CHECKS:
            yield skipped(check, "the connection is not known")
        return
    yield _proxy(config)
    response, reachable = check_reachable(call, config)
    yield reachable
    if response is None:
        for check in CONNECTED_CHECKS[2:]:
            yield skipped(check, "the service cannot be reached")
        return
    yield check_tls(config)
    yield check_clock(response)
    credentials = check_credentials(call)
    yield credentials
    if not with_schema:
        yield skipped("schema", "--no-schema")
    else:
        yield check_schema(call, has_credentials=credentials.status != "failure")


def _settings(call: Call) -> "Generator[Finding, None, Config | None]":
    """Yield the host and the user pool with their sources; return the configuration."""
    try:
        connection = call.connection
        config = call.client._transport.config
    except CommandError as error:
        yield failure("connection", error.message, error.hint)
        return None
    except AuthingError as error:
        yield failure("connection", str(error), remedy_for(error))
        return None
    yield ok("host", f"{config.host}, from {connection.host_source}")
    kind = "a management token" if config.secret is None else "a secret"
    yield ok(
        "user pool", f"{config.user_pool_id} with {kind}, from {connection.credentials_source}"
    )
    return config


def _proxy(config: "Config") -> Finding:
    from ..._http.proxies import environment_proxy

    if config.is_local:
        return ok("proxy", "none, because the host is this machine")
    try:
        proxy = environment_proxy(config.host)
    except AuthingError as error:
        return failure("proxy", error.message, "Correct or unset the variable.")
    if proxy is None:
        return ok("proxy", "none")
    return ok("proxy", f"{proxy.address}, from {proxy.setting}")
