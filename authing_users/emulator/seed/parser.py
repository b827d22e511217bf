"""Validate a seed, and hash its passwords."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import cast

from graphql import GraphQLEnumType, GraphQLInputObjectType

from ..errors import ErrorCode
from ..gql.schema import executable_schema
from ..store import identities
from ..store.added_fields import NO_ADDED_FIELDS, AddedFields, InputField, split_values
from ..store.custom_fields import TARGET_TABLES
from ..store.passwords import Credential, hash_password
from ..store.roles import namespace_or_default
from ..store.seeding import DEFAULT_PREFIX
from ..store.user_fields import UNIQUE_FIELDS, normalize_fields
from .errors import SeedError, SeedPath, errors_at
from .model import CustomFieldSeed, DepartmentSeed, GroupSeed, RoleSeed, Seed, UserSeed
from .objects import SeedObject, non_blank_string

MAX_SEEDED_USERS = 100_000
"""How many users one seed may create."""

_MAX_DEPTH = 32  # levels of departments
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")

SEED_KEYS = (
    *("users", "generatedUsers", "prefix", "customFields", "roles", "groups", "organisations"),
    "archived",
)
CUSTOM_FIELD_KEYS = ("key", "targetType", "dataType", "label", "options")
ROLE_KEYS = ("code", "namespace", "description", "parent")
GROUP_KEYS = ("code", "name", "description")
DEPARTMENT_KEYS = ("name", "code", "description", "members", "children")
OWN_USER_KEYS = (
    *("password", "keepPassword", "resetPasswordOnFirstLogin", "status", "customData", "roles"),
    *("groups", "identities", "mainDepartmentCode"),
)
"""The keys of a user that the API's inputs do not have, or that mean something else there."""


def parse_seed(content: object, added: AddedFields = NO_ADDED_FIELDS) -> Seed:
    """Validate a seed. Hashes its passwords, which is slow.

    Args:
        content: The content of the seed.
        added: What the served schema adds.

    Raises:
        SeedError: The seed is invalid.
    """
    seed = SeedObject(content, (), "seed", SEED_KEYS)
    is_list = isinstance(seed.fields.get("users", 0), list | tuple)
    if not is_list and {"users", "generatedUsers"} <= seed.fields.keys():
        message = "must be a list of users if generatedUsers is given."
        raise SeedError(message, seed.path_of("users"))
    passwords = _Passwords()
    return Seed(
        generated_users=seed.count(
            "generatedUsers" if is_list or "users" not in seed.fields else "users", MAX_SEEDED_USERS
        ),
        prefix=_prefix(seed),
        custom_fields=[_custom_field(*item) for item in seed.items("customFields")],
        roles=[_role(*item) for item in seed.items("roles")],
        groups=[_group(*item) for item in seed.items("groups")],
        users=_users(seed, passwords, added) if is_list else [],
        organisations=[_organisation(*item) for item in seed.items("organisations")],
        archived=seed.strings("archived"),
    )


def _prefix(seed: SeedObject) -> str:
    prefix = seed.optional_string("prefix")
    if prefix is None:
        return DEFAULT_PREFIX
    if not _PREFIX.fullmatch(prefix):
        message = "must be a letter followed by up to 31 letters, digits, hyphens and underscores."
        raise SeedError(message, seed.path_of("prefix"))
    return prefix


@cache
def _enum_values(name: str) -> tuple[str, ...]:
    return tuple(cast("GraphQLEnumType", executable_schema().type_map[name]).values)


@cache
def _input_fields(*names: str) -> Mapping[str, str]:
    """Return the types of the fields of inputs, in the notation of the schema."""
    types = executable_schema().type_map
    inputs = [cast("GraphQLInputObjectType", types[name]) for name in names]
    return {
        field: str(definition.type) for one in inputs for field, definition in one.fields.items()
    }


@cache
def _user_fields() -> Mapping[str, str]:
    apart = {"password", "mainDepartmentId", "mainDepartmentCode"}
    fields = _input_fields("CreateUserInput", "UpdateUserInput")
    return {name: notation for name, notation in fields.items() if name not in apart}


@cache
def _user_keys() -> tuple[str, ...]:
    return (*_user_fields(), *OWN_USER_KEYS)


def _custom_field(path: SeedPath, item: object) -> CustomFieldSeed:
    source = SeedObject(item, path, "custom field", CUSTOM_FIELD_KEYS)
    key = source.string("key")
    return CustomFieldSeed(
        path=path,
        target_type=source.choice("targetType", tuple(TARGET_TABLES), "USER"),
        key=key,
        data_type=source.choice("dataType", _enum_values("UDFDataType")),
        label=source.optional_string("label") or key,
        options=source.optional_string("options"),
    )


def _role(path: SeedPath, item: object) -> RoleSeed:
    if isinstance(item, str):
        return RoleSeed(path, namespace_or_default(None), non_blank_string(item, path))
    source = SeedObject(item, path, "role", ROLE_KEYS)
    return RoleSeed(
        path=path,
        namespace=namespace_or_default(source.optional_string("namespace")),
        code=source.string("code"),
        description=source.optional_string("description"),
        parent=source.optional_string("parent"),
    )


