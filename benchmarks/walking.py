"""The memory and the time of walks over all users of a pool."""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from typing import Any

import httpx

from authing_graphql import operations
from authing_users import fast

from . import ours
from .contenders import endpoint, headers
from .server import Server, serving

LIMIT = 100
PREFETCH = 8

ONE_BY_ONE = "one page after another"
AHEAD = f"prefetch={PREFETCH}"
# The arguments of each kind of walk.
KINDS: Mapping[str, dict[str, Any]] = {ONE_BY_ONE: {}, AHEAD: {"prefetch": PREFETCH}}


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory that Python has allocated during and after walks, in bytes.

    Attributes:
        peaks: Peak during a walk, by kind of walk, then by number of users.
        held: Size of each user in a list of all users.
        held_as_dicts: The same for the parsed JSON of plain ``httpx``.
    """

    peaks: Mapping[str, Mapping[int, int]]
    held: float
    held_as_dicts: float


@dataclass(frozen=True, slots=True)
class Walks:
    """The duration of walks.

    Attributes:
        users: Number of users.
        latency: Seconds that the server waited before each response.
        seconds: Duration, by name of our client, then by kind of walk.
    """

    users: int
    latency: float
    seconds: Mapping[str, Mapping[str, float]]


def memory(numbers: Sequence[int]) -> Memory:
    """Measure the memory of walks over these numbers of users, and of a list of the most."""
    peaks: dict[str, dict[int, int]] = {kind: {} for kind in KINDS}
    for number in numbers:
        with serving(users=number) as server:
            for kind, arguments in KINDS.items():
                peaks[kind][number] = _peak(server, number, arguments)
    most = max(numbers)
    with serving(users=most) as server, ours.client(server) as client:
        client.users.list(limit=LIMIT)
        held = _held(lambda: client.users.iter_list(limit=LIMIT), most)
        as_dicts = _held(lambda: _dicts(server, most), most)
    return Memory(peaks, held, as_dicts)


def _peak(server: Server, number: int, arguments: dict[str, Any]) -> int:
    with ours.client(server) as client:
        client.users.list(limit=LIMIT)  # what is built once does not count
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
    """Measure the duration of walks when the server waits some seconds before each response."""
    seconds: dict[str, dict[str, float]] = {}
    with serving(users=number, latency=latency) as server:
        for client, uses_fast in ((ours.DEFAULT, False), (ours.FAST, True)):
            for mode in ("sync", "async"):
                by_kind = seconds[f"{client}, {mode}"] = {}
                for kind, arguments in KINDS.items():
                    if mode == "sync":
                        by_kind[kind] = _seconds(server, uses_fast, number, arguments)
                    else:
                        walk = _async_seconds(server, uses_fast, number, arguments)
                        by_kind[kind] = asyncio.run(walk)
    return Walks(number, latency, seconds)


def _seconds(server: Server, uses_fast: bool, number: int, arguments: dict[str, Any]) -> float:
    with ExitStack() as stack:
        http = stack.enter_context(fast.Client()) if uses_fast else None
        client = stack.enter_context(ours.client(server, http))
        client.users.list(limit=LIMIT)
        start = time.perf_counter()
        _expect(number, sum(1 for _ in client.users.iter_list(limit=LIMIT, **arguments)))
        return time.perf_counter() - start


async def _async_seconds(
    server: Server, uses_fast: bool, number: int, arguments: dict[str, Any]
) -> float:
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(fast.AsyncClient()) if uses_fast else None
        client = await stack.enter_async_context(ours.async_client(server, http))
        await client.users.list(limit=LIMIT)
        start, walked = time.perf_counter(), 0
        async for _ in client.users.iter_list(limit=LIMIT, **arguments):
            walked += 1
        _expect(number, walked)
        return time.perf_counter() - start


def _expect(users: int, walked: int) -> None:
    if walked != users:
        raise RuntimeError(f"The walk yielded {walked} of {users} users")
