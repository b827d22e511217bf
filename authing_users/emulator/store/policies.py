"""Policies: named lists of statements."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from .custom_field_values import parse_json, to_json
from .records import (
    Page,
    Record,
    Store,
    count_rows,
    insert_row,
    json_array,
    limit_and_offset,
    next_revision,
    order_by,
    reject_nul,
    update_row,
)
from .tables import Table
from .timestamps import utc_timestamp

STATEMENT_FIELDS = ("resource", "actions", "effect", "condition")

TABLE = Table("policies", booleans=("isDefault",), json=("statements",))


def create(
    store: Store,
    namespace: str,
    code: str,
    description: str | None,
    statements: Sequence[Mapping[str, object]],
) -> Record:
    """Create a policy.

    Args:
        store: The store.
        namespace: Namespace of the policy.
        code: Code of the policy, unique in the namespace.
        description: Description of the policy.
        statements: The fields of PolicyStatementInputs.

    Raises:
        ApiError: The code is invalid or already in use, or a statement is invalid.
    """
    _require_free_code(store, namespace, code)
    now = store.clock()
    fields = {
        "revision": next_revision(store, "policies"),
        "id": store.new_id(now),
        "namespace": namespace,
        "code": code,
        "description": description,
        "statements": [_statement(fields) for fields in statements],
        "createdAt": utc_timestamp(now),
        "updatedAt": utc_timestamp(now),
    }
    insert_row(store, "policies", TABLE.encode(fields))
    return get_or_raise(store, namespace, code)


def update(store: Store, namespace: str, code: str, values: Mapping[str, object]) -> Record:
    """Update the code, the description or the statements of a policy.

    Raises:
        ApiError: The policy does not exist, the new code is invalid or already in use, or a
            statement is invalid.
    """
    policy = get_or_raise(store, namespace, code)
    new_code = cast("str", values.get("code", code))
    if new_code != code:
        _require_free_code(store, namespace, new_code)
    changes = {**values, "updatedAt": utc_timestamp(store.clock())}
    if "statements" in values:
        statements = cast("Sequence[Mapping[str, object]]", values["statements"])
        changes["statements"] = [_statement(fields) for fields in statements]
    update_row(store, "policies", policy.id, TABLE.encode(changes))
    return get_or_raise(store, namespace, new_code)


def delete(store: Store, namespace: str, codes: Sequence[str]) -> None:
    """Delete policies and their assignments atomically.

    Raises:
        ApiError: A policy does not exist. No policy is deleted.
    """
    policy_ids = [get_or_raise(store, namespace, code).id for code in codes]
    store.connection.execute(
        "DELETE FROM policies WHERE id IN (SELECT value FROM json_each(?))",
        (json_array(policy_ids),),
    )


def get(store: Store, namespace: str, code: str) -> Record | None:
    """Return a policy by code."""
    records = TABLE.records(
        store.connection.execute(
            f"SELECT {TABLE.selection} FROM policies WHERE namespace = ? AND code = ?",
            (namespace, code),
        )
    )
    return records[0] if records else None


def get_or_raise(store: Store, namespace: str, code: str) -> Record:
    """Return a policy by code.

    Raises:
        ApiError: The policy does not exist.
    """
    policy = get(store, namespace, code)
    if policy is None:
        raise ApiError(ErrorCode.NOT_FOUND, "policy")
    return policy


def list_policies(
    store: Store, namespace: str, page: int | None, limit: int | None
) -> Page[Record]:
    """Return one page of the policies of a namespace, newest first.

    Raises:
        ApiError: The page or the limit is out of range.
    """
    return {
        "totalCount": count_rows(store, "FROM policies WHERE namespace = ?", (namespace,)),
        "list": TABLE.records(
            store.connection.execute(
                f"SELECT {TABLE.selection} FROM policies WHERE namespace = ?"
                f" ORDER BY {order_by(store, 'policies', None)} LIMIT ? OFFSET ?",
                (namespace, *limit_and_offset(page, limit)),
            )
        ),
    }


def _statement(fields: Mapping[str, object]) -> dict[str, object]:
    # Responses contain the stored form, so store the defaults of missing fields.
    resource = cast("str", fields["resource"])
    actions = cast("Sequence[str]", fields["actions"])
    for name, text in [("resource", resource), *(("actions", action) for action in actions)]:
        if not text.strip():
            raise ApiError(ErrorCode.INVALID_PARAMETER, f"statements.{name}")
    condition = fields.get("condition")
    try:
        parse_json(to_json(condition))
    except ValueError:  # an infinite number, which GraphQL can express and JSON cannot
        raise ApiError(ErrorCode.INVALID_PARAMETER, "statements.condition") from None
    return {
        "resource": resource,
        "actions": list(actions),
        "effect": fields.get("effect") or "ALLOW",
        "condition": condition,
    }


def _require_free_code(store: Store, namespace: str, code: str) -> None:
    reject_nul(namespace, "namespace")
    reject_nul(code, "code")
    if not code.strip():
        raise ApiError(ErrorCode.INVALID_PARAMETER, "code")
    if get(store, namespace, code) is not None:
        raise ApiError(ErrorCode.TAKEN, "code")
