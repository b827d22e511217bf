"""Plans: the changes that make the users of a pool match records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Literal, Protocol, cast

from authing_graphql.custom_data import value_to_wire

from ._user_record import Change as Change, Record, RecordChanges, Scope
from .bulk import BulkKey

__all__ = [
    "Change",
    "MembershipChange",
    "MissingAction",
    "Plan",
    "PlanConflict",
    "PlanConflictKind",
    "PlannedCreate",
    "PlannedMissing",
    "PlannedStep",
    "PlannedUpdate",
    "RecordRow",
    "UnwritableDifference",
]

MissingAction = Literal["ignore", "suspend", "delete"]
"""The ways in which a plan can treat users of the pool that no record is about."""
PlanConflictKind = Literal["invalid", "duplicate", "ambiguous", "taken", "exchange", "out_of_scope"]
"""Why a plan leaves out a record.

``invalid``: the record is invalid, or names a group, role or custom field that does not exist.
``duplicate``: an earlier record has the same key, or the same value of a unique field.
``ambiguous``: several users of the pool have the key, or a user without a record has nearly this
key.
``taken``: another user has the value of a unique field, and keeps it.
``exchange``: users would exchange values of a unique field, which the API cannot do in one step.
``out_of_scope``: the function ``within`` excludes the user.
"""


class RecordRow(Protocol):
    """A row of a file, which ``plan`` accepts as a record. ``FileRow`` is one.

    A row with an error is a conflict of the plan. Its user does not count as missing.
    """

    @property
    def record(self) -> Mapping[str, object] | None:
        """The record. ``None`` if the row has an error."""
        ...

    @property
    def error(self) -> Exception | None:
        """The problem of the row, if it has one."""
        ...

    @property
    def readable(self) -> Mapping[str, object]:
        """The fields that could be read, such as the key."""
        ...


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """A difference of a list: groups, roles or identities.

    Attributes:
        added: What the user gets.
        removed: What the user loses. Identities are never removed.
    """

    added: tuple[object, ...] = ()
    removed: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedCreate:
    """A user that the plan creates.

    Attributes:
        index: Position of the record in the input, from 0.
        key: The user's key, such as the external ID.
        fields: The content of the record, without secrets.
    """

    index: int
    key: str
    fields: Mapping[str, object]
    _record: Record = field(repr=False)
    _lacks: tuple[str, ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, object]:
        """Return the step as JSON content, without secrets."""
        return {"index": self.index, "key": self.key, "fields": _json(self.fields)}


@dataclass(frozen=True, slots=True)
class PlannedUpdate:
    """A user that the plan changes.

    Attributes:
        index: Position of the record in the input, from 0.
        key: The user's key, such as the external ID.
        user_id: ID of the user.
        changes: The differences by field. Those of custom fields have keys such as
            ``customData.level``. Those of groups, roles and identities are membership changes.
    """

    index: int
    key: str
    user_id: str
    changes: Mapping[str, Change | MembershipChange]
    _record: Record = field(repr=False)
    _changes: RecordChanges = field(repr=False)
    _lacks: tuple[str, ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, object]:
        """Return the step as JSON content, without secrets."""
        changes = {name: _change_json(change) for name, change in self.changes.items()}
        return {"index": self.index, "key": self.key, "userId": self.user_id, "changes": changes}


@dataclass(frozen=True, slots=True)
class PlannedMissing:
    """A user of the pool that no record is about.

    Attributes:
        key: The user's key, such as the external ID.
        user_id: ID of the user.
        status: Status of the user.
        action: What the plan does with the user. ``ignore`` too if the user is to be suspended,
            but cannot log in already.
    """

    key: str
    user_id: str
    status: str | None
    action: MissingAction
    _updated_at: str | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, object]:
        """Return the user as JSON content."""
        return {
            "key": self.key,
            "userId": self.user_id,
            "status": self.status,
            "action": self.action,
        }


PlannedStep = PlannedCreate | PlannedUpdate | PlannedMissing
"""A step of a plan, which concerns one user."""


@dataclass(frozen=True, slots=True)
class PlanConflict:
    """A record that the plan leaves out.

    Attributes:
        index: Position of the record in the input, from 0.
        key: The user's key. ``None`` if the record has none.
        kind: The kind of problem.
        reason: The problem, as a sentence.
        field: The field that it is about, if it is about one.
        user_ids: IDs of the users of the pool that it is about.
    """

    index: int
    key: str | None
    kind: PlanConflictKind
    reason: str
    field: str | None = None
    user_ids: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return the conflict as JSON content."""
        return {
            "index": self.index,
            "key": self.key,
            "kind": self.kind,
            "reason": self.reason,
            "field": self.field,
            "userIds": [*self.user_ids],
        }


