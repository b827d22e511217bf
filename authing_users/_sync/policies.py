# Derived from authing_users/_async/policies.py: change that, and run `make generate`.

"""The policies of a user pool."""

from collections.abc import Generator, Iterable
from typing import Literal

from authing_graphql import (
    UNSET,
    CommonMessage,
    PaginatedPolicies,
    PaginatedPolicyAssignments,
    Policy,
    PolicyAssignment,
    PolicyAssignmentTargetType,
    PolicyStatementInput,
    PolicyStatementInputDict,
)

from .._inputs.checks import (
    input_models,
    non_empty_string,
    non_empty_string_list,
    one_of,
    optional_string,
    positive_int,
)
from .._protocol.response import require_outcome
from .assignments import assign_policies, policy_assignments, unassign_policies
from .base import ClientBase
from .paging import paginate_assignments

__all__ = ["PoliciesManagementClient"]

Statements = Iterable[PolicyStatementInput | PolicyStatementInputDict]
TargetType = PolicyAssignmentTargetType | Literal["USER", "ROLE", "GROUP", "ORG", "AK_SK"]
TARGET_TYPES = tuple(kind.value for kind in PolicyAssignmentTargetType)


class PoliciesManagementClient(ClientBase):
    """Manages the policies of a user pool, and what they are assigned to.

    A policy is known by its code within a permission namespace. Where ``namespace`` is ``None``,
    it is left to the API, which takes the default namespace.
    """

    def list(
        self,
        page: int = 1,
        limit: int = 10,
        *,
        namespace: str | None = None,
        exclude_default: bool = False,
    ) -> PaginatedPolicies:
        """List the policies of a namespace.

        Args:
            page: One-based number of the page.
            limit: Policies on a page.
            namespace: Permission namespace.
            exclude_default: Whether to leave out the policies that the service made itself.

        API: query ``policies``.
        """
        return self._api.list_policies(
            page=positive_int(page, "page"),
            limit=positive_int(limit, "limit"),
            namespace=optional_string(namespace, "namespace"),
            exclude_default=exclude_default or UNSET,
        )

    def create(
        self,
        code: str,
        statements: Statements,
        description: str | None = None,
        *,
        namespace: str | None = None,
    ) -> Policy:
        """Create a policy.

        Args:
            code: Code that identifies the policy in its namespace.
            statements: Its rules: ``[{"resource": "book:*", "actions": ["book:read"],
                "effect": "ALLOW"}]``.
            description: What the policy is for.
            namespace: Permission namespace.

        Raises:
            ConflictError: The code is taken.

        API: mutation ``createPolicy``.
        """
        rules = input_models(PolicyStatementInput, statements, "statements")
        return self._api.create_policy(
            non_empty_string(code, "code"),
            rules,
            namespace=optional_string(namespace, "namespace"),
            description=optional_string(description, "description"),
        )

    def detail(self, code: str, *, namespace: str | None = None) -> Policy | None:
        """Fetch one policy.

        Args:
            code: Code of the policy.
            namespace: Permission namespace.

        Returns:
            The policy, or ``None`` when there is none.

        API: query ``policy``.
        """
        code = non_empty_string(code, "code")
        return self._api.get_policy(code, optional_string(namespace, "namespace"))

    def update(
        self,
        code: str,
        statements: Statements | None = None,
        description: str | None = None,
        *,
        new_code: str | None = None,
        namespace: str | None = None,
    ) -> Policy:
        """Change a policy.

        Args:
            code: Code of the policy.
            statements: Its rules, in the place of the former ones; as they are when ``None``.
            description: What the policy is for; as it is when ``None``.
            new_code: The code that the policy gets; as it is when ``None``.
            namespace: Permission namespace.

        Raises:
            NotFoundError: There is no such policy.
            ConflictError: The new code is taken.

        API: mutation ``updatePolicy``.
        """
        rules = (
            UNSET
            if statements is None
            else input_models(PolicyStatementInput, statements, "statements")
        )
        return self._api.update_policy(
            non_empty_string(code, "code"),
            namespace=optional_string(namespace, "namespace"),
            description=optional_string(description, "description"),
            statements=rules,
            new_code=optional_string(new_code, "new_code"),
        )

    def delete(self, code: str, *, namespace: str | None = None) -> CommonMessage:
        """Delete a policy and its assignments.

        Args:
            code: Code of the policy.
            namespace: Permission namespace.

        Raises:
            NotFoundError: There is no such policy.

        API: mutation ``deletePolicy``.
        """
        code, scope = non_empty_string(code, "code"), optional_string(namespace, "namespace")
        return require_outcome(self._api.delete_policy(code, scope), "DeletePolicy")

    def delete_many(
        self, code_list: Iterable[str], *, namespace: str | None = None
    ) -> CommonMessage:
        """Delete several policies and their assignments.

        Args:
            code_list: Codes of the policies.
            namespace: Permission namespace.

        Raises:
            NotFoundError: One of the policies does not exist; none is deleted.

        API: mutation ``deletePolicies``.
        """
        codes = non_empty_string_list(code_list, "code_list", "delete_many(['POLICY'])")
        scope = optional_string(namespace, "namespace")
        return require_outcome(self._api.delete_policies(codes, scope), "DeletePolicies")

    def list_assignments(
        self, code: str, page: int = 1, limit: int = 10, *, namespace: str | None = None
    ) -> PaginatedPolicyAssignments:
        """List what a policy is assigned to.

        Args:
            code: Code of the policy.
            page: One-based number of the page.
            limit: Assignments on a page.
            namespace: Permission namespace.

        Returns:
            ``totalCount``, and ``list`` with ``targetType`` and ``targetIdentifier``.

        API: query ``policyAssignments``.
        """
        code, page = non_empty_string(code, "code"), positive_int(page, "page")
        return self._assignments(code, page, positive_int(limit, "limit"), namespace)

    def iter_assignments(
        self, code: str, limit: int = 100, *, namespace: str | None = None, prefetch: int = 1
    ) -> Generator[PolicyAssignment, None, None]:
        """Iterate over all that a policy is assigned to, each once.

        Asks for one page after another, or for several ahead. An error of a page is raised at its
        place.

        Args:
            code: Code of the policy.
            limit: Assignments to ask for at once.
            namespace: Permission namespace.
            prefetch: How many pages are asked for at once, ahead of where the walk is.

        API: query ``policyAssignments``.
        """
        code, limit = non_empty_string(code, "code"), positive_int(limit, "limit")
        return paginate_assignments(
            lambda page: self._assignments(code, page, limit, namespace), prefetch
        )

    def add_assignments(
        self,
        policies: Iterable[str],
        targetType: TargetType,
        targetIdentifiers: Iterable[str],
        *,
        namespace: str | None = None,
    ) -> CommonMessage:
        """Assign policies to targets.

        Args:
            policies: Codes of the policies.
            targetType: What the targets are: ``USER``, ``ROLE``, ``GROUP``, ``ORG`` or
                ``AK_SK``.
            targetIdentifiers: Ids of users, or codes of roles and groups.
            namespace: Permission namespace.

        Raises:
            NotFoundError: A policy or a target does not exist; nothing was changed.

        API: mutation ``addPolicyAssignments``.
        """
        codes, kind, targets = _assignment(policies, targetType, targetIdentifiers)
        scope = optional_string(namespace, "namespace")
        return assign_policies(self._api, codes, kind, targets, scope)

    def remove_assignments(
        self,
        policies: Iterable[str],
        targetType: TargetType,
        targetIdentifiers: Iterable[str],
        *,
        namespace: str | None = None,
    ) -> CommonMessage:
        """Take policies from targets.

        Args:
            policies: Codes of the policies.
            targetType: What the targets are, as for ``add_assignments``.
            targetIdentifiers: Ids of users, or codes of roles and groups.
            namespace: Permission namespace.

        API: mutation ``removePolicyAssignments``.
        """
        codes, kind, targets = _assignment(policies, targetType, targetIdentifiers)
        scope = optional_string(namespace, "namespace")
        return unassign_policies(self._api, codes, kind, targets, scope)

    def enable_assignment(
        self,
        policy: str,
        target_type: TargetType,
        target_identifier: str,
        namespace: str | None = None,
    ) -> CommonMessage:
        """Switch an assignment on.

        Args:
            policy: Code of the policy.
            target_type: What the target is, as for ``add_assignments``.
            target_identifier: Id of the user, or code of the role or group.
            namespace: Permission namespace.

        Raises:
            NotFoundError: There is no such assignment.

        API: mutation ``enablePolicyAssignment``.
        """
        message = self._api.enable_policy_assignment(
            non_empty_string(policy, "policy"),
            _target_type(target_type, "target_type"),
            non_empty_string(target_identifier, "target_identifier"),
            optional_string(namespace, "namespace"),
        )
        return require_outcome(message, "EnablePolicyAssignment")

    def disable_assignment(
        self,
        policy: str,
        target_type: TargetType,
        target_identifier: str,
        namespace: str | None = None,
    ) -> CommonMessage:
        """Switch an assignment off, without taking it away.

        Args:
            policy: Code of the policy.
            target_type: What the target is, as for ``add_assignments``.
            target_identifier: Id of the user, or code of the role or group.
            namespace: Permission namespace.

        Raises:
            NotFoundError: There is no such assignment.

        API: mutation ``disbalePolicyAssignment``, misspelt in the API.
        """
        message = self._api.disable_policy_assignment(
            non_empty_string(policy, "policy"),
            _target_type(target_type, "target_type"),
            non_empty_string(target_identifier, "target_identifier"),
            optional_string(namespace, "namespace"),
        )
        return require_outcome(message, "DisablePolicyAssignment")

    def _assignments(
        self, code: str, page: int, limit: int, namespace: str | None
    ) -> PaginatedPolicyAssignments:
        scope = optional_string(namespace, "namespace")
        return policy_assignments(self._api, page, limit, code=code, namespace=scope)


def _assignment(
    policies: object, target_type: object, targets: object
) -> tuple[list[str], PolicyAssignmentTargetType, list[str]]:
    example = "add_assignments(['POLICY'], 'USER', ['USER_ID'])"
    codes = non_empty_string_list(policies, "policies", example)
    identifiers = non_empty_string_list(targets, "targetIdentifiers", example)
    return codes, _target_type(target_type, "targetType"), identifiers


def _target_type(value: object, name: str) -> PolicyAssignmentTargetType:
    return PolicyAssignmentTargetType(one_of(value, name, TARGET_TYPES))
