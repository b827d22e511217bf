"""The expected content of a pool, and the functions that read the actual content."""

import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from ..support.client_kinds import Management, run

ROLES = ("reader", "writer", "judge")
GROUPS = ("north", "south")
POLICIES = ("books", "films")
FIELDS = {"city": "STRING", "age": "NUMBER", "extra": "OBJECT"}

_ALL = 10_000


class Caller(Protocol):
    """Calls the methods of one SDK."""

    def call(self, path: str, /, *args: object, **kwargs: object) -> Awaitable[Any]:
        """Call a method by its path, such as ``users.list_roles``.

        The result supports ``[]`` like a dict.
        """
        ...


class OurCaller:
    """Calls the methods of our sync or async client."""

    def __init__(self, client: Management) -> None:
        self._client = client

    async def call(self, path: str, /, *args: object, **kwargs: object) -> Any:
        method: Any = self._client
        for name in path.split("."):
            method = getattr(method, name)
        return await run(method(*args, **kwargs))


@dataclass(frozen=True, slots=True)
class UserState:
    """The expected state of a user."""

    nickname: str
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    values: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Ledger:
    """Users by username, and descriptions of roles by code."""

    users: Mapping[str, UserState] = field(default_factory=dict[str, UserState])
    roles: Mapping[str, str] = field(default_factory=dict[str, str])

    def with_users(self, users: Mapping[str, UserState]) -> "Ledger":
        """Return a copy with some users added or changed."""
        return replace(self, users={**self.users, **users})

    def without_users(self, usernames: Collection[str]) -> "Ledger":
        """Return a copy without some users."""
        users = {name: state for name, state in self.users.items() if name not in usernames}
        return replace(self, users=users)

    def with_role(self, code: str, description: str) -> "Ledger":
        """Return a copy with another role."""
        return replace(self, roles={**self.roles, code: description})

    def without_role(self, code: str) -> "Ledger":
        """Return a copy without a role and its assignments."""
        users = {
            name: replace(state, roles=state.roles - {code}) for name, state in self.users.items()
        }
        return Ledger(users, {other: text for other, text in self.roles.items() if other != code})

    def owned_by(self, owner: str) -> "Ledger":
        """Return the part that belongs to one client."""
        return Ledger(
            {name: state for name, state in self.users.items() if owner == owner_of(name)},
            {code: text for code, text in self.roles.items() if owner == owner_of(code)},
        )


def owner_of(name: str) -> str:
    """Return the client that owns a user or a role."""
    return name.partition("-")[0]


def merge(parts: Iterable[Ledger]) -> Ledger:
    """Merge ledgers that share no user or role."""
    whole, number = Ledger(), 0
    for part in parts:
        whole = Ledger({**whole.users, **part.users}, {**whole.roles, **part.roles})
        number += len(part.users) + len(part.roles)
    assert len(whole.users) + len(whole.roles) == number
    return whole


async def create_shared_objects(caller: Caller) -> None:
    """Create the objects that all clients share: roles, groups, policies and custom fields."""
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
    """Read the content of a pool, and the IDs of its users by username."""
    items: list[Any] = (await caller.call("users.list", 1, _ALL))["list"]
    names = {user["id"]: user["username"] for user in items}
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
    # Holders and members that are not users would be missing in the result.
    assert names.keys() >= roles.keys() | groups.keys() | policies.keys()
    values: dict[str, dict[str, object]] = (
        await caller.call("users.get_udf_value_batch", list(names)) if names else {}
    )
    users = {
        user["username"]: UserState(
            user["nickname"],
            frozenset(roles[user["id"]]),
            frozenset(groups[user["id"]]),
            frozenset(policies[user["id"]]),
            values[user["id"]],
        )
        for user in items
    }
    own_roles = {
        role["code"]: role["description"] for role in all_roles if role["code"] not in ROLES
    }
    return Ledger(users, own_roles), {name: user_id for user_id, name in names.items()}


def check_database_file(path: Path) -> None:
    """Check the integrity and the foreign keys of a database file."""
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
