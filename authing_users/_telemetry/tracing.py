"""OpenTelemetry spans for calls, if the extra ``otel`` is installed."""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .._protocol.request import Request
from .._protocol.response import Response
from .._runtime.secret import Scrubber, Secret
from .._version import __version__
from ..errors import APIError, AuthingError

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer


class CallSpan:
    """The span of one call. Each attempt is an event of it."""

    def __init__(self, span: "Span") -> None:
        self._span = span

    def attempt(self, attempt: int, outcome: Response | AuthingError) -> None:
        """Add an attempt; the first is 1."""
        attributes: dict[str, str | int] = {"authing.attempt": attempt}
        if isinstance(outcome, Response):
            attributes["http.response.status_code"] = outcome.status
        else:
            attributes["error.type"] = type(outcome).__name__
        self._span.add_event("attempt", attributes)

    def wait(self, attempt: int, seconds: float) -> None:
        """Add a delay before the next attempt."""
        attributes: dict[str, int | float] = {"authing.attempt": attempt, "authing.wait": seconds}
        self._span.add_event("retry", attributes)


class Tracing:
    """Creates the spans of one client.

    Args:
        tracer: Creates single spans.
        host: URL of the service.
        is_active: Whether the program has set a provider of tracers. Without one, spans would go
            nowhere, so none is created.
    """

    def __init__(self, tracer: "Tracer", host: str, is_active: Callable[[], bool]) -> None:
        self._tracer = tracer
        parts = urlsplit(host)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._attributes: dict[str, str | int] = {
            "server.address": parts.hostname or "",
            "server.port": port,
        }
        self.is_active = is_active

    @contextmanager
    def span(
        self, request: Request, secrets: Callable[[], Iterable[Secret]]
    ) -> Generator[CallSpan]:
        """Create a span for a ``with`` block; record the type of an error that ends it.

        Args:
            request: The request of the call.
            secrets: Returns the secrets that the server may have repeated.
        """
        from opentelemetry.trace import SpanKind, StatusCode

        attributes = dict(self._attributes)
        if request.path == "/graphql/v2":
            # The semantic conventions require the operation type alone as the name.
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
            # Error messages may contain user data: only the class and code are recorded.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield CallSpan(span)
            except Exception as error:
                span.set_attribute("error.type", type(error).__name__)
                code = error.code if isinstance(error, APIError) else None
                # A long number may be a part of a secret that the server repeats.
                if Scrubber(secrets()).value(code) is not None:
                    span.set_attribute("authing.code", code)
                span.set_status(StatusCode.ERROR)
                raise


def tracing(host: str) -> Tracing | None:
    """Return the tracing of a client, or ``None`` if OpenTelemetry is not installed."""
    try:
        from opentelemetry.trace import (
            ProxyTracer,
            ProxyTracerProvider,
            get_tracer,
            get_tracer_provider,
        )
    except ImportError:
        return None
    tracer = get_tracer("authing_users", __version__)

    def is_active() -> bool:
        # A provider may be set at any time, also after the client has been built.
        is_real = type(tracer) is not ProxyTracer
        return is_real or type(get_tracer_provider()) is not ProxyTracerProvider

    return Tracing(tracer, host, is_active)
