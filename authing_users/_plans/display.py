"""The content of plans as people and programs see it: without secrets."""

from collections.abc import Mapping
from typing import cast

from authing_graphql.display import MASK, is_secret

from .._user_record import Change, Record, RecordChanges
from ..plans import MembershipChange, PlannedMissing, PlannedStep, PlannedUpdate


def masked_fields(record: Record) -> dict[str, object]:
    """Return the content of a record by the keys of ``UserRecord``, without secrets."""
    content: dict[str, object] = {
        name: _masked(name, value) for name, value in record.fields.items()
    }
    if record.custom_data:
        content["customData"] = _masked("customData", record.custom_data)
    for name, codes in (("groups", record.groups), ("roles", record.roles)):
        if codes is not None:
            content[name] = [*codes]
    if record.identities is not None:
        content["identities"] = [one.to_dict() for one in record.identities]
    if record.status is not None:
        content["status"] = record.status
    return content


def masked_changes(changes: RecordChanges) -> dict[str, Change | MembershipChange]:
    """Return changes by field, without secrets."""
    shown: dict[str, Change | MembershipChange] = {
        name: _masked_change(name, change) for name, change in changes.fields.items()
    }
    for key, change in changes.custom_data.items():
        shown[f"customData.{key}"] = _masked_change(key, change)
    memberships = {
        "groups": MembershipChange(changes.added_groups, changes.removed_groups),
        "roles": MembershipChange(changes.added_roles, changes.removed_roles),
        "identities": MembershipChange(tuple(one.to_dict() for one in changes.identities)),
    }
    shown |= {name: one for name, one in memberships.items() if one.added or one.removed}
    if changes.status is not None:
        shown["status"] = changes.status
    return shown


def described_step(key: str, step: PlannedStep) -> dict[str, object]:
    """Return the content of a step, without secrets."""
    if isinstance(step, PlannedMissing):
        return {"id": step.user_id, key: step.key, "action": step.action}
    if isinstance(step, PlannedUpdate):
        return {"id": step.user_id, **masked_fields(step._record)}
    return {**step.fields}


def _masked_change(name: str, change: Change) -> Change:
    return Change(_masked(name, change.old), _masked(name, change.new))


def _masked(name: str, value: object) -> object:
    if value is not None and is_secret(name):
        return MASK
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {key: _masked(key, item) for key, item in items}
    return value
