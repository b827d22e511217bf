"""Custom data: the fields that a pool defines for a kind of target, and the targets' values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from . import users
from .custom_values import decoded, encoded, fits, from_params, shown
from .records import Record, Store, check_name, count, insert, json_list

FIELDS = ("targetType", "dataType", "key", "label", "options")
"""What the definition of a field says."""

VALUE_FIELDS = ("key", "dataType", "value", "label")
"""What is shown of a value."""

TABLES = {"USER": "users", "ROLE": "roles", "NODE": "departments", "USERPOOL": "userpool"}
"""Where the targets that can have values are stored."""

_SELECTION = ", ".join(FIELDS)


def define(
    store: Store, target_type: str, key: str, data_type: str, changes: Mapping[str, str | None]
) -> dict[str, object]:
    """Define a field, or change its definition.

    Args:
        store: The store.
        target_type: The UDFTargetType that has the field.
        key: The key of the field, unique among those of the target type.
        data_type: The UDFDataType of its values.
        changes: The label and the options; what is absent stays as it is.

    Raises:
        ApiError: The key is blank, or the data type changes though there are values.
    """
    check_name(key, "key")
    if not key.strip():
        raise ApiError(ErrorCode.INCOMPLETE, "key")
    known = _types(store, target_type, [key])
    if not known:
        defined = {"targetType": target_type, "key": key, "dataType": data_type}
        insert(store, "udf", {**defined, **changes})
    else:
        if known[key] != data_type and count(
            store, "FROM udv WHERE targetType = ? AND key = ?", (target_type, key)
        ):
            raise ApiError(ErrorCode.HAS_VALUES, "dataType")
        columns = {"dataType": data_type, **changes}
        settings = ", ".join(f"{column} = ?" for column in columns)
        store.connection.execute(
            f"UPDATE udf SET {settings} WHERE targetType = ? AND key = ?",
            (*columns.values(), target_type, key),
        )
    return next(field for field in definitions(store, target_type) if field["key"] == key)


def undefine(store: Store, target_type: str, key: str) -> None:
    """Remove the definition of a field, and with it the field's values.

    Raises:
        ApiError: There is no such field.
    """
    check_defined(store, target_type, [key])
    store.connection.execute("DELETE FROM udf WHERE targetType = ? AND key = ?", (target_type, key))


def definitions(store: Store, target_type: str) -> list[dict[str, object]]:
    """The fields of a kind of target, in the order in which they were defined."""
    rows = store.connection.execute(
        f"SELECT {_SELECTION} FROM udf WHERE targetType = ? ORDER BY seq", (target_type,)
    )
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


def of_target(store: Store, target_type: str, target_id: str) -> list[dict[str, object]]:
    """The values of one target, in the order in which their fields were defined.

    Raises:
        ApiError: There is no such target, or its kind is not served.
    """
    check_targets(store, target_type, [target_id])
    return of_targets(store, target_type, [target_id])[target_id]


def of(store: Store, user: Record) -> list[dict[str, object]]:
    """The values of one user; read for everybody who was answered with them."""
    values = user.batch.related("customData", user.id, lambda ids: of_targets(store, "USER", ids))
    return values or []


def of_targets(
    store: Store, target_type: str, target_ids: Sequence[str]
) -> dict[str, list[dict[str, object]]]:
    """The values of each of some targets; of one that does not exist there are none."""
    found: dict[str, list[dict[str, object]]] = {target_id: [] for target_id in target_ids}
    for target_id, key, data_type, stored, label in store.connection.execute(
        "SELECT udv.targetId, udf.key, udf.dataType, udv.value, udf.label FROM udv"
        " JOIN udf ON udf.targetType = udv.targetType AND udf.key = udv.key"
        " WHERE udv.targetType = ? AND udv.targetId IN (SELECT value FROM json_each(?))"
        " ORDER BY udf.seq",
        (target_type, json_list(target_ids)),
    ):
        value = (key, data_type, shown(data_type, stored), label)
        found[target_id].append(dict(zip(VALUE_FIELDS, value, strict=True)))
    return found


def existing(store: Store, target_type: str, target_ids: Iterable[str]) -> list[str]:
    """Those of some targets that exist, each once.

    Raises:
        ApiError: Targets of this kind are not served.
    """
    wanted = list(dict.fromkeys(target_ids))
    rows = store.connection.execute(
        f"SELECT id FROM {_table(target_type)} WHERE id IN (SELECT value FROM json_each(?))",
        (json_list(wanted),),
    )
    known = {target_id for (target_id,) in rows}
    return [target_id for target_id in wanted if target_id in known]


def check_targets(store: Store, target_type: str, target_ids: Iterable[str]) -> None:
    """Refuse targets of which one does not exist, or whose kind is not served."""
    wanted = set(target_ids)
    if target_type == "USER":
        users.check_exist(store, wanted)
    elif len(existing(store, target_type, wanted)) != len(wanted):
        raise ApiError(ErrorCode.NOT_FOUND, "targetId")


def check_defined(store: Store, target_type: str, keys: Iterable[str]) -> dict[str, str]:
    """Refuse keys of which one is no custom field's, and return the types of the fields."""
    wanted = list(keys)
    types = _types(store, target_type, wanted)
    for key in wanted:
        if key not in types:
            raise ApiError(ErrorCode.NOT_FOUND, f"custom field {key}")
    return types


