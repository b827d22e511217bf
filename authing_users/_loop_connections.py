"""Connections of an asynchronous client, each used by one task at a time."""

import asyncio
import threading
from collections import deque
from typing import cast
from weakref import WeakKeyDictionary

from ._answers import Answer
from ._fork import on_fork
from ._http1 import BrokenResponseError, ResponseReader, request_bytes
from ._operations import Call
from ._origin import (
    FAILURES,
    KEEP_ALIVE,
    NoTimeLeftError,
    Origin,
    Patience,
    no_answer,
    no_connection,
)
from ._secret import Secret
from .errors import TransportError

Loop = asyncio.AbstractEventLoop


class AsyncConnection(asyncio.Protocol):
    """One connection to the service, on one event loop."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self.is_open = False
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._reader: ResponseReader | None = None
        self._answered: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._patience = Patience(0, None)
        self._last_read = 0.0

    async def exchange(
        self, method: str, target: str, fields: bytes, body: bytes | None, patience: Patience
    ) -> ResponseReader:
        """Send a request and read its response."""
        if self._transport is None or not self.is_open:
            raise ConnectionResetError
        now = self._loop.time()
        wait = patience.at(now)
        self._patience, self._last_read = patience, now
        reader = self._reader = ResponseReader()
        self._answered = self._loop.create_future()
        # A timer outlives its request: most are over long before it rings.
        if self._timer is None or self._timer.when() > now + wait:
            self._set_timer(now + wait)
        self._transport.write(request_bytes(method, target, fields, body))
        try:
            await self._answered
        finally:
            self._reader = self._answered = None
        return reader

    def is_usable(self) -> bool:
        """Whether another request can be sent: the server has neither closed nor said anything."""
        return self.is_open and self._loop.time() - self.idle_since <= KEEP_ALIVE

    def close(self) -> None:
        """Close the connection at once."""
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None and not self._loop.is_closed():
            self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        if self._reader is None:
            self.close()  # nobody asked for anything
            return
        self._last_read = self._loop.time()
        try:
            complete = self._reader.feed(data)
        except BrokenResponseError as error:
            self._fail(error)
        else:
            if complete:
                self._succeed()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end."""
        self.close()
        if self._reader is None:
            return
        if exc is not None:
            self._fail(exc)
            return
        try:
            self._reader.end()
        except BrokenResponseError as error:
            self._fail(error)
        else:
            self._succeed()

    def _set_timer(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._look_at_clock)

    def _look_at_clock(self) -> None:
        self._timer = None
        if self._reader is None:
            return
        now, deadline = self._loop.time(), self._patience.deadline
        silent_until = self._last_read + self._patience.timeout
        if deadline is not None and now >= deadline:
            self._fail(NoTimeLeftError())
        elif now >= silent_until:
            self._fail(TimeoutError())
        else:
            self._set_timer(silent_until if deadline is None else min(silent_until, deadline))

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
        on_fork(self)

    def after_fork(self) -> None:
        """Leave the connections to the process that made them."""
        self._lock = threading.Lock()
        self._idle: WeakKeyDictionary[Loop, deque[AsyncConnection]] = WeakKeyDictionary()

    async def send(
        self, call: Call, token: Secret | None, patience: Patience
    ) -> Answer | TransportError:
        """Send a request; return the answer, or why there is none.

        An error is returned, not raised, so that no frame that holds the request hangs on it.
        """
        loop = asyncio.get_running_loop()
        idle = self._idle.get(loop)
        if idle is None:
            idle = self._begin(loop)
        connection = _take_idle(idle)
        if connection is None:
            try:
                connection = await self._connect(loop, patience)
            except FAILURES as error:
                return no_connection(error, call.operation)
        try:
            reader = await connection.exchange(
                call.method, call.path, self._origin.fields(token), call.body, patience
            )
            body = reader.body()
        except FAILURES as error:
            connection.close()
            return no_answer(error, call.operation)
        except BaseException:
            connection.close()  # a cancelled request leaves an answer behind
            raise
        if reader.keep_alive and connection.is_open and not self._closed:
            connection.idle_since = loop.time()
            idle.append(connection)
        else:
            connection.close()
        return Answer(call.operation, reader.status, reader.headers, body)

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
                loop.call_soon_threadsafe(_close_all, idle)
        await asyncio.sleep(0)  # the event loop closes sockets in its next round

    def _begin(self, loop: Loop) -> deque[AsyncConnection]:
        with self._lock:
            for other in [other for other in self._idle if other.is_closed()]:
                del self._idle[other]
            return self._idle.setdefault(loop, deque())

    async def _connect(self, loop: Loop, patience: Patience) -> AsyncConnection:
        context = self._origin.context() if self._origin.secure else None
        async with asyncio.timeout_at(loop.time() + patience.at(loop.time())):
            _, connection = await loop.create_connection(
                AsyncConnection,
                self._origin.host,
                self._origin.port,
                ssl=context,
                happy_eyeballs_delay=0.25,
            )
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
