"""Asking for pages ahead: how many, in which order, and what is left when a walk ends."""

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
from authing_users._async.paging import paginate_users as async_walk_users
from authing_users._policy.pagination import REMEMBERED, Paginator
from authing_users._sync.paging import paginate_users

from ..support.client_kinds import Mode, close, collect, management_client
from ..support.emulator_pool import Stage
from ..support.scripted_server import ScriptedServer, data

BOTH_MODES = pytest.mark.parametrize("mode", ["sync", "async"])
PATIENCE = 20  # seconds; only a walk that is wrong takes that long


class Listing:
    """A listing of users that notes how it is asked for its pages.

    Attributes:
        users: The users.
        asked: Numbers of the pages that were asked for, in order.
        answered: For each page, whether it was answered.
        most: How many pages were in flight at once at the most.
        wait_for: Returns what a page, by its number, is not answered before.
        meanwhile: Called after each answer; may change the users.
        delays: Rounds of the event loop that pages take, so that some come out of order.
    """

    def __init__(self, size: int, limit: int) -> None:
        self.users = [User(id=str(number)) for number in range(size)]
        self.limit = limit
        self.asked: list[int] = []
        self.answered = [threading.Event() for _ in range(size // limit + 2)]
        self.most = 0
        self.wait_for: Callable[[int], threading.Event | None] = lambda number: None
        self.meanwhile: Callable[[int], None] = lambda number: None
        self.delays: list[int] = []
        self._in_flight = 0
        self._lock = threading.RLock()

    def iterate(self, mode: Mode, prefetch: int) -> Generator[User] | AsyncGenerator[User]:
        """Walk over all pages."""
        if mode == "sync":
            return paginate_users(self.page, prefetch)
        return async_walk_users(self.async_page, prefetch)

    def page(self, number: int) -> PaginatedUsers:
        """Answer a page."""
        with self._flight(number):
            event = self.wait_for(number)
            assert event is None or event.wait(PATIENCE)
            return self._answer(number)

    async def async_page(self, number: int) -> PaginatedUsers:
        """Answer a page."""
        with self._flight(number):
            event = self.wait_for(number)
            for _ in range(PATIENCE * 1000):
                if event is None or event.is_set():
                    break
                await asyncio.sleep(0.001)
            assert event is None or event.is_set()
            for _ in range(self.delays.pop() if self.delays else 0):
                await asyncio.sleep(0)
            return self._answer(number)

    @contextmanager
    def _flight(self, number: int) -> Generator[None]:
        with self._lock:
            self.asked.append(number)
            self._in_flight += 1
            self.most = max(self.most, self._in_flight)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1

    def _answer(self, number: int) -> PaginatedUsers:
        with self._lock:
            start = (number - 1) * self.limit
            page = PaginatedUsers(
                total_count=len(self.users), list=self.users[start : start + self.limit]
            )
            self.meanwhile(number)
            self.answered[number].set()
            return page


async def take(users: Generator[User] | AsyncGenerator[User], number: int) -> list[str]:
    """Return the ids of the next users of a walk."""
    ids: list[str] = []
    for _ in range(number):
        user = next(users) if isinstance(users, Generator) else await anext(users)
        ids.append(user.id)
    return ids


def running_tasks() -> set[asyncio.Task[Any]]:
    return {task for task in asyncio.all_tasks() if not task.done()}


@pytest.mark.parametrize("prefetch", [1, 2, 5])
async def test_so_many_pages_are_in_flight_and_never_more(mode: Mode, prefetch: int) -> None:
    listing = Listing(30, limit=2)
    reached = threading.Event()

    def until_all_are_under_way(number: int) -> threading.Event | None:
        # The first page comes alone: before it nobody knows whether there are more.
        if number == 1:
            return None
        if listing.most == prefetch:
            reached.set()
        return reached

    listing.wait_for, listing.delays = until_all_are_under_way, [3] * 15
    assert len(await collect(listing.iterate(mode, prefetch))) == 30
    assert listing.most == prefetch
    assert sorted(listing.asked) == list(range(1, 16))


async def test_users_come_in_order_also_when_a_later_page_comes_first(mode: Mode) -> None:
    listing = Listing(18, limit=2)
    listing.wait_for = lambda number: (
        listing.answered[number + 1] if number in (2, 4, 6, 8) else None
    )
    walked = await collect(listing.iterate(mode, 2))
    assert walked == listing.users


async def test_a_page_that_fails_raises_at_its_place_and_not_before(mode: Mode) -> None:
    listing = Listing(18, limit=2)
    failed = threading.Event()

    def fail(number: int) -> threading.Event | None:
        if number == 4:
            failed.set()
            raise ServerError("busy")
        return failed if number == 2 else None  # the failure is there before page 2 is

    listing.wait_for = fail
    tasks = running_tasks()
    users = listing.iterate(mode, 4)
    assert await take(users, 6) == ["0", "1", "2", "3", "4", "5"]
    with pytest.raises(ServerError):
        await take(users, 1)
    assert await collect(users) == []
    assert running_tasks() == tasks


def page_threads() -> list[threading.Thread]:
    """The threads that pages are asked for in."""
    return [thread for thread in threading.enumerate() if "authing-users-pages" in thread.name]


def test_a_walk_that_stops_early_leaves_no_thread_at_work() -> None:
    listing = Listing(100, limit=2)
    all_asked, let_go = threading.Event(), threading.Event()

    def hold_back(number: int) -> threading.Event | None:
        if listing.most == 4:
            all_asked.set()
        return {1: None, 2: all_asked}.get(number, let_go)

    listing.wait_for = hold_back
    users = listing.iterate("sync", 4)
    assert isinstance(users, Generator)
    for user in users:
        if user.id == "2":
            break
    begun = time.monotonic()
    users.close()  # does not wait for the pages that are under way
    assert time.monotonic() - begun < PATIENCE / 2
    assert not let_go.is_set()
    let_go.set()
    for thread in page_threads():
        thread.join(PATIENCE)
    assert page_threads() == []
    assert sorted(listing.asked) == [1, 2, 3, 4, 5]


async def test_a_walk_that_stops_early_leaves_no_task_at_work() -> None:
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
    async with asyncio.timeout(PATIENCE / 2):
        await users.aclose()
    assert running_tasks() == tasks
    assert listing.asked == [1, 2, 3, 4, 5]


async def test_a_walk_that_is_cancelled_leaves_no_task_at_work() -> None:
    listing = Listing(100, limit=2)
    never = threading.Event()
    listing.wait_for = lambda number: never if number > 1 else None
    tasks = running_tasks()
    walking = asyncio.create_task(collect(listing.iterate("async", 4)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert listing.asked == [1, 2, 3, 4, 5]
    walking.cancel()
    async with asyncio.timeout(PATIENCE / 2):
        with pytest.raises(asyncio.CancelledError):
            await walking
    assert running_tasks() == tasks


def walked(listing: Listing, mode: Mode, prefetch: int) -> list[str]:
    users = asyncio.run(collect(listing.iterate(mode, prefetch)))
    return [user.id for user in users]


changes = st.lists(st.integers(0, 6), max_size=8)
prefetches = st.integers(1, 5)
delays = st.lists(st.integers(0, 5), max_size=12)


@BOTH_MODES
@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(0, 30),
    limit=st.integers(1, 6),
    prefetch=prefetches,
    added=changes,
    delays=delays,
)
def test_users_added_meanwhile_push_nobody_out(
    mode: Mode, size: int, limit: int, prefetch: int, added: list[int], delays: list[int]
) -> None:
    listing = Listing(size, limit)
    listing.answered += [threading.Event() for _ in range(60)]
    before = [user.id for user in listing.users]

    def add(_: int) -> None:
        number = added.pop() if added else 0
        listing.users[:0] = [User(id=f"new-{len(listing.users)}-{at}") for at in range(number)]

    listing.meanwhile, listing.delays = add, delays
    ids = walked(listing, mode, prefetch)
    assert len(set(ids)) == len(ids)
    assert set(before) <= set(ids)


@BOTH_MODES
@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(0, 30),
    limit=st.integers(1, 6),
    prefetch=prefetches,
    deleted=st.lists(st.sets(st.integers(0, 30), max_size=6), max_size=8),
    delays=delays,
)
def test_users_deleted_meanwhile_hide_nobody_who_stays(
    mode: Mode,
    size: int,
    limit: int,
    prefetch: int,
    deleted: list[set[int]],
    delays: list[int],
) -> None:
    listing = Listing(size, limit)

    def delete(_: int) -> None:
        gone = deleted.pop() if deleted else set[int]()
        listing.users = [user for at, user in enumerate(listing.users) if at not in gone]

    listing.meanwhile, listing.delays = delete, delays
    ids = walked(listing, mode, prefetch)
    assert len(set(ids)) == len(ids)
    assert {user.id for user in listing.users} <= set(ids)


@pytest.mark.parametrize("early", [True, False], ids=["before", "after"])
async def test_a_page_of_before_a_deletion_hides_nobody(mode: Mode, early: bool) -> None:
    listing = Listing(20, limit=2)
    deleted = threading.Event()

    def out_of_order(number: int) -> threading.Event | None:
        if number == 3 and not deleted.is_set():
            return None if early else listing.answered[2]
        return listing.answered[3] if early and number == 2 else None

    def delete_after(number: int) -> None:
        if number == (3 if early else 2) and not deleted.is_set():
            deleted.set()
            del listing.users[0]

    listing.wait_for, listing.meanwhile = out_of_order, delete_after
    walked = [user.id for user in await collect(listing.iterate(mode, 4))]
    assert deleted.is_set()
    assert walked == [str(number) for number in range(20)]


def test_a_walk_over_many_pages_remembers_only_so_many_users() -> None:
    state = Paginator[User](lambda user: user.id)
    size, limit = 3 * REMEMBERED, 1000
    yielded = 0
    while (page := state.next_page) is not None:
        start = (page - 1) * limit
        yielded += len(state.take([User(id=str(start + at)) for at in range(limit)], size))
        assert len(state._yielded) <= REMEMBERED
    assert yielded == size


@pytest.mark.parametrize("prefetch", [0, -1, True, 65, "8", 2.0, None], ids=repr)
def test_a_number_of_pages_that_makes_no_sense_is_refused_before_anything_is_sent(
    mode: Mode, prefetch: Any
) -> None:
    client: Any = ScriptedServer().client(mode)
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


async def test_all_that_one_policy_is_assigned_to_comes(mode: Mode) -> None:
    assignments = [
        {"code": "reading", "targetType": kind, "targetIdentifier": target}
        for kind, target in (("USER", "a"), ("ROLE", "a"), ("USER", "b"))
    ]
    server = ScriptedServer(
        data(policyAssignments={"totalCount": 3, "list": assignments[:2]}),
        data(policyAssignments={"totalCount": 3, "list": assignments[2:]}),
    )
    client = server.client(mode)
    walked = await collect(client.policies.iter_assignments("reading", limit=2))
    assert [(item.target_type, item.target_identifier) for item in walked] == [
        ("USER", "a"),
        ("ROLE", "a"),
        ("USER", "b"),
    ]
    await close(client)


async def test_pages_are_read_ahead_from_a_server(mode: Mode, stage: Stage) -> None:
    stage.users(95)
    client = management_client(
        mode,
        user_pool_id=stage.emulator.user_pool_id,
        secret=stage.emulator.secret,
        host=stage.host,
    )
    one_by_one = await collect(client.users.iter_list(limit=10))
    ahead = await collect(client.users.iter_list(limit=10, prefetch=4))
    assert ahead == one_by_one
    assert len(ahead) == 95
    await close(client)


def test_a_walk_that_ended_tries_no_page_again() -> None:
    asked: list[int] = []
    refused = threading.Semaphore(0)

    def list_users(body: dict[str, Any]) -> httpx.Response:
        page: int = body["variables"]["page"]
        asked.append(page)
        if page < 3:
            return data(users={"totalCount": 8, "list": [{"id": f"{page}a"}, {"id": f"{page}b"}]})
        refused.release()
        return httpx.Response(503, headers={"retry-after": "60"})

    client: Any = ScriptedServer(*[list_users] * 8).client("sync", retries=2)
    users = client.users.iter_list(limit=2, prefetch=3)
    assert [next(users).id for _ in range(3)] == ["1a", "1b", "2a"]
    for _ in range(2):  # pages 3 and 4 wait a minute before they are asked for again
        assert refused.acquire(timeout=PATIENCE)
    threads = [each for each in threading.enumerate() if "authing-users-pages" in each.name]
    assert threads
    users.close()
    for each in threads:
        each.join(PATIENCE)
        assert not each.is_alive()
    assert sorted(asked) == [1, 2, 3, 4]
