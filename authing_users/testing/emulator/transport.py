"""HTTP transport that calls the emulator in this process, without a port."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, MutableMapping
from concurrent.futures import CancelledError, Future
from contextvars import Context
from typing import Any, TypeVar

import anyio
import httpx

from ..._runtime.fork import register_after_fork

ResultT = TypeVar("ResultT")
Message = MutableMapping[str, Any]
ASGIApp = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

_CLIENT = ("127.0.0.1", 50_000)


class InProcessTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Calls an ASGI application, for ``httpx.Client`` and ``httpx.AsyncClient``.

    Asynchronous requests run in the event loop of the caller. Synchronous ones run in the event
    loop of a thread, so they work where an event loop runs already.

    Args:
        app: Returns the application. Called for each request, so that a client that lives longer
            than a test reaches the application of the next one.
        loop_thread: The thread for synchronous requests. Like ``app``.
    """

    def __init__(self, app: Callable[[], ASGIApp], loop_thread: "Callable[[], LoopThread]") -> None:
        self._app = app
        self._loop_thread = loop_thread

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Call the application from synchronous code."""
        body = request.read()
        app = self._app()
        try:
            return self._loop_thread().run(lambda: _exchange(app, request, body))
        except CancelledError:
            message = "The emulator was closed"
            raise httpx.ReadError(message, request=request) from None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Call the application from asynchronous code."""
        body = await request.aread()
        return await _exchange(self._app(), request, body)


class LoopThread:
    """An event loop in a thread of its own. It starts with the first call of ``run``."""

    def __init__(self) -> None:
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Leave the thread to the parent process."""
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    def run(self, function: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
        """Run a coroutine function in the thread, and return its result."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run_loop, name="authing-emulator", daemon=True
                )
                self._thread.start()
        loop, _ = self._started_loop()
        # In a context of its own: the caller's may say that trio runs.
        return Context().run(asyncio.run_coroutine_threadsafe, function(), loop).result()

    def close(self) -> None:
        """Stop the thread, and wait for its end."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            loop, stop = self._started.result()
            self._started = Future()
            loop.call_soon_threadsafe(stop.set)
            thread.join()

    def _started_loop(self) -> tuple[asyncio.AbstractEventLoop, asyncio.Event]:
        try:
            return self._started.result()
        except BaseException:
            self.after_fork()  # the next call tries to start it
            raise

    def _run_loop(self) -> None:
        main = self._main()
        try:
            asyncio.run(main)
        except BaseException as error:  # such as that of pytest-socket, as the loop has sockets
            main.close()
            if not self._started.done():
                self._started.set_exception(error)

    async def _main(self) -> None:
        stop = asyncio.Event()
        self._started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()


async def _exchange(app: ASGIApp, request: httpx.Request, body: bytes) -> httpx.Response:
    """Send one request to an application and return its response.

    Raises:
        httpx.ReadTimeout: The response takes longer than the timeout of the request.
        httpx.RemoteProtocolError: There is no response.
    """
    messages: list[Message] = []
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    closed = anyio.Event()

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await closed.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)

    with anyio.move_on_after(request.extensions.get("timeout", {}).get("read")) as scope:
        await app(_scope(request, closed.set), receive, send)
    if scope.cancelled_caught:
        message = "The read operation timed out"
        raise httpx.ReadTimeout(message, request=request)
    if not messages:
        message = "Server disconnected without sending a response."
        raise httpx.RemoteProtocolError(message, request=request)
    start, *rest = messages
    return httpx.Response(
        start["status"],
        headers=start["headers"],
        stream=_Body([message.get("body", b"") for message in rest], start["headers"], request),
        request=request,
    )


def _scope(request: httpx.Request, close: Callable[[], None]) -> Message:
    from ...emulator.web.disruptions import CLOSE_CONNECTION

    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": _CLIENT,
        "server": (url.host, url.port),
        "state": {CLOSE_CONNECTION: close},
    }


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a response. It fails like a connection if it is shorter than announced."""

    def __init__(
        self, chunks: list[bytes], headers: list[tuple[bytes, bytes]], request: httpx.Request
    ) -> None:
        self._chunks = chunks
        announced = next((value for name, value in headers if name == b"content-length"), b"0")
        self._missing = int(announced) - sum(map(len, chunks))
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        yield from filter(None, self._chunks)
        if self._missing > 0:
            message = "peer closed connection without sending complete message body"
            raise httpx.RemoteProtocolError(message, request=self._request)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk
