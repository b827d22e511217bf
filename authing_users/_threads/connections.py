"""Connections of a synchronous client, each used by one thread at a time."""

import socket
from collections import deque
from contextlib import suppress
from weakref import finalize

from .._http1 import ResponseReader, request_bytes
from .._origin import (
    FAILURES,
    KEEP_ALIVE,
    READ_SIZE,
    Origin,
    RequestTimeout,
    connect_error,
    is_silent,
    read_error,
)
from .._protocol.request import Request
from .._protocol.response import Response
from .._runtime.clock import CLOCK
from .._runtime.fork import register_after_fork
from .._runtime.secret import Secret
from ..errors import TransportError


class Connection:
    """One connection to the service."""

    __slots__ = ("_socket", "_timeout", "idle_since")

    def __init__(self, origin: Origin, timeout: RequestTimeout) -> None:
        plain = _connected(origin, timeout)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if origin.secure:
                plain.settimeout(timeout.next_timeout(CLOCK.monotonic()))
                plain = origin.context().wrap_socket(plain, server_hostname=origin.host)
        except BaseException:
            plain.close()
            raise
        self._socket = plain
        self._timeout = plain.gettimeout()
        self.idle_since = 0.0

    def exchange(self, request: Request, fields: bytes, timeout: RequestTimeout) -> ResponseReader:
        """Send a request and read its response."""
        reader = ResponseReader()
        complete = was_cut = False
        try:
            self._send(request_bytes(request.method, request.path, fields, request.body), timeout)
        except (BrokenPipeError, ConnectionResetError):
            was_cut = True  # the server may have answered all the same
        while not complete:
            if timeout.deadline is not None:
                self.wait_at_most(timeout)
            data = self._socket.recv(READ_SIZE)
            if not data:
                reader.end()
                return reader
            complete = reader.feed(data)
            del data  # It shows in a traceback that shows locals.
        reader.keep_alive &= not was_cut
        return reader

    def _send(self, request: bytes, timeout: RequestTimeout) -> None:
        sent = self._socket.send(request)
        while sent < len(request):
            self.wait_at_most(timeout)
            sent += self._socket.send(memoryview(request)[sent:])

    def is_usable(self) -> bool:
        """Whether another request can be sent: the server has neither closed nor said anything."""
        return CLOCK.monotonic() - self.idle_since <= KEEP_ALIVE and is_silent(self._socket)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def wait_at_most(self, timeout: RequestTimeout) -> None:
        """Set how long the next read or write may take.

        Raises:
            NoTimeLeftError: The deadline has come.
        """
        wait = timeout.timeout
        if timeout.deadline is not None:
            wait = timeout.next_timeout(CLOCK.monotonic())
        if wait != self._timeout:
            self._socket.settimeout(wait)
            self._timeout = wait


class ConnectionPool:
    """The connections of a synchronous client to its service."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        # The last one used is the first one used again: the others grow old, on the left, and go.
        self._idle: deque[Connection] = deque()
        self._closed = False
        finalize(self, _close_all, self._idle)
        register_after_fork(self)

    def after_fork(self) -> None:
        """Leave the connections to the process that made them."""
        _close_all(self._idle)

    def send(
        self, request: Request, token: Secret | None, timeout: RequestTimeout
    ) -> Response | TransportError:
        """Send a request; return the answer, or why there is none.

        An error is returned, not raised, so that no frame that holds the request hangs on it.
        """
        connection = self._take_idle()
        try:
            if connection is None:
                connection = Connection(self._origin, timeout)
            connection.wait_at_most(timeout)
        except FAILURES as error:
            if connection is not None:
                connection.close()
            return connect_error(error, request.operation)
        try:
            reader = connection.exchange(request, self._origin.fields(token), timeout)
            body = reader.body()
        except FAILURES as error:
            connection.close()
            return read_error(error, request.operation)
        except BaseException:
            connection.close()  # an interrupted request leaves an answer behind
            raise
        self._put_back(connection, keep=reader.keep_alive)
        return Response(request.operation, reader.status, reader.headers, body)

    def close(self) -> None:
        """Close all idle connections, and those in use once they are idle."""
        self._closed = True
        _close_all(self._idle)

    def _take_idle(self) -> Connection | None:
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:
                break  # another thread was faster
            if connection.is_usable():
                return connection
            connection.close()
        return None

    def _put_back(self, connection: Connection, *, keep: bool) -> None:
        if not keep:
            connection.close()
            return
        now = connection.idle_since = CLOCK.monotonic()
        self._idle.append(connection)
        with suppress(IndexError):  # another thread may be faster
            while now - self._idle[0].idle_since > KEEP_ALIVE:
                self._idle.popleft().close()
        if self._closed:
            _close_all(self._idle)


def _connected(origin: Origin, timeout: RequestTimeout) -> socket.socket:
    """Connect to the first address of the host that lets us, all of them within the deadline."""
    found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    *others, last = [(str(address[0]), origin.port) for *_, address in found]
    for address in others:
        with suppress(OSError):
            return socket.create_connection(address, timeout.next_timeout(CLOCK.monotonic()))
    return socket.create_connection(last, timeout.next_timeout(CLOCK.monotonic()))


def _close_all(connections: deque[Connection]) -> None:
    while connections:
        try:
            connections.pop().close()
        except IndexError:
            break
