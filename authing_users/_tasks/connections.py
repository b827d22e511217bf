"""Connections of an asynchronous client, each used by one task at a time."""

import asyncio
import socket
import threading
from collections import deque
from contextlib import suppress
from typing import Any, cast
from weakref import WeakKeyDictionary

from .._http1 import RemoteProtocolError, ResponseReader, request_bytes
from .._origin import (
    FAILURES,
    KEEP_ALIVE,
    DeadlineReached,
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

Loop = asyncio.AbstractEventLoop


class AsyncConnection(asyncio.Protocol):
    """One connection to the service, on one event loop."""

    _transport: asyncio.Transport
    _socket: socket.socket

    def __init__(self) -> None:
        self.idle_since = 0.0
        self.is_open = False
        self._loop = asyncio.get_running_loop()
        self._reader: ResponseReader | None = None
        self._answered: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = 0.0
        self._patience = RequestTimeout(0, None)
        self._last_progress = 0.0
        self._unsent = 0

    async def exchange(
        self, request: Request, fields: bytes, timeout: RequestTimeout
    ) -> ResponseReader:
        """Send a request and read its response."""
        now = CLOCK.monotonic()
        wait = timeout.next_timeout(now)
        self._patience, self._last_progress = timeout, now
        reader = self._reader = ResponseReader()
        self._answered = self._loop.create_future()
        # A timer outlives its request: most are over long before it rings.
        if self._timer is None or self._rings_at > now + wait:
            self._set_timer(now, wait)
        self._transport.write(request_bytes(request.method, request.path, fields, request.body))
        self._unsent = self._transport.get_write_buffer_size()
        try:
            await self._answered
        finally:
            self._reader = self._answered = None
        return reader

    def is_usable(self) -> bool:
        """Whether another request can be sent: the server has neither closed nor said anything."""
        return (
            self.is_open
            and CLOCK.monotonic() - self.idle_since <= KEEP_ALIVE
            # What the event loop was too busy to hear of.
            and is_silent(self._socket)
        )

    def close(self) -> None:
        """Close the connection at once."""
        self.is_open = False
        self._stop_timer()
        if not self._loop.is_closed():
            self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._socket = cast("socket.socket", transport.get_extra_info("socket"))
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        if self._reader is None:
            self.close()  # nobody asked for anything
            return
        self._last_progress = CLOCK.monotonic()
        try:
            complete = self._reader.feed(data)
        except RemoteProtocolError as error:
            self._fail(error)
        else:
            if complete:
                self._succeed()

    def eof_received(self) -> None:
        """Take the end of what comes; that of TLS is not yet the end of the connection."""
        self.is_open = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end."""
        self.is_open = False
        self._stop_timer()
        if self._reader is None:
            return
        if exc is not None:
            self._fail(exc)
            return
        try:
            self._reader.end()
        except RemoteProtocolError as error:
            self._fail(error)
        else:
            self._succeed()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self, now: float, wait: float) -> None:
        self._stop_timer()
        self._rings_at = now + wait
        self._timer = self._loop.call_later(wait, self._look_at_clock)

    def _look_at_clock(self) -> None:
        self._timer = None
        if self._reader is None:
            return
        now, deadline = CLOCK.monotonic(), self._patience.deadline
        unsent = self._transport.get_write_buffer_size()
        if unsent < self._unsent:
            self._unsent, self._last_progress = unsent, now
        silent_until = self._last_progress + self._patience.timeout
        if deadline is not None and now >= deadline:
            self._fail(DeadlineReached())
        elif now >= silent_until:
            self._fail(TimeoutError())
        else:
            rings_at = silent_until if deadline is None else min(silent_until, deadline)
            self._set_timer(now, rings_at - now)

    def _succeed(self) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(None)

    def _fail(self, error: Exception) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error)


class AsyncConnectionPool:
    """The connections of an asynchronous client: they cannot move between event loops."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._closed = False
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Leave the connections to the process that made them."""
        self._lock = threading.Lock()
        self._idle: WeakKeyDictionary[Loop, deque[AsyncConnection]] = WeakKeyDictionary()

    async def send(
        self, request: Request, token: Secret | None, timeout: RequestTimeout
    ) -> Response | TransportError:
        """Send a request; return the answer, or why there is none.

        An error is returned, not raised, so that no frame that holds the request hangs on it.
        """
        loop = asyncio.get_running_loop()
        idle = self._idle.get(loop)
        if idle is None:
            idle = self._begin(loop)
        connection = _take_idle(idle)
        try:
            if connection is None:
                connection = await self._connect(loop, timeout)
            timeout.next_timeout(CLOCK.monotonic())
        except FAILURES as error:
            if connection is not None:
                connection.close()
            return connect_error(error, request.operation)
        try:
            reader = await connection.exchange(request, self._origin.fields(token), timeout)
            body = reader.body()
        except FAILURES as error:
            connection.close()
            return read_error(error, request.operation)
        except BaseException:
            connection.close()  # a cancelled request leaves an answer behind
            raise
        if reader.keep_alive and connection.is_open and not self._closed:
            now = connection.idle_since = CLOCK.monotonic()
            idle.append(connection)
            while now - idle[0].idle_since > KEEP_ALIVE:
                idle.popleft().close()
        else:
            connection.close()
        return Response(request.operation, reader.status, reader.headers, body)

    async def aclose(self) -> None:
        """Close all idle connections, and those in use once they are idle."""
        self._closed = True
        with self._lock:
            pools = dict(self._idle)
        here = asyncio.get_running_loop()
        for loop, idle in pools.items():
            if loop is here or not loop.is_running():
                _close_all(idle)
            else:
                with suppress(RuntimeError):  # it has just ended
                    loop.call_soon_threadsafe(_close_all, idle)
        await asyncio.sleep(0)  # the event loop closes sockets in its next round

    def _begin(self, loop: Loop) -> deque[AsyncConnection]:
        with self._lock:
            for other in [other for other in self._idle if other.is_closed()]:
                del self._idle[other]
            return self._idle.setdefault(loop, deque())

    async def _connect(self, loop: Loop, timeout: RequestTimeout) -> AsyncConnection:
        origin = self._origin
        context = origin.context() if origin.secure else None
        # Other event loops than asyncio's own, such as uvloop's, do not take it.
        own = isinstance(loop, asyncio.BaseEventLoop)
        options: dict[str, Any] = {"happy_eyeballs_delay": 0.25} if own else {}
        async with asyncio.timeout(timeout.next_timeout(CLOCK.monotonic())):
            connection: AsyncConnection
            _, connection = await loop.create_connection(
                AsyncConnection, origin.host, origin.port, ssl=context, **options
            )
        if not connection.is_open:
            raise ConnectionResetError  # before anything was sent
        return connection


def _take_idle(idle: deque[AsyncConnection]) -> AsyncConnection | None:
    while idle:
        connection = idle.pop()
        if connection.is_usable():
            return connection
        connection.close()
    return None


def _close_all(idle: deque[AsyncConnection]) -> None:
    while idle:
        idle.pop().close()
