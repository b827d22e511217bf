"""Match records with the users of a pool, and make a plan of the differences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from .._user_record import Record, RecordChanges, UserState
from ..bulk import BulkKey
from ..errors import DeletionLimitError
from ..plans import (
    MissingAction,
    Plan,
    PlanConflict,
    PlanConflictKind,
    PlannedCreate,
    PlannedMissing,
    PlannedStep,
    PlannedUpdate,
    UnwritableDifference,
)
from .comparison import UNIQUE_FIELDS, changes_of, normalized, phone_forms
from .display import masked_changes, masked_fields
from .references import References
from .similar import similar_users

StepT = TypeVar("StepT", PlannedCreate, PlannedUpdate)


@dataclass(frozen=True, slots=True)
class Desired:
    """An item of the input.

    Attributes:
        index: Position in the input.
        key: Value of the key field, if there is one.
        record: The checked record. ``None`` if it is invalid.
        problem: Why it is invalid.
    """

    index: int
    key: str | None
    record: Record | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class PlanRules:
    """The rules of a plan.

    Attributes:
        key: The field by which records and users are matched.
        missing: How users without a record are treated.
        max_missing: Most users that may be suspended or deleted: a number, or a fraction of the
            users that have a key. ``None``: any number.
        user_pool_id: ID of the user pool.
    """

    key: BulkKey
    missing: MissingAction
    max_missing: int | float | None
    user_pool_id: str


class PoolUsers:
    """The users of a pool, as far as records are compared with them.

    Args:
        key: The field by which records and users are matched.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self.states: dict[str, UserState] = {}
        self.in_scope: dict[str, str] = {}
        self._holders: dict[str, dict[object, list[str]]] = {name: {} for name in UNIQUE_FIELDS}
        self._codes: dict[str, dict[str, set[str]]] = {}

    def add(self, state: UserState, *, in_scope: bool) -> None:
        """Add a user. ``in_scope`` is whether the plan may change the user."""
        user_id, fields = state.user_id, state.fields
        self.states[user_id] = state
        for name, holders in self._holders.items():
            value = normalized(name, fields.get(name))
            if value is None:
                continue
            forms: Iterable[object] = (value,)
            if name == "phone":
                forms = phone_forms(str(value), fields.get("phoneCountryCode"))
            for form in forms:
                holders.setdefault(form, []).append(user_id)
            if name == self._key and in_scope:
                self.in_scope[user_id] = str(fields[name])

    def add_members(self, kind: str, code: str, user_ids: Iterable[str]) -> None:
        """Add the members of a group or role. ``kind`` is ``groups`` or ``roles``."""
        codes = self._codes.setdefault(kind, {})
        for user_id in user_ids:
            codes.setdefault(user_id, set()).add(code)

    def holders(self, name: str, value: object) -> list[str]:
        """Return the IDs of the users that have a value of a unique field."""
        return self._holders[name].get(normalized(name, value), [])

    def state(self, user_id: str, record: Record) -> UserState:
        """Return a user with groups and roles, if the record has them."""
        state = self.states[user_id]
        if record.groups is not None:
            state = replace(state, groups=self._codes_of("groups", user_id))
        if record.roles is not None:
            state = replace(state, roles=self._codes_of("roles", user_id))
        return state

    def _codes_of(self, kind: str, user_id: str) -> frozenset[str]:
        return frozenset(self._codes.get(kind, {}).get(user_id, ()))


@dataclass(slots=True)
class _Candidate:
    """A record that can become a step.

    Attributes:
        user_id: ID of the user. ``None`` if the user does not exist.
        wants: The values of unique fields that the step takes.
        waits_for: The users whose steps must precede, because they have these values.
    """

    item: Desired
    record: Record
    key: str
    user_id: str | None
    changes: RecordChanges
    wants: Mapping[str, object]
    waits_for: set[str] = field(default_factory=set[str])


