"""Where requests go: what all connections to a service share."""

import select
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ._config import Config
from ._http1 import RemoteProtocolError, head_fields
from ._runtime.fork import register_after_fork
from ._runtime.secret import Secret, SecretBytes
from .errors import DeadlineExceededError, TransportError, TransportTimeoutError

if TYPE_CHECKING:
    import ssl

# Seconds after which an idle connection is not used again: Node and uvicorn close theirs after 5,
# and a request that crosses the end on its way is lost.
KEEP_ALIVE = 4.0
# Bytes to read at once.
READ_SIZE = 65_536
# What can come between a request and its response; UnicodeError: the host is no name.
FAILURES = (OSError, RemoteProtocolError, UnicodeError)


class DeadlineReached(TimeoutError):
    """The deadline of the call has come."""


@dataclass(frozen=True, slots=True)
class RequestTimeout:
    """How long one request may take.

    Attributes:
        timeout: Seconds to wait for a connection, and for each read and write. Waiting for one's
            turn is not counted.
        deadline: Monotonic time at which the call has to be over, or ``None``.
        is_explicit: Whether the caller set the timeout for this call.
    """

    timeout: float
    deadline: float | None
    is_per_request: bool = False

    def next_timeout(self, now: float) -> float:
        """Return the seconds to wait for what comes next.

        Raises:
            NoTimeLeftError: There are none.
        """
        left = self.remaining(now)
        if left is None:
            return self.timeout
        if left <= 0:
            raise DeadlineReached
        return min(self.timeout, left)

    def remaining(self, now: float) -> float | None:
        """Return the seconds until the deadline, or ``None`` when there is none."""
        return None if self.deadline is None else self.deadline - now


@dataclass(slots=True, weakref_slot=True, eq=False)
class Origin:
    """The service that a client calls, and the head of every request to it.

    Attributes:
        host: Name or address of the service.
        port: Its port.
        secure: Whether it is called over TLS.
    """

    host: str
    port: int
    secure: bool
    _verify: bool
    _fields: bytes
    _authorized: tuple[Secret | None, SecretBytes] = (None, SecretBytes(b""))
    _context: "ssl.SSLContext | None" = None
    _lock: threading.Lock = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with a free lock."""
        self._lock = threading.Lock()

    @classmethod
    def of(cls, config: Config) -> "Origin":
        """Return the service that a configuration names."""
        parts = urlsplit(config.host)
        secure = parts.scheme == "https"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (443 if secure else 80),
            secure=secure,
            _verify=config.verify,
            _fields=head_fields(parts.netloc, config.headers),
        )

    def fields(self, token: Secret | None) -> bytes:
        """Return the fields of a request's head, each with its line end."""
        if token is None:
            return self._fields
        known, fields = self._authorized
        if known is not token:
            line = f"authorization: Bearer {token.reveal()}\r\n".encode("ascii")
            fields = SecretBytes(self._fields + line)
            self._authorized = token, fields
        return fields

    def context(self) -> "ssl.SSLContext":
        """Return what TLS is spoken with; it takes long to make, and is made once."""
        with self._lock:
            if self._context is None:
                import httpx

                self._context = httpx.create_ssl_context(verify=self._verify)
                self._context.set_alpn_protocols(["http/1.1"])
            return self._context


def is_silent(connected: socket.socket) -> bool:
    """Whether the other side has neither said anything nor hung up."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(connected, select.POLLIN)
        return not poll.poll(0)
    return not select.select([connected], [], [], 0)[0]


def connect_error(error: Exception, operation: str) -> TransportError:
    """Return our error for a connection that was not made: nothing was sent."""
    return _error(error, operation, "The server cannot be reached", maybe_sent=False)


def read_error(error: Exception, operation: str) -> TransportError:
    """Return our error for a connection that failed under a request."""
    return _error(error, operation, "The request got no answer", maybe_sent=True)


def _error(error: Exception, operation: str, what: str, *, maybe_sent: bool) -> TransportError:
    kind = type(error).__name__
    if isinstance(error, TimeoutError):
        return TransportTimeoutError(
            f"{what} in time ({kind})", operation=operation, maybe_sent=maybe_sent
        )
    detail = f"{kind}: {error}" if str(error) else kind
    return TransportError(f"{what} ({detail})", operation=operation, maybe_sent=maybe_sent)


def as_deadline_error(error: TransportError, timeout: RequestTimeout, now: float) -> TransportError:
    """Return the error that it is when the deadline has come: whatever timed out first."""
    late = timeout.deadline is not None and now >= timeout.deadline
    if not late or not isinstance(error, TransportTimeoutError):
        return error
    return DeadlineExceededError(
        "The deadline of the call has come",
        operation=error.operation,
        maybe_sent=error.maybe_sent,
    )
