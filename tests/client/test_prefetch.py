"""Prefetching pages: how many, in which order, and what is left when an iteration ends."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import pytest
from hypothesis import given, settings, strategies as st

from authing_graphql import PaginatedUsers, User
from authing_users import InvalidInputError, ServerError
from authing_users._async.paging import paginate_users as async_paginate_users
from authing_users._sync.paging import paginate_users

from ..support.client_kinds import (
    ClientKind,
    MakeClient,
    close,
    collect,
    management_client,
    sync_client,
)
from ..support.emulator_pool import EmulatorPool
from ..support.programs import run_program
from ..support.scripted_server import ScriptedServer, data

BOTH_KINDS = pytest.mark.parametrize("client_kind", ["sync", "async"])
LONG = 20  # seconds; only a failing test takes that long


class Listing:
    """A listing of users that records the requests for its pages.

    Attributes:
        users: The users.
        requested: Numbers of the requested pages, in order.
        returned: For each page, whether it was returned.
        max_in_flight: The largest number of pages in flight at once.
        wait_for: Returns the event that a page, by its number, waits for.
        after_page: Called after each page; may change the users.
        delays: Rounds of the event loop that pages take, so that some arrive out of order.
    """

    def __init__(self, size: int, limit: int) -> None:
        self.users = [User(id=str(number)) for number in range(size)]
        self.limit = limit
        self.requested: list[int] = []
        self.returned = [threading.Event() for _ in range(size // limit + 2)]
        self.max_in_flight = 0
        self.wait_for: Callable[[int], threading.Event | None] = lambda number: None
        self.after_page: Callable[[int], None] = lambda number: None
        self.delays: list[int] = []
        self._in_flight = 0
        self._lock = threading.RLock()

    def iterate(
        self, client_kind: ClientKind, prefetch: int
    ) -> Generator[User] | AsyncGenerator[User]:
        """Iterate over the users of all pages."""
        if client_kind == "sync":
            return paginate_users(self.page, prefetch)
        return async_paginate_users(self.async_page, prefetch)

    def page(self, number: int) -> PaginatedUsers:
        """Return a page."""
        with self._in_flight_page(number):
            event = self.wait_for(number)
            assert event is None or event.wait(LONG)
            return self._page(number)

    async def async_page(self, number: int) -> PaginatedUsers:
        """Return a page."""
        with self._in_flight_page(number):
            event = self.wait_for(number)
            for _ in range(LONG * 1000):
                if event is None or event.is_set():
                    break
                await asyncio.sleep(0.001)
            assert event is None or event.is_set()
            for _ in range(self.delays.pop() if self.delays else 0):
                await asyncio.sleep(0)
            return self._page(number)

    @contextmanager
    def _in_flight_page(self, number: int) -> Generator[None]:
        with self._lock:
            self.requested.append(number)
            self._in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self._in_flight)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1

    def _page(self, number: int) -> PaginatedUsers:
        with self._lock:
            start = (number - 1) * self.limit
            page = PaginatedUsers(
                total_count=len(self.users), list=self.users[start : start + self.limit]
            )
            self.after_page(number)
            self.returned[number].set()
            return page


async def take(users: Generator[User] | AsyncGenerator[User], number: int) -> list[str]:
    """Return the IDs of the next users of an iterator."""
    ids: list[str] = []
    for _ in range(number):
        user = next(users) if isinstance(users, Generator) else await anext(users)
        ids.append(user.id)
    return ids


def running_tasks() -> set[asyncio.Task[Any]]:
    return {task for task in asyncio.all_tasks() if not task.done()}


@pytest.mark.parametrize("prefetch", [1, 2, 5])
async def test_prefetch_limits_the_pages_in_flight(client_kind: ClientKind, prefetch: int) -> None:
    listing = Listing(30, limit=2)
    reached = threading.Event()

    def until_all_are_in_flight(number: int) -> threading.Event | None:
        # The first page is requested alone: it says whether there are more.
        if number == 1:
            return None
        if listing.max_in_flight == prefetch:
            reached.set()
        return reached

    listing.wait_for, listing.delays = until_all_are_in_flight, [3] * 15
    assert len(await collect(listing.iterate(client_kind, prefetch))) == 30
    assert listing.max_in_flight == prefetch
    assert sorted(listing.requested) == list(range(1, 16))


async def test_users_are_yielded_in_order_when_pages_arrive_out_of_order(
    client_kind: ClientKind,
) -> None:
    listing = Listing(18, limit=2)
    listing.wait_for = lambda number: (
        listing.returned[number + 1] if number in (2, 4, 6, 8) else None
    )
    assert await collect(listing.iterate(client_kind, 2)) == listing.users


async def test_the_next_page_is_requested_before_one_that_has_arrived_is_used() -> None:
    listing = Listing(12, limit=2)
    users = listing.iterate("async", 2)
    await take(users, 4)
    for _ in range(3):
        await asyncio.sleep(0)
    assert listing.returned[3].is_set()
    await take(users, 1)
    assert listing.requested == [1, 2, 3, 4]


async def test_a_failing_page_raises_only_when_it_is_reached(client_kind: ClientKind) -> None:
    listing = Listing(18, limit=2)
    failed = threading.Event()

    def fail(number: int) -> threading.Event | None:
        if number == 4:
            failed.set()
            raise ServerError("busy")
        return failed if number == 2 else None  # page 4 fails before page 2 arrives

    listing.wait_for = fail
    tasks = running_tasks()
    users = listing.iterate(client_kind, 4)
    assert await take(users, 6) == ["0", "1", "2", "3", "4", "5"]
    with pytest.raises(ServerError):
        await take(users, 1)
    assert await collect(users) == []
    assert running_tasks() == tasks


def page_threads() -> list[threading.Thread]:
    """Return the threads that request pages."""
    return [thread for thread in threading.enumerate() if "authing-users-pages" in thread.name]


def test_stopping_early_ends_all_threads() -> None:
    listing = Listing(100, limit=2)
    all_requested, proceed = threading.Event(), threading.Event()

    def hold_back(number: int) -> threading.Event | None:
        if listing.max_in_flight == 4:
            all_requested.set()
        return {1: None, 2: all_requested}.get(number, proceed)

    listing.wait_for = hold_back
    users = listing.iterate("sync", 4)
    assert isinstance(users, Generator)
    for user in users:
        if user.id == "2":
            break
    started = time.monotonic()
    users.close()  # does not wait for the pages in flight
    assert time.monotonic() - started < LONG / 2
    assert not proceed.is_set()
    proceed.set()
    for thread in page_threads():
        thread.join(LONG)
    assert page_threads() == []
    assert sorted(listing.requested) == [1, 2, 3, 4, 5]


async def test_stopping_early_ends_all_tasks() -> None:
    listing = Listing(100, limit=2)
    never = threading.Event()
    listing.wait_for = lambda number: never if number > 2 else None
    tasks = running_tasks()
    users = listing.iterate("async", 4)
    assert isinstance(users, AsyncGenerator)
    async for user in users:
        if user.id == "2":
            break
    assert len(running_tasks() - tasks) == 3
    async with asyncio.timeout(LONG / 2):
        await users.aclose()
    assert running_tasks() == tasks
    assert listing.requested == [1, 2, 3, 4, 5]


async def test_cancelling_an_iteration_ends_all_tasks() -> None:
    listing = Listing(100, limit=2)
    never, all_requested = threading.Event(), asyncio.Event()

    def wait_for(number: int) -> threading.Event | None:
        if number == 5:
            all_requested.set()
        return never if number > 1 else None

    listing.wait_for = wait_for
    tasks = running_tasks()
    iteration = asyncio.create_task(collect(listing.iterate("async", 4)))
    async with asyncio.timeout(LONG / 2):
        await all_requested.wait()
    assert listing.requested == [1, 2, 3, 4, 5]
    iteration.cancel()
    async with asyncio.timeout(LONG / 2):
        with pytest.raises(asyncio.CancelledError):
            await iteration
    assert running_tasks() == tasks


def ids_of(listing: Listing, client_kind: ClientKind, prefetch: int) -> list[str]:
    users = asyncio.run(collect(listing.iterate(client_kind, prefetch)))
    return [user.id for user in users]


changes = st.lists(st.integers(0, 6), max_size=8)
prefetches = st.integers(1, 5)
delays = st.lists(st.integers(0, 5), max_size=12)


@BOTH_KINDS
@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(0, 30),
    limit=st.integers(1, 6),
    prefetch=prefetches,
    added=changes,
    delays=delays,
)
def test_users_added_during_iteration_hide_no_user(
    client_kind: ClientKind,
    size: int,
    limit: int,
    prefetch: int,
    added: list[int],
    delays: list[int],
) -> None:
    listing = Listing(size, limit)
    listing.returned += [threading.Event() for _ in range(60)]
    before = [user.id for user in listing.users]

    def add(_: int) -> None:
        number = added.pop() if added else 0
        listing.users[:0] = [User(id=f"new-{len(listing.users)}-{at}") for at in range(number)]

    listing.after_page, listing.delays = add, delays
    ids = ids_of(listing, client_kind, prefetch)
    assert len(set(ids)) == len(ids)
    assert set(before) <= set(ids)


@BOTH_KINDS
@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(0, 30),
    limit=st.integers(1, 6),
    prefetch=prefetches,
    deleted=st.lists(st.sets(st.integers(0, 30), max_size=6), max_size=8),
    delays=delays,
)
def test_users_deleted_during_iteration_hide_no_remaining_user(
    client_kind: ClientKind,
    size: int,
    limit: int,
    prefetch: int,
    deleted: list[set[int]],
    delays: list[int],
) -> None:
    listing = Listing(size, limit)

    def delete(_: int) -> None:
        indexes = deleted.pop() if deleted else set[int]()
        listing.users = [user for at, user in enumerate(listing.users) if at not in indexes]

    listing.after_page, listing.delays = delete, delays
    ids = ids_of(listing, client_kind, prefetch)
    assert len(set(ids)) == len(ids)
    assert {user.id for user in listing.users} <= set(ids)


@pytest.mark.parametrize("early", [True, False], ids=["before", "after"])
async def test_a_page_from_before_a_deletion_hides_no_user(
    client_kind: ClientKind, early: bool
) -> None:
    listing = Listing(20, limit=2)
    deleted = threading.Event()

    def out_of_order(number: int) -> threading.Event | None:
        if number == 3 and not deleted.is_set():
            return None if early else listing.returned[2]
        return listing.returned[3] if early and number == 2 else None

    def delete_after(number: int) -> None:
        if number == (3 if early else 2) and not deleted.is_set():
            deleted.set()
            del listing.users[0]

    listing.wait_for, listing.after_page = out_of_order, delete_after
    ids = [user.id for user in await collect(listing.iterate(client_kind, 4))]
    assert deleted.is_set()
    assert ids == [str(number) for number in range(20)]


@pytest.mark.parametrize("prefetch", [0, -1, True, 65, "8", 2.0, None], ids=repr)
def test_an_invalid_prefetch_is_rejected_before_sending(
    make_client: MakeClient, prefetch: Any
) -> None:
    client: Any = make_client(ScriptedServer())
    for iterate in (
        client.users.iter_list,
        client.users.iter_archived_users,
        partial(client.users.iter_search, "bob"),
        partial(client.users.iter_policies, "u"),
        partial(client.groups.iter_users, "g"),
        partial(client.roles.iter_users, "r"),
        partial(client.policies.iter_assignments, "p"),
    ):
        with pytest.raises(InvalidInputError, match="prefetch"):
            iterate(prefetch=prefetch)


async def test_prefetching_yields_the_same_users_as_reading_page_by_page(
    client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(95)
    client = management_client(
        client_kind,
        user_pool_id=emulator_pool.emulator.user_pool_id,
        secret=emulator_pool.emulator.secret,
        host=emulator_pool.host,
    )
    one_at_a_time = await collect(client.users.iter_list(limit=10))
    prefetched = await collect(client.users.iter_list(limit=10, prefetch=4))
    assert prefetched == one_at_a_time
    assert len(prefetched) == 95
    await close(client)


def test_an_iterator_goes_on_in_a_forked_process(emulator_pool: EmulatorPool) -> None:
    emulator_pool.seed_users(8)
    program = (
        "import os, signal, sys\n"
        "from authing_users import ManagementClient\n"
        "users = ManagementClient().users.iter_list(limit=2, prefetch=3)\n"
        "next(users)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    signal.alarm(20)\n"
        "    os._exit(len(list(users)))\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), len(list(users)))\n"
    )
    printed = run_program(emulator_pool, program, warnings="ignore::DeprecationWarning")
    assert printed == ["7 7"]


def test_stopping_early_cancels_retries_of_pages() -> None:
    requested: list[int] = []
    rejected = threading.Semaphore(0)

    def list_users(body: dict[str, Any]) -> httpx.Response:
        page: int = body["variables"]["page"]
        requested.append(page)
        if page < 3:
            return data(users={"totalCount": 8, "list": [{"id": f"{page}a"}, {"id": f"{page}b"}]})
        rejected.release()
        return httpx.Response(503, headers={"retry-after": "60"})

    with sync_client(ScriptedServer(*[list_users] * 8), retries=2) as client:
        users = client.users.iter_list(limit=2, prefetch=3)
        assert [next(users).id for _ in range(3)] == ["1a", "1b", "2a"]
        for _ in range(2):  # pages 3 and 4 are retried after a minute
            assert rejected.acquire(timeout=LONG)
        threads = page_threads()
        assert threads
        users.close()
        for thread in threads:
            thread.join(LONG)
            assert not thread.is_alive()
    assert sorted(requested) == [1, 2, 3, 4]
