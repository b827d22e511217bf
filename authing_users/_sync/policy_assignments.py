# Derived from authing_users/_async/policy_assignments.py: change that, and run `make generate`.

"""Assign policies to users, roles and groups."""

from collections.abc import Generator, Iterable

from authing_graphql import CommonMessage, PaginatedPolicyAssignments, PolicyAssignment

from .._inputs.checks import non_empty_string, optional_string, positive_int
from .._inputs.policies import PolicyTargetType, assignment_arguments, policy_target_type
from .._protocol.response import require_outcome
from .base import ClientBase
from .paging import paginate_assignments


class PolicyAssignments(ClientBase):
    """Assigns policies to users, roles and groups."""

    def list_assignments(
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
        return self._assignments_page(code, page, positive_int(limit, "limit"), namespace)

    def iter_assignments(
        self, code: str, limit: int = 100, *, namespace: str | None = None, prefetch: int = 1
    ) -> Generator[PolicyAssignment, None, None]:
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

    def add_assignments(
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
        message = self._api.add_policy_assignments(
            codes, target_type, targets, namespace=optional_string(namespace, "namespace")
        )
        return require_outcome(message, "AddPolicyAssignments")

    def remove_assignments(
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
        message = self._api.remove_policy_assignments(
            codes, target_type, targets, namespace=optional_string(namespace, "namespace")
        )
        return require_outcome(message, "RemovePolicyAssignments")

    def enable_assignment(
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
        message = self._api.enable_policy_assignment(
            non_empty_string(policy, "policy"),
            policy_target_type(target_type, "target_type"),
            non_empty_string(target_identifier, "target_identifier"),
            optional_string(namespace, "namespace"),
        )
        return require_outcome(message, "EnablePolicyAssignment")

    def disable_assignment(
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
        message = self._api.disable_policy_assignment(
            non_empty_string(policy, "policy"),
            policy_target_type(target_type, "target_type"),
            non_empty_string(target_identifier, "target_identifier"),
            optional_string(namespace, "namespace"),
        )
        return require_outcome(message, "DisablePolicyAssignment")

    def _assignments_page(
        self, code: str, page: int, limit: int, namespace: str | None
    ) -> PaginatedPolicyAssignments:
        return self._api.list_policy_assignments(
            code=code,
            page=page,
            limit=limit,
            namespace=optional_string(namespace, "namespace"),
        )