def _group(path: SeedPath, item: object) -> GroupSeed:
    if isinstance(item, str):
        return GroupSeed(path, non_blank_string(item, path))
    source = SeedObject(item, path, "group", GROUP_KEYS)
    return GroupSeed(
        path=path,
        code=source.string("code"),
        name=source.optional_string("name"),
        description=source.optional_string("description"),
    )


def _organisation(path: SeedPath, item: object) -> DepartmentSeed:
    root = _department(path, item)
    codes: set[str] = set()
    pending = [root]
    while pending:
        department = pending.pop(0)
        if department.code in codes:
            message = "Another department of the organisation has the same code."
            raise SeedError(message, (*department.path, "code"), code=ErrorCode.TAKEN)
        codes.add(department.code)
        pending += department.children
    return root


def _department(path: SeedPath, item: object, depth: int = 0) -> DepartmentSeed:
    if depth > _MAX_DEPTH:
        message = f"An organisation must not have more than {_MAX_DEPTH} levels of departments."
        raise SeedError(message, path)
    source = SeedObject(item, path, "department", DEPARTMENT_KEYS)
    return DepartmentSeed(
        path=path,
        name=source.string("name"),
        code=source.string("code"),
        description=source.optional_string("description"),
        members=source.strings("members"),
        children=[_department(*child, depth + 1) for child in source.items("children")],
    )


class _Passwords:
    """Hashes each password once: hashing is slow, and test users often share a password."""

    def __init__(self) -> None:
        self._credentials: dict[str, Credential] = {}

    def credential(self, password: str) -> Credential:
        if password not in self._credentials:
            self._credentials[password] = hash_password(password)
        return self._credentials[password]


def _users(seed: SeedObject, passwords: _Passwords, added: AddedFields) -> list[UserSeed]:
    items = seed.items("users")
    if len(items) > MAX_SEEDED_USERS:
        message = f"must not have more than {MAX_SEEDED_USERS:,} users."
        raise SeedError(message, seed.path_of("users"))
    users = [_user(path, item, passwords, added) for path, item in items]
    seen: set[tuple[str, object]] = set()
    for user in users:
        for identifier in user.identifiers.items():
            if identifier in seen:
                message = f"Another user of the seed has the same {identifier[0]}."
                raise SeedError(message, (*user.path, identifier[0]))
            seen.add(identifier)
    return users


def _user(path: SeedPath, item: object, passwords: _Passwords, added: AddedFields) -> UserSeed:
    inputs = {**added.inputs.get("UpdateUserInput", {}), **added.inputs.get("CreateUserInput", {})}
    apart = {*OWN_USER_KEYS, "mainDepartmentId"}
    own = {name: field for name, field in inputs.items() if name not in apart}
    types = {name: notation for name, notation in _user_fields().items() if name not in own}
    source = SeedObject(item, path, "user", (*_user_keys(), *own.keys() - _user_fields().keys()))
    columns, added_values = split_values(own, _added_values(source, own))
    with errors_at(path, source.fields):
        fields = normalize_fields({**source.typed(types), **columns})
    if source.fields.get("status") is not None:
        fields["status"] = source.choice("status", _enum_values("UserStatus"))
    user = UserSeed(
        path=path,
        fields=fields,
        added=added_values,
        identifiers={name: fields[name] for name in UNIQUE_FIELDS if fields.get(name) is not None},
        credential=_credential(source, passwords),
        reset_password=source.flag("resetPasswordOnFirstLogin"),
        roles=[_role_reference(*role) for role in source.items("roles")],
        groups=source.strings("groups"),
        custom_data=_custom_data(source),
        identities=[_identity(*identity) for identity in source.items("identities")],
        main_department=source.optional_string("mainDepartmentCode"),
    )
    if not user.identifiers and not user.identities:
        names = ", ".join([*UNIQUE_FIELDS, "identities"])
        raise SeedError(f"A user needs at least one of {names}.", path)
    return user


def _added_values(source: SeedObject, inputs: Mapping[str, InputField]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, field in inputs.items():
        if name in source.fields:
            try:
                values[name] = field.coerce(source.fields[name])
            except ValueError:
                message = f"does not match the type {field.notation} of the schema."
                raise SeedError(message, source.path_of(name)) from None
    return values


def _credential(source: SeedObject, passwords: _Passwords) -> Credential | None:
    password, keep = source.optional_string("password"), source.flag("keepPassword")
    if password is None:
        return None
    if keep:
        return Credential(kept=True, value=password)
    with errors_at(source.path_of("password")):
        return passwords.credential(password)


def _role_reference(path: SeedPath, item: object) -> tuple[str, str]:
    if isinstance(item, str):
        return namespace_or_default(None), non_blank_string(item, path)
    source = SeedObject(item, path, "role", ("code", "namespace"))
    return namespace_or_default(source.optional_string("namespace")), source.string("code")


def _identity(path: SeedPath, item: object) -> Mapping[str, object]:
    types = _input_fields("CreateUserIdentityInput")
    identity = SeedObject(item, path, "identity", tuple(types)).typed(types)
    with errors_at(path):
        identities.require_complete(identity)
    return identity


def _custom_data(source: SeedObject) -> dict[str, str]:
    values = source.fields.get("customData")
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        message = "must be an object: the key and the value of each custom field."
        raise SeedError(message, source.path_of("customData"))
    fields = cast("Mapping[str, object]", values)
    return {key: json.dumps(value, ensure_ascii=False) for key, value in fields.items()}
