"""Resolvers of policies and their assignments."""

from collections.abc import Mapping, Sequence

from ..messages import Success
from ..store import assignments, policies
from ..store.assignments import AssignmentPage
from ..store.records import Page, Record
from ..store.roles import namespace_or_default
from .bindings import Info, binding, filled, required


def policy(_: object, info: Info, code: str, namespace: str | None = None) -> Record | None:
    return policies.get(info.context.store, namespace_or_default(namespace), code)


def list_policies(
    _: object,
    info: Info,
    page: int | None = None,
    limit: int | None = None,
    namespace: str | None = None,
    # The default policies are those that the service makes itself, and here it makes none.
    exclude_default: bool | None = None,  # noqa: ARG001
) -> Page:
    return policies.page(info.context.store, namespace_or_default(namespace), page, limit)


def create_policy(
    _: object,
    info: Info,
    code: str,
    statements: Sequence[Mapping[str, object]],
    namespace: str | None = None,
    description: str | None = None,
) -> Record:
    wanted = namespace_or_default(namespace)
    return policies.add(info.context.store, wanted, code, description, statements)


def update_policy(
    _: object,
    info: Info,
    code: str,
    namespace: str | None = None,
    statements: Sequence[Mapping[str, object]] | None = None,
    new_code: str | None = None,
    **changes: str | None,  # the description, which null clears and absence keeps
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
    wanted = namespace_or_default(namespace)
    policies.delete(info.context.store, wanted, filled(code_list, "codeList"))
    return info.context.done(Success.DELETED)


def policy_assignments(
    _: object,
    info: Info,
    namespace: str | None = None,
    code: str | None = None,
    target_type: str | None = None,
    target_identifier: str | None = None,
    page: int | None = None,
    limit: int | None = None,
) -> AssignmentPage:
    target = None
    if target_type is not None or target_identifier is not None:
        target = (required(target_type, "targetType"), target_identifier)
    wanted = namespace_or_default(namespace)
    return assignments.page(info.context.store, wanted, code, target, page, limit)


def add_policy_assignments(
    _: object,
    info: Info,
    policies: Sequence[str],
    target_type: str,
    target_identifiers: Sequence[str] | None = None,
    # The children that inherit are departments, to which nothing is assigned here.
    inherit_by_children: bool | None = None,  # noqa: ARG001
    namespace: str | None = None,
) -> dict[str, object]:
    assignments.add(
        info.context.store,
        namespace_or_default(namespace),
        filled(policies, "policies"),
        target_type,
        filled(target_identifiers, "targetIdentifiers"),
    )
    return info.context.done(Success.POLICY_ASSIGNED)


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
        filled(policies, "policies"),
        target_type,
        filled(target_identifiers, "targetIdentifiers"),
    )
    return info.context.done(Success.POLICY_REMOVED)


def enable_policy_assignment(
    _: object,
    info: Info,
    policy: str,
    target_type: str,
    target_identifier: str,
    namespace: str | None = None,
) -> dict[str, object]:
    wanted, store = namespace_or_default(namespace), info.context.store
    assignments.switch(store, wanted, policy, target_type, target_identifier, enabled=True)
    return info.context.done(Success.OK)


def disable_policy_assignment(
    _: object,
    info: Info,
    policy: str,
    target_type: str,
    target_identifier: str,
    namespace: str | None = None,
) -> dict[str, object]:
    wanted, store = namespace_or_default(namespace), info.context.store
    assignments.switch(store, wanted, policy, target_type, target_identifier, enabled=False)
    return info.context.done(Success.OK)


def assignments_count(policy: Record, info: Info) -> int:
    store = info.context.store
    return (
        policy.batch.related(
            "assignmentsCount", policy.id, lambda ids: assignments.counts(store, ids)
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
        return []  # a policy is assigned within its own namespace
    return assignments.of_policy(info.context.store, policy.id, page, limit)


POLICY_BINDINGS = (
    binding(
        "Query",
        {"policy": policy, "policies": list_policies, "policyAssignments": policy_assignments},
    ),
    binding(
        "Mutation",
        {
            "createPolicy": create_policy,
            "updatePolicy": update_policy,
            "deletePolicy": delete_policy,
            "deletePolicies": delete_policies,
            "addPolicyAssignments": add_policy_assignments,
            "removePolicyAssignments": remove_policy_assignments,
            "enablePolicyAssignment": enable_policy_assignment,
            "disbalePolicyAssignment": disable_policy_assignment,  # misspelt in the API
        },
    ),
    binding(
        "Policy",
        {"assignmentsCount": assignments_count, "assignments": assignments_of_policy},
    ),
)
