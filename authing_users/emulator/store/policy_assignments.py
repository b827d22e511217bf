"""Assignments of policies to users, roles and groups."""

from collections.abc import Sequence

from ..errors import ApiError, ErrorCode
from . import groups, policies, roles, users
from .records import Page, Store, count_rows, json_array, limit_and_offset

FIELDS = ("code", "targetType", "targetIdentifier")
"""The fields of an assignment that the API shows."""

# The API shows users by ID, and roles and groups by their current code.
_FROM = (
    "FROM policy_assignments"
    " JOIN policies ON policies.id = policy_assignments.policyId"
    " LEFT JOIN roles ON targetType = 'ROLE' AND roles.id = targetId"
    " LEFT JOIN user_groups ON targetType = 'GROUP' AND user_groups.id = targetId"
)
_SELECT = (
    "SELECT policies.code, targetType, coalesce(roles.code, user_groups.code, targetId)"
    f" AS targetIdentifier {_FROM}"
)


def resolve_target(store: Store, namespace: str, target_type: str, identifier: str) -> str:
    """Return the ID of a target.

    Args:
        store: The store.
        namespace: Namespace of a role.
        target_type: A PolicyAssignmentTargetType.
        identifier: ID of a user, or code of a role or group.

    Raises:
        ApiError: The target does not exist, or its type is unsupported.
    """
    if target_type == "USER":
        users.require_users(store, [identifier])
        return identifier
    if target_type == "ROLE":
        target = roles.get(store, namespace, identifier)
    elif target_type == "GROUP":
        target = groups.get(store, identifier)
    else:
        raise ApiError(ErrorCode.UNSUPPORTED, f"PolicyAssignmentTargetType.{target_type}")
    if target is None:
        raise ApiError(ErrorCode.NOT_FOUND, target_type.lower())
    return target.id


def add(
    store: Store,
    namespace: str,
    codes: Sequence[str],
    target_type: str,
    identifiers: Sequence[str],
) -> None:
    """Assign policies to targets. Existing assignments stay unchanged.

    Raises:
        ApiError: A policy or a target does not exist. Nothing is changed.
    """
    store.connection.executemany(
        "INSERT OR IGNORE INTO policy_assignments (policyId, targetType, targetId)"
        " VALUES (?, ?, ?)",
        _resolve_pairs(store, namespace, codes, target_type, identifiers),
    )


def remove(
    store: Store,
    namespace: str,
    codes: Sequence[str],
    target_type: str,
    identifiers: Sequence[str],
) -> None:
    """Remove assignments. Missing assignments are ignored.

    Raises:
        ApiError: A policy or a target does not exist. Nothing is changed.
    """
    store.connection.executemany(
        "DELETE FROM policy_assignments WHERE policyId = ? AND targetType = ? AND targetId = ?",
        _resolve_pairs(store, namespace, codes, target_type, identifiers),
    )


def set_enabled(
    store: Store, namespace: str, code: str, target_type: str, identifier: str, *, enabled: bool
) -> None:
    """Enable or disable an assignment. A disabled one has no effect on permissions.

    Raises:
        ApiError: The policy, the target or the assignment does not exist.
    """
    policy = policies.get_or_raise(store, namespace, code)
    target_id = resolve_target(store, namespace, target_type, identifier)
    changed = store.connection.execute(
        "UPDATE policy_assignments SET enabled = ?"
        " WHERE policyId = ? AND targetType = ? AND targetId = ?",
        (enabled, policy.id, target_type, target_id),
    )
    if not changed.rowcount:
        raise ApiError(ErrorCode.NOT_FOUND, "policy assignment")


def list_assignments(
    store: Store,
    namespace: str,
    code: str | None,
    target: tuple[str, str | None] | None,
    page: int | None,
    limit: int | None,
) -> Page[dict[str, object]]:
    """Return one page of the assignments in a namespace, newest first.

    Args:
        store: The store.
        namespace: Namespace of the policies.
        code: Return only the assignments of this policy.
        target: Return only the assignments of this target: type and identifier. Without an
            identifier, of all targets of the type.
        page: One-based page number; 1 when ``None``.
        limit: Page size; 10 when ``None``.

    Raises:
        ApiError: The policy or the target does not exist, or the page or the limit is out of
            range.
    """
    conditions, parameters = ["policies.namespace = ?"], [namespace]
    if code is not None:
        conditions.append("policies.id = ?")
        parameters.append(policies.get_or_raise(store, namespace, code).id)
    if target is not None:
        target_type, identifier = target
        conditions.append("targetType = ?")
        parameters.append(target_type)
        if identifier is not None:
            conditions.append("targetId = ?")
            parameters.append(resolve_target(store, namespace, target_type, identifier))
    where = " AND ".join(conditions)
    return {
        "totalCount": count_rows(store, f"{_FROM} WHERE {where}", parameters),
        "list": _select(store, where, parameters, page, limit),
    }


def list_assignments_of_policy(
    store: Store, policy_id: str, page: int | None, limit: int | None
) -> list[dict[str, object]]:
    """Return one page of the assignments of a policy, newest first."""
    return _select(store, "policies.id = ?", [policy_id], page, limit)


def count_by_policy(store: Store, policy_ids: Sequence[str]) -> dict[str, int]:
    """Count the assignments of policies. Policies without assignments are missing."""
    return dict(
        store.connection.execute(
            "SELECT policyId, count(*) FROM policy_assignments"
            " WHERE policyId IN (SELECT value FROM json_each(?)) GROUP BY policyId",
            (json_array(policy_ids),),
        ).fetchall()
    )


def _select(
    store: Store, where: str, parameters: Sequence[str], page: int | None, limit: int | None
) -> list[dict[str, object]]:
    rows = store.connection.execute(
        f"{_SELECT} WHERE {where} ORDER BY policy_assignments.seq DESC LIMIT ? OFFSET ?",
        (*parameters, *limit_and_offset(page, limit)),
    )
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


def _resolve_pairs(
    store: Store,
    namespace: str,
    codes: Sequence[str],
    target_type: str,
    identifiers: Sequence[str],
) -> list[tuple[str, str, str]]:
    policy_ids = [policies.get_or_raise(store, namespace, code).id for code in codes]
    target_ids = [
        resolve_target(store, namespace, target_type, identifier) for identifier in identifiers
    ]
    return [
        (policy_id, target_type, target_id) for policy_id in policy_ids for target_id in target_ids
    ]
