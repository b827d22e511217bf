"""Find out whether a user changed since a plan was made."""

from collections.abc import Mapping

from .._user_record import Change, RecordChanges


def outdated_fields(current: RecordChanges, planned: RecordChanges) -> list[str]:
    """Return the fields that changed since the plan was made.

    A field that has its new value already is not among them: the step may have been interrupted.

    Args:
        current: The changes that bring the user to the record now.
        planned: Those of the plan.
    """
    fields = [*_unplanned(current.fields, planned.fields)]
    custom_data = _unplanned(current.custom_data, planned.custom_data)
    fields += [f"customData.{key}" for key in custom_data]
    for name, codes, known in (
        ("groups", current.added_groups, planned.added_groups),
        ("groups", current.removed_groups, planned.removed_groups),
        ("roles", current.added_roles, planned.added_roles),
        ("roles", current.removed_roles, planned.removed_roles),
        ("identities", current.identities, planned.identities),
    ):
        if not set(map(repr, codes)) <= set(map(repr, known)) and name not in fields:
            fields.append(name)
    if current.status is not None and current.status != planned.status:
        fields.append("status")
    return fields


def _unplanned(current: Mapping[str, Change], planned: Mapping[str, Change]) -> list[str]:
    return [name for name, change in current.items() if change != planned.get(name)]