@dataclass(frozen=True, slots=True)
class UnwritableDifference:
    """A difference that the API cannot change, because it sets the field only for new users.

    Attributes:
        index: Position of the record in the input, from 0.
        key: The user's key, such as the external ID.
        user_id: ID of the user.
        changes: The differences by field.
    """

    index: int
    key: str
    user_id: str
    changes: Mapping[str, Change]

    def to_dict(self) -> dict[str, object]:
        """Return the difference as JSON content."""
        changes = {name: _change_json(change) for name, change in self.changes.items()}
        return {"index": self.index, "key": self.key, "userId": self.user_id, "changes": changes}


@dataclass(frozen=True)
class Plan:
    """The changes that make the users of a pool match records.

    Clients create plans with ``users.plan()``, and execute them with ``users.apply()``. The length
    of a plan is the number of its steps, and iteration yields them in the order they are executed.
    A plan can be pickled. Passwords and tokens are left out then, and ``apply()`` rejects a plan
    that lacks them.

    Attributes:
        key: The field by which records and users are matched.
        missing: What the plan does with users that no record is about.
        create: The users that are created.
        update: The users that are changed.
        unchanged: Positions of the records whose users match them already.
        conflicts: The records that are left out, and why.
        only_in_pool: The users of the pool that have a key which no record has.
        unwritable: Differences that the API cannot change. They are not steps of the plan.
        new_groups: Codes of groups that are created first.
        new_roles: Codes of roles that are created first.
        new_custom_fields: Types of custom fields that are defined first, by key.
        user_pool_id: ID of the user pool.
    """

    key: BulkKey
    missing: MissingAction
    create: Sequence[PlannedCreate]
    update: Sequence[PlannedUpdate]
    unchanged: Sequence[int]
    conflicts: Sequence[PlanConflict]
    only_in_pool: Sequence[PlannedMissing]
    unwritable: Sequence[UnwritableDifference]
    new_groups: Sequence[str]
    new_roles: Sequence[str]
    new_custom_fields: Mapping[str, str]
    user_pool_id: str
    _scope: Scope = field(repr=False)
    _stages: tuple[tuple[PlannedStep, ...], ...] = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of users by what happens to them."""
        actions = [one.action for one in self.only_in_pool]
        return {
            "create": len(self.create),
            "update": len(self.update),
            "suspend": actions.count("suspend"),
            "delete": actions.count("delete"),
            "unchanged": len(self.unchanged),
            "conflict": len(self.conflicts),
            "only_in_pool": len(self.only_in_pool),
        }

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change. There can be conflicts."""
        return not (self._stages or self.new_groups or self.new_roles or self.new_custom_fields)

    def __len__(self) -> int:
        return sum(map(len, self._stages))

    def __bool__(self) -> bool:
        """Whether anything would change."""
        return not self.is_empty

    def __iter__(self) -> Iterator[PlannedStep]:
        return chain.from_iterable(self._stages)

    def __repr__(self) -> str:
        counts = ", ".join(f"{name}={number}" for name, number in self.counts.items())
        return f"Plan(key={self.key!r}, {counts})"

    __str__ = __repr__

    def summary(self, *, details: bool = False) -> str:
        """Return the plan as text for people.

        Args:
            details: Whether to list each step and each difference, not only their numbers.
                The first 20 conflicts are always listed.
        """
        # A key with a line break must not look like another line.
        lines = _summary_lines(self, details=details)
        return "\n".join("\\n".join(line.splitlines()) for line in lines)

    def to_dict(self) -> dict[str, object]:
        """Return the plan as JSON content, without secrets."""
        lists: dict[str, Iterable[Any]] = {
            "create": self.create,
            "update": self.update,
            "conflicts": self.conflicts,
            "onlyInPool": self.only_in_pool,
            "unwritable": self.unwritable,
        }
        return {
            "key": self.key,
            "missing": self.missing,
            "userPoolId": self.user_pool_id,
            "counts": self.counts,
            "newGroups": [*self.new_groups],
            "newRoles": [*self.new_roles],
            "newCustomFields": {**self.new_custom_fields},
            "unchanged": [*self.unchanged],
            **{name: [one.to_dict() for one in items] for name, items in lists.items()},
        }

    def __getstate__(self) -> dict[str, object]:
        steps = {id(step): _without_secrets(step) for step in self}
        return {
            **self.__dict__,
            "create": tuple(steps[id(step)] for step in self.create),
            "update": tuple(steps[id(step)] for step in self.update),
            "_stages": tuple(tuple(steps[id(step)] for step in stage) for stage in self._stages),
        }