class PlanBuilder:
    """Makes a plan.

    Args:
        rules: The rules.
        pool: The users of the pool.
        references: What records can refer to.
    """

    def __init__(self, rules: PlanRules, pool: PoolUsers, references: References) -> None:
        self._rules = rules
        self._pool = pool
        self._references = references
        self._conflicts: dict[int, PlanConflict] = {}
        self._unchanged: list[int] = []
        self._unwritable: list[UnwritableDifference] = []
        self._candidates: dict[int, _Candidate] = {}
        self._by_user: dict[str, _Candidate] = {}
        self._owners: dict[tuple[str, object], int] = {}

    def plan(self, desired: Sequence[Desired]) -> Plan:
        """Return the plan.

        Raises:
            DeletionLimitError: More users would be suspended or deleted than is allowed.
        """
        for item in desired:
            self._claim(item)
        for item in desired:
            self._add(item)
        missing = self._without_similar([*self._missing()], desired)
        self._check_limit(sum(one.action != "ignore" for one in missing))
        deleted = {one.user_id for one in missing if one.action == "delete"}
        self._resolve_taken_values(deleted)
        return self._plan(missing)

    def _claim(self, item: Desired) -> None:
        """Remember which record may have a value of a unique field.

        It is the first one, unless the user of another has the value already.
        """
        name = self._rules.key
        if item.key is not None:
            self._owners.setdefault((name, normalized(name, item.key)), item.index)
        if item.record is None or item.key is None:
            return
        users = self._pool.holders(name, item.key)
        for one, value in self._unique(item.record).items():
            claim = (one, normalized(one, value))
            if one != name and users and users[0] in self._pool.holders(one, value):
                self._owners[claim] = item.index
            self._owners.setdefault(claim, item.index)

    def _unique(self, record: Record) -> dict[str, object]:
        """Return the values of unique fields, the key first."""
        return {
            name: record.fields[name]
            for name in (self._rules.key, *UNIQUE_FIELDS)
            if normalized(name, record.fields.get(name)) is not None
        }

    def _add(self, item: Desired) -> None:
        name, record = self._rules.key, item.record
        if item.key is None or record is None:
            self._reject(item, "invalid", item.problem or f"users[{item.index}] has no {name}")
            return
        unique = self._unique(record)
        for one, value in unique.items():
            owner = self._owners[(one, normalized(one, value))]
            if owner != item.index:
                reason = f"users[{item.index}] has the same {one} as users[{owner}]"
                self._reject(item, "duplicate", reason, one)
                return
        problem = self._references.problem_of(record)
        if problem is not None:
            path, what = problem
            self._reject(item, "invalid", f"users[{item.index}].{path}: {what}", path)
            return
        self._match(item, record, item.key, unique)

    def _match(self, item: Desired, record: Record, key: str, unique: Mapping[str, object]) -> None:
        name = self._rules.key
        ids = self._pool.holders(name, key)
        if len(ids) > 1:
            reason = f"users[{item.index}]: {len(ids)} users have the {name} {key!r}"
            self._reject(item, "ambiguous", reason, name, ids)
        elif not ids:
            self._candidates[item.index] = _Candidate(
                item, record, key, None, RecordChanges(), unique
            )
        elif ids[0] not in self._pool.in_scope:
            reason = (
                f"users[{item.index}]: the user with the {name} {key!r} exists, but is excluded"
                " by within"
            )
            self._reject(item, "out_of_scope", reason, name, ids)
        else:
            self._compare(item, record.without_password(), key, ids[0])

    def _compare(self, item: Desired, record: Record, key: str, user_id: str) -> None:
        changes = changes_of(record, self._pool.state(user_id, record))
        if changes.not_writable:
            self._unwritable.append(
                UnwritableDifference(item.index, key, user_id, changes.not_writable)
            )
        if not changes:
            self._unchanged.append(item.index)
            return
        wants = {
            name: change.new
            for name, change in changes.fields.items()
            if name in UNIQUE_FIELDS and normalized(name, change.new) is not None
        }
        candidate = _Candidate(item, record, key, user_id, changes, wants)
        self._candidates[item.index] = self._by_user[user_id] = candidate

    def _missing(self) -> Iterator[PlannedMissing]:
        """Yield the users of the pool that no record is about."""
        name, action = self._rules.key, self._rules.missing
        for user_id, key in self._pool.in_scope.items():
            state = self._pool.states[user_id]
            forms: Iterable[object] = (normalized(name, key),)
            if name == "phone":
                forms = phone_forms(key, state.fields.get("phoneCountryCode"))
            if any((name, form) in self._owners for form in forms):
                continue
            is_active = state.status in (None, "Activated")
            updated_at = state.fields.get("updatedAt")
            yield PlannedMissing(
                key=key,
                user_id=user_id,
                status=state.status,
                action="ignore" if action == "suspend" and not is_active else action,
                _updated_at=updated_at if isinstance(updated_at, str) else None,
            )

    def _without_similar(
        self, missing: list[PlannedMissing], desired: Sequence[Desired]
    ) -> list[PlannedMissing]:
        """Return the users that no record is about, not even with a slightly different key."""
        name = self._rules.key
        if self._rules.missing == "ignore":
            return missing
        keys = [one.key for one in desired if one.key and not self._pool.holders(name, one.key)]
        similar = similar_users(name, keys, {one.user_id: one.key for one in missing})
        for one in [*self._candidates.values()]:
            if one.user_id is None and (ids := similar.get(one.key)):
                reason = (
                    f"users[{one.item.index}]: the {name} {one.key!r} differs only slightly from "
                    f"that of user {ids[0]}, who has no record: correct one of them"
                )
                self._drop(one, "ambiguous", reason, name, ids)
        spared = {user_id for ids in similar.values() for user_id in ids}
        return [one for one in missing if one.user_id not in spared]

    def _check_limit(self, number: int) -> None:
        limit, total = self._rules.max_missing, len(self._pool.in_scope)
        if limit is None:
            return
        most = limit if isinstance(limit, int) else int(round(limit * total, 6))
        if number > most:
            verb = "suspend" if self._rules.missing == "suspend" else "delete"
            raise DeletionLimitError(
                f"The plan would {verb} {number} of {total} users, and max_missing allows {most}:"
                " check that the input is complete",
                count=number,
                limit=most,
                total=total,
            )

    def _resolve_taken_values(self, deleted: set[str]) -> None:
        """Let steps wait for those that free their values, and reject those that cannot work."""
        while True:
            rejected = [
                *(one for one in [*self._candidates.values()] if not self._can_take(one, deleted))
            ]
            cycle = [] if rejected else self._cycle()
            for one in cycle:
                others = ", ".join(repr(other.key) for other in cycle if other is not one)
                reason = (
                    f"users[{one.item.index}]: {one.key!r} would exchange {' and '.join(one.wants)}"
                    f" with {others}: give one of them another value first"
                )
                self._drop(one, "exchange", reason, next(iter(one.wants)))
            if not rejected and not cycle:
                return

    def _can_take(self, candidate: _Candidate, deleted: set[str]) -> bool:
        """Return whether the values that a step takes are free by then. Else reject it."""
        candidate.waits_for.clear()
        for name, value in candidate.wants.items():
            for holder in self._pool.holders(name, value):
                if holder == candidate.user_id:
                    continue
                other = self._by_user.get(holder)
                if holder in deleted or (other is not None and name in other.changes.fields):
                    candidate.waits_for.add(holder)
                    continue
                reason = (
                    f"users[{candidate.item.index}]: user {holder} has the {name} {value!r} already"
                )
                self._drop(candidate, "taken", reason, name, (holder,))
                return False
        return True

    def _cycle(self) -> list[_Candidate]:
        """Return records whose steps would wait for each other."""
        graph = {one.user_id: one.waits_for for one in self._candidates.values() if one.user_id}
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            return [self._by_user[user_id] for user_id in dict.fromkeys(error.args[1])]
        return []

    def _drop(
        self,
        candidate: _Candidate,
        kind: PlanConflictKind,
        reason: str,
        field: str,
        user_ids: Iterable[str] = (),
    ) -> None:
        """Turn a candidate into a conflict."""
        self._reject(candidate.item, kind, reason, field, user_ids)
        del self._candidates[candidate.item.index]
        if candidate.user_id is not None:
            del self._by_user[candidate.user_id]

    def _reject(
        self,
        item: Desired,
        kind: PlanConflictKind,
        reason: str,
        field: str | None = None,
        user_ids: Iterable[str] = (),
    ) -> None:
        conflict = PlanConflict(item.index, item.key, kind, reason, field, tuple(user_ids))
        self._conflicts.setdefault(item.index, conflict)

    def _plan(self, missing: list[PlannedMissing]) -> Plan:
        records = [one.record for one in self._candidates.values()]
        references = self._references
        new_groups = [code for one in records for code in references.missing_groups(one)]
        new_roles = [code for one in records for code in references.missing_roles(one)]
        stages = self._stages(missing)
        steps = [step for stage in stages for step in stage]
        return Plan(
            key=self._rules.key,
            missing=self._rules.missing,
            create=_of_type(PlannedCreate, steps),
            update=_of_type(PlannedUpdate, steps),
            unchanged=tuple(self._unchanged),
            conflicts=tuple(self._conflicts[index] for index in sorted(self._conflicts)),
            only_in_pool=tuple(missing),
            unwritable=tuple(self._unwritable),
            new_groups=tuple(dict.fromkeys(new_groups)),
            new_roles=tuple(dict.fromkeys(new_roles)),
            new_custom_fields=references.missing_custom_fields(),
            user_pool_id=self._rules.user_pool_id,
            _scope=references.scope,
            _stages=tuple(map(tuple, stages)),
        )

    def _stages(self, missing: Iterable[PlannedMissing]) -> list[list[PlannedStep]]:
        """Return the steps in the order of the input, those that wait for others after these."""
        steps: dict[str, PlannedStep] = {}
        waits_for: dict[str, set[str]] = {}
        for index, one in self._candidates.items():
            name = one.user_id or f"new {index}"
            steps[name], waits_for[name] = _step(one), one.waits_for
        for user in missing:
            if user.action != "ignore":
                steps[user.user_id], waits_for[user.user_id] = user, set()
        numbers: dict[str, int] = {}
        for name in TopologicalSorter(waits_for).static_order():
            numbers[name] = 1 + max((numbers[other] for other in waits_for[name]), default=-1)
        stages: list[list[PlannedStep]] = [[] for _ in range(max(numbers.values(), default=-1) + 1)]
        for name, step in steps.items():
            stages[numbers[name]].append(step)
        return stages


def _step(one: _Candidate) -> PlannedStep:
    if one.user_id is None:
        return PlannedCreate(one.item.index, one.key, masked_fields(one.record), one.record)
    changes = masked_changes(one.changes)
    return PlannedUpdate(one.item.index, one.key, one.user_id, changes, one.record, one.changes)


def _of_type(kind: type[StepT], steps: Iterable[PlannedStep]) -> tuple[StepT, ...]:
    return tuple(step for step in steps if isinstance(step, kind))
