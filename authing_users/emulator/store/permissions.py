"""Permissions of users, roles and groups, which follow from their policies."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from . import users
from .policy_assignments import resolve_target
from .policy_rules import (
    Rule,
    allowed_actions,
    allowed_resources,
    allows_actions,
    is_allowed,
    is_denied,
    is_of_kind,
    resource_type,
)
from .records import Page, Store, json_array, whole_page

# The policies of targets. A user also has the policies of the user's roles and groups, and a role
# those of its ancestors.
_POLICIES_OF_TARGETS = """
WITH RECURSIVE effective (owner, kind, id) AS (
  SELECT value, ?, value FROM json_each(?)
  UNION SELECT owner, 'ROLE', role_users.roleId FROM effective
    JOIN role_users ON kind = 'USER' AND role_users.userId = id
  UNION SELECT owner, 'GROUP', group_users.groupId FROM effective
    JOIN group_users ON kind = 'USER' AND group_users.userId = id
  UNION SELECT owner, 'ROLE', roles.parentId FROM effective
    JOIN roles ON kind = 'ROLE' AND roles.id = effective.id WHERE roles.parentId IS NOT NULL
)
SELECT DISTINCT owner, policies.id, policies.statements FROM effective
JOIN policy_assignments ON targetType = kind AND targetId = effective.id AND enabled
JOIN policies ON policies.id = policyId AND namespace = ?
"""

# The targets that have a policy of a namespace, directly or through roles and groups.
_TARGETS_WITH_POLICIES = """
WITH RECURSIVE targets (kind, id) AS (
  SELECT targetType, targetId FROM policy_assignments
    JOIN policies ON policies.id = policyId AND namespace = ? WHERE enabled
  UNION SELECT 'ROLE', roles.id FROM targets
    JOIN roles ON kind = 'ROLE' AND roles.parentId = targets.id
  UNION SELECT 'USER', role_users.userId FROM targets
    JOIN role_users ON kind = 'ROLE' AND role_users.roleId = id
  UNION SELECT 'USER', group_users.userId FROM targets
    JOIN group_users ON kind = 'GROUP' AND group_users.groupId = id
)
SELECT kind, targets.id, coalesce(roles.code, user_groups.code, targets.id) FROM targets
LEFT JOIN roles ON kind = 'ROLE' AND roles.id = targets.id
LEFT JOIN user_groups ON kind = 'GROUP' AND user_groups.id = targets.id
ORDER BY kind, targets.id
"""


def rules_of(
    store: Store, namespace: str, target_type: str, target_ids: Sequence[str]
) -> dict[str, list[Rule]]:
    """Return the rules of targets by ID.

    Args:
        store: The store.
        namespace: Namespace of the policies.
        target_type: USER, ROLE or GROUP.
        target_ids: IDs of the targets.

    Raises:
        ApiError: A rule has conditions, which are unsupported.
    """
    rules: dict[str, list[Rule]] = {target_id: [] for target_id in target_ids}
    for target_id, _, statements in store.connection.execute(
        _POLICIES_OF_TARGETS, (target_type, json_array(target_ids), namespace)
    ):
        rules[target_id] += [_rule(statement) for statement in json.loads(statements)]
    return rules


def authorized_resources(
    store: Store, namespace: str, target_type: str, identifier: str, kind: str | None
) -> Page[dict[str, object]]:
    """Return the authorized resources of a target, of one ResourceType or of all.

    Raises:
        ApiError: The target does not exist.
    """
    target_id = resolve_target(store, namespace, target_type, identifier)
    return resource_page(rules_of(store, namespace, target_type, [target_id])[target_id], kind)


def resource_page(rules: Sequence[Rule], kind: str | None) -> Page[dict[str, object]]:
    """Return the resources that rules authorize, of one ResourceType or of all."""
    resources: list[dict[str, object]] = [
        {"code": code, "type": resource_type(code), "actions": actions, "apiIdentifier": None}
        for code, actions in allowed_resources(rules).items()
        if kind is None or resource_type(code) == kind
    ]
    return whole_page(resources)


def authorized_targets(
    store: Store,
    namespace: str,
    resource: str,
    target_type: str | None,
    actions: Sequence[str],
    *,
    require_all: bool,
) -> list[dict[str, object]]:
    """Return the targets that are authorized for a resource.

    Args:
        store: The store.
        namespace: Namespace of the policies.
        resource: The resource.
        target_type: Return only targets of this PolicyAssignmentTargetType.
        actions: The actions to check; any action when empty.
        require_all: All actions must be allowed, not only one.
    """
    rows = store.connection.execute(_TARGETS_WITH_POLICIES, (namespace,)).fetchall()
    kinds = {kind for kind, _, _ in rows}
    targets: list[dict[str, object]] = []
    for kind in sorted(kinds if target_type is None else kinds & {target_type}):
        identifiers = {
            target_id: identifier for row_kind, target_id, identifier in rows if row_kind == kind
        }
        for target_id, rules in rules_of(store, namespace, kind, list(identifiers)).items():
            allowed = allowed_actions(rules, resource)
            if not allowed:
                continue
            if actions and not allows_actions(rules, resource, actions, require_all=require_all):
                continue
            target = {"targetType": kind, "targetIdentifier": identifiers[target_id]}
            targets.append({**target, "actions": allowed})
    return targets


def is_action_allowed(
    store: Store, user_id: str, namespace: str, resource: str, action: str
) -> bool:
    """Return whether a user is allowed to perform an action on a resource.

    Raises:
        ApiError: The user does not exist.
    """
    return is_allowed(_user_rules(store, user_id, namespace), resource, action)


def is_action_denied(
    store: Store, user_id: str, namespace: str, resource: str, action: str
) -> bool:
    """Return whether a rule denies a user an action on a resource.

    Raises:
        ApiError: The user does not exist.
    """
    return is_denied(_user_rules(store, user_id, namespace), resource, action)


def permitted_resources(
    store: Store, user_id: str, namespace: str, resources: Sequence[str]
) -> list[dict[str, object]]:
    """Return the authorized ones of some resources, with the allowed actions of a user.

    Raises:
        ApiError: The user does not exist.
    """
    rules = _user_rules(store, user_id, namespace)
    actions_by_code = {code: allowed_actions(rules, code) for code in resources}
    return [
        {"code": code, "actions": actions} for code, actions in actions_by_code.items() if actions
    ]


def permitted_resources_of_kind(
    store: Store, user_id: str, namespace: str, resource: str
) -> list[dict[str, object]]:
    """Return the authorized resources of a kind (``book`` or ``book:*``), with the actions.

    Raises:
        ApiError: The user does not exist.
    """
    actions_by_code = allowed_resources(_user_rules(store, user_id, namespace))
    return [
        {"code": code, "actions": actions}
        for code, actions in actions_by_code.items()
        if is_of_kind(code, resource)
    ]


def _user_rules(store: Store, user_id: str, namespace: str) -> list[Rule]:
    users.require_users(store, [user_id])
    return rules_of(store, namespace, "USER", [user_id])[user_id]


def _rule(statement: Mapping[str, object]) -> Rule:
    if statement["condition"]:
        # The API does not document the parameters and operators.
        raise ApiError(ErrorCode.UNSUPPORTED, "PolicyStatement.condition")
    return Rule(
        resource=cast("str", statement["resource"]),
        actions=tuple(cast("Sequence[str]", statement["actions"])),
        denies=statement["effect"] == "DENY",
    )
