"""Compare records with users as the API stores them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import cast

from authing_graphql import User
from authing_graphql.custom_data import value_from_wire, value_to_wire
from authing_graphql.graphql_model import attributes_by_graphql_name

from .._user_record import Change, Record, RecordChanges, RecordIdentity, UserState

# The API neither returns these fields nor, for security, the password.
NOT_READABLE = frozenset({"password", "expiredAt", "directManagement"})
# The API sets these fields only when a user is created.
NOT_WRITABLE = frozenset({"signedUp", "registerSource", "isDeleted"})
UNIQUE_FIELDS = ("externalId", "username", "email", "phone", "unionid", "openid")

_TIMES = frozenset({"lastLogin", "signedUp", "tokenExpiredAt"})
# The API reads times without a time zone as China Standard Time.
_POOL_ZONE = timezone(timedelta(hours=8))
_PHONE_PUNCTUATION = str.maketrans("", "", " -.()\u00a0\u2009")
_CUSTOM_DATA, _IDENTITIES, _STATUS = "customData", "identities", "status"


def state_of(
    user: User,
    *,
    groups: Iterable[str] | None = None,
    roles: Iterable[str] | None = None,
) -> UserState:
    """Return the content of a user in a response.

    Args:
        user: The user.
        groups: Codes of the groups of the user, if they were read.
        roles: Codes of the roles of the user, if they were read.
    """
    given = user.model_fields_set
    fields = {
        name: getattr(user, attribute)
        for name, attribute in attributes_by_graphql_name(type(user)).items()
        if attribute in given
    }
    custom_data: dict[str, object] | None = fields.pop(_CUSTOM_DATA, None)
    identities = fields.pop(_IDENTITIES, None)
    status = fields.pop(_STATUS, None)
    return UserState(
        user_id=user.id,
        fields=fields,
        custom_data=custom_data,
        groups=None if groups is None else frozenset(groups),
        roles=None if roles is None else frozenset(roles),
        identities=None
        if identities is None
        else tuple(one.model_dump(by_alias=True) for one in identities if one is not None),
        status=getattr(status, "value", status),
    )


def changes_of(record: Record, state: UserState) -> RecordChanges:
    """Return the changes that bring a user to a record.

    A part that the record does not have, or that was not read, is not compared.
    """
    different = {
        name: Change(state.fields[name], value)
        for name, value in record.fields.items()
        if name in state.fields
        and name not in NOT_READABLE
        and not is_same_value(name, value, state.fields)
    }
    status = record.status
    return RecordChanges(
        fields={name: one for name, one in different.items() if name not in NOT_WRITABLE},
        custom_data=_custom_data_changes(record.custom_data, state.custom_data),
        added_groups=_difference(record.groups, state.groups),
        removed_groups=_difference(state.groups, record.groups),
        added_roles=_difference(record.roles, state.roles),
        removed_roles=_difference(state.roles, record.roles),
        identities=_missing_identities(record.identities, state.identities),
        status=Change(state.status, status)
        if status is not None and state.status is not None and status != state.status
        else None,
        not_writable={
            name: one
            for name, one in different.items()
            if name in NOT_WRITABLE and one.new is not None
        },
    )


def is_same_value(name: str, new: object, stored: Mapping[str, object]) -> bool:
    """Return whether the API would store a value of a field as what it has already.

    Args:
        name: API name of the field.
        new: The value.
        stored: The fields of the user.
    """
    old = stored[name]
    if name == "phone" and isinstance(new, str) and isinstance(old, str):
        return normalized(name, new) in phone_forms(old, stored.get("phoneCountryCode"))
    return normalized(name, new) == normalized(name, old)


def normalized(name: str, value: object) -> object:
    """Return a value of a field in a form that is equal for values that the API stores equally."""
    if name in UNIQUE_FIELDS and value == "":
        return None
    if isinstance(value, str):
        if name == "email":
            return value.lower()
        if name == "phone":
            return value.translate(_PHONE_PUNCTUATION)
        if name in _TIMES:
            return _instant(value)
    return value


def phone_forms(phone: str, country_code: object) -> set[str]:
    """Return the forms of a stored phone number: as it is, and with its country calling code."""
    text = str(normalized("phone", phone))
    forms = {text}
    if isinstance(country_code, str) and country_code and not text.startswith("+"):
        forms.add(f"+{country_code.removeprefix('+')}{text}")
    return forms


def is_same_custom_value(new: object, stored: object) -> bool:
    """Return whether a value of a custom field is what is stored.

    Args:
        new: The value, as a caller gives it.
        stored: The value that a response contains, as a Python value.
    """
    text = value_to_wire(new)
    if not isinstance(stored, date):
        return _is_equal(value_from_wire("OBJECT", text), stored)
    content = value_from_wire("OBJECT", text)
    return bool(
        value_from_wire("DATETIME", content if isinstance(content, str) else text) == stored
    )


def _instant(text: str) -> datetime | str:
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is None:
            time = time.replace(tzinfo=_POOL_ZONE)
        return time.astimezone(UTC)
    except (ValueError, OverflowError):
        return text


def _custom_data_changes(
    new: Mapping[str, object], stored: Mapping[str, object] | None
) -> dict[str, Change]:
    if stored is None:
        return {}
    return {
        key: Change(stored.get(key), value)
        for key, value in new.items()
        if (
            stored.get(key) is not None
            if value is None
            else key not in stored or not is_same_custom_value(value, stored[key])
        )
    }


def _difference(codes: Collection[str] | None, others: Collection[str] | None) -> tuple[str, ...]:
    if codes is None or others is None:
        return ()
    return tuple(sorted(set(codes) - set(others)))


def _missing_identities(
    identities: Iterable[RecordIdentity] | None, stored: Iterable[Mapping[str, object]] | None
) -> tuple[RecordIdentity, ...]:
    if identities is None or stored is None:
        return ()
    linked = {
        (one.get(name), one.get("userIdInIdp"))
        for one in stored
        for name in ("provider", "connectionId")
    }
    return tuple(
        one
        for one in identities
        if (one.provider, one.user_id_in_idp) not in linked
        and (one.connection_id is None or (one.connection_id, one.user_id_in_idp) not in linked)
    )


def _is_equal(one: object, other: object) -> bool:
    """Return whether two JSON contents are equal. Unlike in Python, ``True`` is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        items, others = cast("dict[str, object]", one), cast("dict[str, object]", other)
        return items.keys() == others.keys() and all(
            _is_equal(value, others[key]) for key, value in items.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        mine, theirs = cast("list[object]", one), cast("list[object]", other)
        return len(mine) == len(theirs) and all(map(_is_equal, mine, theirs))
    return isinstance(one, bool) == isinstance(other, bool) and one == other
