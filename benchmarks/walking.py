"""Walking over all users of a pool: the memory that it takes, and the time."""

import asyncio
import gc
import inspect
import time
import tracemalloc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from authing_graphql import operations
from authing_users import AsyncManagementClient, ManagementClient, UsersManagementClient

from .contenders import endpoint, headers, our_async_client, our_client
from .server import Server, serving

LIMIT = 100
PREFETCH = 8

ONE_BY_ONE = "one page after another"
AHEAD = f"prefetch={PREFETCH}"


@dataclass(frozen=True, slots=True)
class Memory:
    """What Python holds while and after users are read, in bytes.

    Attributes:
        peaks: The most that a walk over so many users held at once, by kind of walk.
        held: What a user in a list of all takes.
        held_as_dicts: The same for the parsed JSON of plain ``httpx``.
    """

    peaks: Mapping[str, Mapping[int, int]]
    held: float
    held_as_dicts: float


@dataclass(frozen=True, slots=True)
class Walks:
    """How long walks took.

    Attributes:
        users: Over how many users.
        latency: Seconds that the server waited before it answered.
        seconds: How long they took, by ``sync`` or ``async``, then by kind of walk.
    """

    users: int
    latency: float
    seconds: Mapping[str, Mapping[str, float]]


def kinds() -> dict[str, dict[str, Any]]:
    """Return the arguments of each kind of walk that the client knows."""
    known = inspect.signature(UsersManagementClient.iter_list).parameters
    return {ONE_BY_ONE: {}} | ({AHEAD: {"prefetch": PREFETCH}} if "prefetch" in known else {})


def memory(numbers: Sequence[int]) -> Memory:
    """Measure the memory of walks over so many users, and of a list of the most."""
    peaks: dict[str, dict[int, int]] = {kind: {} for kind in kinds()}
    for number in numbers:
        with serving(users=number) as server:
            for kind, arguments in kinds().items():
                peaks[kind][number] = _peak(server, number, arguments)
    most = max(numbers)
    with serving(users=most) as server, our_client(server) as client:
        client.users.list(limit=LIMIT)
        held = _held(lambda: client.users.iter_list(limit=LIMIT), most)
        as_dicts = _held(lambda: _dicts(server, most), most)
    return Memory(peaks, held, as_dicts)


def _peak(server: Server, number: int, arguments: dict[str, Any]) -> int:
    with our_client(server) as client:
        client.users.list(limit=LIMIT)  # what is built once is no part of a walk
        gc.collect()
        tracemalloc.start()
        try:
            _expect(number, sum(1 for _ in client.users.iter_list(limit=LIMIT, **arguments)))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def _held(walk: Callable[[], Iterable[Any]], number: int) -> float:
    gc.collect()
    tracemalloc.start()
    try:
        users = list(walk())
        gc.collect()
        _expect(number, len(users))
        return tracemalloc.get_traced_memory()[0] / number
    finally:
        tracemalloc.stop()


def _dicts(server: Server, number: int) -> Iterable[Any]:
    with httpx.Client(headers=headers(), trust_env=False) as client:
        for page in range(1, -(-number // LIMIT) + 1):
            body = {
                "query": operations.LIST_USERS_GQL,
                "operationName": "ListUsers",
                "variables": {"page": page, "limit": LIMIT},
            }
            yield from client.post(endpoint(server), json=body).json()["data"]["users"]["list"]


def walks(number: int, latency: float) -> Walks:
    """Measure how long walks take when the server waits so many seconds before it answers."""
    seconds: dict[str, dict[str, float]] = {"sync": {}, "async": {}}
    with serving(users=number, latency=latency) as server:
        for kind, arguments in kinds().items():
            with our_client(server) as client:
                seconds["sync"][kind] = _seconds(client, number, arguments)
            walk = _async_seconds(our_async_client(server), number, arguments)
            seconds["async"][kind] = asyncio.run(walk)
    return Walks(number, latency, seconds)


def _seconds(client: ManagementClient, number: int, arguments: dict[str, Any]) -> float:
    client.users.list(limit=LIMIT)
    start = time.perf_counter()
    _expect(number, sum(1 for _ in client.users.iter_list(limit=LIMIT, **arguments)))
    return time.perf_counter() - start


async def _async_seconds(
    client: AsyncManagementClient, number: int, arguments: dict[str, Any]
) -> float:
    async with client:
        await client.users.list(limit=LIMIT)
        start, walked = time.perf_counter(), 0
        async for _ in client.users.iter_list(limit=LIMIT, **arguments):
            walked += 1
        _expect(number, walked)
        return time.perf_counter() - start


def _expect(users: int, walked: int) -> None:
    if walked != users:
        raise RuntimeError(f"The walk yielded {walked} of {users} users")
