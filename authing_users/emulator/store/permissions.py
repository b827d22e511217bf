"""Permissions of users, roles, groups and departments: from their policies and grants."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

from ..errors import ApiError, ErrorCode
from . import users
from .grants import grant_target_id, granted_rule
from .namespaces import resource_types
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

# The targets whose policies and grants a target has: a user those of the user's roles, groups and
# departments, a role and a department those of its ancestors.
_EFFECTIVE = """
WITH RECURSIVE effective (owner, kind, id) AS (
  SELECT value, ?, value FROM json_each(?)
  UNION SELECT owner, 'ROLE', role_users.roleId FROM effective
    JOIN role_users ON kind = 'USER' AND role_users.userId = id
  UNION SELECT owner, 'GROUP', group_users.groupId FROM effective
    JOIN group_users ON kind = 'USER' AND group_users.userId = id
  UNION SELECT owner, 'ROLE', roles.parentId FROM effective
    JOIN roles ON kind = 'ROLE' AND roles.id = effective.id WHERE roles.parentId IS NOT NULL
  UNION SELECT owner, 'ORG', department_users.departmentId FROM effective
    JOIN department_users ON kind = 'USER' AND department_users.userId = id
  UNION SELECT owner, 'ORG', departments.parentId FROM effective
    JOIN departments ON kind = 'ORG' AND departments.id = effective.id
    WHERE departments.parentId IS NOT NULL
)
"""
_POLICIES_OF_TARGETS = f"""{_EFFECTIVE}
SELECT DISTINCT owner, namespace, policies.id, statements FROM effective
JOIN policy_assignments ON targetType = kind AND targetId = effective.id AND enabled
JOIN policies ON policies.id = policyId AND namespace = coalesce(?, namespace)
"""
_GRANTS_OF_TARGETS = f"""{_EFFECTIVE}
SELECT DISTINCT owner, namespace, resource, resourceType, actions FROM effective
JOIN grants ON targetType = kind AND targetId = effective.id AND namespace = coalesce(?, namespace)
"""

# The targets that have a policy or a grant of a namespace, directly or through other targets.
_TARGETS_WITH_RULES = """
WITH RECURSIVE targets (kind, id) AS (
  SELECT targetType, targetId FROM policy_assignments
    JOIN policies ON policies.id = policyId AND namespace = ? WHERE enabled
  UNION SELECT targetType, targetId FROM grants WHERE namespace = ?
  UNION SELECT 'ROLE', roles.id FROM targets
    JOIN roles ON kind = 'ROLE' AND roles.parentId = targets.id
  UNION SELECT 'USER', role_users.userId FROM targets
    JOIN role_users ON kind = 'ROLE' AND role_users.roleId = id
  UNION SELECT 'USER', group_users.userId FROM targets
    JOIN group_users ON kind = 'GROUP' AND group_users.groupId = id
  UNION SELECT 'ORG', departments.id FROM targets
    JOIN departments ON kind = 'ORG' AND departments.parentId = targets.id
  UNION SELECT 'USER', department_users.userId FROM targets
    JOIN department_users ON kind = 'ORG' AND department_users.departmentId = id
)
SELECT kind, targets.id, coalesce(roles.code, user_groups.code, targets.id) FROM targets
LEFT JOIN roles ON kind = 'ROLE' AND roles.id = targets.id
LEFT JOIN user_groups ON kind = 'GROUP' AND user_groups.id = targets.id
ORDER BY kind, targets.id
"""


Rules: TypeAlias = dict[str, list[Rule]]
"""The rules of a target by namespace."""


def rules_of(
    store: Store, namespace: str | None, target_type: str, target_ids: Sequence[str]
) -> dict[str, Rules]:
    """Return the rules of targets by ID.

    Args:
        store: The store.
        namespace: Namespace of the rules; all namespaces when ``None``.
        target_type: USER, ROLE, GROUP or ORG.
        target_ids: IDs of the targets.

    Raises:
        ApiError: A rule has conditions, which are unsupported.
    """
    rules: dict[str, Rules] = {target_id: {} for target_id in target_ids}
    parameters = (target_type, json_array(target_ids), namespace)
    for target_id, rule_namespace, _, statements in store.connection.execute(
        _POLICIES_OF_TARGETS, parameters
    ):
        own = rules[target_id].setdefault(rule_namespace, [])
        own += [_rule(statement) for statement in json.loads(statements)]
    for target_id, rule_namespace, *grant in store.connection.execute(
        _GRANTS_OF_TARGETS, parameters
    ):
        rules[target_id].setdefault(rule_namespace, []).append(granted_rule(*grant))
    return rules


def authorized_resources(
    store: Store, namespace: str, target_type: str, identifier: str, kind: str | None
) -> Page[dict[str, object]]:
    """Return the authorized resources of a target, of one ResourceType or of all.

    Raises:
        ApiError: The target does not exist.
    """
    target_id = grant_target_id(store, namespace, target_type, identifier)
    rules = rules_of(store, namespace, target_type, [target_id])[target_id]
    return resource_page(store, rules, kind)


def resource_page(store: Store, rules: Rules, kind: str | None) -> Page[dict[str, object]]:
    """Return the resources that rules authorize, of one ResourceType or of all."""
    resources: list[dict[str, object]] = []
    for namespace in sorted(rules):
        registered = resource_types(store, namespace)
        kinds = {rule.resource: rule.kind for rule in rules[namespace] if rule.kind is not None}
        for code, actions in allowed_resources(rules[namespace]).items():
            own_type, api_identifier = _registered(registered, code)
            found = own_type or kinds.get(code) or resource_type(code)
            if kind is None or found == kind:
                fields = {"code": code, "type": found, "actions": actions}
                resources.append({**fields, "apiIdentifier": api_identifier})
    return whole_page(resources)


def known_type(store: Store, namespace: str, resource: str) -> str | None:
    """Return the ResourceType of a resource, or ``None`` if nothing reveals it."""
    kind, _ = _registered(resource_types(store, namespace), resource)
    return kind or resource_type(resource)


def _registered(
    types: Mapping[str, tuple[str, str | None]], code: str
) -> tuple[str | None, str | None]:
    # A resource has the type of its kind: book:1 that of book.
    return types.get(code, types.get(code.partition(":")[0], (None, None)))


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
    rows = store.connection.execute(_TARGETS_WITH_RULES, (namespace, namespace)).fetchall()
    kinds = {kind for kind, _, _ in rows}
    targets: list[dict[str, object]] = []
    for kind in sorted(kinds if target_type is None else kinds & {target_type}):
        identifiers = {
            target_id: identifier for row_kind, target_id, identifier in rows if row_kind == kind
        }
        rules_by_target = rules_of(store, namespace, kind, list(identifiers))
        for target_id, rules_by_namespace in rules_by_target.items():
            rules = rules_by_namespace.get(namespace, [])
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
    return rules_of(store, namespace, "USER", [user_id])[user_id].get(namespace, [])


def _rule(statement: Mapping[str, object]) -> Rule:
    if statement["condition"]:
        # The API does not document the parameters and operators.
        raise ApiError(ErrorCode.UNSUPPORTED, "PolicyStatement.condition")
    return Rule(
        resource=cast("str", statement["resource"]),
        actions=tuple(cast("Sequence[str]", statement["actions"])),
        denies=statement["effect"] == "DENY",
    )
