# Derived from authing_users/_async/users/policies.py: change that, and run `make generate`.

"""Read and change the policies of a user."""

from collections.abc import Generator, Iterable
from typing import overload

from authing_graphql import (
    CommonMessage,
    PaginatedPolicyAssignments,
    PolicyAssignment,
    PolicyAssignmentTargetType,
)

from ..._inputs.checks import (
    non_empty_string,
    non_empty_string_list,
    positive_int,
)
from ..._inputs.signatures import NOT_GIVEN, show_last_overload
from ..._inputs.users import user_id_argument
from ..._protocol.response import require_outcome
from ..base import ClientBase
from ..paging import paginate_assignments

USER = PolicyAssignmentTargetType.USER


class UserPolicies(ClientBase):
    """Reads and changes the policies of a user."""

    @overload
    def list_policies(
        self, *, user_id: str, page: int = 1, limit: int = 10
    ) -> PaginatedPolicyAssignments: ...
    @overload
    def list_policies(
        self, userId: str, page: int = 1, limit: int = 10
    ) -> PaginatedPolicyAssignments: ...
    @show_last_overload
    def list_policies(
        self, userId: object = NOT_GIVEN, page: int = 1, limit: int = 10, **others: object
    ) -> PaginatedPolicyAssignments:
        """List the policies that are assigned to a user directly.

        Args:
            userId: ID of the user. ``user_id`` is another name of this argument.
            page: Page number, starting at 1.
            limit: Assignments per page.

        Returns:
            ``totalCount``, and ``list`` with the ``code`` of each policy.

        Raises:
            InvalidInputError: The ID is missing or empty, or ``page`` or ``limit`` is not a whole
                number from 1.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``policyAssignments``.
        """
        user_id = user_id_argument("list_policies", userId, others)
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return self._assignments_page(user_id, page, limit)

    def iter_policies(
        self, userId: str, limit: int = 100, *, prefetch: int = 1
    ) -> Generator[PolicyAssignment, None, None]:
        """Iterate over all policies that are assigned to a user directly.

        Pages are requested during the iteration, and each assignment is yielded once. If a page
        cannot be fetched, its error is raised when the iteration reaches it.

        Args:
            userId: ID of the user.
            limit: Assignments per request.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: ``userId`` is empty, or ``limit`` or ``prefetch`` is out of range.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``policyAssignments``.
        """
        user_id, limit = non_empty_string(userId, "userId"), positive_int(limit, "limit")
        return paginate_assignments(
            lambda page: self._assignments_page(user_id, page, limit), prefetch
        )

    def add_policies(self, userId: str, policies: Iterable[str]) -> CommonMessage:
        """Assign policies to a user atomically. If any code is unknown, no policy is assigned.

        Args:
            userId: ID of the user.
            policies: Codes of the policies.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``userId`` or ``policies`` is empty or has the wrong type.
            NotFoundError: The user or one of the policies does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``addPolicyAssignments``.
        """
        codes = non_empty_string_list(policies, "policies", "add_policies('USER_ID', ['POLICY'])")
        message = self._api.add_policy_assignments(
            codes, USER, [non_empty_string(userId, "userId")]
        )
        return require_outcome(message, "AddPolicyAssignments")

    def remove_policies(self, userId: str, policies: Iterable[str]) -> CommonMessage:
        """Remove policies from a user. Policies that are not assigned are ignored.

        Args:
            userId: ID of the user.
            policies: Codes of the policies.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``userId`` or ``policies`` is empty or has the wrong type.
            NotFoundError: The user or one of the policies does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``removePolicyAssignments``.
        """
        codes = non_empty_string_list(
            policies, "policies", "remove_policies('USER_ID', ['POLICY'])"
        )
        message = self._api.remove_policy_assignments(
            codes, USER, [non_empty_string(userId, "userId")]
        )
        return require_outcome(message, "RemovePolicyAssignments")

    def _assignments_page(self, user_id: str, page: int, limit: int) -> PaginatedPolicyAssignments:
        return self._api.list_policy_assignments(
            target_type=USER, target_identifier=user_id, page=page, limit=limit
        )
