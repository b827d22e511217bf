"""Assignments of policies: who has which."""

from collections.abc import Sequence
from typing import TypedDict

from ..errors import ApiError, ErrorCode
from . import groups, policies, roles, users
from .records import Store, count, json_list, offset

FIELDS = ("code", "targetType", "targetIdentifier")
"""What the API shows of an assignment."""


class AssignmentPage(TypedDict):
    """Some of the assignments, and how many there are in all."""

    totalCount: int
    list: list[dict[str, object]]


# Users are known by their id, roles and groups by their code, which may change.
_JOINED = (
    "FROM policy_assignments"
    " JOIN policies ON policies.id = policy_assignments.policyId"
    " LEFT JOIN roles ON targetType = 'ROLE' AND roles.id = targetId"
    " LEFT JOIN user_groups ON targetType = 'GROUP' AND user_groups.id = targetId"
)
_SELECTED = (
    "SELECT policies.code, targetType, coalesce(roles.code, user_groups.code, targetId)"
    f" AS targetIdentifier {_JOINED}"
)


def target_id(store: Store, namespace: str, target_type: str, identifier: str) -> str:
    """The id of a target.

    Args:
        store: The store.
        namespace: The namespace of the role, where the target is one.
        target_type: A PolicyAssignmentTargetType.
        identifier: The id of a user, or the code of a role or group.

    Raises:
        ApiError: There is no such target, or targets of this type are not served.
    """
    if target_type == "USER":
        users.check_exist(store, [identifier])
        return identifier
    if target_type == "ROLE":
        found = roles.get(store, namespace, identifier)
    elif target_type == "GROUP":
        found = groups.get(store, identifier)
    else:
        raise ApiError(ErrorCode.NOT_SERVED, f"PolicyAssignmentTargetType.{target_type}")
    if found is None:
        raise ApiError(ErrorCode.NOT_FOUND, target_type.lower())
    return found.id


def add(
    store: Store,
    namespace: str,
    codes: Sequence[str],
    target_type: str,
    identifiers: Sequence[str],
) -> None:
    """Assign policies to targets; an assignment that there is stays as it is.

    Raises:
        ApiError: A policy or a target does not exist; nothing is changed then.
    """
    _write(
        store,
        _pairs(store, namespace, codes, target_type, identifiers),
        "INSERT OR IGNORE INTO policy_assignments (policyId, targetType, targetId)"
        " VALUES (?, ?, ?)",
    )


def remove(
    store: Store,
    namespace: str,
    codes: Sequence[str],
    target_type: str,
    identifiers: Sequence[str],
) -> None:
    """Take policies from targets; one that a target does not have is no error.

    Raises:
        ApiError: A policy or a target does not exist; nothing is changed then.
    """
    _write(
        store,
        _pairs(store, namespace, codes, target_type, identifiers),
        "DELETE FROM policy_assignments WHERE policyId = ? AND targetType = ? AND targetId = ?",
    )


def switch(
    store: Store, namespace: str, code: str, target_type: str, identifier: str, *, enabled: bool
) -> None:
    """Switch an assignment on or off; one that is off means nothing for what is allowed.

    Raises:
        ApiError: The policy, the target or the assignment does not exist.
    """
    policy = policies.existing(store, namespace, code)
    owner = target_id(store, namespace, target_type, identifier)
    changed = store.connection.execute(
        "UPDATE policy_assignments SET enabled = ?"
        " WHERE policyId = ? AND targetType = ? AND targetId = ?",
        (enabled, policy.id, target_type, owner),
    )
    if not changed.rowcount:
        raise ApiError(ErrorCode.NOT_FOUND, "policy assignment")


def page(
    store: Store,
    namespace: str,
    code: str | None,
    target: tuple[str, str | None] | None,
    number: int | None,
    limit: int | None,
) -> AssignmentPage:
    """One page of the assignments of a namespace, newest first.

    Args:
        store: The store.
        namespace: Namespace of the policies.
        code: Code of the only policy to look at.
        target: Type and identifier of the only target to look at; without the identifier every
            one of the type.
        number: One-based number of the page; 1 when ``None``.
        limit: Assignments on a page; 10 when ``None``.

    Raises:
        ApiError: The policy or the target does not exist, or the page is none.
    """
    conditions, parameters = ["policies.namespace = ?"], [namespace]
    if code is not None:
        conditions.append("policies.id = ?")
        parameters.append(policies.existing(store, namespace, code).id)
    if target is not None:
        target_type, identifier = target
        conditions.append("targetType = ?")
        parameters.append(target_type)
        if identifier is not None:
            conditions.append("targetId = ?")
            parameters.append(target_id(store, namespace, target_type, identifier))
    where = " AND ".join(conditions)
    return {
        "totalCount": count(store, f"{_JOINED} WHERE {where}", parameters),
        "list": _select(store, where, parameters, number, limit),
    }


def of_policy(
    store: Store, policy_id: str, number: int | None, limit: int | None
) -> list[dict[str, object]]:
    """One page of the assignments of a policy, newest first."""
    return _select(store, "policies.id = ?", [policy_id], number, limit)


def counts(store: Store, policy_ids: Sequence[str]) -> dict[str, int]:
    """How many assignments each of some policies has, where it has any."""
    return dict(
        store.connection.execute(
            "SELECT policyId, count(*) FROM policy_assignments"
            " WHERE policyId IN (SELECT value FROM json_each(?)) GROUP BY policyId",
            (json_list(policy_ids),),
        ).fetchall()
    )


def _select(
    store: Store, where: str, parameters: Sequence[str], number: int | None, limit: int | None
) -> list[dict[str, object]]:
    rows = store.connection.execute(
        f"{_SELECTED} WHERE {where} ORDER BY policy_assignments.seq DESC LIMIT ? OFFSET ?",
        (*parameters, *offset(number, limit)),
    )
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


def _pairs(
    store: Store,
    namespace: str,
    codes: Sequence[str],
    target_type: str,
    identifiers: Sequence[str],
) -> list[tuple[str, str, str]]:
    policy_ids = [policies.existing(store, namespace, code).id for code in codes]
    owners = [target_id(store, namespace, target_type, identifier) for identifier in identifiers]
    return [(policy_id, target_type, owner) for policy_id in policy_ids for owner in owners]


def _write(store: Store, pairs: Sequence[tuple[str, str, str]], statement: str) -> None:
    store.connection.executemany(statement, pairs)
