"""Asking for pages in threads before they are needed: they come in order."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Event
from typing import Generic, TypeVar

from .._runtime.clock import cancelled_by

PageT = TypeVar("PageT")


class Prefetcher(Generic[PageT]):
    """Asks for pages in threads of its own.

    Args:
        fetch: Asks for a page by its one-based number.
        depth: How many pages are in flight at the most.
    """

    def __init__(self, fetch: Callable[[int], PageT], depth: int) -> None:
        self._fetch = fetch
        self._depth = depth
        self._threads: ThreadPoolExecutor | None = None
        self._pages: deque[tuple[int, Future[PageT]]] = deque()
        self._closed = Event()

    def page(self, number: int, last: int) -> PageT:
        """Return a page; its error is raised here, and not before.

        Args:
            number: The number of the page. Pages that were asked for beyond another are dropped.
            last: The number of the last page, as far as that is known.
        """
        if self._depth == 1:
            return self._fetch(number)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._depth, "authing-users-pages")
        if self._pages and self._pages[0][0] != number:
            self._drop()
        following = number + len(self._pages)
        for ahead in range(following, min(number + self._depth, max(last, number) + 1)):
            # What the caller's context says, about tracing for one, is so in the threads too.
            asked = self._threads.submit(copy_context().run, self._ask, ahead)
            self._pages.append((ahead, asked))
        return self._pages.popleft()[1].result()

    def close(self) -> None:
        """Drop the pages that are in flight: what was sent ends, and is not tried again."""
        self._closed.set()
        self._drop()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, number: int) -> PageT:
        with cancelled_by(self._closed):
            return self._fetch(number)

    def _drop(self) -> None:
        for _, asked in self._pages:
            asked.cancel()
        self._pages.clear()
