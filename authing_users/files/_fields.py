"""The fields of users that files can have."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, cast

from authing_graphql import CreateUserInput, UDFDataType, UpdateUserInput, User, UserDefinedField
from authing_graphql.graphql_model import attributes_by_graphql_name
from authing_graphql.input_values import InputField, input_fields

from .._inputs.checks import did_you_mean
from .._inputs.custom_fields import CustomFieldDataType, field_data_type
from .._runtime.secret import masked
from ..errors import InvalidInputError
from ._custom_values import custom_kind
from ._errors import CellError
from ._kinds import Boolean, Choice, Kind, Text, TextList, kind_of, shown

CustomFieldTypes = Mapping[str, CustomFieldDataType] | Sequence[UserDefinedField]
"""The types of custom fields by key, or the fields that ``client.udf.list("USER")`` returns."""

CUSTOM = "custom."
"""Start of the names of columns for custom fields."""
PASSWORD_HASH = "passwordHash"
STATUSES = ("Activated", "Suspended", "Resigned")
# The fields that people look for first.
FIRST = ("id", "externalId", "username", "email", "phone", "name", "nickname", "status")
LAST = ("groups", "roles", "identities", "customData", "password", "keepPassword")
_READ_ONLY_OF_IDENTITIES = ("userId", "userPoolId")
IDENTITY_TEXTS = (
    *("provider", "userIdInIdp", "openid", "connectionId", "type", "extIdpId"),
    *("accessToken", "refreshToken"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record.

    Attributes:
        name: Its key in a record. ``custom.KEY`` for a custom field.
        kind: The values that it takes.
        null: What null stands for: ``None`` if it clears the field, ``[]`` if it empties a list.
            ``Ellipsis`` if there is nothing to clear, so that null is not a value.
        custom_key: Key of the custom field, or ``None``.
    """

    name: str
    kind: Kind
    null: Any = None
    custom_key: str | None = None

    def check(self, value: object) -> Any:
        """Return the value for a record, or ``Ellipsis`` if there is none.

        Raises:
            CellError: The field cannot have the value.
        """
        if value is not None:
            return self.kind.check(value)
        return [] if self.null == [] else self.null


class Identities(Kind):
    """A list of identities at identity providers."""

    def check(self, value: object) -> Any:
        if not isinstance(value, list | tuple):
            raise CellError(f"must be a list of objects, not {shown(value)}")
        return [_identity(item, at) for at, item in enumerate(cast("list[object]", value))]


def _identity(value: object, at: int) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise CellError(f"[{at}] must be an object, not {shown(value)}")
    identity: dict[str, object] = {}
    for key, item in cast("Mapping[str, object]", value).items():
        if key in _READ_ONLY_OF_IDENTITIES:
            continue
        try:
            if key in IDENTITY_TEXTS:
                identity[key] = item if item is None else Text().check(item)
            elif key == "isSocial":
                identity[key] = item if item is None else Boolean().check(item)
            else:
                hint = did_you_mean(key, (*IDENTITY_TEXTS, "isSocial"))
                raise CellError(f"is an unknown key.{hint}")
        except CellError as error:
            raise CellError(f"[{at}].{key} {error}") from None
        if key.endswith("Token"):
            identity[key] = masked(identity[key])
    for key in ("provider", "userIdInIdp"):
        if identity.get(key) is None:
            raise CellError(f"[{at}].{key} is missing")
    return identity


