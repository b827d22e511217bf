"""Who may do what: the rules of the policies that reach a user, role or group."""

import json
from collections.abc import Mapping, Sequence
from typing import TypedDict, cast

from ..errors import ApiError, ErrorCode
from . import users
from .assignments import target_id
from .policy_rules import (
    Rule,
    actions_on,
    allowed,
    denied,
    is_of_kind,
    resource_type,
    resources,
    suffices,
)
from .records import Store, json_list


class ResourcePage(TypedDict):
    """Resources on which something is allowed, and how many there are."""

    totalCount: int
    list: list[dict[str, object]]


# Whose policies count for whom: a user has those of the roles held and the groups joined, and a
# role has those of the roles that it inherits from.
_REACHING = """
WITH RECURSIVE reaching (owner, kind, id) AS (
  SELECT value, ?, value FROM json_each(?)
  UNION SELECT owner, 'ROLE', role_users.roleId FROM reaching
    JOIN role_users ON kind = 'USER' AND role_users.userId = id
  UNION SELECT owner, 'GROUP', group_users.groupId FROM reaching
    JOIN group_users ON kind = 'USER' AND group_users.userId = id
  UNION SELECT owner, 'ROLE', roles.parentId FROM reaching
    JOIN roles ON kind = 'ROLE' AND roles.id = reaching.id WHERE roles.parentId IS NOT NULL
)
SELECT DISTINCT owner, policies.id, policies.statements FROM reaching
JOIN policy_assignments ON targetType = kind AND targetId = reaching.id AND enabled
JOIN policies ON policies.id = policyId AND namespace = ?
"""

# The same the other way round: everybody whom a policy of a namespace reaches.
_REACHED = """
WITH RECURSIVE reached (kind, id) AS (
  SELECT targetType, targetId FROM policy_assignments
    JOIN policies ON policies.id = policyId AND namespace = ? WHERE enabled
  UNION SELECT 'ROLE', roles.id FROM reached
    JOIN roles ON kind = 'ROLE' AND roles.parentId = reached.id
  UNION SELECT 'USER', role_users.userId FROM reached
    JOIN role_users ON kind = 'ROLE' AND role_users.roleId = id
  UNION SELECT 'USER', group_users.userId FROM reached
    JOIN group_users ON kind = 'GROUP' AND group_users.groupId = id
)
SELECT kind, reached.id, coalesce(roles.code, user_groups.code, reached.id) FROM reached
LEFT JOIN roles ON kind = 'ROLE' AND roles.id = reached.id
LEFT JOIN user_groups ON kind = 'GROUP' AND user_groups.id = reached.id
ORDER BY kind, reached.id
"""


def rules_of(
    store: Store, namespace: str, target_type: str, target_ids: Sequence[str]
) -> dict[str, list[Rule]]:
    """The rules that count for each of some targets.

    Args:
        store: The store.
        namespace: Namespace of the policies.
        target_type: USER, ROLE or GROUP.
        target_ids: Ids of the targets.

    Raises:
        ApiError: A rule has conditions, which cannot be judged.
    """
    found: dict[str, list[Rule]] = {owner: [] for owner in target_ids}
    for owner, _, statements in store.connection.execute(
        _REACHING, (target_type, json_list(target_ids), namespace)
    ):
        found[owner] += [_rule(statement) for statement in json.loads(statements)]
    return found


def authorized_resources(
    store: Store, namespace: str, target_type: str, identifier: str, kind: str | None
) -> ResourcePage:
    """The resources of a ResourceType, or of any, on which a target may do something.

    Raises:
        ApiError: There is no such target.
    """
    owner = target_id(store, namespace, target_type, identifier)
    return listed(rules_of(store, namespace, target_type, [owner])[owner], kind)


def listed(rules: Sequence[Rule], kind: str | None) -> ResourcePage:
    """The resources of a ResourceType, or of any, on which rules allow something."""
    found: list[dict[str, object]] = [
        {"code": code, "type": resource_type(code), "actions": actions, "apiIdentifier": None}
        for code, actions in resources(rules).items()
        if kind is None or resource_type(code) == kind
    ]
    return {"totalCount": len(found), "list": found}


def authorized_targets(
    store: Store,
    namespace: str,
    resource: str,
    target_type: str | None,
    wanted: Sequence[str],
    *,
    every: bool,
) -> list[dict[str, object]]:
    """Everybody who may do something on a resource.

    Args:
        store: The store.
        namespace: Namespace of the policies.
        resource: The resource.
        target_type: The only PolicyAssignmentTargetType to answer.
        wanted: Actions to look for; none for any action at all.
        every: Whether all of the actions must be allowed, or one of them.
    """
    reached = store.connection.execute(_REACHED, (namespace,)).fetchall()
    targets: list[dict[str, object]] = []
    for kind in sorted({row[0] for row in reached} & {target_type or row[0] for row in reached}):
        identifiers = {target: shown for each, target, shown in reached if each == kind}
        for owner, rules in rules_of(store, namespace, kind, list(identifiers)).items():
            actions = actions_on(rules, resource)
            if actions and (not wanted or suffices(rules, resource, wanted, every=every)):
                targets.append(
                    {
                        "targetType": kind,
                        "targetIdentifier": identifiers[owner],
                        "actions": actions,
                    }
                )
    return targets


def is_allowed(store: Store, user_id: str, namespace: str, resource: str, action: str) -> bool:
    """Whether a user may do an action on a resource.

    Raises:
        ApiError: There is no such user.
    """
    return allowed(_of_user(store, user_id, namespace), resource, action)


def is_denied(store: Store, user_id: str, namespace: str, resource: str, action: str) -> bool:
    """Whether a rule forbids a user an action on a resource.

    Raises:
        ApiError: There is no such user.
    """
    return denied(_of_user(store, user_id, namespace), resource, action)


def permitted(
    store: Store, user_id: str, namespace: str, resources: Sequence[str]
) -> list[dict[str, object]]:
    """Those of some resources on which a user may do something, with the actions.

    Raises:
        ApiError: There is no such user.
    """
    rules = _of_user(store, user_id, namespace)
    found = {code: actions_on(rules, code) for code in resources}
    return [{"code": code, "actions": actions} for code, actions in found.items() if actions]


def of_kind(store: Store, user_id: str, namespace: str, resource: str) -> list[dict[str, object]]:
    """The resources of a kind (``book`` or ``book:*``) on which a user may do something.

    Raises:
        ApiError: There is no such user.
    """
    found = resources(_of_user(store, user_id, namespace))
    return [
        {"code": code, "actions": actions}
        for code, actions in found.items()
        if is_of_kind(code, resource)
    ]


def _of_user(store: Store, user_id: str, namespace: str) -> list[Rule]:
    users.check_exist(store, [user_id])
    return rules_of(store, namespace, "USER", [user_id])[user_id]


def _rule(statement: Mapping[str, object]) -> Rule:
    if statement["condition"]:
        # Which parameters and operators there are, and what they compare, is not known.
        raise ApiError(ErrorCode.NOT_SERVED, "PolicyStatement.condition")
    return Rule(
        resource=cast("str", statement["resource"]),
        actions=tuple(cast("Sequence[str]", statement["actions"])),
        denies=statement["effect"] == "DENY",
    )
