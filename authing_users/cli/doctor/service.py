"""Checks of the service: connection, TLS, clock, credentials, schema."""

import importlib.util
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, cast

from ...errors import AuthenticationError, AuthingError, RateLimitError
from .._context import Call
from .findings import Finding, failure, ok, remedy_for, skipped, warning

if TYPE_CHECKING:
    from ..._config import Config
    from ..._protocol.response import Response

__all__ = ["check_clock", "check_credentials", "check_reachable", "check_schema", "check_tls"]

# The Date header has whole seconds, and requests take time.
LARGEST_SKEW = timedelta(seconds=30)
# Tokens of users, which verify_token checks, seem expired or not yet valid.
HARMFUL_SKEW = timedelta(minutes=5)
EXPIRES_SOON = timedelta(days=14)
PROBE = "query Doctor { __typename }"


def check_reachable(call: Call, config: "Config") -> "tuple[Response | None, Finding]":
    """Send a request without credentials, and return the response."""
    from ..._protocol.request import graphql_request

    request = graphql_request(PROBE, "Doctor", {}, authorized=False)
    try:
        response = call.client._transport.run(request, lambda response: response)
    except AuthingError as error:
        return None, failure("reachable", str(error), remedy_for(error))
    if response.status >= 500:
        return response, warning(
            "reachable",
            f"{config.host} responds with HTTP status {response.status}",
            "Retry later.",
        )
    if not response.headers.get("content-type", "").startswith("application/json"):
        return response, failure(
            "reachable",
            f"{config.host} does not respond like the service (HTTP status {response.status})",
            "Check the host, and whether a proxy or a login page of the network responds instead.",
        )
    return response, ok("reachable", f"{config.host} responds")


def check_tls(config: "Config") -> Finding:
    """Check the certificate of the service. A client has already verified it."""
    if not config.host.startswith("https://"):
        return ok("tls", "not used, because the host is this machine")
    certificate, version = _certificate(config)
    if certificate is None:
        return ok("tls", "the certificate is verified")
    text = str(certificate.get("notAfter", ""))
    try:
        expires = datetime.strptime(text, "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
    except ValueError:
        return ok("tls", f"{version}, the certificate is verified")
    message = f"{version}, the certificate is valid until {expires:%Y-%m-%d}"
    if expires - datetime.now(UTC) < EXPIRES_SOON:
        return warning("tls", message, "Tell the operator of the service to renew it.")
    return ok("tls", message)


def check_clock(response: "Response") -> Finding:
    """Compare the clock of this machine with that of the service."""
    text = response.headers.get("date")
    if not text:
        return skipped("clock", "the service does not tell its time")
    try:
        skew = datetime.now(UTC) - parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return skipped("clock", "the service does not tell its time")
    size = abs(skew)
    if size <= LARGEST_SKEW:
        return ok("clock", "agrees with the service")
    direction = "ahead of" if skew > timedelta(0) else "behind"
    message = f"this machine is {size.total_seconds():.0f} seconds {direction} the service"
    remedy = "Set the clock of this machine, for example with NTP."
    make = failure if size > HARMFUL_SKEW else warning
    return make("clock", message, remedy)


def check_credentials(call: Call) -> Finding:
    """Check whether the service accepts the secret or the token."""
    try:
        page = call.client.users.list(limit=1, fields=["id"])
    except AuthenticationError as error:
        return failure(
            "credentials",
            str(error),
            "Copy the ID and the secret again from the settings of the user pool in the console:"
            " authing-users login",
        )
    except RateLimitError as error:
        return warning("credentials", str(error), remedy_for(error))
    except AuthingError as error:
        return failure("credentials", str(error), remedy_for(error))
    return ok("credentials", f"accepted: the user pool has {page.total_count} users")


def check_schema(call: Call, *, has_credentials: bool) -> Finding:
    """Compare the schema of the service with the operations of this library."""
    if importlib.util.find_spec("graphql") is None:
        return skipped(
            "schema", "graphql-core is not installed", "pip install 'authing-users[emulator]'"
        )
    from ..._schema.check import check_schema as compare
    from ..._schema.errors import SchemaToolError
    from ..._schema.fetching import introspect
    from ..._schema.sdl import sdl_of_introspection
    from ..._schema.sources import schema_of_text
    from ..._sync.management import ManagementClient

    # Another client: the client of the commands would adapt the document.
    options = call.client_options()
    options["strict_schema"] = True
    try:
        with ManagementClient(**options) as client:
            transport = client._transport
            content = introspect(transport, None, has_credentials)
        host = transport.config.host
        outcome = compare(schema_of_text(sdl_of_introspection(content, host), host), host)
    except (SchemaToolError, AuthingError) as error:
        return warning("schema", str(error), "Ask the operator of the service for its schema.")
    report = f"authing-users schema check --host {host} shows which."
    if outcome.failing:
        names = ", ".join(operation.name for operation in outcome.failing[:5])
        problem = f"{len(outcome.failing)} operations cannot be called: {names}"
        return failure("schema", problem, report)
    if outcome.reduced:
        return warning("schema", f"{len(outcome.reduced)} operations work with less", report)
    return ok("schema", f"all {len(outcome.operations)} operations work")


def _certificate(config: "Config") -> tuple[dict[str, Any] | None, str]:
    """Return the certificate of the service and the version of TLS, if they can be read."""
    import httpx

    from ..._http.proxies import environment_proxy
    from ..._http.tls import resolve_verify, ssl_context

    try:
        context = ssl_context(resolve_verify(config.verify), needed=True)
        proxy = environment_proxy(config.host)
        with httpx.Client(
            verify=context, proxy=None if proxy is None else proxy.reveal(), trust_env=False
        ) as http:
            request = http.build_request("GET", config.host)
            response = http.send(request, stream=True)
            connection = response.extensions["network_stream"].get_extra_info("ssl_object")
            response.close()
            return cast("dict[str, Any]", connection.getpeercert()), str(connection.version())
    except Exception:
        # The service has been reached: only the details are missing.
        return None, ""
