"""The content of a validated seed."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..store.passwords import Credential
from .errors import SeedPath


@dataclass(frozen=True, slots=True)
class CustomFieldSeed:
    """A custom field to define."""

    path: SeedPath
    target_type: str
    key: str
    data_type: str
    label: str
    options: str | None


@dataclass(frozen=True, slots=True)
class RoleSeed:
    """A role to create."""

    path: SeedPath
    namespace: str
    code: str
    description: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class GroupSeed:
    """A group to create."""

    path: SeedPath
    code: str
    name: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class UserSeed:
    """A user to create.

    Attributes:
        path: Where the user is in the seed.
        fields: Column values.
        added: Values of fields that only the served schema has.
        identifiers: Those that identify the user, by name.
        credential: The stored form of the password.
        reset_password: Require a new password at the first login.
        roles: Namespaces and codes of roles.
        groups: Codes of groups.
        custom_data: Custom field values as JSON text, by key.
        identities: The fields of linked identities.
        main_department: Code of a department that the user belongs to.
    """

    path: SeedPath
    fields: Mapping[str, object]
    added: Mapping[str, object]
    identifiers: Mapping[str, object]
    credential: Credential | None
    reset_password: bool
    roles: list[tuple[str, str]]
    groups: list[str]
    custom_data: Mapping[str, str]
    identities: list[Mapping[str, object]]
    main_department: str | None


@dataclass(frozen=True, slots=True)
class DepartmentSeed:
    """A department to create, with its subtree. Members are identifiers of users."""

    path: SeedPath
    name: str
    code: str
    description: str | None
    members: list[str]
    children: "list[DepartmentSeed]"


@dataclass(frozen=True, slots=True)
class Seed:
    """The data to create, and the users to archive."""

    generated_users: int
    prefix: str
    custom_fields: list[CustomFieldSeed]
    roles: list[RoleSeed]
    groups: list[GroupSeed]
    users: list[UserSeed]
    organisations: list[DepartmentSeed]
    archived: list[str]
