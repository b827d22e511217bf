"""Records of users: all that can be stored about a user, in one dict."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal, Required, TypedDict, TypeVar, cast

from authing_graphql import CreateUserInput, InputModel, UpdateUserInput, UserStatus
from authing_graphql.display import is_secret
from authing_graphql.graphql_model import attributes_by_graphql_name
from authing_graphql.input_values import set_fields

from .._runtime.secret import Secret, masked
from .._user_record import Record as Record, RecordIdentity
from ..errors import InvalidInputError
from .checks import (
    boolean,
    did_you_mean,
    input_model,
    is_dict,
    mapping,
    non_empty_string,
    one_of,
    reject_non_string_keys,
    string_list,
    type_name,
)
from .custom_fields import wire_value
from .users import UserInfoDict, check_keys, check_times

InputT = TypeVar("InputT", bound=CreateUserInput | UpdateUserInput)

__all__ = ["UserRecord", "UserRecordIdentity", "UserRecordStatus"]

UserRecordStatus = UserStatus | Literal["Activated", "Suspended", "Resigned"]
"""The statuses that a user can be given."""

STATUSES = ("Activated", "Suspended", "Resigned")
EXTRAS = ("customData", "groups", "roles", "identities", "status", "id", "keepPassword")
"""The keys of a record that neither ``createUser`` nor ``updateUser`` takes."""
ONLY_FOR_NEW_USERS = ("keepPassword",)
IDENTITY_TEXTS = ("openid", "connectionId", "type", "extIdpId")
IDENTITY_TOKENS = ("accessToken", "refreshToken")
IDENTITY_KEYS = ("provider", "userIdInIdp", "isSocial", *IDENTITY_TEXTS, *IDENTITY_TOKENS)


class UserRecordIdentity(TypedDict, total=False):
    """An identity at an identity provider, in a record of a user."""

    provider: Required[str]
    """Name of the identity provider."""
    userIdInIdp: Required[str]
    """The user's ID at the identity provider."""
    openid: str | None
    """The user's openid at the identity provider."""
    isSocial: bool | None
    """Whether the provider is a social one. Otherwise it is an enterprise one."""
    connectionId: str | None
    """ID of the connection to the identity provider."""
    type: str | None
    """Kind of ID that ``userIdInIdp`` is."""
    extIdpId: str | None
    """ID of the identity source."""
    accessToken: str | None
    """Access token of the identity provider. It is stored only when the user is created."""
    refreshToken: str | None
    """Refresh token of the identity provider. It is stored only when the user is created."""


class UserRecord(UserInfoDict, total=False):
    """All that can be stored about a user, as files and plans have it.

    Besides the fields that ``create`` takes, it has those that only ``update`` takes.
    """

    tokenExpiredAt: str | datetime | None
    """Expiry time of the user's token."""
    phoneCountryCode: str | None
    """Country calling code of the phone number, such as +86."""
    mainDepartmentId: str | None
    """ID of the user's main department."""
    mainDepartmentCode: str | None
    """Code of the user's main department."""
    expiredAt: str | None
    """Expiry time of the account. Supported only by newer servers."""
    directManagement: str | None
    """Direct manager of the user. Supported only by newer servers."""
    customData: Mapping[str, object] | None
    """Values of custom fields, by key. ``None`` removes a value."""
    groups: Sequence[str] | None
    """Codes of all groups that the user is a member of. ``None`` stands for none."""
    roles: Sequence[str] | None
    """Codes of all roles that the user has in the default namespace. ``None`` stands for none."""
    identities: Sequence[UserRecordIdentity] | None
    """Identities at identity providers."""
    status: UserRecordStatus | None
    """Status of the account."""
    id: str | None
    """ID of the user that the record was exported from. New users get an ID from the server."""
    keepPassword: bool | None
    """Whether ``password`` is a hash migrated from another system, to be stored unchanged."""


def parse_record(
    record: object,
    create_input: type[CreateUserInput] | None = None,
    update_input: type[UpdateUserInput] | None = None,
    *,
    index: int,
) -> Record:
    """Return a checked record of a user who is created, or who is to match it.

    Args:
        record: The record: a ``UserRecord``, a dict like it, or a ``CreateUserInput``.
        create_input: The model for fields of new users. Default: ``CreateUserInput``.
        update_input: The model for fields that only updates set. Default: ``UpdateUserInput``.
        index: Position in the input, for messages.

    Raises:
        InvalidInputError: A key is unknown, or a value is invalid.
    """
    where = f"users[{index}]"
    fields, create_model = _fields(record, where, CreateUserInput, create_input)
    del record  # tracebacks with locals would show the password
    update_model = update_input or UpdateUserInput
    order = [*fields]
    extras = {name: fields.pop(name) for name in EXTRAS if name in fields}
    update_names = attributes_by_graphql_name(update_model)
    only_later = update_names.keys() - attributes_by_graphql_name(create_model)
    later = {name: fields.pop(name) for name in [*fields] if name in only_later}
    check_keys(fields, create_model, where, is_new=True)
    created = input_model(create_model, fields, where, other_keys=(*update_names, *EXTRAS))
    check_times(created, where)
    values = _values(created)
    if later:
        updated = input_model(update_model, later, where)
        check_times(updated, where)
        values |= _values(updated)
    values = {name: values[name] for name in order if name in values}
    checked = _record(extras, values, where, index)
    return replace(checked, later=frozenset(later), create_model=create_model)