def set_values(
    store: Store, target_type: str, written: Iterable[tuple[str, str, str | None]]
) -> None:
    """Store values: ids of targets, keys, and the values as JSON text.

    Raises:
        ApiError: A target or a field does not exist, or a value does not fit its field; nothing
            is changed then.
    """
    entries = list(written)
    check_targets(store, target_type, (target_id for target_id, _, _ in entries))
    types = check_defined(store, target_type, (key for _, key, _ in entries))
    values: list[tuple[str, str, object]] = []
    for target_id, key, text in entries:
        try:
            values.append((target_id, key, decoded(text or "")))
        except ValueError:
            raise ApiError(ErrorCode.INCOMPLETE, key) from None
    _write(store, target_type, types, values)


def set_params(store: Store, user_id: str, params: Mapping[str, object]) -> None:
    """Store what ``read_params`` read for a user.

    Raises:
        ApiError: A field does not exist, or a value does not fit its field.
    """
    types = check_defined(store, "USER", params)
    values = [(user_id, key, from_params(types[key], value)) for key, value in params.items()]
    _write(store, "USER", types, values)


def remove_value(store: Store, target_type: str, target_id: str, key: str) -> None:
    """Remove a value of a target; one that was never set is no error.

    Raises:
        ApiError: The target or the field does not exist.
    """
    check_targets(store, target_type, [target_id])
    check_defined(store, target_type, [key])
    store.connection.execute(
        "DELETE FROM udv WHERE targetType = ? AND targetId = ? AND key = ?",
        (target_type, target_id, key),
    )


def _write(
    store: Store,
    target_type: str,
    types: Mapping[str, str],
    values: Iterable[tuple[str, str, object]],
) -> None:
    rows: list[tuple[str, str, str, str]] = []
    for target_id, key, value in values:
        if not fits(types[key], value):
            raise ApiError(ErrorCode.INCOMPLETE, key)
        rows.append((target_type, target_id, key, encoded(value)))
    store.connection.executemany(
        "INSERT OR REPLACE INTO udv (targetType, targetId, key, value) VALUES (?, ?, ?, ?)", rows
    )


def _types(store: Store, target_type: str, keys: Iterable[str]) -> dict[str, str]:
    rows = store.connection.execute(
        "SELECT key, dataType FROM udf"
        " WHERE targetType = ? AND key IN (SELECT value FROM json_each(?))",
        (target_type, json_list(keys)),
    )
    return {cast("str", key): cast("str", data_type) for key, data_type in rows}


def _table(target_type: str) -> str:
    if target_type not in TABLES:
        raise ApiError(ErrorCode.NOT_SERVED, f"UDFTargetType.{target_type}")
    return TABLES[target_type]
