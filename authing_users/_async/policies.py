"""The policies of a user pool."""

from collections.abc import AsyncGenerator, Iterable
from typing import overload

from authing_graphql import (
    UNSET,
    CommonMessage,
    PaginatedPolicies,
    Policy,
    PolicyStatementInputDict,
)

from .._inputs.checks import (
    non_empty_string,
    non_empty_string_list,
    optional_string,
    positive_int,
)
from .._inputs.policies import PolicyStatementInputs, policy_statements
from .._inputs.signatures import show_last_overload
from .._protocol.response import require_outcome
from .paging import paginate_by_code
from .policy_assignments import AsyncPolicyAssignments

__all__ = ["AsyncPoliciesManagementClient"]


class AsyncPoliciesManagementClient(AsyncPolicyAssignments):
    """Manages the policies of a user pool and their assignments to users, roles and groups.

    The code of a policy is unique within its permission namespace.
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
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return await self._policies_page(page, limit, namespace, exclude_default)

    def iter_list(
        self,
        limit: int = 100,
        *,
        namespace: str | None = None,
        exclude_default: bool = False,
        prefetch: int = 1,
    ) -> AsyncGenerator[Policy, None]:
        """Iterate over all policies of a namespace.

        Pages are requested during the iteration, and each policy is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            limit: Policies per request.
            namespace: Permission namespace. Default: the API's default namespace.
            exclude_default: Whether to omit the policies that the server created itself.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: ``limit`` or ``prefetch`` is out of range.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``policies``.
        """
        limit = positive_int(limit, "limit")
        return paginate_by_code(
            lambda page: self._policies_page(page, limit, namespace, exclude_default), prefetch
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

    async def _policies_page(
        self, page: int, limit: int, namespace: str | None, exclude_default: bool
    ) -> PaginatedPolicies:
        return await self._api.list_policies(
            page=page,
            limit=limit,
            namespace=optional_string(namespace, "namespace"),
            exclude_default=exclude_default or UNSET,
        )