def parse_updates(
    updates: object,
    update_input: type[UpdateUserInput] | None = None,
    *,
    index: int,
    name: str = "updates",
) -> Record:
    """Return the checked changes of a user who exists.

    Args:
        updates: The changes: an ``UpdateUserInput``, or a dict with its keys and with
            ``customData``, ``groups``, ``roles``, ``identities`` and ``status``.
        update_input: The model for the fields. Default: ``UpdateUserInput``.
        index: Position in the input.
        name: Name of the argument, for messages.

    Raises:
        InvalidInputError: A key is unknown, or a value is invalid.
    """
    where = f"{name}[{index}]"
    fields, model = _fields(updates, where, UpdateUserInput, update_input)
    del updates  # tracebacks with locals would show the password
    extras = {key: fields.pop(key) for key in EXTRAS if key in fields}
    for key in ONLY_FOR_NEW_USERS:
        if key in extras:
            raise InvalidInputError(f"{where}.{key}: can be set only when a user is created")
    check_keys(fields, model, where, is_new=False)
    updated = input_model(model, fields, where, other_keys=EXTRAS)
    check_times(updated, where)
    return _record(extras, _values(updated), where, index)


def _fields(
    record: object, where: str, base: type[InputT], for_dicts: type[InputT] | None
) -> tuple[dict[str, object], type[InputT]]:
    """Return a copy of the fields whose secrets are masked, and the model for them."""
    if isinstance(record, InputModel):
        if not isinstance(record, base):
            raise InvalidInputError(
                f"{where} must be a dict or {base.__name__}, not {type_name(record)}"
            )
        fields, model = set_fields(record), type(record)
    else:
        fields = mapping(record, where, "{'externalId': …, 'email': …}")
        reject_non_string_keys(fields, where)
        model = for_dicts or base
    return _masked_secrets(fields), model


def _values(model: InputModel) -> dict[str, object]:
    return _masked_secrets(set_fields(model))


def _masked_secrets(fields: Mapping[str, object]) -> dict[str, object]:
    """Return fields whose passwords and tokens do not appear in tracebacks."""
    return {
        name: masked(one) if is_secret(name) and name not in EXTRAS else one
        for name, one in fields.items()
    }


def _record(
    extras: Mapping[str, object], fields: dict[str, object], where: str, index: int
) -> Record:
    given = {name: value for name, value in extras.items() if value is not None}
    keep_password = boolean(given.get("keepPassword", False), f"{where}.keepPassword")
    if keep_password and fields.get("password") is None:
        raise InvalidInputError(f"{where}.keepPassword: the record has no password")
    return Record(
        index=index,
        fields=fields,
        custom_data=_custom_data(given.get("customData", {}), f"{where}.customData"),
        groups=_codes(extras, "groups", where),
        roles=_codes(extras, "roles", where),
        identities=_identities(given["identities"], where) if "identities" in given else None,
        status=_status(given.get("status"), f"{where}.status"),
        keep_password=keep_password,
        user_id=non_empty_string(given["id"], f"{where}.id") if "id" in given else None,
    )


def _custom_data(value: object, where: str) -> dict[str, object]:
    values = mapping(value, where, "{'KEY': value}")
    for key, item in values.items():
        if item is not None:
            try:
                wire_value(non_empty_string(key, f"{where} key"), item)
            except InvalidInputError as error:
                raise InvalidInputError(f"{where}: {error.message}") from None
    return values


def _codes(extras: Mapping[str, object], name: str, where: str) -> tuple[str, ...] | None:
    if name not in extras:
        return None
    codes = extras[name]
    if codes is None:  # as for fields, it clears what the user has
        return ()
    return tuple(string_list(codes, f"{where}.{name}", f"{{'{name}': ['CODE']}}"))


def _status(value: object, where: str) -> str | None:
    if value is None:
        return None
    text = value.value if isinstance(value, UserStatus) else value
    return one_of(text, where, STATUSES)


def _identities(value: object, where: str) -> tuple[RecordIdentity, ...]:
    name = f"{where}.identities"
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise InvalidInputError(f"{name} must be a list of dicts, not {type_name(value)}")
    return tuple(
        _identity(item, f"{name}[{at}]") for at, item in enumerate(cast("Iterable[object]", value))
    )


def _identity(item: object, where: str) -> RecordIdentity:
    if isinstance(item, InputModel):
        item = set_fields(item)
    if not is_dict(item):
        raise InvalidInputError(f"{where} must be a dict, not {type_name(item)}")
    reject_non_string_keys(item, where)
    for key in item:
        if key not in IDENTITY_KEYS:
            hint = did_you_mean(key, IDENTITY_KEYS)
            raise InvalidInputError(f"Unknown key {key!r} in {where}.{hint}")
    given = {name: value for name, value in item.items() if value is not None}
    for name in ("provider", "userIdInIdp"):
        if name not in given:
            raise InvalidInputError(f"{where}.{name} is missing")
    texts = {
        name: non_empty_string(given[name], f"{where}.{name}")
        for name in IDENTITY_TEXTS
        if name in given
    }
    is_social = given.get("isSocial")
    return RecordIdentity(
        provider=non_empty_string(given["provider"], f"{where}.provider"),
        user_id_in_idp=non_empty_string(given["userIdInIdp"], f"{where}.userIdInIdp"),
        openid=texts.get("openid"),
        is_social=None if is_social is None else boolean(is_social, f"{where}.isSocial"),
        connection_id=texts.get("connectionId"),
        type=texts.get("type"),
        ext_idp_id=texts.get("extIdpId"),
        tokens={
            name: Secret(non_empty_string(given[name], f"{where}.{name}"))
            for name in IDENTITY_TOKENS
            if name in given
        },
    )
