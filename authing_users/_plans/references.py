"""Check the groups, roles and custom fields that records refer to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from authing_graphql.custom_data import StoredJSON
from authing_graphql.input_values import did_you_mean, type_name

from .._user_record import EVERYTHING, CodeKind, Record, Scope


@dataclass(frozen=True, slots=True)
class References:
    """The groups, roles and custom fields of a pool. ``None`` if no record has such.

    Attributes:
        groups: Codes of the groups.
        roles: Codes of the roles.
        custom_fields: Types of the custom fields by key.
        new_custom_fields: Types of the custom fields to be defined if they are missing, by key.
        creates_groups: Whether missing groups are created.
        creates_roles: Whether missing roles are created.
        scope: The groups and roles that records decide about.
    """

    groups: Collection[str] | None = None
    roles: Collection[str] | None = None
    custom_fields: Mapping[str, str] | None = None
    new_custom_fields: Mapping[str, str] = field(default_factory=dict[str, str])
    creates_groups: bool = False
    creates_roles: bool = False
    scope: Scope = EVERYTHING

    def problem_of(self, record: Record) -> tuple[str, str] | None:
        """Return the field of a record that is wrong, and why, as the rest of a sentence."""
        unusable = self._code_problem("groups", record.groups) or self._code_problem(
            "roles", record.roles
        )
        if unusable is not None:
            return unusable
        types = {**self.new_custom_fields, **(self.custom_fields or {})}
        for key, value in record.custom_data.items():
            if key not in types:
                hint = did_you_mean(key, types)
                return f"customData.{key}", f"the custom field does not exist.{hint}"
            problem = None if value is None else _value_problem(types[key], value)
            if problem:
                return f"customData.{key}", problem
        return None

    def _code_problem(self, kind: CodeKind, codes: Iterable[str] | None) -> tuple[str, str] | None:
        """Return why a record cannot have its groups or roles."""
        limited, name = self.scope.codes(kind), kind.removesuffix("s")
        known = self.groups if kind == "groups" else self.roles
        creates = self.creates_groups if kind == "groups" else self.creates_roles
        for code in codes or ():
            if limited is not None and code not in limited:
                hint = did_you_mean(code, limited)
                return kind, f"the {name} {code!r} is not one of managed_{kind}.{hint}"
            if known is not None and not creates and code not in known:
                return kind, f"the {name} {code!r} does not exist.{did_you_mean(code, known)}"
        return None

    def missing_groups(self, record: Record) -> list[str]:
        """Return the groups of a record that do not exist."""
        return [code for code in record.groups or () if code not in (self.groups or ())]

    def missing_roles(self, record: Record) -> list[str]:
        """Return the roles of a record that do not exist."""
        return [code for code in record.roles or () if code not in (self.roles or ())]

    def missing_custom_fields(self) -> dict[str, str]:
        """Return the types of the custom fields to be defined, by key."""
        known = self.custom_fields or {}
        return {key: one for key, one in self.new_custom_fields.items() if key not in known}


def _value_problem(data_type: str, value: object) -> str | None:
    """Return why a value does not match the type of its field."""
    if isinstance(value, StoredJSON):
        return None
    if data_type in ("STRING", "SELECT"):
        return None if isinstance(value, str) else f"must be a string, not {type_name(value)}"
    if data_type == "BOOLEAN":
        return None if isinstance(value, bool) else f"must be True or False, not {type_name(value)}"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if data_type == "NUMBER":
        return None if is_number else f"must be a number, not {type_name(value)}"
    if data_type == "DATETIME":
        return _time_problem(value, is_number=is_number)
    return None


def _time_problem(value: object, *, is_number: bool) -> str | None:
    if isinstance(value, date) or is_number:
        return None
    if not isinstance(value, str):
        return f"must be a date or a time, not {type_name(value)}"
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return f"must be an ISO 8601 date or time such as 2024-02-29, not {value!r}"
    return None
