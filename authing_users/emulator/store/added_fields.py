"""Values of fields that the served schema has and the tables do not.

They are in a table of their own, which only emulators with a schema of their own create. A value
stays stored while a schema without its field is served.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..errors import ApiError, ErrorCode

Values: TypeAlias = Mapping[str, object]

TABLES: Mapping[str, str] = {
    "User": "users",
    "Role": "roles",
    "Group": "user_groups",
    "Policy": "policies",
    "Node": "departments",
    "Identity": "identities",
    "UserDefinedField": "udf",
    "UserPool": "userpool",
}
"""The types whose objects can have added values, and their tables."""

# The fields that identify an object within its type.
_KEY_FIELDS: Mapping[str, tuple[str, ...]] = {
    "Identity": ("provider", "userIdInIdp"),
    "UserDefinedField": ("targetType", "key"),
}
_ID = ("id",)


def prepare_database(connection: sqlite3.Connection) -> None:
    """Create the table and its triggers if they do not exist."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS added_values (type TEXT NOT NULL, key TEXT NOT NULL,"
        " name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (type, key, name)) WITHOUT ROWID"
    )
    for type_name, table in TABLES.items():
        connection.execute(
            f"CREATE TRIGGER IF NOT EXISTS added_values_of_{table} AFTER DELETE ON {table} BEGIN"
            f" DELETE FROM added_values WHERE type = '{type_name}'"
            f" AND key = {_key_expression(type_name, 'old')}; END"
        )


@dataclass(frozen=True, slots=True)
class InputField:
    """A field of an input that the schema adds or changes.

    Attributes:
        notation: The type in the notation of the schema.
        coerce: Checks a JSON value and returns the value of the API. Raises ``ValueError``.
        is_required: Whether the field must be given.
        is_supported: Whether values can be stored.
        to_column: Converts a value for the column of the field, if it has one. Raises
            ``ValueError`` for a value that the column cannot hold.
    """

    notation: str
    coerce: Callable[[object], object]
    is_required: bool
    is_supported: bool
    to_column: Callable[[object], object] | None


@dataclass(frozen=True, slots=True)
class AddedFields:
    """The fields that the served schema adds to stored objects, by the API's names of the types.

    Attributes:
        outputs: Fields whose values can be in the table, by type.
        inputs: Added and changed fields, by input.
        defaults: Default values of these fields, by input.
        missing: Fields of users that the schema does not have.
        search: SQL expressions of fields that a search accepts, by field of the user.
        sort: SQL terms for added values of SortByEnum, by table and value.
    """

    outputs: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    inputs: Mapping[str, Mapping[str, InputField]] = field(
        default_factory=dict[str, Mapping[str, InputField]]
    )
    defaults: Mapping[str, Values] = field(default_factory=dict[str, Values])
    missing: frozenset[str] = frozenset()
    search: Mapping[str, str] = field(default_factory=dict[str, str])
    sort: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def split(self, input_name: str, values: Values) -> tuple[dict[str, object], dict[str, object]]:
        """Separate the fields of an input that have a column from the added ones.

        Args:
            input_name: Name of the input type.
            values: Its fields.

        Returns:
            See ``split_values``.

        Raises:
            ApiError: The emulator cannot store a value.
        """
        inputs = self.inputs.get(input_name, {})
        for name in values:
            if name in inputs and not inputs[name].is_supported and values[name] is not None:
                raise ApiError(ErrorCode.UNSUPPORTED, f"{input_name}.{name}")
        return split_values(inputs, values)

    def sort_term(self, table: str, value: str) -> str:
        """Return the ORDER BY term for an added value of SortByEnum.

        Raises:
            ApiError: No field belongs to the value.
        """
        term = self.sort.get((table, value))
        if term is None:
            raise ApiError(ErrorCode.UNSUPPORTED, f"SortByEnum.{value}")
        return term


NO_ADDED_FIELDS = AddedFields()
"""The API's own schema adds nothing."""


def split_values(
    inputs: Mapping[str, InputField], values: Values
) -> tuple[dict[str, object], dict[str, object]]:
    """Separate values that have a column from the added ones.

    Returns:
        The values of columns, and the added values. An added value is ``None`` where a stored one
        must be removed.
    """
    columns: dict[str, object] = {}
    added: dict[str, object] = {}
    for name, value in values.items():
        definition = inputs.get(name)
        if definition is None:
            columns[name] = value
        elif definition.to_column is None:
            added[name] = value
        else:
            try:
                columns[name] = None if value is None else definition.to_column(value)
                added[name] = None
            except ValueError:
                columns[name], added[name] = None, value
    return columns, added


def object_key(type_name: str, fields: Values) -> str:
    """Return the key of a stored object."""
    names = _KEY_FIELDS.get(type_name, _ID)
    return "\n".join(str(fields[name]) for name in names)


def write(connection: sqlite3.Connection, type_name: str, key: str, values: Values) -> None:
    """Store added values of an object. ``None`` removes a value."""
    for name, value in values.items():
        connection.execute(
            "DELETE FROM added_values WHERE (type, key, name) = (?, ?, ?)", (type_name, key, name)
        )
        if value is not None:
            connection.execute(
                "INSERT INTO added_values (type, key, name, value) VALUES (?, ?, ?, ?)",
                (type_name, key, name, json.dumps(value, ensure_ascii=False)),
            )


def read(
    connection: sqlite3.Connection, type_name: str, keys: Iterable[str]
) -> dict[str, dict[str, object]]:
    """Return the added values of objects by key."""
    values: dict[str, dict[str, object]] = {}
    for key, name, value in connection.execute(
        "SELECT key, name, value FROM added_values"
        " WHERE type = ? AND key IN (SELECT value FROM json_each(?))",
        (type_name, json.dumps(list(keys))),
    ):
        values.setdefault(key, {})[name] = json.loads(value)
    return values


def fill(
    connection: sqlite3.Connection,
    added: AddedFields,
    type_name: str,
    records: Sequence[dict[str, Any]],
) -> None:
    """Add the added fields of a type to its objects, for a response of the REST API."""
    names = added.outputs.get(type_name)
    if not names:
        return
    keys = [object_key(type_name, record) for record in records]
    values = read(connection, type_name, keys)
    for key, record in zip(keys, records, strict=True):
        record.update({name: None for name in names if name not in record})
        stored = values.get(key, {})
        record.update({name: stored[name] for name in names if name in stored})


def search_expression(name: str, *, has_column: bool) -> str:
    """Return the SQL expression for the text of an added field of ``users``."""
    value = (
        "(SELECT group_concat(item.value, char(10)) FROM added_values,"
        f" json_each(added_values.value) AS item WHERE {_condition('User', name)})"
    )
    return f"coalesce({value}, users.{name})" if has_column else value


def sort_expression(type_name: str, name: str, *, has_column: bool) -> str:
    """Return the SQL expression by which objects of a type are sorted."""
    value = (
        "(SELECT json_extract(added_values.value, '$') FROM added_values"
        f" WHERE {_condition(type_name, name)})"
    )
    return f"coalesce({value}, {TABLES[type_name]}.{name})" if has_column else value


def _condition(type_name: str, name: str) -> str:
    return (
        f"added_values.type = '{type_name}' AND added_values.name = '{name}'"
        f" AND added_values.key = {_key_expression(type_name, TABLES[type_name])}"
    )


def _key_expression(type_name: str, row: str) -> str:
    names = _KEY_FIELDS.get(type_name, _ID)
    return " || char(10) || ".join(f"{row}.{name}" for name in names)
