"""The log of requests: what clients asked for, and which operations are not supported."""

import threading
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from .masking import masked

MAX_CALLS = 10_000
"""How many calls are kept."""

MAX_SIZE = 32 * 1024 * 1024
"""How many bytes of request bodies the calls may have that are kept."""

_MAX_UNSUPPORTED = 1_000


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the emulator received.

    Attributes:
        kind: The API.
        operation: The GraphQL field, such as ``createUser``, or the REST endpoint, such as
            ``POST /api/v2/users/{id}``. Several fields of a document are joined by commas. Empty if
            the document cannot be parsed.
        operation_name: The name that the client gave the GraphQL operation.
        method: The HTTP method.
        path: The path of the URL.
        variables: The GraphQL variables, or the path parameters, query parameters and body fields
            of a REST request. Secrets are masked.
        status: The HTTP status, or ``None`` if the connection was closed without a response.
        code: The API's error code, or ``None`` if there was no API error.
        time: The time of the emulator's clock, in Unix seconds.
    """

    kind: Literal["graphql", "rest"]
    operation: str
    operation_name: str | None
    method: str
    path: str
    variables: Mapping[str, object]
    status: int | None
    code: int | None
    time: float


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A call as it is stored: with its secrets, which are masked when it is read.

    Attributes:
        call: The call.
        names: The normalized names of its operations.
        size: Size of the body in bytes.
    """

    call: Call
    names: Collection[str]
    size: int


class CallLog:
    """The last calls of one emulator. Thread-safe.

    Args:
        is_enabled: Whether calls are kept. Unsupported operations always are.
    """

    def __init__(self, *, is_enabled: bool) -> None:
        self.is_enabled = is_enabled
        self._calls: deque[LoggedCall] = deque()
        self._size = 0
        self._unsupported: dict[str, None] = {}  # in the order in which they were requested
        self._lock = threading.Lock()

    def add(self, logged: LoggedCall) -> None:
        """Add a call. The oldest calls are removed if there are too many."""
        with self._lock:
            self._calls.append(logged)
            self._size += logged.size
            while len(self._calls) > MAX_CALLS or self._size > MAX_SIZE:
                self._size -= self._calls.popleft().size

    def add_unsupported(self, name: str) -> None:
        """Add an operation, a field or an argument that the emulator does not support."""
        with self._lock:
            if len(self._unsupported) < _MAX_UNSUPPORTED:
                self._unsupported[name] = None

    def calls(self, name: str | None, secrets: Collection[str]) -> tuple[Call, ...]:
        """Return calls with masked secrets, oldest first.

        Args:
            name: The normalized name of an operation; all calls when ``None``.
            secrets: Values to mask besides those that the names of fields and the format show.
        """
        with self._lock:
            logged_calls = [
                logged for logged in self._calls if name is None or name in logged.names
            ]
        return tuple(_masked(logged.call, secrets) for logged in logged_calls)

    @property
    def unsupported(self) -> tuple[str, ...]:
        """The operations, fields and arguments that are not supported, as first requested."""
        return tuple(self._unsupported)

    def clear(self) -> None:
        """Remove all calls and unsupported operations."""
        with self._lock:
            self._calls.clear()
            self._size = 0
            self._unsupported.clear()


def _masked(call: Call, secrets: Collection[str]) -> Call:
    return Call(
        kind=call.kind,
        operation=call.operation,
        operation_name=call.operation_name,
        method=call.method,
        path=call.path,
        variables=masked(call.variables, secrets),
        status=call.status,
        code=call.code,
        time=call.time,
    )
