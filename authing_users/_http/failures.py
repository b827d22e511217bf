"""Map the errors of HTTP clients: whether the request was sent, and which error to raise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from .._policy.timeouts import DeadlineReached, RequestTimeout
from .._protocol.response import Response
from .._runtime.foreign import describe
from ..errors import (
    DeadlineExceededError,
    ResponseTooLargeError,
    TransportError,
    TransportTimeoutError,
)
from .body import TooManyBytes
from .checks import checked_head
from .proxies import Proxy
from .tls import tls_hint
from .tool_errors import tool_error

# Names of the exceptions that HTTP clients raise before they send a request. By name, since httpx
# and httpx2 have classes of their own with the same names.
NEVER_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})

Failure = TransportError | ResponseTooLargeError


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request got.

    Attributes:
        names_requests: Whether the errors of the HTTP client name their request, as those of
            ``httpx`` do.
        is_sent: Whether the HTTP client was told to send the request.
        has_response: Whether the head of the response has arrived.
    """

    names_requests: bool
    is_sent: bool
    has_response: bool


def without_frames(error: BaseException) -> BaseException:
    """Detach an error from the frames and errors below it, which hold requests and responses.

    Error trackers and rich tracebacks show the locals of all frames, including those of HTTP
    libraries, which hold the token and the body of the request in plain form.
    """
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def reraise(error: BaseException, operation: str | None = None) -> NoReturn:
    """Raise an error, or that of a test tool in it, without the frames and errors below it.

    Args:
        error: The error that the HTTP client raised.
        operation: Name of the operation, which is added to the error of a test tool: most tools
            name only the URL, and all GraphQL operations have the same.
    """
    raised = tool_error(error)
    if raised is None:
        raised = without_frames(error)
    elif operation is not None and operation not in describe(raised):
        raised.add_note(f"Operation: {operation}")
    try:
        raise raised
    finally:
        raised.__context__ = None  # the group that contained it
        del error, raised  # else the traceback refers to itself


def to_response_or_error(
    error: Exception, operation: str, url: str, target: str, progress: Progress, limit: int
) -> Response | Failure:
    """Return what an error of an HTTP client stands for.

    Usually there is no response. But a hook of an injected client may raise an error for the
    status of a response, and then the status counts.

    Args:
        error: The error that the HTTP client raised.
        operation: Name of the operation.
        url: URL of the request.
        target: Where the request was sent, for messages.
        progress: How far the request got.
        limit: The most bytes that the body of a response may have.
    """
    if isinstance(error, TooManyBytes):
        return ResponseTooLargeError(
            f"The response is larger than {limit} bytes; raise max_response_bytes to allow it",
            operation=operation,
        )
    if (head := _head(error)) is not None and _is_about(error, url, progress.names_requests):
        return Response(operation, *head, b"", url)
    if isinstance(error, DeadlineReached):
        return deadline_error(operation, maybe_sent=progress.is_sent)
    return _transport_error(error, operation, url, target, progress)


def target(host: str, setting: str, proxy: Proxy | None) -> str:
    """Describe where requests are sent: host and port, and the settings that they are from.

    Args:
        host: URL of the service.
        setting: The setting that it is from.
        proxy: The proxy, if it is known.
    """
    parts = urlsplit(host)
    port = "" if parts.port else ":443" if parts.scheme == "https" else ":80"
    described = f"{parts.scheme}://{parts.netloc}{port} ({setting})"
    return described if proxy is None else f"{described} through {proxy.address} ({proxy.setting})"


def _head(error: Any) -> tuple[int, Mapping[str, str]] | None:
    """Return status and headers of the response that an error is about, if there is one."""
    try:
        return checked_head(error.response)
    except Exception:
        return None


def _transport_error(
    error: Exception, operation: str, url: str, target: str, progress: Progress
) -> TransportError:
    """Return our error for one that an HTTP client raised."""
    names = {error_type.__name__ for error_type in type(error).__mro__}
    is_named = bool(names & NEVER_SENT) and _is_about(error, url, progress.names_requests)
    maybe_sent = progress.has_response or (progress.is_sent and not is_named)
    if "TimeoutException" in names or isinstance(error, TimeoutError):
        what = f"{target} did not respond" if maybe_sent else f"Cannot connect to {target}"
        message = f"{what} in time ({type(error).__name__})"
        return TransportTimeoutError(message, operation=operation, maybe_sent=maybe_sent)
    what = f"The request to {target} failed" if maybe_sent else f"Cannot connect to {target}"
    reason = describe(error)
    message = f"{what}: {reason}{tls_hint(reason)}"
    return TransportError(message, operation=operation, maybe_sent=maybe_sent)


def deadline_error(operation: str | None, *, maybe_sent: bool) -> DeadlineExceededError:
    """Return the error for a call whose deadline has been reached."""
    return DeadlineExceededError(
        "The deadline of the call was exceeded", operation=operation, maybe_sent=maybe_sent
    )


def as_deadline_error(error: Failure, timeout: RequestTimeout, now: float) -> Failure:
    """Return a ``DeadlineExceededError`` if the deadline is the reason for a timeout."""
    is_late = timeout.deadline is not None and now >= timeout.deadline
    if not is_late or not isinstance(error, TransportTimeoutError):
        return error
    return deadline_error(error.operation, maybe_sent=error.maybe_sent)


def _is_about(error: Exception, url: str, names_requests: bool) -> bool:
    """Whether an error is about our request, and not about one that a hook made on its own."""
    raised: Any = error
    try:
        requested = raised.request.url
    except AttributeError:
        # An error of a client that does not name the request. Those of httpx do, so this one is of
        # a hook.
        return not names_requests
    except Exception:
        return False  # raised without a request, so not by the client that sends ours
    parts = urlsplit(url)
    try:
        # httpx decodes internationalized names in `host`.
        raw_host = getattr(requested, "raw_host", None)
        host = requested.host if raw_host is None else raw_host.decode("ascii")
        return bool(host == parts.hostname and requested.path == unquote(parts.path))
    except Exception:
        return False
