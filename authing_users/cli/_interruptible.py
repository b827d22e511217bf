"""An HTTP client that Ctrl+C interrupts.

``fast.Client`` waits in compiled code, where a signal is noticed only when the response has
arrived, and then may crash the process. Only the main thread handles signals. Its requests are
therefore sent by another thread, for which it waits in a way that a signal ends.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

__all__ = ["InterruptibleClient"]

ResultT = TypeVar("ResultT")


class _Worker:
    """A thread that calls functions for the main thread, one after the other."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self.is_interrupted = False

    def call(self, function: Callable[[], ResultT]) -> ResultT:
        """Return the result of a function. In other threads, it is called directly."""
        if threading.current_thread() is not threading.main_thread():
            return function()
        if self._thread is None:
            # A daemon: the process does not wait for a response that nobody needs.
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        future: Future[ResultT] = Future()
        self._calls.put((function, future))
        try:
            return future.result()
        except KeyboardInterrupt:
            self.is_interrupted = True
            raise

    def _run(self) -> None:
        while True:
            function, future = self._calls.get()
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)
            del function, future  # they hold the request, and its secrets


class InterruptibleClient:
    """Sends the requests of the main thread in another thread.

    All attributes that are not defined here are those of the client.
    """

    def __init__(self, client: Any) -> None:
        """Wrap a client. Nothing is started before the first request."""
        self._client = client
        self._worker = _Worker()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def __enter__(self) -> "InterruptibleClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def build_request(self, method: str, url: str, **settings: Any) -> Any:
        """Build a request."""
        return self._client.build_request(method, url, **settings)

    def send(
        self, request: Any, *, stream: bool = False, follow_redirects: Any = False
    ) -> "InterruptibleResponse":
        """Send a request and return the response as soon as its head has arrived."""
        response = self._worker.call(
            lambda: self._client.send(request, stream=stream, follow_redirects=follow_redirects)
        )
        return InterruptibleResponse(response, self._worker)

    def close(self) -> None:
        """Close all connections, unless one is still in use by an interrupted request."""
        if not self._worker.is_interrupted:
            self._client.close()


class InterruptibleResponse:
    """A response whose body is read by another thread.

    Attributes:
        status_code: HTTP status.
        headers: Headers, with case-insensitive lookup.
        has_small_body: Whether ``read`` can be used.
    """

    def __init__(self, response: Any, worker: _Worker) -> None:
        """Wrap a response."""
        self._response = response
        self._worker = worker
        self.status_code: int = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.has_small_body: bool = response.has_small_body

    def read(self) -> bytes:
        """Return a small body."""
        body: bytes = self._worker.call(self._response.read)
        return body

    def iter_bytes(self) -> Iterator[bytes]:
        """Iterate over the decompressed body, in chunks as they arrive."""
        chunks: Iterator[bytes] = iter(self._response.iter_bytes())
        while (chunk := self._worker.call(lambda: next(chunks, None))) is not None:
            yield chunk

    def close(self) -> None:
        """Release the connection."""
        if not self._worker.is_interrupted:
            self._worker.call(self._response.close)
