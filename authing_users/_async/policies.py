"""The policies of a user pool."""

from collections.abc import AsyncGenerator, Iterable
from typing import overload

from authing_graphql import (
    UNSET,
    CommonMessage,
    PaginatedPolicies,
    PaginatedPolicyAssignments,
    Policy,
    PolicyAssignment,
    PolicyStatementInputDict,
)

from .._inputs.checks import (
    non_empty_string,
    non_empty_string_list,
    optional_string,
    positive_int,
)
from .._inputs.policies import (
    PolicyStatementInputs,
    PolicyTargetType,
    assignment_arguments,
    policy_statements,
    policy_target_type,
)
from .._inputs.signatures import show_last_overload
from .._protocol.response import require_outcome
from .base import AsyncClientBase
from .paging import paginate_assignments

__all__ = ["AsyncPoliciesManagementClient"]


class AsyncPoliciesManagementClient(AsyncClientBase):
    """Manages the policies of a user pool and their assignments to users, roles and groups.

    The code of a policy is unique within its permission namespace.

    Besides the errors listed for it, each method can raise the other subclasses of
    ``AuthingError``, such as ``AuthenticationError`` or ``TransportError``.
    """

    async def list(
        self,
        page: int = 1,
        limit: int = 10,
        *,
        namespace: str | None = None,
        exclude_default: bool = False,
    ) -> PaginatedPolicies:
        """List the policies of a namespace.

        Args:
            page: Page number, starting at 1.
            limit: Policies per page.
            namespace: Permission namespace. Default: the API's default namespace.
            exclude_default: Whether to omit the policies that the server created itself.

        Returns:
            ``totalCount``, the number of policies on all pages, and ``list``, the policies of
            this page.

        Raises:
            InvalidInputError: ``page`` or ``limit`` is not a whole number from 1.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``policies``.
        """
        return await self._api.list_policies(
            page=positive_int(page, "page"),
            limit=positive_int(limit, "limit"),
            namespace=optional_string(namespace, "namespace"),
            exclude_default=exclude_default or UNSET,
        )

    @overload
    async def create(
        self,
        code: str,
        statements: Iterable[PolicyStatementInputDict],
        description: str | None = None,
        *,
        namespace: str | None = None,
    ) -> Policy: ...
    @overload
    async def create(
        self,
        code: str,
        statements: PolicyStatementInputs,
        description: str | None = None,
        *,
        namespace: str | None = None,
    ) -> Policy: ...
    @overload
    async def create(  # type: ignore[overload-cannot-match]
        self,
        code: str,
        statements: Iterable[PolicyStatementInputDict],
        description: str | None = None,
        *,
        namespace: str | None = None,
    ) -> Policy: ...
    @show_last_overload
    async def create(
        self,
        code: str,
        statements: PolicyStatementInputs,
        description: str | None = None,
        *,
        namespace: str | None = None,
    ) -> Policy:
        """Create a policy.

        Args:
            code: Code of the policy, unique within its namespace.
            statements: Rules of the policy: ``[{"resource": "book:*", "actions": ["book:read"],
                "effect": "ALLOW"}]``.
            description: Description.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The policy as stored.

        Raises:
            InvalidInputError: A string is empty, or a statement is invalid.
            ConflictError: Another policy has this code.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``createPolicy``.
        """
        return await self._api.create_policy(
            non_empty_string(code, "code"),
            policy_statements(statements),
            namespace=optional_string(namespace, "namespace"),
            description=optional_string(description, "description"),
        )

    async def detail(self, code: str, *, namespace: str | None = None) -> Policy | None:
        """Fetch one policy.

        Args:
            code: Code of the policy.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The policy, or ``None`` if it does not exist.

        Raises:
            InvalidInputError: A string is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``policy``.
        """
        return await self._api.get_policy(
            non_empty_string(code, "code"), optional_string(namespace, "namespace")
        )

    @overload
    async def update(
        self,
        code: str,
        statements: Iterable[PolicyStatementInputDict] | None = None,
        description: str | None = None,
        *,
        new_code: str | None = None,
        namespace: str | None = None,
    ) -> Policy: ...
    @overload
    async def update(
        self,
        code: str,
        statements: PolicyStatementInputs | None = None,
        description: str | None = None,
        *,
        new_code: str | None = None,
        namespace: str | None = None,
    ) -> Policy: ...
    @overload
    async def update(  # type: ignore[overload-cannot-match]
        self,
        code: str,
        statements: Iterable[PolicyStatementInputDict] | None = None,
        description: str | None = None,
        *,
        new_code: str | None = None,
        namespace: str | None = None,
    ) -> Policy: ...
    @show_last_overload
    async def update(
        self,
        code: str,
        statements: PolicyStatementInputs | None = None,
        description: str | None = None,
        *,
        new_code: str | None = None,
        namespace: str | None = None,
    ) -> Policy:
        """Update a policy. Arguments that are ``None`` leave the policy unchanged.

        Args:
            code: Current code of the policy.
            statements: New rules. They replace all existing rules.
            description: New description.
            new_code: New code.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The updated policy.

        Raises:
            InvalidInputError: A string is empty, or a statement is invalid.
            NotFoundError: The policy does not exist.
            ConflictError: Another policy has the new code.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``updatePolicy``.
        """
        return await self._api.update_policy(
            non_empty_string(code, "code"),
            namespace=optional_string(namespace, "namespace"),
            description=optional_string(description, "description"),
            statements=UNSET if statements is None else policy_statements(statements),
            new_code=optional_string(new_code, "new_code"),
        )

    async def delete(self, code: str, *, namespace: str | None = None) -> CommonMessage:
        """Delete a policy and its assignments.

        Args:
            code: Code of the policy.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty.
            NotFoundError: The policy does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``deletePolicy``.
        """
        message = await self._api.delete_policy(
            non_empty_string(code, "code"), optional_string(namespace, "namespace")
        )
        return require_outcome(message, "DeletePolicy")

    async def delete_many(
        self, code_list: Iterable[str], *, namespace: str | None = None
    ) -> CommonMessage:
        """Delete several policies and their assignments atomically.

        If any code is unknown, no policy is deleted.

        Args:
            code_list: Codes of the policies.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``code_list`` is empty or not a list of strings.
            NotFoundError: One of the policies does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``deletePolicies``.
        """
        codes = non_empty_string_list(code_list, "code_list", "delete_many(['POLICY'])")
        message = await self._api.delete_policies(codes, optional_string(namespace, "namespace"))
        return require_outcome(message, "DeletePolicies")

    async def list_assignments(
        self, code: str, page: int = 1, limit: int = 10, *, namespace: str | None = None
    ) -> PaginatedPolicyAssignments:
        """List the assignments of a policy.

        Args:
            code: Code of the policy.
            page: Page number, starting at 1.
            limit: Assignments per page.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            ``totalCount``, and ``list`` with the ``targetType`` and ``targetIdentifier`` of each
            assignment.

        Raises:
            InvalidInputError: A string is empty, or ``page`` or ``limit`` is not a whole number
                from 1.
            NotFoundError: The policy does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``policyAssignments``.
        """
        code, page = non_empty_string(code, "code"), positive_int(page, "page")
        return await self._assignments_page(code, page, positive_int(limit, "limit"), namespace)

    def iter_assignments(
        self, code: str, limit: int = 100, *, namespace: str | None = None, prefetch: int = 1
    ) -> AsyncGenerator[PolicyAssignment, None]:
        """Iterate over all assignments of a policy.

        Pages are requested during the iteration, and each assignment is yielded once. If a page
        cannot be fetched, its error is raised when the iteration reaches it.

        Args:
            code: Code of the policy.
            limit: Assignments per request.
            namespace: Permission namespace. Default: the API's default namespace.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: A string is empty, or ``limit`` or ``prefetch`` is out of range.
            NotFoundError: The policy does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``policyAssignments``.
        """
        code, limit = non_empty_string(code, "code"), positive_int(limit, "limit")
        return paginate_assignments(
            lambda page: self._assignments_page(code, page, limit, namespace), prefetch
        )

    async def add_assignments(
        self,
        policies: Iterable[str],
        targetType: PolicyTargetType,
        targetIdentifiers: Iterable[str],
        *,
        namespace: str | None = None,
    ) -> CommonMessage:
        """Assign policies to targets atomically.

        If any policy or target is unknown, no policy is assigned.

        Args:
            policies: Codes of the policies.
            targetType: Kind of the targets: ``USER``, ``ROLE``, ``GROUP``, ``ORG`` or ``AK_SK``.
            targetIdentifiers: IDs of users, or codes of roles or groups.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A list is empty or has the wrong type, or ``targetType`` is unknown.
            NotFoundError: One of the policies or targets does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``addPolicyAssignments``.
        """
        codes, target_type, targets = assignment_arguments(
            "add_assignments", policies, targetType, targetIdentifiers
        )
        message = await self._api.add_policy_assignments(
            codes, target_type, targets, namespace=optional_string(namespace, "namespace")
        )
        return require_outcome(message, "AddPolicyAssignments")

    async def remove_assignments(
        self,
        policies: Iterable[str],
        targetType: PolicyTargetType,
        targetIdentifiers: Iterable[str],
        *,
        namespace: str | None = None,
    ) -> CommonMessage:
        """Remove policies from targets. Policies that are not assigned are ignored.

        Args:
            policies: Codes of the policies.
            targetType: Kind of the targets: ``USER``, ``ROLE``, ``GROUP``, ``ORG`` or ``AK_SK``.
            targetIdentifiers: IDs of users, or codes of roles or groups.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A list is empty or has the wrong type, or ``targetType`` is unknown.
            NotFoundError: One of the policies or targets does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``removePolicyAssignments``.
        """
        codes, target_type, targets = assignment_arguments(
            "remove_assignments", policies, targetType, targetIdentifiers
        )
        message = await self._api.remove_policy_assignments(
            codes, target_type, targets, namespace=optional_string(namespace, "namespace")
        )
        return require_outcome(message, "RemovePolicyAssignments")

    async def enable_assignment(
        self,
        policy: str,
        target_type: PolicyTargetType,
        target_identifier: str,
        namespace: str | None = None,
    ) -> CommonMessage:
        """Enable an assignment that was disabled.

        Args:
            policy: Code of the policy.
            target_type: Kind of the target: ``USER``, ``ROLE``, ``GROUP``, ``ORG`` or ``AK_SK``.
            target_identifier: ID of the user, or code of the role or group.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty, or ``target_type`` is unknown.
            NotFoundError: The assignment does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``enablePolicyAssignment``.
        """
        message = await self._api.enable_policy_assignment(
            non_empty_string(policy, "policy"),
            policy_target_type(target_type, "target_type"),
            non_empty_string(target_identifier, "target_identifier"),
            optional_string(namespace, "namespace"),
        )
        return require_outcome(message, "EnablePolicyAssignment")

    async def disable_assignment(
        self,
        policy: str,
        target_type: PolicyTargetType,
        target_identifier: str,
        namespace: str | None = None,
    ) -> CommonMessage:
        """Disable an assignment without removing it. It then has no effect.

        Args:
            policy: Code of the policy.
            target_type: Kind of the target: ``USER``, ``ROLE``, ``GROUP``, ``ORG`` or ``AK_SK``.
            target_identifier: ID of the user, or code of the role or group.
            namespace: Permission namespace. Default: the API's default namespace.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty, or ``target_type`` is unknown.
            NotFoundError: The assignment does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``disbalePolicyAssignment`` (misspelled in the API).
        """
        message = await self._api.disable_policy_assignment(
            non_empty_string(policy, "policy"),
            policy_target_type(target_type, "target_type"),
            non_empty_string(target_identifier, "target_identifier"),
            optional_string(namespace, "namespace"),
        )
        return require_outcome(message, "DisablePolicyAssignment")

    async def _assignments_page(
        self, code: str, page: int, limit: int, namespace: str | None
    ) -> PaginatedPolicyAssignments:
        return await self._api.list_policy_assignments(
            code=code,
            page=page,
            limit=limit,
            namespace=optional_string(namespace, "namespace"),
        )
