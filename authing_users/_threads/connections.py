"""Connections of a synchronous client, each used by one thread at a time."""

import socket
from collections import deque
from contextlib import suppress
from weakref import finalize

from .._answers import Answer
from .._fork import on_fork
from .._http1 import ResponseReader, request_bytes
from .._operations import Call
from .._origin import (
    FAILURES,
    KEEP_ALIVE,
    READ_SIZE,
    Origin,
    Patience,
    is_silent,
    no_answer,
    no_connection,
)
from .._secret import Secret
from .._timing import TIMING
from ..errors import TransportError


class Connection:
    """One connection to the service."""

    __slots__ = ("_socket", "_timeout", "idle_since")

    def __init__(self, origin: Origin, patience: Patience) -> None:
        plain = _connected(origin, patience)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if origin.secure:
                plain.settimeout(patience.at(TIMING.monotonic()))
                plain = origin.context().wrap_socket(plain, server_hostname=origin.host)
        except BaseException:
            plain.close()
            raise
        self._socket = plain
        self._timeout = plain.gettimeout()
        self.idle_since = 0.0

    def exchange(self, call: Call, fields: bytes, patience: Patience) -> ResponseReader:
        """Send a request and read its response."""
        reader = ResponseReader()
        complete = was_cut = False
        try:
            self._send(request_bytes(call.method, call.path, fields, call.body), patience)
        except (BrokenPipeError, ConnectionResetError):
            was_cut = True  # the server may have answered all the same
        while not complete:
            if patience.deadline is not None:
                self.wait_at_most(patience)
            data = self._socket.recv(READ_SIZE)
            if not data:
                reader.end()
                return reader
            complete = reader.feed(data)
            del data  # It shows in a traceback that shows locals.
        reader.keep_alive &= not was_cut
        return reader

    def _send(self, request: bytes, patience: Patience) -> None:
        sent = self._socket.send(request)
        while sent < len(request):
            self.wait_at_most(patience)
            sent += self._socket.send(memoryview(request)[sent:])

    def is_usable(self) -> bool:
        """Whether another request can be sent: the server has neither closed nor said anything."""
        return TIMING.monotonic() - self.idle_since <= KEEP_ALIVE and is_silent(self._socket)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def wait_at_most(self, patience: Patience) -> None:
        """Set how long the next read or write may take.

        Raises:
            NoTimeLeftError: The deadline has come.
        """
        timeout = patience.timeout
        if patience.deadline is not None:
            timeout = patience.at(TIMING.monotonic())
        if timeout != self._timeout:
            self._socket.settimeout(timeout)
            self._timeout = timeout


class ConnectionPool:
    """The connections of a synchronous client to its service."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        # The last one used is the first one used again: the others grow old, on the left, and go.
        self._idle: deque[Connection] = deque()
        self._closed = False
        finalize(self, _close_all, self._idle)
        on_fork(self)

    def after_fork(self) -> None:
        """Leave the connections to the process that made them."""
        _close_all(self._idle)

    def send(self, call: Call, token: Secret | None, patience: Patience) -> Answer | TransportError:
        """Send a request; return the answer, or why there is none.

        An error is returned, not raised, so that no frame that holds the request hangs on it.
        """
        connection = self._take_idle()
        try:
            if connection is None:
                connection = Connection(self._origin, patience)
            connection.wait_at_most(patience)
        except FAILURES as error:
            if connection is not None:
                connection.close()
            return no_connection(error, call.operation)
        try:
            reader = connection.exchange(call, self._origin.fields(token), patience)
            body = reader.body()
        except FAILURES as error:
            connection.close()
            return no_answer(error, call.operation)
        except BaseException:
            connection.close()  # an interrupted request leaves an answer behind
            raise
        self._put_back(connection, keep=reader.keep_alive)
        return Answer(call.operation, reader.status, reader.headers, body)

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
        now = connection.idle_since = TIMING.monotonic()
        self._idle.append(connection)
        with suppress(IndexError):  # another thread may be faster
            while now - self._idle[0].idle_since > KEEP_ALIVE:
                self._idle.popleft().close()
        if self._closed:
            _close_all(self._idle)


def _connected(origin: Origin, patience: Patience) -> socket.socket:
    """Connect to the first address of the host that lets us, all of them within the deadline."""
    found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    *others, last = [(str(address[0]), origin.port) for *_, address in found]
    for address in others:
        with suppress(OSError):
            return socket.create_connection(address, patience.at(TIMING.monotonic()))
    return socket.create_connection(last, patience.at(TIMING.monotonic()))


def _close_all(connections: deque[Connection]) -> None:
    while connections:
        try:
            connections.pop().close()
        except IndexError:
            break
