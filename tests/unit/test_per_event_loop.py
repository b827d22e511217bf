"""Resources that belong to one event loop each."""

import asyncio
from contextlib import closing

from authing_users._concurrency.tasks import PerEventLoop


class Resource:
    """Something that has to be closed."""

    def __init__(self) -> None:
        self.is_closed = False

    async def aclose(self) -> None:
        """Close it."""
        self.is_closed = True


async def get(resources: PerEventLoop[Resource]) -> Resource:
    return resources.get()


def test_each_event_loop_has_its_own_resource() -> None:
    resources = PerEventLoop(Resource, Resource.aclose)
    with closing(asyncio.new_event_loop()) as one, closing(asyncio.new_event_loop()) as other:
        first = one.run_until_complete(get(resources))
        second = other.run_until_complete(get(resources))
        assert first is not second
        assert one.run_until_complete(get(resources)) is first
        assert other.run_until_complete(get(resources)) is second


async def test_a_closed_resource_is_not_returned_again() -> None:
    resources = PerEventLoop(Resource, Resource.aclose)
    closed = resources.get()
    await resources.aclose()
    assert closed.is_closed
    assert resources.get() is not closed
