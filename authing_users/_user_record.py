"""Checked records of users, the stored content of users, and the differences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self, TypeVar

from authing_graphql import CreateUserIdentityInput, CreateUserInput
from authing_graphql.display import is_secret

from ._runtime.secret import MASK

ValueT = TypeVar("ValueT")
CodeKind = Literal["groups", "roles"]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between a user in the pool and a record.

    Attributes:
        old: The value in the pool.
        new: The value of the record. ``None`` clears the field.
    """

    old: object
    new: object


@dataclass(frozen=True, slots=True)
class RecordIdentity:
    """An identity at an identity provider, with the keys of ``UserRecordIdentity``.

    Attributes:
        tokens: Access and refresh token at the provider, by key. They are sent only if the user is
            created with the identity.
    """

    provider: str
    user_id_in_idp: str
    openid: str | None = None
    is_social: bool | None = None
    connection_id: str | None = None
    type: str | None = None
    ext_idp_id: str | None = None
    tokens: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @property
    def can_be_linked(self) -> bool:
        """Whether linking it to an existing user stores all of it."""
        return (
            self.connection_id is not None
            and self.provider == (self.type or self.connection_id)
            and self.openid is None
            and not self.tokens
        )

    def creation_input(self) -> CreateUserIdentityInput:
        """Return the input that creates a user with this identity."""
        optional = {
            "openid": self.openid,
            "isSocial": self.is_social,
            "connectionId": self.connection_id,
            **self.tokens,
        }
        given = {name: value for name, value in optional.items() if value is not None}
        return CreateUserIdentityInput.model_validate(
            {"provider": self.provider, "userIdInIdp": self.user_id_in_idp, **given}
        )

    def to_dict(self) -> dict[str, object]:
        """Return the fields that are given, by the API's names. Tokens are masked."""
        optional = {
            "openid": self.openid,
            "isSocial": self.is_social,
            "connectionId": self.connection_id,
            "type": self.type,
            "extIdpId": self.ext_idp_id,
            **dict.fromkeys(self.tokens, MASK),
        }
        given = {name: value for name, value in optional.items() if value is not None}
        return {"provider": self.provider, "userIdInIdp": self.user_id_in_idp, **given}


@dataclass(frozen=True, slots=True)
class Record:
    """A checked record of a user. ``None`` means that the record does not have the key.

    Attributes:
        index: Position in the input.
        fields: The fields that ``createUser`` or ``updateUser`` set, by the API's names. ``None``
            clears a field. A password is a secret.
        later: Names of those that only ``updateUser`` can set.
        custom_data: Values of custom fields by key. ``None`` removes a value.
        groups: Codes of all groups of the user.
        roles: Codes of all roles of the user.
        identities: Identities at identity providers.
        status: Status of the user.
        keep_password: Whether the password is a hash to be stored unchanged.
        user_id: ID of the user that the record was exported from.
        create_model: The model of the input that creates the user.
    """

    index: int
    fields: Mapping[str, object]
    later: frozenset[str] = frozenset()
    custom_data: Mapping[str, object] = field(default_factory=dict[str, object])
    groups: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    identities: tuple[RecordIdentity, ...] | None = None
    status: str | None = None
    keep_password: bool = False
    user_id: str | None = None
    create_model: type[CreateUserInput] = field(default=CreateUserInput, repr=False)

    @property
    def is_plain(self) -> bool:
        """Whether one ``createUser`` without further arguments stores all of it."""
        extras = (self.custom_data, self.groups, self.roles, self.identities, self.keep_password)
        is_active = self.status in (None, "Activated")
        return is_active and not any(extras) and not any(self.fields.get(x) for x in self.later)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of fields with secrets."""
        values = {**self.custom_data, **self.fields}
        names = [name for name, value in values.items() if value and is_secret(name)]
        has_tokens = any(one.tokens for one in self.identities or ())
        return (*names, "identities") if has_tokens else (*names,)

    def without_password(self) -> Self:
        """Return the record as it is compared with an existing user."""
        fields = {name: value for name, value in self.fields.items() if name != "password"}
        identities = self.identities and tuple(replace(one, tokens={}) for one in self.identities)
        return replace(self, fields=fields, identities=identities, keep_password=False)

    def storable(self) -> Self:
        """Return the record without any secret."""
        public = self.without_password()
        return replace(
            public, fields=_public(public.fields), custom_data=_public(public.custom_data)
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """The groups and roles that records decide about.

    Attributes:
        groups: Codes of these groups. ``None``: all groups.
        roles: Codes of these roles. ``None``: all roles.
    """

    groups: frozenset[str] | None = None
    roles: frozenset[str] | None = None

    def codes(self, kind: CodeKind) -> frozenset[str] | None:
        """Return the codes of groups or roles."""
        return self.groups if kind == "groups" else self.roles

    def within(self, kind: CodeKind, codes: Iterable[str | None]) -> list[str]:
        """Return those of some codes that records decide about."""
        limited = self.codes(kind)
        return [code for code in codes if code and (limited is None or code in limited)]


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class UserState:
    """The stored content of a user. ``None`` means that it was not read.

    Attributes:
        user_id: ID of the user.
        fields: The fields that were read, by the API's names.
        custom_data: Values of custom fields by key, as Python values.
        groups: Codes of the groups of the user.
        roles: Codes of the roles of the user.
        identities: The identities of the user, by the API's names.
        status: Status of the user.
    """

    user_id: str
    fields: Mapping[str, object]
    custom_data: Mapping[str, object] | None = None
    groups: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    identities: tuple[Mapping[str, object], ...] | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class RecordChanges:
    """The changes that bring a user to a record.

    Attributes:
        fields: Fields that ``updateUser`` sets, by the API's names.
        custom_data: Values of custom fields by key. The new value ``None`` removes one.
        added_groups: Groups that the user joins.
        removed_groups: Groups that the user leaves.
        added_roles: Roles that the user gets.
        removed_roles: Roles that the user loses.
        identities: Identities that are linked to the user.
        status: The new status.
        not_writable: Differences that the API cannot change, by the API's names.
    """

    fields: Mapping[str, Change] = field(default_factory=dict[str, Change])
    custom_data: Mapping[str, Change] = field(default_factory=dict[str, Change])
    added_groups: tuple[str, ...] = ()
    removed_groups: tuple[str, ...] = ()
    added_roles: tuple[str, ...] = ()
    removed_roles: tuple[str, ...] = ()
    identities: tuple[RecordIdentity, ...] = ()
    status: Change | None = None
    not_writable: Mapping[str, Change] = field(default_factory=dict[str, Change])

    def storable(self) -> Self:
        """Return the changes without any secret."""
        return replace(self, fields=_public(self.fields), custom_data=_public(self.custom_data))

    def __bool__(self) -> bool:
        return bool(
            self.fields
            or self.custom_data
            or self.added_groups
            or self.removed_groups
            or self.added_roles
            or self.removed_roles
            or self.identities
            or self.status
        )


def _public(values: Mapping[str, ValueT]) -> dict[str, ValueT]:
    return {name: value for name, value in values.items() if not is_secret(name)}
