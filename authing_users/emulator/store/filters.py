"""The conditions of the user filter."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from . import custom_data, users
from .custom_values import encoded
from .records import Page, Store


def filtered(
    store: Store, conditions: Sequence[object], number: int | None, limit: int | None
) -> Page:
    """One page of the users for whom all conditions hold, newest first.

    Args:
        store: The store.
        conditions: Triples of what is looked at (an object with type and value), EQ or NEQ, and
            the value to compare with.
        number: One-based number of the page; 1 when ``None``.
        limit: Users on a page; 10 when ``None``.

    Raises:
        ApiError: A condition is malformed or not served, or the page is none.
    """
    terms = [users.NOT_ARCHIVED]
    parameters: list[str] = []
    for condition in conditions:
        term, values = _term(store, condition)
        terms.append(term)
        parameters.extend(values)
    return users.page(store, number, limit, members_of=(" AND ".join(terms), *parameters))


def _term(store: Store, condition: object) -> tuple[str, Sequence[str]]:
    parts = cast("list[object]", condition) if isinstance(condition, list) else []
    if len(parts) != 3 or not isinstance(parts[0], dict) or parts[1] not in ("EQ", "NEQ"):
        raise ApiError(ErrorCode.INCOMPLETE, "filter")
    field = cast("Mapping[str, object]", parts[0])
    if field.get("type") == "OtherFields":  # the application, and there are none
        raise ApiError(ErrorCode.NOT_SERVED, "filter: OtherFields")
    key, value = field.get("value"), parts[2]
    if field.get("type") != "userDefinedFields" or not isinstance(key, str):
        raise ApiError(ErrorCode.INCOMPLETE, "filter")
    if all(defined["key"] != key for defined in custom_data.definitions(store, "USER")):
        raise ApiError(ErrorCode.NOT_FOUND, "custom field")
    # A text stands for itself, or for the number or truth value that it spells.
    spelt = value if isinstance(value, str) else encoded(value)
    negation = "NOT" if parts[1] == "NEQ" else ""
    return (
        f"users.id {negation} IN (SELECT targetId FROM udv"
        " WHERE targetType = 'USER' AND key = ? AND value IN (?, ?))",
        (key, encoded(value), spelt),
    )
