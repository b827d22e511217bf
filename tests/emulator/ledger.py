"""What a pool holds, as its clients write it down and as it can be read back."""

import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from ..modes import Management, run

ROLES = ("reader", "writer", "judge")
GROUPS = ("north", "south")
POLICIES = ("books", "films")
FIELDS = {"city": "STRING", "age": "NUMBER", "extra": "OBJECT"}

_ALL = 100_000


class Caller(Protocol):
    """One SDK."""

    def call(self, path: str, /, *args: object, **kwargs: object) -> Awaitable[Any]:
        """Call the method at a path such as ``users.list_roles``.

        Its result can be read like a dict.
        """
        ...


class OurCaller:
    """Our client, of either kind."""

    def __init__(self, client: Management) -> None:
        self._client = client

    async def call(self, path: str, /, *args: object, **kwargs: object) -> Any:
        method: Any = self._client
        for name in path.split("."):
            method = getattr(method, name)
        return await run(method(*args, **kwargs))


@dataclass(frozen=True, slots=True)
class Person:
    """A user."""

    nickname: str
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    values: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Ledger:
    """People by username, and the descriptions of roles by code."""

    people: Mapping[str, Person] = field(default_factory=dict[str, Person])
    roles: Mapping[str, str] = field(default_factory=dict[str, str])

    def with_people(self, people: Mapping[str, Person]) -> "Ledger":
        """The same with some people added or changed."""
        return replace(self, people={**self.people, **people})

    def without_people(self, usernames: Collection[str]) -> "Ledger":
        """The same without some people."""
        people = {name: person for name, person in self.people.items() if name not in usernames}
        return replace(self, people=people)

    def with_role(self, code: str, description: str) -> "Ledger":
        """The same with a role added."""
        return replace(self, roles={**self.roles, code: description})

    def without_role(self, code: str) -> "Ledger":
        """The same without a role, which nobody holds any more then."""
        people = {
            name: replace(person, roles=person.roles - {code})
            for name, person in self.people.items()
        }
        return Ledger(people, {other: text for other, text in self.roles.items() if other != code})

    def owned_by(self, owner: str) -> "Ledger":
        """The part that is named after one client."""
        return Ledger(
            {name: person for name, person in self.people.items() if owner == owner_of(name)},
            {code: text for code, text in self.roles.items() if owner == owner_of(code)},
        )


def owner_of(name: str) -> str:
    """The client that a user or a role is named after."""
    return name.partition("-")[0]


def merge(parts: Iterable[Ledger]) -> Ledger:
    """The books of clients of whom no two may have the same user or role."""
    whole, number = Ledger(), 0
    for part in parts:
        whole = Ledger({**whole.people, **part.people}, {**whole.roles, **part.roles})
        number += len(part.people) + len(part.roles)
    assert len(whole.people) + len(whole.roles) == number
    return whole


async def create_shared_objects(caller: Caller) -> None:
    """Make what all clients share: roles, groups, policies and custom fields."""
    statement = {"resource": "books:*", "actions": ["books:read"], "effect": "ALLOW"}
    for code in ROLES:
        await caller.call("roles.create", code)
    for code in GROUPS:
        await caller.call("groups.create", code, code)
    for code in POLICIES:
        await caller.call("policies.create", code, [statement])
    for key, kind in FIELDS.items():
        await caller.call("udf.set", "USER", key, kind, key)


async def read_ledger(caller: Caller) -> tuple[Ledger, dict[str, str]]:
    """Read what a pool holds, and the ids of its users by username."""
    users: list[Any] = (await caller.call("users.list", 1, _ALL))["list"]
    names = {user["id"]: user["username"] for user in users}
    all_roles = (await caller.call("roles.list", 1, _ALL))["list"]
    roles, groups, policies = (defaultdict[str, set[str]](set) for _ in range(3))
    for role in all_roles:
        page = await caller.call("roles.list_users", role["code"], 1, _ALL)
        _collect_codes(roles, role["code"], page, "id")
    for code in GROUPS:
        page = await caller.call("groups.list_users", code, 1, _ALL)
        _collect_codes(groups, code, page, "id")
    for code in POLICIES:
        page = await caller.call("policies.list_assignments", code, 1, _ALL)
        _collect_codes(policies, code, page, "targetIdentifier")
    # A holder or member that is no user would be in none of the books.
    assert names.keys() >= roles.keys() | groups.keys() | policies.keys()
    values: dict[str, dict[str, object]] = (
        await caller.call("users.get_udf_value_batch", list(names)) if names else {}
    )
    people = {
        user["username"]: Person(
            user["nickname"],
            frozenset(roles[user["id"]]),
            frozenset(groups[user["id"]]),
            frozenset(policies[user["id"]]),
            values[user["id"]],
        )
        for user in users
    }
    own_roles = {
        role["code"]: role["description"] for role in all_roles if role["code"] not in ROLES
    }
    return Ledger(people, own_roles), {name: user_id for user_id, name in names.items()}


def check_database_file(path: Path) -> None:
    """The database of an emulator has to be sound, and every reference in it good."""
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()


def _collect_codes(book: Mapping[str, set[str]], code: str, page: Any, key: str) -> None:
    assert page["totalCount"] == len(page["list"])
    for item in page["list"]:
        book[item[key]].add(code)
