"""Arguments of the methods that manage policies and their assignments."""

from collections.abc import Iterable
from typing import Literal

from authing_graphql import (
    PolicyAssignmentTargetType,
    PolicyStatementInput,
    PolicyStatementInputDict,
)

from .checks import input_models, non_empty_string_list, one_of

__all__ = ["PolicyStatementInputs", "PolicyTargetType"]

PolicyStatementInputs = Iterable[PolicyStatementInput | PolicyStatementInputDict]
"""The rules of a policy."""
PolicyTargetType = PolicyAssignmentTargetType | Literal["USER", "ROLE", "GROUP", "ORG", "AK_SK"]
"""The kinds of targets that policies can be assigned to."""

TARGET_TYPES = tuple(target_type.value for target_type in PolicyAssignmentTargetType)


def policy_statements(statements: object) -> list[PolicyStatementInput]:
    """Return the rules of a policy."""
    return input_models(PolicyStatementInput, statements, "statements")


def policy_target_type(value: object, name: str) -> PolicyAssignmentTargetType:
    """Return the kind of the targets of an assignment."""
    return PolicyAssignmentTargetType(one_of(value, name, TARGET_TYPES))


def assignment_arguments(
    method: str, policies: object, target_type: object, target_identifiers: object
) -> tuple[list[str], PolicyAssignmentTargetType, list[str]]:
    """Return the policy codes, the target type and the target identifiers of assignments.

    Args:
        method: Name of the method, for messages.
        policies: The argument ``policies``.
        target_type: The argument ``targetType``.
        target_identifiers: The argument ``targetIdentifiers``.
    """
    example = f"{method}(['POLICY'], 'USER', ['USER_ID'])"
    return (
        non_empty_string_list(policies, "policies", example),
        policy_target_type(target_type, "targetType"),
        non_empty_string_list(target_identifiers, "targetIdentifiers", example),
    )
