# Derived from authing_users/_async/assignments.py: change that, and run `make generate`.

"""Members of groups, holders of roles, targets of policies: calls that several clients make."""

from authing_graphql import (
    UNSET,
    Client,
    CommonMessage,
    PaginatedPolicyAssignments,
    PolicyAssignmentTargetType,
    UnsetType,
)

from .._protocol.response import require_outcome

Given = str | UnsetType


def assign_roles(
    api: Client, codes: list[str], user_ids: list[str], namespace: Given
) -> CommonMessage:
    """Give roles to users."""
    return require_outcome(api.assign_role(codes, user_ids, namespace), "AssignRole")


def revoke_roles(
    api: Client, codes: list[str], user_ids: list[str], namespace: Given
) -> CommonMessage:
    """Take roles from users."""
    return require_outcome(api.revoke_role(codes, user_ids, namespace), "RevokeRole")


def add_to_group(api: Client, user_ids: list[str], code: str) -> CommonMessage:
    """Add users to a group."""
    return require_outcome(api.add_user_to_group(user_ids, code), "AddUserToGroup")


def remove_from_group(api: Client, user_ids: list[str], code: str) -> CommonMessage:
    """Remove users from a group."""
    return require_outcome(api.remove_user_from_group(user_ids, code), "RemoveUserFromGroup")


def assign_policies(
    api: Client,
    policies: list[str],
    target_type: PolicyAssignmentTargetType,
    targets: list[str],
    namespace: Given = UNSET,
) -> CommonMessage:
    """Assign policies to targets."""
    message = api.add_policy_assignments(policies, target_type, targets, namespace=namespace)
    return require_outcome(message, "AddPolicyAssignments")


def unassign_policies(
    api: Client,
    policies: list[str],
    target_type: PolicyAssignmentTargetType,
    targets: list[str],
    namespace: Given = UNSET,
) -> CommonMessage:
    """Take policies from targets."""
    message = api.remove_policy_assignments(policies, target_type, targets, namespace=namespace)
    return require_outcome(message, "RemovePolicyAssignments")


def policy_assignments(
    api: Client,
    page: int,
    limit: int,
    *,
    code: Given = UNSET,
    target_type: PolicyAssignmentTargetType | UnsetType = UNSET,
    target: Given = UNSET,
    namespace: Given = UNSET,
) -> PaginatedPolicyAssignments:
    """List policy assignments: of a policy, or of a target."""
    return api.list_policy_assignments(
        page=page,
        limit=limit,
        code=code,
        target_type=target_type,
        target_identifier=target,
        namespace=namespace,
    )