class CustomData(Kind):
    """An object with the values of custom fields."""

    def __init__(self, fields: "Fields") -> None:
        self._fields = fields

    def check(self, value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise CellError(f"must be an object, not {shown(value)}")
        values: dict[str, Any] = {}
        for key, item in cast("Mapping[str, object]", value).items():
            field = self._fields.custom(key)
            if field is None:
                raise CellError(f"has the key {key!r}. {self._fields.undeclared(key)}")
            try:
                values[key] = field.check(item)
            except CellError as error:
                raise CellError(f"[{key!r}] {error}") from None
        return values

    def to_json(self, value: Mapping[str, Any]) -> str:
        items = (
            f"{json.dumps(key, ensure_ascii=False)}: {self._json(key, value[key])}"
            for key in sorted(value)
        )
        return f"{{{', '.join(items)}}}"

    def _json(self, key: str, value: object) -> str:
        field = self._fields.custom(key)
        return "null" if value is None or field is None else field.kind.to_json(value)


class Fields:
    """The fields that files of one user pool can have.

    Args:
        create_input: The client's model for new users.
        custom_fields: Types of the custom fields of the pool. ``None``: any key is accepted.
        check_dates: Whether text of dates and times must be one.
    """

    def __init__(
        self,
        create_input: type[CreateUserInput] | None = None,
        custom_fields: CustomFieldTypes | None = None,
        *,
        check_dates: bool = True,
    ) -> None:
        self._check_dates = check_dates
        self._custom: dict[str, Field] | None = None
        if custom_fields is not None:
            self._custom = {
                key: self._custom_field(key, data_type)
                for key, data_type in _types_by_key(custom_fields)
            }
        inputs: dict[str, InputField] = dict(input_fields(UpdateUserInput))
        inputs.update(input_fields(CreateUserInput))
        inputs.update(input_fields(create_input or CreateUserInput))
        fields = {
            name: Field(name, kind_of(inputs[name], check_dates=check_dates)) for name in inputs
        }
        fields |= {
            "id": Field("id", Text(), ...),
            "status": Field("status", Choice(STATUSES), ...),
            "groups": Field("groups", TextList(), []),
            "roles": Field("roles", TextList(), []),
            "identities": Field("identities", Identities(), []),
            "customData": Field("customData", CustomData(self), ...),
            "keepPassword": Field("keepPassword", Boolean(), ...),
            "password": Field("password", Text(), ...),
        }
        ends = (*FIRST, *LAST)
        middle = [name for name in fields if name not in ends]
        self.by_name: dict[str, Field] = {name: fields[name] for name in (*FIRST, *middle, *LAST)}
        """The fields of records, in the order of files."""
        self._password_hash = Field(PASSWORD_HASH, Text(), ...)
        self._spellings: dict[str, Field] = {}
        for field in (*self.by_name.values(), self._password_hash):
            self._spellings.setdefault(spelling(field.name), field)

    @property
    def custom_keys(self) -> list[str] | None:
        """The keys of the custom fields, in order. ``None`` if any key is accepted."""
        return None if self._custom is None else sorted(self._custom)

    def custom(self, key: str) -> Field | None:
        """Return a custom field, or ``None`` if it is not declared."""
        if self._custom is None:
            return self._custom_field(key, None)
        return self._custom.get(key)

    def undeclared(self, key: str) -> str:
        """Return what to do about a custom field that is not declared."""
        known = self.custom_keys or []
        hint = did_you_mean(key, known)
        return f"The pool has no custom field {key!r}.{hint}"

    def find(self, name: str) -> Field | None:
        """Return the field with a name, in any usual spelling, or ``None``."""
        name = name.strip()
        if name in self.by_name:
            return self.by_name[name]
        head, dot, key = name.partition(".")
        if dot and head.strip().lower() in ("custom", "customdata"):
            return self.custom(key.strip()) if key.strip() else None
        return self._spellings.get(spelling(name))

    def suggestion(self, name: str) -> str | None:
        """Return the name of the field that an unknown name most likely stands for."""
        names = self.names()
        if name.startswith(CUSTOM):
            names = [known for known in names if known.startswith(CUSTOM)]
        by_spelling = {spelling(known): known for known in names}
        close = get_close_matches(spelling(name), by_spelling, n=1, cutoff=0.7)
        if close:
            return by_spelling[close[0]]
        words = spelling(name)
        inside = [known for known in by_spelling if len(known) > 3 and known in words]
        return by_spelling[max(inside, key=len)] if inside else None

    def names(self) -> list[str]:
        """Return the names of all fields, those of custom fields included."""
        custom = [f"{CUSTOM}{key}" for key in self.custom_keys or []]
        return [*self.by_name, PASSWORD_HASH, *custom]

    def _custom_field(self, key: str, data_type: object) -> Field:
        if data_type is not None and not isinstance(data_type, UDFDataType):
            data_type = field_data_type(data_type, f"custom_fields[{key!r}]")
        name = None if data_type is None else data_type.value
        kind = custom_kind(name, check_dates=self._check_dates)
        return Field(f"{CUSTOM}{key}", kind, custom_key=key)


def _types_by_key(custom_fields: Any) -> Iterable[tuple[str, object]]:
    if isinstance(custom_fields, Mapping):
        return cast("Mapping[str, object]", custom_fields).items()
    if not isinstance(custom_fields, Sequence) or not all(
        isinstance(field, UserDefinedField) for field in cast("Sequence[object]", custom_fields)
    ):
        raise InvalidInputError(
            "custom_fields must be a dict such as {'level': 'NUMBER'}, or client.udf.list('USER')"
        )
    fields = cast("Sequence[UserDefinedField]", custom_fields)
    return [(field.key or "", field.data_type) for field in fields]


def spelling(name: str) -> str:
    """Return what the usual spellings of a name have in common: ``External ID`` → externalid."""
    return "".join(character for character in name.lower() if character.isalnum())


@cache
def read_only_fields() -> dict[str, str]:
    """Return the fields of users that no file can set, by their spelling."""
    writable = {*Fields().by_name}
    names: Iterable[str] = attributes_by_graphql_name(User)
    return {spelling(name): name for name in names if name not in writable}
