# Derived from authing_users/_async/users/policies.py: change that, and run `make generate`.

"""The policies that are assigned to a user."""

from collections.abc import Generator, Iterable
from typing import overload

from authing_graphql import (
    CommonMessage,
    PaginatedPolicyAssignments,
    PolicyAssignment,
    PolicyAssignmentTargetType,
)

from ..._inputs.checks import (
    MISSING,
    non_empty_string,
    non_empty_string_list,
    positive_int,
    user_id_argument,
)
from ..assignments import assign_policies, policy_assignments, unassign_policies
from ..base import ClientBase
from ..paging import paginate_assignments

USER = PolicyAssignmentTargetType.USER


class UserPolicies(ClientBase):
    """Reads and changes the policies that are assigned to a user."""

    @overload
    def list_policies(
        self, userId: str, page: int = 1, limit: int = 10
    ) -> PaginatedPolicyAssignments: ...
    @overload
    def list_policies(
        self, *, user_id: str, page: int = 1, limit: int = 10
    ) -> PaginatedPolicyAssignments: ...
    def list_policies(
        self, userId: object = MISSING, page: int = 1, limit: int = 10, **others: object
    ) -> PaginatedPolicyAssignments:
        """List the policies that are assigned to a user directly.

        Args:
            userId: Id of the user; ``user_id`` is another name for it.
            page: One-based number of the page.
            limit: Assignments on a page.

        Returns:
            ``totalCount``, and ``list`` with the ``code`` of each policy.

        Raises:
            InvalidInputError: The id is missing; nothing was sent.

        API: query ``policyAssignments``.
        """
        checked_id = user_id_argument("list_policies", userId, others)
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return self._assignments(checked_id, page, limit)

    def iter_policies(
        self, userId: str, limit: int = 100, *, prefetch: int = 1
    ) -> Generator[PolicyAssignment, None, None]:
        """Iterate over all policies that are assigned to a user directly, each once.

        Asks for one page after another, or for several ahead. An error of a page is raised at its
        place.

        Args:
            userId: Id of the user.
            limit: Assignments to ask for at once.
            prefetch: How many pages are asked for at once, ahead of where the walk is.

        Raises:
            InvalidInputError: ``userId`` is empty, or ``limit`` no number from 1; nothing was sent.

        API: query ``policyAssignments``.
        """
        user_id, limit = non_empty_string(userId, "userId"), positive_int(limit, "limit")
        return paginate_assignments(lambda page: self._assignments(user_id, page, limit), prefetch)

    def add_policies(self, userId: str, policies: Iterable[str]) -> CommonMessage:
        """Assign policies to a user.

        Args:
            userId: Id of the user.
            policies: Codes of the policies.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            NotFoundError: The user or a policy does not exist; nothing was changed.

        API: mutation ``addPolicyAssignments``.
        """
        codes = non_empty_string_list(policies, "policies", "add_policies('USER_ID', ['POLICY'])")
        return assign_policies(self._api, codes, USER, [non_empty_string(userId, "userId")])

    def remove_policies(self, userId: str, policies: Iterable[str]) -> CommonMessage:
        """Take policies from a user.

        Args:
            userId: Id of the user.
            policies: Codes of the policies.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            NotFoundError: The user or a policy does not exist; nothing was changed.

        API: mutation ``removePolicyAssignments``.
        """
        codes = non_empty_string_list(
            policies, "policies", "remove_policies('USER_ID', ['POLICY'])"
        )
        return unassign_policies(self._api, codes, USER, [non_empty_string(userId, "userId")])

    def _assignments(self, user_id: str, page: int, limit: int) -> PaginatedPolicyAssignments:
        return policy_assignments(self._api, page, limit, target_type=USER, target=user_id)
