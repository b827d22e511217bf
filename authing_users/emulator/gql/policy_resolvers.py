"""Resolvers of policies and their assignments."""

from collections.abc import Mapping, Sequence

from ..messages import Success
from ..store import policies, policy_assignments as assignments
from ..store.records import Page, Record
from ..store.roles import namespace_or_default
from .bindings import Info, bind_resolvers, non_empty, required


def policy(_: object, info: Info, code: str, namespace: str | None = None) -> Record | None:
    return policies.get(info.context.store, namespace_or_default(namespace), code)


def list_policies(
    _: object,
    info: Info,
    page: int | None = None,
    limit: int | None = None,
    namespace: str | None = None,
    # The service creates default policies. The emulator creates none.
    exclude_default: bool | None = None,  # noqa: ARG001
) -> Page[Record]:
    return policies.list_policies(info.context.store, namespace_or_default(namespace), page, limit)


def create_policy(
    _: object,
    info: Info,
    code: str,
    statements: Sequence[Mapping[str, object]],
    namespace: str | None = None,
    description: str | None = None,
) -> Record:
    return policies.create(
        info.context.store, namespace_or_default(namespace), code, description, statements
    )


def update_policy(
    _: object,
    info: Info,
    code: str,
    namespace: str | None = None,
    statements: Sequence[Mapping[str, object]] | None = None,
    new_code: str | None = None,
    **changes: str | None,  # the description; null clears it, absence keeps it
) -> Record:
    values: dict[str, object] = {**changes}
    if statements is not None:
        values["statements"] = statements
    if new_code is not None:
        values["code"] = new_code
    return policies.update(info.context.store, namespace_or_default(namespace), code, values)


def delete_policy(
    _: object, info: Info, code: str, namespace: str | None = None
) -> dict[str, object]:
    return delete_policies(_, info, [code], namespace)


def delete_policies(
    _: object, info: Info, code_list: Sequence[str], namespace: str | None = None
) -> dict[str, object]:
    policies.delete(
        info.context.store, namespace_or_default(namespace), non_empty(code_list, "codeList")
    )
    return info.context.common_message(Success.DELETED)


def list_policy_assignments(
    _: object,
    info: Info,
    namespace: str | None = None,
    code: str | None = None,
    target_type: str | None = None,
    target_identifier: str | None = None,
    page: int | None = None,
    limit: int | None = None,
) -> Page[dict[str, object]]:
    target = None
    if target_type is not None or target_identifier is not None:
        target = (required(target_type, "targetType"), target_identifier)
    return assignments.list_assignments(
        info.context.store, namespace_or_default(namespace), code, target, page, limit
    )


def add_policy_assignments(
    _: object,
    info: Info,
    policies: Sequence[str],
    target_type: str,
    target_identifiers: Sequence[str] | None = None,
    # Only departments have children, and the emulator assigns no policies to departments.
    inherit_by_children: bool | None = None,  # noqa: ARG001
    namespace: str | None = None,
) -> dict[str, object]:
    assignments.add(
        info.context.store,
        namespace_or_default(namespace),
        non_empty(policies, "policies"),
        target_type,
        non_empty(target_identifiers, "targetIdentifiers"),
    )
    return info.context.common_message(Success.POLICY_ASSIGNED)


def remove_policy_assignments(
    _: object,
    info: Info,
    policies: Sequence[str],
    target_type: str,
    target_identifiers: Sequence[str] | None = None,
    namespace: str | None = None,
) -> dict[str, object]:
    assignments.remove(
        info.context.store,
        namespace_or_default(namespace),
        non_empty(policies, "policies"),
        target_type,
        non_empty(target_identifiers, "targetIdentifiers"),
    )
    return info.context.common_message(Success.POLICY_REMOVED)


def enable_policy_assignment(
    _: object,
    info: Info,
    policy: str,
    target_type: str,
    target_identifier: str,
    namespace: str | None = None,
) -> dict[str, object]:
    return _set_enabled(info, policy, target_type, target_identifier, namespace, enabled=True)


def disable_policy_assignment(
    _: object,
    info: Info,
    policy: str,
    target_type: str,
    target_identifier: str,
    namespace: str | None = None,
) -> dict[str, object]:
    return _set_enabled(info, policy, target_type, target_identifier, namespace, enabled=False)


def _set_enabled(
    info: Info,
    policy: str,
    target_type: str,
    target_identifier: str,
    namespace: str | None,
    *,
    enabled: bool,
) -> dict[str, object]:
    assignments.set_enabled(
        info.context.store,
        namespace_or_default(namespace),
        policy,
        target_type,
        target_identifier,
        enabled=enabled,
    )
    return info.context.common_message(Success.OK)


def assignments_count(policy: Record, info: Info) -> int:
    store = info.context.store
    return (
        policy.batch.related(
            "assignmentsCount", policy.id, lambda ids: assignments.count_by_policy(store, ids)
        )
        or 0
    )


def assignments_of_policy(
    policy: Record,
    info: Info,
    page: int | None = None,
    limit: int | None = None,
    namespace: str | None = None,
) -> list[dict[str, object]]:
    if namespace and namespace != policy["namespace"]:
        return []  # all assignments of a policy are in its own namespace
    return assignments.list_assignments_of_policy(info.context.store, policy.id, page, limit)


POLICY_BINDINGS = (
    bind_resolvers(
        "Query",
        {"policy": policy, "policies": list_policies, "policyAssignments": list_policy_assignments},
    ),
    bind_resolvers(
        "Mutation",
        {
            "createPolicy": create_policy,
            "updatePolicy": update_policy,
            "deletePolicy": delete_policy,
            "deletePolicies": delete_policies,
            "addPolicyAssignments": add_policy_assignments,
            "removePolicyAssignments": remove_policy_assignments,
            "enablePolicyAssignment": enable_policy_assignment,
            "disbalePolicyAssignment": disable_policy_assignment,  # the API's spelling
        },
    ),
    bind_resolvers(
        "Policy",
        {"assignmentsCount": assignments_count, "assignments": assignments_of_policy},
    ),
)
