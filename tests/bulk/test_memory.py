"""The memory of a run does not grow with the number of items."""

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from ..support.client_kinds import ClientKind
from .engine import MemoryCheckpoint, fail, run_engine

FEW, MANY = 3_000, 30_000
# Bytes. An item that stays in memory needs about 1,000.
TOLERANCE = 2_500_000


class ForgetfulCheckpoint(MemoryCheckpoint):
    """Stores nothing, so that only the memory of the run counts."""

    def started(self, items: Any) -> None:
        pass

    def finished(self, outcomes: Any) -> None:
        pass


def numbers(count: int) -> Iterator[int]:
    yield from range(count)


async def peak(client_kind: ClientKind, count: int) -> int:
    """Return the peak of memory in bytes while items are processed."""
    tracemalloc.start()
    try:
        result = await run_engine(
            client_kind,
            numbers(count),
            fail(*range(0, count, 1000)),
            batch_size=100,
            concurrency=4,
            checkpoint=ForgetfulCheckpoint(),
        )
        assert result.total == count == sum(1 for _ in result.items)
        assert len(result.failed) == -(-count // 1000)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
async def test_memory_does_not_grow_with_the_number_of_items(client_kind: ClientKind) -> None:
    few = await peak(client_kind, FEW)
    many = await peak(client_kind, MANY)
    assert many < few + TOLERANCE
