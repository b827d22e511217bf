"""Policies: named lists of rules."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from .custom_values import decoded, encoded
from .records import (
    Columns,
    Page,
    Record,
    Store,
    change,
    check_name,
    count,
    insert,
    json_list,
    next_revision,
    offset,
    order,
)
from .timestamps import role_time

STATEMENT_FIELDS = ("resource", "actions", "effect", "condition")

COLUMNS = Columns(
    "policies",
    (
        *("id", "namespace", "code", "isDefault", "description", "statements"),
        *("createdAt", "updatedAt"),
    ),
    booleans=("isDefault",),
    json=("statements",),
)


def add(
    store: Store,
    namespace: str,
    code: str,
    description: str | None,
    statements: Sequence[Mapping[str, object]],
) -> Record:
    """Create a policy.

    Args:
        store: The store.
        namespace: Its namespace.
        code: Its code, unique in the namespace.
        description: What it is for.
        statements: Its rules, as PolicyStatementInputs.

    Raises:
        ApiError: The code is blank or taken, or a rule is incomplete.
    """
    _check_code(store, namespace, code)
    now = store.clock()
    fields = {
        "revision": next_revision(store, "policies"),
        "id": store.new_id(now),
        "namespace": namespace,
        "code": code,
        "description": description,
        "statements": [_statement(given) for given in statements],
        "createdAt": role_time(now),
        "updatedAt": role_time(now),
    }
    insert(store, "policies", COLUMNS.encoded(fields))
    return existing(store, namespace, code)


def update(store: Store, namespace: str, code: str, values: Mapping[str, object]) -> Record:
    """Change the code, the description or all the rules of a policy.

    Raises:
        ApiError: There is no such policy, the new code is blank or taken, or a rule is
            incomplete.
    """
    policy = existing(store, namespace, code)
    new_code = cast("str", values.get("code", code))
    if new_code != code:
        _check_code(store, namespace, new_code)
    changes = {**values, "updatedAt": role_time(store.clock())}
    if "statements" in values:
        given = cast("Sequence[Mapping[str, object]]", values["statements"])
        changes["statements"] = [_statement(statement) for statement in given]
    change(store, "policies", policy.id, COLUMNS.encoded(changes))
    return existing(store, namespace, new_code)


def delete(store: Store, namespace: str, codes: Sequence[str]) -> None:
    """Delete policies; nobody has them any more then.

    Raises:
        ApiError: One of them does not exist; none is deleted then.
    """
    policy_ids = [existing(store, namespace, code).id for code in codes]
    store.connection.execute(
        "DELETE FROM policies WHERE id IN (SELECT value FROM json_each(?))",
        (json_list(policy_ids),),
    )


def get(store: Store, namespace: str, code: str) -> Record | None:
    """One policy by code."""
    found = COLUMNS.records(
        store.connection.execute(
            f"SELECT {COLUMNS.selection} FROM policies WHERE namespace = ? AND code = ?",
            (namespace, code),
        )
    )
    return found[0] if found else None


def existing(store: Store, namespace: str, code: str) -> Record:
    """One policy by code.

    Raises:
        ApiError: There is no such policy.
    """
    policy = get(store, namespace, code)
    if policy is None:
        raise ApiError(ErrorCode.NOT_FOUND, "policy")
    return policy


def page(store: Store, namespace: str, number: int | None, limit: int | None) -> Page:
    """One page of the policies of a namespace, newest first.

    Raises:
        ApiError: The number or the limit is less than 1.
    """
    return {
        "totalCount": count(store, "FROM policies WHERE namespace = ?", (namespace,)),
        "list": COLUMNS.records(
            store.connection.execute(
                f"SELECT {COLUMNS.selection} FROM policies WHERE namespace = ?"
                f" ORDER BY {order('policies', None)} LIMIT ? OFFSET ?",
                (namespace, *offset(number, limit)),
            )
        ),
    }


def _statement(given: Mapping[str, object]) -> dict[str, object]:
    # The stored form is the answer, so that what is absent is written down as what it means.
    resource = cast("str", given["resource"])
    actions = cast("Sequence[str]", given["actions"])
    for name, text in [("resource", resource), *(("actions", action) for action in actions)]:
        if not text.strip():
            raise ApiError(ErrorCode.INCOMPLETE, f"statements.{name}")
    condition = given.get("condition")
    try:
        decoded(encoded(condition))
    except ValueError:  # an infinite number, which a document can spell but JSON cannot
        raise ApiError(ErrorCode.INCOMPLETE, "statements.condition") from None
    return {
        "resource": resource,
        "actions": list(actions),
        "effect": given.get("effect") or "ALLOW",
        "condition": condition,
    }


def _check_code(store: Store, namespace: str, code: str) -> None:
    check_name(namespace, "namespace")
    check_name(code, "code")
    if not code.strip():
        raise ApiError(ErrorCode.INCOMPLETE, "code")
    if get(store, namespace, code) is not None:
        raise ApiError(ErrorCode.TAKEN, "code")
