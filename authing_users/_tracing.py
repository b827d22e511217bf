"""Spans of OpenTelemetry for calls, where the extra ``otel`` is installed."""

from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ._answers import Answer
from ._operations import Call
from ._version import __version__
from .errors import APIError, AuthingError, TransportError

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer


class CallSpan:
    """The span of one call; each try is an event in it."""

    def __init__(self, span: "Span") -> None:
        self._span = span

    def attempt(self, attempt: int, outcome: Answer | TransportError) -> None:
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
    def span(self, call: Call) -> Generator[CallSpan]:
        """Have a span for the length of a ``with`` block; an error that ends it is noted."""
        from opentelemetry.trace import SpanKind, Status, StatusCode

        attributes = dict(self._attributes)
        if call.path == "/graphql/v2":
            attributes["graphql.operation.name"] = call.operation
            attributes["graphql.operation.type"] = call.kind
        else:
            attributes["http.request.method"] = call.method
        with self._tracer.start_as_current_span(
            f"{call.kind} {call.operation}",
            kind=SpanKind.CLIENT,
            attributes=attributes,
            # What an error says may name users: only its class and code are noted.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield CallSpan(span)
            except AuthingError as error:
                kind = type(error).__name__
                span.set_attribute("error.type", kind)
                if isinstance(error, APIError) and error.code is not None:
                    span.set_attribute("authing.code", error.code)
                span.set_status(Status(StatusCode.ERROR, kind))
                raise


def tracing(host: str) -> Tracing | None:
    """Return what makes spans, or ``None`` where OpenTelemetry is not installed."""
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.trace") is None:
        return None
    from opentelemetry.trace import get_tracer

    return Tracing(get_tracer("authing_users", __version__), host)
