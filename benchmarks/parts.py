"""The cost of a page of users with all of their fields, and with some."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from authing_users import UsersManagementClient, fast

from . import canned, ours, rounds
from .contenders import LIST_100, SyncContender
from .server import PART, USERS, serving

ALL = "list(limit=100)"
SOME = f"list(limit=100, fields={list(PART[1:])})"
CALLS: Mapping[str, Callable[[UsersManagementClient], object]] = {
    ALL: lambda users: users.list(limit=100),
    SOME: lambda users: users.list(limit=100, fields=PART),
}


@dataclass(frozen=True, slots=True)
class Fields:
    """The cost of calls that request all fields, and of those that request some.

    Attributes:
        series: Times, by name of our client, then by call.
        received: Bytes of a response body, by call.
    """

    series: Mapping[str, Mapping[str, rounds.Series]]
    received: Mapping[str, int]


def measure(number: int, seconds: float) -> Fields:
    """Measure both calls, in turns.

    Args:
        number: Rounds, at least two.
        seconds: Least duration of a turn.
    """
    with serving() as server, ExitStack() as stack:
        clients = {
            ours.DEFAULT: stack.enter_context(ours.client(server)),
            ours.FAST: stack.enter_context(ours.client(server, stack.enter_context(fast.Client()))),
        }
        contenders = [
            SyncContender(f"{name}: {title}", {LIST_100: _bound(call, client.users)}, _nothing)
            for name, client in clients.items()
            for title, call in CALLS.items()
        ]
        results = rounds.measure(
            server, contenders, rounds=number, seconds=seconds, operations=[LIST_100]
        )[LIST_100]
    series = {name: {title: results[f"{name}: {title}"] for title in CALLS} for name in clients}
    received = {
        ALL: len(canned.page(1, 100, USERS)),
        SOME: len(canned.page(1, 100, USERS, PART)),
    }
    return Fields(series, received)


def _bound(
    call: Callable[[UsersManagementClient], object], users: UsersManagementClient
) -> Callable[[], object]:
    return lambda: call(users)


def _nothing() -> None:
    """Close nothing: both calls share a client."""
