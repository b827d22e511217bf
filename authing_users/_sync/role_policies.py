# Derived from authing_users/_async/role_policies.py: change that, and run `make generate`.

"""Assign policies to roles."""

from collections.abc import Generator, Iterable

from authing_graphql import (
    CommonMessage,
    PaginatedPolicyAssignments,
    PolicyAssignment,
    PolicyAssignmentTargetType,
)

from .._inputs.checks import non_empty_string, non_empty_string_list, positive_int
from .._protocol.response import require_outcome
from .base import ClientBase
from .paging import paginate_assignments

ROLE = PolicyAssignmentTargetType.ROLE


class RolePolicies(ClientBase):
    """Assigns policies to roles."""

    def list_policies(
        self, code: str, page: int = 1, limit: int = 10
    ) -> PaginatedPolicyAssignments:
        """List the policies that are assigned to a role in the default namespace.

        Args:
            code: Code of the role.
            page: Page number, starting at 1.
            limit: Assignments per page.

        Returns:
            ``totalCount``, and ``list`` with the ``code`` of each policy.

        Raises:
            InvalidInputError: ``code`` is empty, or ``page`` or ``limit`` is not a whole number
                from 1.
            NotFoundError: The role does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``policyAssignments``.
        """
        code, page = non_empty_string(code, "code"), positive_int(page, "page")
        return self._policies_page(code, page, positive_int(limit, "limit"))

    def iter_policies(
        self, code: str, limit: int = 100, *, prefetch: int = 1
    ) -> Generator[PolicyAssignment, None, None]:
        """Iterate over all policies that are assigned to a role in the default namespace.

        Pages are requested during the iteration, and each policy is yielded once. If a page cannot
        be fetched, its error is raised when the iteration reaches it.

        Args:
            code: Code of the role.
            limit: Assignments per request.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: ``code`` is empty, or ``limit`` or ``prefetch`` is out of range.
            NotFoundError: The role does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``policyAssignments``.
        """
        code, limit = non_empty_string(code, "code"), positive_int(limit, "limit")
        return paginate_assignments(lambda page: self._policies_page(code, page, limit), prefetch)

    def add_policies(self, code: str, policies: Iterable[str]) -> CommonMessage:
        """Assign policies to a role atomically. If any code is unknown, no policy is assigned.

        Args:
            code: Code of the role.
            policies: Codes of the policies.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``code`` or ``policies`` is empty or has the wrong type.
            NotFoundError: The role or one of the policies does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``addPolicyAssignments``.
        """
        codes = non_empty_string_list(policies, "policies", "add_policies('ROLE', ['POLICY'])")
        message = self._api.add_policy_assignments(codes, ROLE, [non_empty_string(code, "code")])
        return require_outcome(message, "AddPolicyAssignments")

    def remove_policies(self, code: str, policies: Iterable[str]) -> CommonMessage:
        """Remove policies from a role. Policies that are not assigned are ignored.

        Args:
            code: Code of the role.
            policies: Codes of the policies.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``code`` or ``policies`` is empty or has the wrong type.
            NotFoundError: The role or one of the policies does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``removePolicyAssignments``.
        """
        codes = non_empty_string_list(policies, "policies", "remove_policies('ROLE', ['POLICY'])")
        message = self._api.remove_policy_assignments(codes, ROLE, [non_empty_string(code, "code")])
        return require_outcome(message, "RemovePolicyAssignments")

    def _policies_page(self, code: str, page: int, limit: int) -> PaginatedPolicyAssignments:
        return self._api.list_policy_assignments(
            target_type=ROLE, target_identifier=code, page=page, limit=limit
        )
