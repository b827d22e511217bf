"""Custom fields: their definitions for each target type, and the values of targets."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from . import users
from .custom_field_values import format_value, is_valid, parse_json, parse_param_value, to_json
from .records import Record, Store, count_rows, insert_row, json_array, reject_nul
from .tables import Table

TABLE = Table("udf")

VALUE_FIELDS = ("key", "dataType", "value", "label")
"""The fields of a value that the API shows."""

TARGET_TABLES = {"USER": "users", "ROLE": "roles", "NODE": "departments", "USERPOOL": "userpool"}
"""The tables of the supported target types."""


def define_field(
    store: Store, target_type: str, key: str, data_type: str, changes: Mapping[str, str | None]
) -> dict[str, object]:
    """Define a field, or update its definition.

    Args:
        store: The store.
        target_type: The UDFTargetType of the field.
        key: The key of the field, unique for the target type.
        data_type: The UDFDataType of the values.
        changes: The label and the options. Absent keys keep their value.

    Raises:
        ApiError: The key is invalid, or the data type of a field with values changes.
    """
    reject_nul(key, "key")
    if not key.strip():
        raise ApiError(ErrorCode.INVALID_PARAMETER, "key")
    types = _field_types(store, target_type, [key])
    if not types:
        field = {"targetType": target_type, "key": key, "dataType": data_type}
        insert_row(store, "udf", {**field, **changes})
    else:
        if types[key] != data_type and count_rows(
            store, "FROM udv WHERE targetType = ? AND key = ?", (target_type, key)
        ):
            raise ApiError(ErrorCode.FIELD_IN_USE, "dataType")
        columns = {"dataType": data_type, **changes}
        assignments = ", ".join(f"{column} = ?" for column in columns)
        store.connection.execute(
            f"UPDATE udf SET {assignments} WHERE targetType = ? AND key = ?",
            (*columns.values(), target_type, key),
        )
    return next(field for field in list_fields(store, target_type) if field["key"] == key)


def delete_field(store: Store, target_type: str, key: str) -> None:
    """Delete a field and its values.

    Raises:
        ApiError: The field does not exist.
    """
    require_fields(store, target_type, [key])
    store.connection.execute("DELETE FROM udf WHERE targetType = ? AND key = ?", (target_type, key))


def list_fields(store: Store, target_type: str) -> list[dict[str, object]]:
    """Return the fields of a target type in the order of their definition."""
    rows = store.connection.execute(
        f"SELECT {TABLE.selection} FROM udf WHERE targetType = ? ORDER BY seq", (target_type,)
    )
    return [TABLE.decode(row) for row in rows]


def values_of_target(store: Store, target_type: str, target_id: str) -> list[dict[str, object]]:
    """Return the values of one target in the order of the field definitions.

    Raises:
        ApiError: The target does not exist, or its type is unsupported.
    """
    require_targets(store, target_type, [target_id])
    return values_of_targets(store, target_type, [target_id])[target_id]


def values_of_user(store: Store, user: Record) -> list[dict[str, object]]:
    """Return the values of one user. Loads them for the whole batch of the user."""
    values = user.batch.related(
        "customData", user.id, lambda ids: values_of_targets(store, "USER", ids)
    )
    return values or []


def values_of_targets(
    store: Store, target_type: str, target_ids: Sequence[str]
) -> dict[str, list[dict[str, object]]]:
    """Return the values of targets by ID. Unknown targets have no values."""
    values_by_target: dict[str, list[dict[str, object]]] = {
        target_id: [] for target_id in target_ids
    }
    for target_id, key, data_type, stored, label in store.connection.execute(
        "SELECT udv.targetId, udf.key, udf.dataType, udv.value, udf.label FROM udv"
        " JOIN udf ON udf.targetType = udv.targetType AND udf.key = udv.key"
        " WHERE udv.targetType = ? AND udv.targetId IN (SELECT value FROM json_each(?))"
        " ORDER BY udf.seq",
        (target_type, json_array(target_ids)),
    ):
        value = (key, data_type, format_value(data_type, stored), label)
        values_by_target[target_id].append(dict(zip(VALUE_FIELDS, value, strict=True)))
    return values_by_target


def existing_targets(store: Store, target_type: str, target_ids: Iterable[str]) -> list[str]:
    """Return the IDs of existing targets without duplicates.

    Raises:
        ApiError: The target type is unsupported.
    """
    unique_ids = list(dict.fromkeys(target_ids))
    rows = store.connection.execute(
        f"SELECT id FROM {_target_table(target_type)} WHERE id IN (SELECT value FROM json_each(?))",
        (json_array(unique_ids),),
    )
    existing = {target_id for (target_id,) in rows}
    return [target_id for target_id in unique_ids if target_id in existing]


def require_targets(store: Store, target_type: str, target_ids: Iterable[str]) -> None:
    """Raise unless all targets exist and their type is supported."""
    unique_ids = set(target_ids)
    if target_type == "USER":
        users.require_users(store, unique_ids)
    elif len(existing_targets(store, target_type, unique_ids)) != len(unique_ids):
        raise ApiError(ErrorCode.NOT_FOUND, "targetId")


def require_fields(store: Store, target_type: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the data types of fields by key. Raise if a field does not exist."""
    keys = list(keys)
    types = _field_types(store, target_type, keys)
    for key in keys:
        if key not in types:
            raise ApiError(ErrorCode.NOT_FOUND, f"custom field {key}")
    return types


