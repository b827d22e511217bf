"""Resolvers of what is allowed, which follows from the policies."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from ..store import permissions
from ..store.permissions import ResourcePage
from ..store.policy_rules import resource_type as type_of
from ..store.records import Record
from ..store.roles import namespace_or_default
from .bindings import Info, binding, own_user, required


def authorized_resources(
    _: object,
    info: Info,
    target_type: str | None = None,
    target_identifier: str | None = None,
    namespace: str | None = None,
    resource_type: str | None = None,
) -> ResourcePage:
    return permissions.authorized_resources(
        info.context.store,
        namespace_or_default(namespace),
        required(target_type, "targetType"),
        own_user(target_identifier)
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
) -> dict[str, object]:
    wanted: list[str] = []
    if actions is not None:
        given = cast("Sequence[str | None]", actions["list"])
        wanted = [required(action, "actions") for action in given]
    found: list[dict[str, object]] = []
    if type_of(resource) in (None, resource_type):
        found = permissions.authorized_targets(
            info.context.store,
            namespace_or_default(namespace),
            resource,
            target_type,
            wanted,
            every=actions is not None and actions["op"] == "AND",
        )
    return {"totalCount": len(found), "list": found}


def is_action_allowed(
    _: object, info: Info, resource: str, action: str, user_id: str, namespace: str | None = None
) -> bool:
    wanted = namespace_or_default(namespace)
    return permissions.is_allowed(info.context.store, user_id, wanted, resource, action)


def is_action_denied(
    _: object, info: Info, resource: str, action: str, user_id: str, namespace: str | None = None
) -> bool:
    wanted = namespace_or_default(namespace)
    return permissions.is_denied(info.context.store, user_id, wanted, resource, action)


def role_authorized_resources(
    role: Record, info: Info, resource_type: str | None = None
) -> ResourcePage:
    namespace = cast("str", role["namespace"])
    return _of_records("ROLE")(role, info, namespace, resource_type)


def _of_records(target_type: str) -> Callable[..., ResourcePage]:
    def resolve(
        record: Record,
        info: Info,
        namespace: str | None = None,
        resource_type: str | None = None,
    ) -> ResourcePage:
        store, wanted = info.context.store, namespace_or_default(namespace)
        rules = record.batch.related(
            ("rules", target_type, wanted),
            record.id,
            lambda ids: permissions.rules_of(store, wanted, target_type, ids),
        )
        return permissions.listed(rules or [], resource_type or None)

    return resolve


PERMISSION_BINDINGS = (
    binding(
        "Query",
        {
            "authorizedResources": authorized_resources,
            "authorizedTargets": authorized_targets,
            "isActionAllowed": is_action_allowed,
            "isActionDenied": is_action_denied,
        },
    ),
    binding("User", {"authorizedResources": _of_records("USER")}),
    binding("Role", {"authorizedResources": role_authorized_resources}),
    binding("Group", {"authorizedResources": _of_records("GROUP")}),
)
