"""Records of the users that a client returns."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from authing_graphql import Group, Identity, Role, User
from authing_graphql.graphql_model import attributes_by_graphql_name

from ._fields import IDENTITY_TEXTS, STATUSES, Fields, read_only_fields

if TYPE_CHECKING:
    from .._inputs.records import UserRecord

READ_ONLY_FIELDS = tuple(sorted(read_only_fields().values()))
"""The fields of users that the API sets, and that no file can have."""

_IDENTITY_KEYS = (*IDENTITY_TEXTS, "isSocial")
_WRITABLE = tuple(name for name in attributes_by_graphql_name(User) if name in Fields().by_name)
# Only a hash could be exported: `password_hash` says so.
_SEPARATE = ("password", "customData", "identities", "status")


def user_to_record(
    user: User,
    *,
    custom_data: Mapping[str, object] | None = None,
    groups: Iterable[Group | str] | None = None,
    roles: Iterable[Role | str] | None = None,
    password_hash: bool = False,
) -> "UserRecord":
    """Return the record of a user, which can be written to a file and be imported again.

    It contains what has a value, except for fields that the API sets: ``READ_ONLY_FIELDS``. Groups,
    roles and identities are sorted, so that the same user always has the same record.

    Args:
        user: The user.
        custom_data: Values of custom fields. Default: those of ``user``, which a client returns if
            it is called with ``with_custom_data=True``.
        groups: The groups of the user, or their codes. Default: the record does not say.
        roles: The same for the roles in the default permission namespace.
        password_hash: Whether to include the hash of the password, if the server returns it.
    """
    record: dict[str, Any] = {}
    for name in _WRITABLE:
        value = user.get(name)
        if value is not None and name not in _SEPARATE:
            record[name] = value.value if isinstance(value, Enum) else value
    status = user.status.value if user.status is not None else None
    if status in STATUSES:
        record["status"] = status
    values = user.custom_data if custom_data is None else custom_data
    if given := {key: value for key, value in (values or {}).items() if value is not None}:
        record["customData"] = given
    if identities := _identities(user.identities or ()):
        record["identities"] = identities
    if groups is not None:
        record["groups"] = _codes(groups)
    if roles is not None:
        record["roles"] = _codes(roles)
    if password_hash and user.password is not None:
        record["password"] = user.password
        record["keepPassword"] = True
    return cast("UserRecord", record)


def unwritable_values(user: User) -> list[str]:
    """Return the names of the fields that have a value which no record can have.

    These are ``READ_ONLY_FIELDS``, and the status ``Archived``.

    Args:
        user: The user.
    """
    names = [name for name in READ_ONLY_FIELDS if user.get(name) is not None]
    if user.status is not None and user.status.value not in STATUSES:
        names.append("status")
    return names


def _codes(items: Iterable[Group | Role | str]) -> list[str]:
    return sorted(item if isinstance(item, str) else item.code or "" for item in items)


def _identities(items: Iterable[Identity | None]) -> list[dict[str, object]]:
    identities = [
        {name: value for name in _IDENTITY_KEYS if (value := item.get(name)) is not None}
        for item in items
        if item is not None
    ]
    return sorted(identities, key=lambda one: [str(one.get(name, "")) for name in _IDENTITY_KEYS])
