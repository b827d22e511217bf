"""Random calls of many concurrent clients, each with a ledger of expected results.

Each client has its own users and roles, so it knows the expected responses independently of the
other clients. The calls work with every SDK that has the documented methods.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

from .ledger import GROUPS, POLICIES, ROLES, Caller, Ledger, UserState

T = TypeVar("T")

CONTESTED_USERNAMES = tuple(f"contested-{number}" for number in range(40))
"""Usernames that all clients try to create."""

_CONFLICT_CODES = (2026, 2034)  # user exists, username in use
_MIN_USERS, _MAX_USERS = 3, 30

BULK_SIZE = 40
"""How many users one call creates. One call deletes at most as many."""
_CITIES = ("Ulaanbaatar", "西安", 'Quote "d"', "Ñuñoa", "")


class Worker:
    """Makes random calls and keeps a ledger.

    Args:
        name: Name of the worker. Letters and digits, not part of another worker's name.
        random: The source of randomness.
        contested: Usernames that other workers also try to create.
        in_bulk: Also create many users with one call. Not every SDK supports it.
        unsupported_steps: Steps that the SDK does not support, such as ``search``.

    Attributes:
        ledger: The expected objects of the worker.
        pending: The ledger after the current change, whose response has not arrived.
        ids: IDs of the worker's users by username.
        calls: Number of calls by method.
        conflicts: How often a contested username was already in use.
        on_response: Called after each response.
    """

    def __init__(
        self,
        name: str,
        random: Random,
        contested: Sequence[str] = (),
        *,
        in_bulk: bool = False,
        unsupported_steps: Collection[str] = (),
    ) -> None:
        self.name = name
        self.ledger = Ledger()
        self.pending: Ledger | None = None
        self.ids: dict[str, str] = {}
        self.calls: Counter[str] = Counter()
        self.conflicts = 0
        self.on_response: Callable[[], None] = lambda: None
        self._caller: Caller
        self._random = random
        self._contested = list(contested)
        self._in_bulk = in_bulk
        self._unsupported_steps = frozenset(f"_{step}" for step in unsupported_steps)
        self._created = 0

    @property
    def is_creating_in_bulk(self) -> bool:
        """Whether a bulk creation is pending."""
        after = self.pending
        return after is not None and len(after.users) == len(self.ledger.users) + BULK_SIZE

    async def work(self, caller: Caller, calls: int | None = None) -> None:
        """Make at least ``calls`` calls, or call until an error occurs."""
        self._caller = caller
        end = None if calls is None else self.calls.total() + calls
        while end is None or self.calls.total() < end:
            number = len(self.ledger.users)
            if number < _MIN_USERS:
                await self._create()
            elif number > _MAX_USERS:
                await self._delete_many()
            else:
                await self._random.choice(self._steps())()

    def _steps(self) -> Sequence[Callable[[], Awaitable[None]]]:
        steps = (
            *(self._create, self._create, self._update, self._update, self._delete),
            *([self._create_in_bulk] if self._in_bulk else []),
            *([self._create_contested] if self._contested else []),
            *(self._delete_many, self._assign_role, self._revoke_role, self._create_or_delete_role),
            *(self._join_group, self._leave_group, self._add_policy, self._remove_policy),
            *(self._assign_policies, self._unassign_policies),
            *(self._set_values, self._set_values_of_two, self._remove_value),
            *(
                self._refresh_token,
                self._kick,
                self._verify_and_end_token,
                self._detail,
                self._detail,
                self._batch,
                self._find,
            ),
            *(self._exists, self._list, self._search, self._search, self._read_roles),
            *(self._read_groups, self._read_policies, self._read_values),
        )
        return [step for step in steps if step.__name__ not in self._unsupported_steps]

    # Helpers.

    async def _call(self, path: str, /, *args: object, **kwargs: object) -> Any:
        self.calls[path] += 1
        response = await self._caller.call(path, *args, **kwargs)
        self.on_response()
        return response

    async def _mutate(self, after: Ledger, path: str, /, *args: object, **kwargs: object) -> Any:
        """Make a change. Until the response arrives, its outcome is unknown."""
        self.pending = after
        response = await self._call(path, *args, **kwargs)
        self.ledger, self.pending = after, None
        return response

    async def _mutate_user(self, name: str, state: UserState, path: str, /, *args: object) -> Any:
        return await self._mutate(self.ledger.with_users({name: state}), path, *args)

    def _random_user(self) -> tuple[str, str, UserState]:
        name = self._random.choice(sorted(self.ledger.users))
        return name, self.ids[name], self.ledger.users[name]

    def _random_names(self, most: int) -> list[str]:
        names = sorted(self.ledger.users)
        return self._random.sample(names, self._random.randint(1, min(most, len(names))))

    def _ids_of(self, names: Iterable[str]) -> list[str]:
        return [self.ids[name] for name in names]

    # Changes.

    async def _create(self) -> None:
        await self._create_as(self._new_name())

    def _new_name(self) -> str:
        self._created += 1
        return f"{self.name}-{self._created}"

    async def _create_in_bulk(self) -> None:
        users = {
            name: UserState(f"nick of {name}")
            for name in (self._new_name() for _ in range(BULK_SIZE))
        }
        inputs = [{"username": name, "nickname": users[name].nickname} for name in users]
        after = self.ledger.with_users(users)
        outcomes = await self._mutate(after, "users.create_users", inputs)
        for name, outcome in zip(users, outcomes, strict=True):
            assert outcome.success, outcome.err_msg
            self.ids[name] = outcome.user.id

    async def _create_contested(self) -> None:
        name = self._contested.pop(self._random.randrange(len(self._contested)))
        try:
            await self._create_as(name)
        except Exception as error:
            if getattr(error, "code", None) not in _CONFLICT_CODES:
                raise
            self.pending = None
            self.conflicts += 1

    async def _create_as(self, name: str) -> None:
        after = self.ledger.with_users({name: UserState(f"nick of {name}")})
        info = {"username": name, "nickname": f"nick of {name}", "email": f"{name}@example.com"}
        user = await self._mutate(after, "users.create", info)
        assert (user["username"], user["email"]) == (name, info["email"])
        self.ids[name] = user["id"]

    async def _update(self) -> None:
        name, user_id, state = self._random_user()
        nickname = f"{name} 第{self._random.randrange(10**6)}"
        after = replace(state, nickname=nickname)
        user = await self._mutate_user(name, after, "users.update", user_id, {"nickname": nickname})
        assert (user["id"], user["username"], user["nickname"]) == (user_id, name, nickname)

    async def _delete(self) -> None:
        name, user_id, _ = self._random_user()
        _assert_success(
            await self._mutate(self.ledger.without_users([name]), "users.delete", user_id)
        )
        assert await self._call("users.detail", user_id) is None

    async def _delete_many(self) -> None:
        names = self._random_names(BULK_SIZE)
        after, ids = self.ledger.without_users(names), self._ids_of(names)
        _assert_success(await self._mutate(after, "users.delete_many", ids))
        assert await self._call("users.detail", ids[0]) is None
        # Other workers may have created the contested usernames again.
        own = [name for name in names if name not in CONTESTED_USERNAMES]
        if own:
            assert await self._call("users.find", username=own[0]) is None

    async def _assign_role(self) -> None:
        code, names = self._random.choice(ROLES), self._random_names(5)
        await self._assign(code, names)

    async def _assign(self, code: str, names: Sequence[str]) -> None:
        users = self.ledger.users
        holders = {name: replace(users[name], roles=users[name].roles | {code}) for name in names}
        after = self.ledger.with_users(holders)
        _assert_success(await self._mutate(after, "roles.add_users", code, self._ids_of(names)))

    async def _revoke_role(self) -> None:
        code, names = self._random.choice(ROLES), self._random_names(5)
        users = self.ledger.users
        others = {name: replace(users[name], roles=users[name].roles - {code}) for name in names}
        after = self.ledger.with_users(others)
        _assert_success(await self._mutate(after, "roles.remove_users", code, self._ids_of(names)))

    async def _create_or_delete_role(self) -> None:
        """Create and assign a role, or delete it while users hold it."""
        code, text = f"{self.name}-role", f"No. {self._random.randrange(10**6)}"
        if code not in self.ledger.roles:
            role = await self._mutate(self.ledger.with_role(code, text), "roles.create", code, text)
            assert (role["code"], role["description"]) == (code, text)
            await self._assign(code, self._random_names(4))
            return
        page = await self._call("roles.list_users", code, 1, 3 * BULK_SIZE)
        users = self.ledger.users
        assert {user["username"] for user in page["list"]} == {
            name for name in users if code in users[name].roles
        }
        _assert_success(await self._mutate(self.ledger.without_role(code), "roles.delete", code))

    async def _join_group(self) -> None:
        name, user_id, state = self._random_user()
        code = self._random.choice(GROUPS)
        after = replace(state, groups=state.groups | {code})
        _assert_success(await self._mutate_user(name, after, "users.add_group", user_id, code))

    async def _leave_group(self) -> None:
        name, user_id, state = self._random_user()
        code = self._random.choice(GROUPS)
        after = replace(state, groups=state.groups - {code})
        _assert_success(await self._mutate_user(name, after, "users.remove_group", user_id, code))

    async def _add_policy(self) -> None:
        name, user_id, state = self._random_user()
        code = self._random.choice(POLICIES)
        after = replace(state, policies=state.policies | {code})
        _assert_success(await self._mutate_user(name, after, "users.add_policies", user_id, [code]))

    async def _remove_policy(self) -> None:
        name, user_id, state = self._random_user()
        code = self._random.choice(POLICIES)
        after = replace(state, policies=state.policies - {code})
        _assert_success(
            await self._mutate_user(name, after, "users.remove_policies", user_id, [code])
        )

    async def _assign_policies(self) -> None:
        names, users = self._random_names(5), self.ledger.users
        holders = {
            name: replace(users[name], policies=users[name].policies | {*POLICIES})
            for name in names
        }
        after, ids = self.ledger.with_users(holders), self._ids_of(names)
        _assert_success(
            await self._mutate(after, "policies.add_assignments", POLICIES, "USER", ids)
        )

    async def _unassign_policies(self) -> None:
        names, users = self._random_names(5), self.ledger.users
        others = {name: replace(users[name], policies=frozenset[str]()) for name in names}
        after, ids = self.ledger.with_users(others), self._ids_of(names)
        _assert_success(
            await self._mutate(after, "policies.remove_assignments", POLICIES, "USER", ids)
        )

    async def _set_values(self) -> None:
        name, user_id, state = self._random_user()
        values = self._values()
        after = replace(state, values={**state.values, **values})
        await self._mutate_user(name, after, "users.set_udf_value", user_id, values)

    async def _set_values_of_two(self) -> None:
        names = self._random_names(2)
        values = {name: self._values() for name in names}
        users = self.ledger.users
        after = self.ledger.with_users(
            {
                name: replace(users[name], values={**users[name].values, **values[name]})
                for name in names
            }
        )
        await self._mutate(
            after, "users.set_udf_value_batch", {self.ids[name]: values[name] for name in names}
        )

    def _values(self) -> dict[str, object]:
        number = self._random.randrange(200)
        extra = {"list": [number, None, True], "text": self._random.choice(_CITIES)}
        return {"city": self._random.choice(_CITIES), "age": number, "extra": extra}

    async def _remove_value(self) -> None:
        name, user_id, state = self._random_user()
        after = replace(state, values={k: v for k, v in state.values.items() if k != "age"})
        await self._mutate_user(name, after, "users.remove_udf_value", user_id, "age")

    async def _refresh_token(self) -> None:
        _, user_id, _ = self._random_user()
        token = await self._call("users.refresh_token", user_id)
        assert token["token"]
        assert token["exp"] > token["iat"]

    async def _kick(self) -> None:
        await self._call("users.kick", self._ids_of(self._random_names(3)))

    async def _verify_and_end_token(self) -> None:
        _, user_id, _ = self._random_user()
        token = (await self._call("users.refresh_token", user_id))["token"]
        status = await self._call("check_login_status", token)
        assert (status["status"], status["data"]["id"]) == (True, user_id)
        await self._call("users.kick", [user_id])
        assert (await self._call("check_login_status", token))["status"] is False

    # Reads.

    async def _detail(self) -> None:
        name, user_id, state = self._random_user()
        user = await self._call("users.detail", user_id)
        assert (user["username"], user["nickname"]) == (name, state.nickname)

    async def _batch(self) -> None:
        names = self._random_names(10)
        users = await self._call("users.batch", self._ids_of(names))
        assert {user["username"]: user["nickname"] for user in users} == {
            name: self.ledger.users[name].nickname for name in names
        }

    async def _find(self) -> None:
        name, user_id, _ = self._random_user()
        assert (await self._call("users.find", username=name))["id"] == user_id

    async def _exists(self) -> None:
        name, _, _ = self._random_user()
        assert await self._call("users.exists", username=name) is True
        assert await self._call("users.exists", username=f"{name}-not") is False

    async def _list(self) -> None:
        limit = self._random.randint(1, 20)
        page = await self._call("users.list", self._random.randint(1, 4), limit)
        assert page["totalCount"] >= len(self.ledger.users)
        assert len({user["id"] for user in page["list"]}) == len(page["list"]) <= limit

    async def _search(self) -> None:
        # Values of other workers do not contain this.
        text = f"{self.name}-{self._random.randint(1, 9)}"
        page = await self._call("users.search", text, page=1, limit=3 * BULK_SIZE)
        usernames = {user["username"] for user in page["list"]}
        assert usernames == {other for other in self.ledger.users if text in other}
        assert page["totalCount"] == len(usernames)

    async def _read_roles(self) -> None:
        _, user_id, state = self._random_user()
        _assert_codes(await self._call("users.list_roles", user_id), state.roles)

    async def _read_groups(self) -> None:
        _, user_id, state = self._random_user()
        _assert_codes(await self._call("users.list_groups", user_id), state.groups)

    async def _read_policies(self) -> None:
        _, user_id, state = self._random_user()
        _assert_codes(await self._call("users.list_policies", user_id), state.policies)

    async def _read_values(self) -> None:
        _, user_id, state = self._random_user()
        assert await self._call("users.get_udf_value", user_id) == state.values


def _assert_success(outcome: Any) -> None:
    assert outcome["code"] == 200


def _assert_codes(page: Any, codes: frozenset[str]) -> None:
    assert page["totalCount"] == len(page["list"])
    assert {item["code"] for item in page["list"]} == codes
