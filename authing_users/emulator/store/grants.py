"""Grants: resources that targets can access without a policy."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ApiError, ErrorCode
from . import departments
from .policy_assignments import resolve_target
from .policy_rules import Rule
from .records import Store, reject_nul

ALL_ACTIONS = ("*",)


@dataclass(frozen=True, slots=True)
class GrantTarget:
    """A target that is granted access, or loses it.

    Attributes:
        target_type: USER, ROLE, GROUP or ORG.
        identifier: ID of the user or department, or code of the role or group.
        actions: The actions; all when empty.
    """

    target_type: str
    identifier: str
    actions: Sequence[str] = ()


def grant_target_id(store: Store, namespace: str, target_type: str, identifier: str) -> str:
    """Return the ID of a target, which can also be a department.

    Raises:
        ApiError: The target does not exist, or its type is unsupported.
    """
    if target_type != "ORG":
        return resolve_target(store, namespace, target_type, identifier)
    if departments.get(store, identifier) is None:
        raise ApiError(ErrorCode.NOT_FOUND, "department")
    return identifier


def authorize(
    store: Store,
    namespace: str,
    resource: str,
    targets: Sequence[GrantTarget],
    resource_type: str | None = None,
) -> None:
    """Grant targets access to a resource, in addition to what they already have.

    Args:
        store: The store.
        namespace: Namespace of the resource and of roles.
        resource: The resource. It need not be registered.
        targets: The targets and their actions.
        resource_type: The ResourceType; unknown when ``None``.

    Raises:
        ApiError: The resource is invalid, or a target does not exist. Nothing is changed.
    """
    reject_nul(namespace, "namespace")
    reject_nul(resource, "resource")
    for target, target_id in _resolved(store, namespace, targets):
        granted = _actions(store, namespace, resource, target.target_type, target_id)
        actions = list(dict.fromkeys([*granted, *(target.actions or ALL_ACTIONS)]))
        store.connection.execute(
            "INSERT INTO grants (namespace, resource, resourceType, targetType, targetId, actions)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (namespace, resource, targetType, targetId) DO UPDATE SET"
            " actions = excluded.actions,"
            " resourceType = coalesce(excluded.resourceType, resourceType)",
            (
                namespace,
                resource,
                resource_type,
                target.target_type,
                target_id,
                json.dumps(actions),
            ),
        )


def revoke(store: Store, namespace: str, resource: str, targets: Sequence[GrantTarget]) -> None:
    """Revoke the access of targets to a resource. Access through other targets stays.

    Args:
        store: The store.
        namespace: Namespace of the resource and of roles.
        resource: The resource. The kind of a resource (``book``) stands for all of that kind.
        targets: The targets and the actions to revoke.

    Raises:
        ApiError: A target does not exist. Nothing is changed.
    """
    revoked = Rule(resource, ALL_ACTIONS, is_grant=True)
    for target, target_id in _resolved(store, namespace, targets):
        rows = store.connection.execute(
            "SELECT seq, resource, actions FROM grants"
            " WHERE namespace = ? AND targetType = ? AND targetId = ?",
            (namespace, target.target_type, target_id),
        ).fetchall()
        for seq, granted_resource, granted_actions in rows:
            if not revoked.covers(granted_resource):
                continue
            granted: list[str] = json.loads(granted_actions)
            left = [action for action in granted if target.actions and action not in target.actions]
            if left:
                store.connection.execute(
                    "UPDATE grants SET actions = ? WHERE seq = ?", (json.dumps(left), seq)
                )
            else:
                store.connection.execute("DELETE FROM grants WHERE seq = ?", (seq,))


def granted_rule(resource: str, kind: str | None, actions: str) -> Rule:
    """Return the rule of a row of grants."""
    return Rule(resource, tuple(json.loads(actions)), is_grant=True, kind=kind)


def _resolved(
    store: Store, namespace: str, targets: Sequence[GrantTarget]
) -> list[tuple[GrantTarget, str]]:
    return [
        (target, grant_target_id(store, namespace, target.target_type, target.identifier))
        for target in targets
    ]


def _actions(
    store: Store, namespace: str, resource: str, target_type: str, target_id: str
) -> list[str]:
    row = store.connection.execute(
        "SELECT actions FROM grants"
        " WHERE namespace = ? AND resource = ? AND targetType = ? AND targetId = ?",
        (namespace, resource, target_type, target_id),
    ).fetchone()
    return [] if row is None else json.loads(row[0])
