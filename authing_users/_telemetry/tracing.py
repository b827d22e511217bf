"""Spans of OpenTelemetry for calls, where the extra ``otel`` is installed."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .._protocol.request import Request
from .._protocol.response import Response
from .._version import __version__
from ..errors import APIError, TransportError

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer


class CallSpan:
    """The span of one call; each try is an event in it."""

    def __init__(self, span: "Span") -> None:
        self._span = span

    def attempt(self, attempt: int, outcome: Response | TransportError) -> None:
        """Add a try, 1 for the first."""
        attributes: dict[str, str | int] = {"authing.attempt": attempt}
        if isinstance(outcome, TransportError):
            attributes["error.type"] = type(outcome).__name__
        else:
            attributes["http.response.status_code"] = outcome.status
        self._span.add_event("attempt", attributes)

    def wait(self, attempt: int, seconds: float) -> None:
        """Add a wait before the next try."""
        attributes: dict[str, int | float] = {"authing.attempt": attempt, "authing.wait": seconds}
        self._span.add_event("retry", attributes)


class Tracing:
    """Makes the spans of one client.

    Args:
        host: Address of the service that the client calls.
    """

    def __init__(self, tracer: "Tracer", host: str) -> None:
        self._tracer = tracer
        parts = urlsplit(host)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._attributes: dict[str, str | int] = {
            "server.address": parts.hostname or "",
            "server.port": port,
        }

    @contextmanager
    def span(self, request: Request) -> Generator[CallSpan]:
        """Have a span for the length of a ``with`` block; an error that ends it is noted."""
        from opentelemetry.trace import SpanKind, StatusCode

        attributes = dict(self._attributes)
        if request.path == "/graphql/v2":
            # The semantic conventions want no more than the type of the operation as the name.
            name = request.kind
            attributes["graphql.operation.name"] = request.operation
            attributes["graphql.operation.type"] = request.kind
        else:
            name = f"{request.method} {request.operation}"
            attributes["http.request.method"] = request.method
        with self._tracer.start_as_current_span(
            name,
            kind=SpanKind.CLIENT,
            attributes=attributes,
            # What an error says may name users: only its class and code are noted.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield CallSpan(span)
            except Exception as error:
                span.set_attribute("error.type", type(error).__name__)
                if isinstance(error, APIError) and error.code is not None:
                    span.set_attribute("authing.code", error.code)
                span.set_status(StatusCode.ERROR)
                raise


def tracing(host: str) -> Tracing | None:
    """Return what makes spans, or ``None`` where OpenTelemetry is not installed."""
    try:
        from opentelemetry.trace import get_tracer
    except ImportError:
        return None
    return Tracing(get_tracer("authing_users", __version__), host)
