"""Members of groups, holders of roles, targets of policies: calls that several clients make."""

from authing_graphql import (
    UNSET,
    AsyncClient,
    CommonMessage,
    PaginatedPolicyAssignments,
    PolicyAssignmentTargetType,
    UnsetType,
)

from .._protocol.response import require_outcome

Given = str | UnsetType


async def assign_roles(
    api: AsyncClient, codes: list[str], user_ids: list[str], namespace: Given
) -> CommonMessage:
    """Give roles to users."""
    return require_outcome(await api.assign_role(codes, user_ids, namespace), "AssignRole")


async def revoke_roles(
    api: AsyncClient, codes: list[str], user_ids: list[str], namespace: Given
) -> CommonMessage:
    """Take roles from users."""
    return require_outcome(await api.revoke_role(codes, user_ids, namespace), "RevokeRole")


async def add_to_group(api: AsyncClient, user_ids: list[str], code: str) -> CommonMessage:
    """Add users to a group."""
    return require_outcome(await api.add_user_to_group(user_ids, code), "AddUserToGroup")


async def remove_from_group(api: AsyncClient, user_ids: list[str], code: str) -> CommonMessage:
    """Remove users from a group."""
    return require_outcome(await api.remove_user_from_group(user_ids, code), "RemoveUserFromGroup")


async def assign_policies(
    api: AsyncClient,
    policies: list[str],
    target_type: PolicyAssignmentTargetType,
    targets: list[str],
    namespace: Given = UNSET,
) -> CommonMessage:
    """Assign policies to targets."""
    message = await api.add_policy_assignments(policies, target_type, targets, namespace=namespace)
    return require_outcome(message, "AddPolicyAssignments")


async def unassign_policies(
    api: AsyncClient,
    policies: list[str],
    target_type: PolicyAssignmentTargetType,
    targets: list[str],
    namespace: Given = UNSET,
) -> CommonMessage:
    """Take policies from targets."""
    message = await api.remove_policy_assignments(
        policies, target_type, targets, namespace=namespace
    )
    return require_outcome(message, "RemovePolicyAssignments")


async def policy_assignments(
    api: AsyncClient,
    page: int,
    limit: int,
    *,
    code: Given = UNSET,
    target_type: PolicyAssignmentTargetType | UnsetType = UNSET,
    target: Given = UNSET,
    namespace: Given = UNSET,
) -> PaginatedPolicyAssignments:
    """List policy assignments: of a policy, or of a target."""
    return await api.list_policy_assignments(
        page=page,
        limit=limit,
        code=code,
        target_type=target_type,
        target_identifier=target,
        namespace=namespace,
    )
