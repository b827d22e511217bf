"""Asking for pages in tasks before they are needed: they come in order."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

PageT = TypeVar("PageT")


class AsyncPrefetcher(Generic[PageT]):
    """Asks for pages in tasks.

    Args:
        fetch: Asks for a page by its one-based number.
        depth: How many pages are in flight at the most.
    """

    def __init__(self, fetch: Callable[[int], Awaitable[PageT]], depth: int) -> None:
        self._fetch = fetch
        self._depth = depth
        self._pages: deque[tuple[int, asyncio.Task[PageT]]] = deque()

    async def page(self, number: int, last: int) -> PageT:
        """Return a page; its error is raised here, and not before.

        Args:
            number: The number of the page. Pages that were asked for beyond another are dropped.
            last: The number of the last page, as far as that is known.
        """
        if self._depth == 1:
            return await self._fetch(number)
        if self._pages and self._pages[0][0] != number:
            await self.aclose()
        following = number + len(self._pages)
        for ahead in range(following, min(number + self._depth, max(last, number) + 1)):
            self._pages.append((ahead, asyncio.create_task(self._ask(ahead))))
        return await self._pages.popleft()[1]

    async def aclose(self) -> None:
        """Drop the pages that are in flight."""
        tasks = [task for _, task in self._pages]
        self._pages.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.exception()  # nobody is there to raise it

    async def _ask(self, number: int) -> PageT:
        return await self._fetch(number)
