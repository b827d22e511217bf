"""Records of the users that a client returns."""

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from authing_graphql import CreateUserInput, Group, Identity, Role, User
from authing_graphql.graphql_model import attributes_by_graphql_name

from ._fields import IDENTITY_TEXTS, STATUSES, Fields, read_only_fields
from ._kinds import plain

if TYPE_CHECKING:
    from .._inputs.records import UserRecord

READ_ONLY_FIELDS = tuple(sorted(read_only_fields().values()))
"""The fields of users that the API sets, and that no file can have."""

_IDENTITY_KEYS = (*IDENTITY_TEXTS, "isSocial")
# Another pool assigns other IDs, and a file does not say which departments users are members of.
_OF_THE_POOL = ("id", "mainDepartmentId", "mainDepartmentCode")
_SEPARATE = (
    *("password", "keepPassword", "customData", "identities", "groups", "roles", "status"),
    *_OF_THE_POOL,
)
# The API gives new users these values where there are none. It does not clear flags and counts.
_DEFAULTS: Mapping[str, object] = {
    **dict.fromkeys(("emailVerified", "phoneVerified", "blocked", "isDeleted"), False),
    "loginsCount": 0,
}
# It gives new users others in these fields, but clears them on request.
_CLEARED = ("gender", "photo")


def user_to_record(
    user: User,
    *,
    custom_data: Mapping[str, object] | None = None,
    groups: Iterable[Group | str] | None = None,
    roles: Iterable[Role | str] | None = None,
    create_input: type[CreateUserInput] | None = None,
    include_id: bool = False,
    include_password_hash: bool = False,
) -> "UserRecord":
    """Return the record of a user, which can be written to a file and be imported again.

    It has the fields that have a value, except for those that an import into another pool cannot
    set: see ``unwritable_values``. Flags without a value are ``False``, as those of new users.
    ``gender`` and ``photo`` can be ``None``, because new users have values in them. Groups, roles
    and identities are sorted, so that the same user always has the same record.

    Args:
        user: The user.
        custom_data: Values of custom fields. Default: those of ``user``, which a client returns if
            it is called with ``with_custom_data=True``.
        groups: The groups of the user, or their codes. Default: the record does not say.
        roles: The same for the roles in the default permission namespace.
        create_input: The client option of this name. Its own fields are included too.
        include_id: Whether to include the ID. Users that are created from the record get another.
        include_password_hash: Whether to include the hash of the password, if the server returns
            it.
    """
    record: dict[str, Any] = {"id": user.id} if include_id else {}
    for name in _fields(create_input):
        value = plain(user.get(name))
        if value is None and _is_set(user, name):
            value = _DEFAULTS.get(name)
        if value is not None or (name in _CLEARED and _is_set(user, name)):
            record[name] = value
    status = _status(user)
    if status in STATUSES:
        record["status"] = status
    values = user.custom_data if custom_data is None else custom_data
    if known := {key: value for key, value in (values or {}).items() if value is not None}:
        record["customData"] = known
    if identities := _identities(user.identities or ()):
        record["identities"] = identities
    if groups is not None:
        record["groups"] = _codes(groups)
    if roles is not None:
        record["roles"] = _codes(roles)
    if include_password_hash and user.password is not None:
        record["password"] = user.password
        record["keepPassword"] = True
    return cast("UserRecord", record)


def unwritable_values(user: User) -> list[str]:
    """Return the names of the fields of a user whose values an import cannot set.

    These are ``READ_ONLY_FIELDS``, the ID, the main department, and a status that no method sets.

    Args:
        user: The user.
    """
    names = [name for name in (*_OF_THE_POOL, *READ_ONLY_FIELDS) if user.get(name) is not None]
    return names if _status(user) in (None, *STATUSES) else [*names, "status"]


def _is_set(user: User, name: str) -> bool:
    return attributes_by_graphql_name(type(user)).get(name) in user.model_fields_set


def _status(user: User) -> str | None:
    return user.status.value if isinstance(user.status, Enum) else user.status


@cache
def _fields(create_input: type[CreateUserInput] | None) -> tuple[str, ...]:
    return tuple(name for name in Fields(create_input).by_name if name not in _SEPARATE)


def _codes(items: Iterable[Group | Role | str]) -> list[str]:
    return sorted(item if isinstance(item, str) else item.code or "" for item in items)


def _identities(items: Iterable[Identity | None]) -> list[dict[str, object]]:
    identities = [
        {name: value for name in _IDENTITY_KEYS if (value := item.get(name)) is not None}
        for item in items
        if item is not None
    ]
    return sorted(identities, key=lambda one: [str(one.get(name, "")) for name in _IDENTITY_KEYS])
