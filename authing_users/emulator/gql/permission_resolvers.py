"""Resolvers of permissions, which follow from the policies."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from ..store import permissions
from ..store.policy_rules import resource_type as type_of
from ..store.records import Page, Record, whole_page
from ..store.roles import namespace_or_default
from .bindings import Info, bind_resolvers, require_user_id, required


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
    targets: list[dict[str, object]] = []
    if type_of(resource) in (None, resource_type):
        targets = permissions.authorized_targets(
            info.context.store,
            namespace_or_default(namespace),
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


def role_authorized_resources(
    role: Record, info: Info, resource_type: str | None = None
) -> Page[dict[str, object]]:
    namespace = cast("str", role["namespace"])
    return _resources_of("ROLE")(role, info, namespace, resource_type)


def _resources_of(target_type: str) -> Callable[..., Page[dict[str, object]]]:
    def resolve(
        record: Record,
        info: Info,
        namespace: str | None = None,
        resource_type: str | None = None,
    ) -> Page[dict[str, object]]:
        store, namespace = info.context.store, namespace_or_default(namespace)
        rules = record.batch.related(
            ("rules", target_type, namespace),
            record.id,
            lambda ids: permissions.rules_of(store, namespace, target_type, ids),
        )
        return permissions.resource_page(rules or [], resource_type or None)

    return resolve


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
    bind_resolvers("User", {"authorizedResources": _resources_of("USER")}),
    bind_resolvers("Role", {"authorizedResources": role_authorized_resources}),
    bind_resolvers("Group", {"authorizedResources": _resources_of("GROUP")}),
)
