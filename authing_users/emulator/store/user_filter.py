"""Filter users by custom field values."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from . import custom_fields, users
from .custom_field_values import to_json
from .records import Page, Record, Store


def filter_users(
    store: Store, conditions: Sequence[object], page: int | None, limit: int | None
) -> Page[Record]:
    """Return one page of the users that match all conditions, newest first.

    Args:
        store: The store.
        conditions: Lists of a field (an object with type and value), EQ or NEQ, and the value to
            compare with.
        page: One-based page number; 1 when ``None``.
        limit: Page size; 10 when ``None``.

    Raises:
        ApiError: A condition is invalid or unsupported, or the page or the limit is out of
            range.
    """
    terms = [users.NOT_ARCHIVED]
    parameters: list[str] = []
    for condition in conditions:
        term, values = _term(store, condition)
        terms.append(term)
        parameters.extend(values)
    return users.list_users(store, page, limit, where=(" AND ".join(terms), *parameters))


def _term(store: Store, condition: object) -> tuple[str, Sequence[str]]:
    parts = cast("list[object]", condition) if isinstance(condition, list) else []
    if len(parts) != 3 or not isinstance(parts[0], dict) or parts[1] not in ("EQ", "NEQ"):
        raise ApiError(ErrorCode.INVALID_PARAMETER, "filter")
    field = cast("Mapping[str, object]", parts[0])
    if field.get("type") == "OtherFields":  # applications, which the emulator does not have
        raise ApiError(ErrorCode.UNSUPPORTED, "filter: OtherFields")
    key, value = field.get("value"), parts[2]
    if field.get("type") != "userDefinedFields" or not isinstance(key, str):
        raise ApiError(ErrorCode.INVALID_PARAMETER, "filter")
    if all(definition["key"] != key for definition in custom_fields.list_fields(store, "USER")):
        raise ApiError(ErrorCode.NOT_FOUND, "custom field")
    # A string matches itself, or the number or boolean that it spells.
    literal = value if isinstance(value, str) else to_json(value)
    negation = "NOT" if parts[1] == "NEQ" else ""
    return (
        f"users.id {negation} IN (SELECT targetId FROM udv"
        " WHERE targetType = 'USER' AND key = ? AND value IN (?, ?))",
        (key, to_json(value), literal),
    )