def set_values(
    store: Store, target_type: str, inputs: Iterable[tuple[str, str, str | None]]
) -> None:
    """Store values: target IDs, keys, and values as JSON text.

    Raises:
        ApiError: A target or a field does not exist, or a value is invalid. Nothing is changed.
    """
    entries = list(inputs)
    require_targets(store, target_type, (target_id for target_id, _, _ in entries))
    types = require_fields(store, target_type, (key for _, key, _ in entries))
    values: list[tuple[str, str, object]] = []
    for target_id, key, text in entries:
        try:
            values.append((target_id, key, parse_json(text or "")))
        except ValueError:
            raise ApiError(ErrorCode.INVALID_PARAMETER, key) from None
    _store_values(store, target_type, types, values)


def set_params(store: Store, user_id: str, params: Mapping[str, object]) -> None:
    """Store the result of ``parse_params`` for a user.

    Raises:
        ApiError: A field does not exist, or a value is invalid.
    """
    types = require_fields(store, "USER", params)
    values = [(user_id, key, parse_param_value(types[key], value)) for key, value in params.items()]
    _store_values(store, "USER", types, values)


def delete_value(store: Store, target_type: str, target_id: str, key: str) -> None:
    """Delete a value of a target. A missing value is ignored.

    Raises:
        ApiError: The target or the field does not exist.
    """
    require_targets(store, target_type, [target_id])
    require_fields(store, target_type, [key])
    store.connection.execute(
        "DELETE FROM udv WHERE targetType = ? AND targetId = ? AND key = ?",
        (target_type, target_id, key),
    )


def _store_values(
    store: Store,
    target_type: str,
    types: Mapping[str, str],
    values: Iterable[tuple[str, str, object]],
) -> None:
    rows: list[tuple[str, str, str, str]] = []
    for target_id, key, value in values:
        if not is_valid(types[key], value):
            raise ApiError(ErrorCode.INVALID_PARAMETER, key)
        rows.append((target_type, target_id, key, to_json(value)))
    store.connection.executemany(
        "INSERT OR REPLACE INTO udv (targetType, targetId, key, value) VALUES (?, ?, ?, ?)", rows
    )


def _field_types(store: Store, target_type: str, keys: Iterable[str]) -> dict[str, str]:
    rows = store.connection.execute(
        "SELECT key, dataType FROM udf"
        " WHERE targetType = ? AND key IN (SELECT value FROM json_each(?))",
        (target_type, json_array(keys)),
    )
    return {cast("str", key): cast("str", data_type) for key, data_type in rows}


def _target_table(target_type: str) -> str:
    if target_type not in TARGET_TABLES:
        raise ApiError(ErrorCode.UNSUPPORTED, f"UDFTargetType.{target_type}")
    return TARGET_TABLES[target_type]
