"""Resolvers of permissions, which follow from policies and grants."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from ..messages import Success
from ..store import grants, permissions
from ..store.grants import GrantTarget
from ..store.policy_rules import resource_type as resource_type_of
from ..store.records import Page, Record, whole_page
from ..store.roles import namespace_or_default
from .bindings import Info, bind_resolvers, non_empty, require_user_id, required


def authorized_resources(
    _: object,
    info: Info,
    target_type: str | None = None,
    target_identifier: str | None = None,
    namespace: str | None = None,
    resource_type: str | None = None,
) -> Page[dict[str, object]]:
    return permissions.authorized_resources(
        info.context.store,
        namespace_or_default(namespace),
        required(target_type, "targetType"),
        require_user_id(target_identifier)
        if target_type == "USER"
        else required(target_identifier, "targetIdentifier"),
        resource_type or None,
    )


def authorized_targets(
    _: object,
    info: Info,
    namespace: str,
    resource_type: str,
    resource: str,
    target_type: str | None = None,
    actions: Mapping[str, object] | None = None,
) -> Page[dict[str, object]]:
    action_names: list[str] = []
    if actions is not None:
        items = cast("Sequence[str | None]", actions["list"])
        action_names = [required(item, "actions") for item in items]
    store, namespace = info.context.store, namespace_or_default(namespace)
    targets: list[dict[str, object]] = []
    if permissions.known_type(store, namespace, resource) in (None, resource_type):
        targets = permissions.authorized_targets(
            store,
            namespace,
            resource,
            target_type,
            action_names,
            require_all=actions is not None and actions["op"] == "AND",
        )
    return whole_page(targets)


def is_action_allowed(
    _: object, info: Info, resource: str, action: str, user_id: str, namespace: str | None = None
) -> bool:
    return permissions.is_action_allowed(
        info.context.store, user_id, namespace_or_default(namespace), resource, action
    )


def is_action_denied(
    _: object, info: Info, resource: str, action: str, user_id: str, namespace: str | None = None
) -> bool:
    return permissions.is_action_denied(
        info.context.store, user_id, namespace_or_default(namespace), resource, action
    )


def allow(
    _: object,
    info: Info,
    resource: str,
    action: str,
    user_id: str | None = None,
    user_ids: Sequence[str] | None = None,
    role_code: str | None = None,
    role_codes: Sequence[str] | None = None,
    namespace: str | None = None,
) -> dict[str, object]:
    if resource_type_of(resource) is None:  # a grant of all resources of a kind is written book:*
        raise ApiError(ErrorCode.INVALID_PARAMETER, "resource")
    identifiers = [
        *(("USER", identifier) for identifier in (user_id, *(user_ids or ())) if identifier),
        *(("ROLE", identifier) for identifier in (role_code, *(role_codes or ())) if identifier),
    ]
    targets = [
        GrantTarget(target_type, identifier, [_not_blank(action, "action")])
        for target_type, identifier in identifiers
    ]
    grants.authorize(
        info.context.store,
        namespace_or_default(namespace),
        resource,
        non_empty(targets, "userId"),
    )
    return info.context.common_message(Success.RESOURCE_AUTHORIZED)


def authorize_resource(
    _: object,
    info: Info,
    namespace: str | None = None,
    resource_type: str | None = None,
    resource: str | None = None,
    opts: Sequence[Mapping[str, object] | None] | None = None,
) -> dict[str, object]:
    targets = [
        GrantTarget(
            cast("str", target["targetType"]),
            cast("str", target["targetIdentifier"]),
            [
                _not_blank(action, "actions")
                for action in cast("Sequence[str] | None", target.get("actions")) or ()
            ],
        )
        for target in non_empty(opts, "opts")
    ]
    grants.authorize(
        info.context.store,
        namespace_or_default(namespace),
        _not_blank(required(resource, "resource"), "resource"),
        targets,
        resource_type,
    )
    return info.context.common_message(Success.RESOURCE_AUTHORIZED)


def _not_blank(text: str, name: str) -> str:
    if not text.strip():
        raise ApiError(ErrorCode.INVALID_PARAMETER, name)
    return text


def user_authorized_resources(
    user: Record, info: Info, namespace: str | None = None, resource_type: str | None = None
) -> Page[dict[str, object]]:
    return _resources_of("USER", user, info, namespace_or_default(namespace), resource_type)


def role_authorized_resources(
    role: Record, info: Info, resource_type: str | None = None
) -> Page[dict[str, object]]:
    return _resources_of("ROLE", role, info, cast("str", role["namespace"]), resource_type)


# Without a namespace, the API lists the resources of a user in the default namespace, but those of
# a group or a department in all of them.
def group_authorized_resources(
    group: Record, info: Info, namespace: str | None = None, resource_type: str | None = None
) -> Page[dict[str, object]]:
    return _resources_of("GROUP", group, info, namespace or None, resource_type)


def department_authorized_resources(
    department: Record, info: Info, namespace: str | None = None, resource_type: str | None = None
) -> Page[dict[str, object]]:
    return _resources_of("ORG", department, info, namespace or None, resource_type)


def _resources_of(
    target_type: str, record: Record, info: Info, namespace: str | None, resource_type: str | None
) -> Page[dict[str, object]]:
    store = info.context.store
    rules = record.batch.related(
        ("rules", target_type, namespace),
        record.id,
        lambda ids: permissions.rules_of(store, namespace, target_type, ids),
    )
    return permissions.resource_page(store, rules or {}, resource_type or None)


PERMISSION_BINDINGS = (
    bind_resolvers(
        "Query",
        {
            "authorizedResources": authorized_resources,
            "authorizedTargets": authorized_targets,
            "isActionAllowed": is_action_allowed,
            "isActionDenied": is_action_denied,
        },
    ),
    bind_resolvers("Mutation", {"allow": allow, "authorizeResource": authorize_resource}),
    bind_resolvers("User", {"authorizedResources": user_authorized_resources}),
    bind_resolvers("Role", {"authorizedResources": role_authorized_resources}),
    bind_resolvers("Group", {"authorizedResources": group_authorized_resources}),
    bind_resolvers("Node", {"authorizedResources": department_authorized_resources}),
)