def _without_secrets(step: PlannedStep) -> PlannedStep:
    """Return a step that can be stored, with the names of the secrets that it lacks."""
    if isinstance(step, PlannedMissing) or not step._record.secrets:
        return step
    record, lacks = step._record.storable(), step._record.secrets
    if isinstance(step, PlannedCreate):
        return replace(step, _record=record, _lacks=lacks)
    changes = step._changes.storable()
    lacks = () if changes == step._changes else lacks
    return replace(step, _record=record, _changes=changes, _lacks=lacks)


def _json(value: object) -> object:
    """Return a value as JSON content."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {name: _json(item) for name, item in items}
    if isinstance(value, list | tuple):
        return [_json(item) for item in cast("Iterable[object]", value)]
    import json

    return json.loads(value_to_wire(value))


def _change_json(change: Change | MembershipChange) -> dict[str, object]:
    if isinstance(change, Change):
        return {"old": _json(change.old), "new": _json(change.new)}
    return {"added": _json(change.added), "removed": _json(change.removed)}


# Conflicts that a summary without details lists.
MOST_PROBLEMS = 20
_COUNTED = ("create", "update", "suspend", "delete", "unchanged", "conflict")


def _summary_lines(plan: Plan, *, details: bool) -> Iterator[str]:
    counts = plan.counts
    yield ", ".join(f"{name} {counts[name]}" for name in _COUNTED)
    ignored = counts["only_in_pool"] - counts["suspend"] - counts["delete"]
    if ignored:
        yield f"{ignored} more {_users(ignored)} only in the pool, left unchanged"
    for name, codes in (("group", plan.new_groups), ("role", plan.new_roles)):
        for code in codes:
            yield f"create the {name} {code}"
    for key, data_type in plan.new_custom_fields.items():
        yield f"define the custom field {key} ({data_type})"
    problems = [f"conflict: {conflict.reason}" for conflict in plan.conflicts]
    for difference in plan.unwritable:
        changes = ", ".join(_shown(name, one) for name, one in difference.changes.items())
        problems.append(f"cannot be updated: {plan.key}={difference.key}: {changes}")
    number = len(problems) if details else MOST_PROBLEMS
    yield from problems[:number]
    if len(problems) > number:
        yield f"… and {len(problems) - number} more"
    if details:
        for step in plan:
            yield from _step_lines(plan.key, step)


def _users(number: int) -> str:
    return "user is" if number == 1 else "users are"


def _step_lines(key: str, step: PlannedStep) -> Iterator[str]:
    if isinstance(step, PlannedMissing):
        yield f"{step.action} {key}={step.key}"
    elif isinstance(step, PlannedCreate):
        yield f"create {key}={step.key}"
    else:
        yield f"update {key}={step.key}"
        for name, change in step.changes.items():
            yield f"  {_shown(name, change)}"


def _shown(name: str, change: Change | MembershipChange) -> str:
    if isinstance(change, Change):
        return f"{name}: {_text(change.old)} → {_text(change.new)}"
    signs = [f"+{_text(one)}" for one in change.added]
    signs += [f"-{_text(one)}" for one in change.removed]
    return f"{name}: {' '.join(signs)}"


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        return f"{fields.get('provider')}:{fields.get('userIdInIdp')}"
    return (
        "nothing"
        if value is None
        else str(value)
        if isinstance(value, int | float)
        else f'"{value}"'
    )
