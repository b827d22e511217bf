"""The time that it takes to create many users."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from typing import Any

from authing_users import BulkResult, fast

from . import ours
from .server import Server, serving

CONCURRENCY = 16
# Users that are created one by one, which takes long. The others are compared per user.
ONE_BY_ONE_USERS = 100

ONE_BY_ONE = "create, one by one"
ONE_BY_ONE_PASSWORDS = f"{ONE_BY_ONE}, with passwords"
MANY = f"create_many(concurrency={CONCURRENCY})"
MANY_PASSWORDS = f"{MANY}, with passwords"
BASELINES: Mapping[str, str] = {
    ONE_BY_ONE: ONE_BY_ONE,
    MANY: ONE_BY_ONE,
    ONE_BY_ONE_PASSWORDS: ONE_BY_ONE_PASSWORDS,
    MANY_PASSWORDS: ONE_BY_ONE_PASSWORDS,
}


@dataclass(frozen=True, slots=True)
class Creations:
    """How fast users are created.

    Attributes:
        users: Number of users that ``create_many`` creates.
        latency: Seconds that the server waited before each response.
        per_second: Users per second, by name of our client, then by the way they are created.
    """

    users: int
    latency: float
    per_second: Mapping[str, Mapping[str, float]]

    def factor(self, client: str, kind: str) -> float:
        """Return how many times as fast users are created as one by one."""
        rates = self.per_second[client]
        return rates[kind] / rates[BASELINES[kind]]


def measure(users: int, latency: float) -> Creations:
    """Measure how fast each of our clients creates users.

    Args:
        users: Number of users.
        latency: Seconds that the server waits before each response.
    """
    per_second: dict[str, dict[str, float]] = {}
    with serving(latency=latency) as server:
        for client, uses_fast in ((ours.DEFAULT, False), (ours.FAST, True)):
            per_second[f"{client}, sync"] = _rates(server, uses_fast, users)
            per_second[f"{client}, async"] = asyncio.run(_async_rates(server, uses_fast, users))
    return Creations(users, latency, per_second)


def _rates(server: Server, uses_fast: bool, number: int) -> dict[str, float]:
    rates: dict[str, float] = {}
    with ExitStack() as stack:
        http = stack.enter_context(fast.Client()) if uses_fast else None
        client = stack.enter_context(ours.client(server, http, has_key=True)).users
        client.create({"username": "first", "password": "first-password"})  # gets the token
        for kind in BASELINES:
            is_one_by_one = kind == BASELINES[kind]
            users = list(_users(kind, ONE_BY_ONE_USERS if is_one_by_one else number))
            start = time.perf_counter()
            if is_one_by_one:
                for user in users:
                    client.create(user)
            else:
                _expect(client.create_many(users, concurrency=CONCURRENCY), number)
            rates[kind] = len(users) / (time.perf_counter() - start)
    return rates


async def _async_rates(server: Server, uses_fast: bool, number: int) -> dict[str, float]:
    rates: dict[str, float] = {}
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(fast.AsyncClient()) if uses_fast else None
        management = ours.async_client(server, http, has_key=True)
        client = (await stack.enter_async_context(management)).users
        await client.create({"username": "first", "password": "first-password"})
        for kind in BASELINES:
            is_one_by_one = kind == BASELINES[kind]
            users = list(_users(kind, ONE_BY_ONE_USERS if is_one_by_one else number))
            start = time.perf_counter()
            if is_one_by_one:
                for user in users:
                    await client.create(user)
            else:
                _expect(await client.create_many(users, concurrency=CONCURRENCY), number)
            rates[kind] = len(users) / (time.perf_counter() - start)
    return rates


def _users(kind: str, number: int) -> Iterator[Any]:
    has_password = kind in (ONE_BY_ONE_PASSWORDS, MANY_PASSWORDS)
    more = {"password": "bench-password"} if has_password else {}
    for index in range(number):
        name = f"user-{index}"
        yield {"username": name, "email": f"{name}@example.com", "nickname": "小明", **more}


def _expect(result: BulkResult, number: int) -> None:
    created = result.counts["created"]
    if created != number:
        raise RuntimeError(f"{created} of {number} users were created")
