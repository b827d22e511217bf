"""Random calls of many clients at once, each of which keeps books.

A client has users and roles of its own, so it knows what every answer about them has to be,
whatever the others do at the same time. The calls go through every SDK whose methods have the
documented names.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

from .books import GROUPS, POLICIES, ROLES, Books, Caller, Person

T = TypeVar("T")

CONTESTED = tuple(f"contested-{number}" for number in range(40))
"""Usernames that all clients want."""

_TAKEN = (2026, 2034)  # the user exists, the username is taken: the API knows both
_FEW, _MANY = 3, 30

BULK = 40
"""How many users one call creates, or at most deletes."""
_CITIES = ("Ulaanbaatar", "西安", 'Quote "d"', "Ñuñoa", "")


class Worker:
    """Makes random calls and keeps books.

    Args:
        name: Its name, letters and digits, that no other's contains.
        random: Decides which calls it makes.
        contested: Usernames to try to get, beside those named after it.
        in_bulk: Whether to create many users with one call as well, which not every SDK can.
        without: Steps that its SDK cannot take, such as ``search``.

    Attributes:
        books: What the pool must hold of its own.
        under_way: What it will hold when the change is made that is not answered yet.
        ids: The ids of its users, by username.
        calls: How often it has called each method.
        lost: How often a contested username was taken.
        on_answer: Called after each answer.
    """

    def __init__(
        self,
        name: str,
        random: Random,
        contested: Sequence[str] = (),
        *,
        in_bulk: bool = False,
        without: Collection[str] = (),
    ) -> None:
        self.name = name
        self.books = Books()
        self.under_way: Books | None = None
        self.ids: dict[str, str] = {}
        self.calls: Counter[str] = Counter()
        self.lost = 0
        self.on_answer: Callable[[], None] = lambda: None
        self._caller: Caller
        self._random = random
        self._contested = list(contested)
        self._in_bulk = in_bulk
        self._without = frozenset(f"_{step}" for step in without)
        self._created = 0

    @property
    def creates_in_bulk(self) -> bool:
        """Whether a creation of many users is under way."""
        after = self.under_way
        return after is not None and len(after.people) == len(self.books.people) + BULK

    async def work(self, caller: Caller, calls: int | None = None) -> None:
        """Make a number of calls or a few more, or go on until one fails."""
        self._caller = caller
        end = None if calls is None else self.calls.total() + calls
        while end is None or self.calls.total() < end:
            number = len(self.books.people)
            if number < _FEW:
                await self._create()
            elif number > _MANY:
                await self._delete_many()
            else:
                await self._random.choice(self._steps())()

    def _steps(self) -> Sequence[Callable[[], Awaitable[None]]]:
        steps = (
            *(self._create, self._create, self._update, self._update, self._delete),
            *([self._create_in_bulk] if self._in_bulk else []),
            *([self._contest] if self._contested else []),
            *(self._delete_many, self._hand_out_role, self._take_role_back, self._own_role),
            *(self._join_group, self._leave_group, self._add_policy, self._remove_policy),
            *(self._assign_policies, self._withdraw_policies),
            *(self._set_values, self._set_values_of_two, self._remove_value),
            *(
                self._refresh_token,
                self._kick,
                self._token_lives_and_dies,
                self._detail,
                self._detail,
                self._batch,
                self._find,
            ),
            *(self._exists, self._list, self._search, self._search, self._read_roles),
            *(self._read_groups, self._read_policies, self._read_values),
        )
        return [step for step in steps if step.__name__ not in self._without]

    # What calls have in common.

    async def _call(self, path: str, /, *args: object, **kwargs: object) -> Any:
        self.calls[path] += 1
        answer = await self._caller.call(path, *args, **kwargs)
        self.on_answer()
        return answer

    async def _change(self, after: Books, path: str, /, *args: object, **kwargs: object) -> Any:
        """Make a change; until it is answered, nobody can know whether it was made."""
        self.under_way = after
        answer = await self._call(path, *args, **kwargs)
        self.books, self.under_way = after, None
        return answer

    async def _change_person(self, name: str, person: Person, path: str, /, *args: object) -> Any:
        return await self._change(self.books.with_people({name: person}), path, *args)

    def _somebody(self) -> tuple[str, str, Person]:
        name = self._random.choice(sorted(self.books.people))
        return name, self.ids[name], self.books.people[name]

    def _some(self, most: int) -> list[str]:
        names = sorted(self.books.people)
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
        people = {
            name: Person(f"nick of {name}") for name in (self._new_name() for _ in range(BULK))
        }
        users = [{"username": name, "nickname": people[name].nickname} for name in people]
        after = self.books.with_people(people)
        outcomes = await self._change(after, "users.create_users", users)
        for name, outcome in zip(people, outcomes, strict=True):
            assert outcome.success, outcome.err_msg
            self.ids[name] = outcome.user.id

    async def _contest(self) -> None:
        name = self._contested.pop(self._random.randrange(len(self._contested)))
        try:
            await self._create_as(name)
        except Exception as error:
            if getattr(error, "code", None) not in _TAKEN:
                raise
            self.under_way = None
            self.lost += 1

    async def _create_as(self, name: str) -> None:
        after = self.books.with_people({name: Person(f"nick of {name}")})
        info = {"username": name, "nickname": f"nick of {name}", "email": f"{name}@example.com"}
        user = await self._change(after, "users.create", info)
        assert (user["username"], user["email"]) == (name, info["email"])
        self.ids[name] = user["id"]

    async def _update(self) -> None:
        name, user_id, person = self._somebody()
        nickname = f"{name} 第{self._random.randrange(10**6)}"
        after = replace(person, nickname=nickname)
        user = await self._change_person(
            name, after, "users.update", user_id, {"nickname": nickname}
        )
        assert (user["id"], user["username"], user["nickname"]) == (user_id, name, nickname)

    async def _delete(self) -> None:
        name, user_id, _ = self._somebody()
        _done(await self._change(self.books.without_people([name]), "users.delete", user_id))
        assert await self._call("users.detail", user_id) is None

    async def _delete_many(self) -> None:
        names = self._some(BULK)
        after, ids = self.books.without_people(names), self._ids_of(names)
        _done(await self._change(after, "users.delete_many", ids))
        assert await self._call("users.detail", ids[0]) is None
        own = [name for name in names if name not in CONTESTED]  # the others may be taken anew
        if own:
            assert await self._call("users.find", username=own[0]) is None

    async def _hand_out_role(self) -> None:
        code, names = self._random.choice(ROLES), self._some(5)
        await self._hand_out(code, names)

    async def _hand_out(self, code: str, names: Sequence[str]) -> None:
        people = self.books.people
        holders = {name: replace(people[name], roles=people[name].roles | {code}) for name in names}
        after = self.books.with_people(holders)
        _done(await self._change(after, "roles.add_users", code, self._ids_of(names)))

    async def _take_role_back(self) -> None:
        code, names = self._random.choice(ROLES), self._some(5)
        people = self.books.people
        others = {name: replace(people[name], roles=people[name].roles - {code}) for name in names}
        after = self.books.with_people(others)
        _done(await self._change(after, "roles.remove_users", code, self._ids_of(names)))

    async def _own_role(self) -> None:
        """Make a role, give it away, and sometimes delete it while there are holders."""
        code, text = f"{self.name}-role", f"No. {self._random.randrange(10**6)}"
        if code not in self.books.roles:
            role = await self._change(self.books.with_role(code, text), "roles.create", code, text)
            assert (role["code"], role["description"]) == (code, text)
            await self._hand_out(code, self._some(4))
            return
        page = await self._call("roles.list_users", code, 1, 3 * BULK)
        people = self.books.people
        assert {user["username"] for user in page["list"]} == {
            name for name in people if code in people[name].roles
        }
        _done(await self._change(self.books.without_role(code), "roles.delete", code))

    async def _join_group(self) -> None:
        name, user_id, person = self._somebody()
        code = self._random.choice(GROUPS)
        after = replace(person, groups=person.groups | {code})
        _done(await self._change_person(name, after, "users.add_group", user_id, code))

    async def _leave_group(self) -> None:
        name, user_id, person = self._somebody()
        code = self._random.choice(GROUPS)
        after = replace(person, groups=person.groups - {code})
        _done(await self._change_person(name, after, "users.remove_group", user_id, code))

    async def _add_policy(self) -> None:
        name, user_id, person = self._somebody()
        code = self._random.choice(POLICIES)
        after = replace(person, policies=person.policies | {code})
        _done(await self._change_person(name, after, "users.add_policies", user_id, [code]))

    async def _remove_policy(self) -> None:
        name, user_id, person = self._somebody()
        code = self._random.choice(POLICIES)
        after = replace(person, policies=person.policies - {code})
        _done(await self._change_person(name, after, "users.remove_policies", user_id, [code]))

    async def _assign_policies(self) -> None:
        names, people = self._some(5), self.books.people
        holders = {
            name: replace(people[name], policies=people[name].policies | {*POLICIES})
            for name in names
        }
        after, ids = self.books.with_people(holders), self._ids_of(names)
        _done(await self._change(after, "policies.add_assignments", POLICIES, "USER", ids))

    async def _withdraw_policies(self) -> None:
        names, people = self._some(5), self.books.people
        others = {name: replace(people[name], policies=frozenset[str]()) for name in names}
        after, ids = self.books.with_people(others), self._ids_of(names)
        _done(await self._change(after, "policies.remove_assignments", POLICIES, "USER", ids))

    async def _set_values(self) -> None:
        name, user_id, person = self._somebody()
        written = self._values()
        after = replace(person, values={**person.values, **written})
        await self._change_person(name, after, "users.set_udf_value", user_id, written)

    async def _set_values_of_two(self) -> None:
        names = self._some(2)
        written = {name: self._values() for name in names}
        people = self.books.people
        after = self.books.with_people(
            {
                name: replace(people[name], values={**people[name].values, **written[name]})
                for name in names
            }
        )
        await self._change(
            after, "users.set_udf_value_batch", {self.ids[name]: written[name] for name in names}
        )

    def _values(self) -> dict[str, object]:
        number = self._random.randrange(200)
        extra = {"list": [number, None, True], "text": self._random.choice(_CITIES)}
        return {"city": self._random.choice(_CITIES), "age": number, "extra": extra}

    async def _remove_value(self) -> None:
        name, user_id, person = self._somebody()
        after = replace(person, values={k: v for k, v in person.values.items() if k != "age"})
        await self._change_person(name, after, "users.remove_udf_value", user_id, "age")

    async def _refresh_token(self) -> None:
        _, user_id, _ = self._somebody()
        token = await self._call("users.refresh_token", user_id)
        assert token["token"]
        assert token["exp"] > token["iat"]

    async def _kick(self) -> None:
        await self._call("users.kick", self._ids_of(self._some(3)))

    async def _token_lives_and_dies(self) -> None:
        _, user_id, _ = self._somebody()
        token = (await self._call("users.refresh_token", user_id))["token"]
        status = await self._call("check_login_status", token)
        assert (status["status"], status["data"]["id"]) == (True, user_id)
        await self._call("users.kick", [user_id])
        assert (await self._call("check_login_status", token))["status"] is False

    # Reads.

    async def _detail(self) -> None:
        name, user_id, person = self._somebody()
        user = await self._call("users.detail", user_id)
        assert (user["username"], user["nickname"]) == (name, person.nickname)

    async def _batch(self) -> None:
        names = self._some(10)
        users = await self._call("users.batch", self._ids_of(names))
        assert {user["username"]: user["nickname"] for user in users} == {
            name: self.books.people[name].nickname for name in names
        }

    async def _find(self) -> None:
        name, user_id, _ = self._somebody()
        assert (await self._call("users.find", username=name))["id"] == user_id

    async def _exists(self) -> None:
        name, _, _ = self._somebody()
        assert await self._call("users.exists", username=name) is True
        assert await self._call("users.exists", username=f"{name}-not") is False

    async def _list(self) -> None:
        limit = self._random.randint(1, 20)
        page = await self._call("users.list", self._random.randint(1, 4), limit)
        assert page["totalCount"] >= len(self.books.people)
        assert len({user["id"] for user in page["list"]}) == len(page["list"]) <= limit

    async def _search(self) -> None:
        # Nothing that others write contains this.
        text = f"{self.name}-{self._random.randint(1, 9)}"
        page = await self._call("users.search", text, page=1, limit=3 * BULK)
        found = {user["username"] for user in page["list"]}
        assert found == {other for other in self.books.people if text in other}
        assert page["totalCount"] == len(found)

    async def _read_roles(self) -> None:
        _, user_id, person = self._somebody()
        _same_codes(await self._call("users.list_roles", user_id), person.roles)

    async def _read_groups(self) -> None:
        _, user_id, person = self._somebody()
        _same_codes(await self._call("users.list_groups", user_id), person.groups)

    async def _read_policies(self) -> None:
        _, user_id, person = self._somebody()
        _same_codes(await self._call("users.list_policies", user_id), person.policies)

    async def _read_values(self) -> None:
        _, user_id, person = self._somebody()
        assert await self._call("users.get_udf_value", user_id) == person.values


def _done(outcome: Any) -> None:
    assert outcome["code"] == 200


def _same_codes(page: Any, codes: frozenset[str]) -> None:
    assert page["totalCount"] == len(page["list"])
    assert {item["code"] for item in page["list"]} == codes
