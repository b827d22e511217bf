# Derived from authing_users/_async/users/permissions.py: change that, and run `make generate`.

"""Fetch the permissions, departments and tenants of users."""

from collections.abc import Iterable

from authing_graphql import PaginatedAuthorizedResources, PaginatedDepartments

from ..._inputs.checks import non_empty_string, non_empty_string_list, optional_string
from ..._inputs.search import ResourceKind, resource_kind
from ..._protocol.response import user_not_found
from ..._protocol.rest import rest_request, rest_result
from ..._runtime.user_type import UserT_co
from ...models import OrgNode, PermittedResource, UserDepartments, UserTenants
from ..base import UserClientBase


class UserPermissions(UserClientBase[UserT_co]):
    """Fetches the permissions, departments and tenants of users."""

    def list_authorized_resources(
        self,
        user_id: str,
        namespace: str | None = None,
        resource_type: ResourceKind | None = None,
    ) -> PaginatedAuthorizedResources:
        """List the resources that a user can access, directly or through roles and groups.

        Args:
            user_id: ID of the user.
            namespace: Permission namespace. Default: chosen by the API.
            resource_type: Return only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI``
                or ``BUTTON``.

        Returns:
            ``totalCount``, and ``list`` with the ``code``, ``type`` and ``actions`` of each
            resource.

        Raises:
            InvalidInputError: A string is empty, or ``resource_type`` is unknown.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``user``, field ``authorizedResources``.
        """
        user = self._api.list_user_authorized_resources(
            non_empty_string(user_id, "user_id"),
            optional_string(namespace, "namespace"),
            resource_kind(resource_type),
        )
        if user is None or user.authorized_resources is None:
            raise user_not_found("ListUserAuthorizedResources")
        return user.authorized_resources

    def check_resource_permission_batch(
        self, user_id: str, namespace: str, resources: Iterable[str]
    ) -> list[PermittedResource]:
        """Check which of several resources a user can access.

        Args:
            user_id: ID of the user.
            namespace: Permission namespace.
            resources: The resources, as ``type:id``.

        Returns:
            The resources that the user can access, with the permitted actions.

        Raises:
            InvalidInputError: An argument is empty or has the wrong type.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/acl/check-resource-permission-batch``.
        """
        body = {
            "userId": non_empty_string(user_id, "user_id"),
            "namespace": non_empty_string(namespace, "namespace"),
            "resources": non_empty_string_list(resources, "resources", "resources=['book:1']"),
        }
        path = "/api/v2/acl/check-resource-permission-batch"
        request = rest_request(
            "CheckResourcePermissionBatch", "POST", path, body=body, is_mutation=False
        )
        return self._transport.run(
            request, lambda response: rest_result(list[PermittedResource], response)
        )

    def list_authorized_resources_of_resource_kind(
        self, user_id: str, namespace: str, resource: str
    ) -> list[PermittedResource]:
        """List the resources of one type that a user can access.

        Args:
            user_id: ID of the user.
            namespace: Permission namespace.
            resource: Resource type, such as ``book``.

        Returns:
            The resources, with the permitted actions.

        Raises:
            InvalidInputError: A string is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/acl/get-authorized-resources-of-resource-kind``.
        """
        body = {
            "userId": non_empty_string(user_id, "user_id"),
            "namespace": non_empty_string(namespace, "namespace"),
            "resource": non_empty_string(resource, "resource"),
        }
        path = "/api/v2/acl/get-authorized-resources-of-resource-kind"
        request = rest_request(
            "ListAuthorizedResourcesOfKind", "POST", path, body=body, is_mutation=False
        )
        return self._transport.run(
            request, lambda response: rest_result(list[PermittedResource], response)
        )

    def list_org(self, user_id: str) -> list[list[OrgNode]]:
        """List the organizations of a user, with the departments that the user belongs to.

        Args:
            user_id: ID of the user.

        Returns:
            For each membership, the path from the organization to the user's department.

        Raises:
            InvalidInputError: ``user_id`` is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/users/{id}/orgs``.
        """
        user_id = non_empty_string(user_id, "user_id")
        request = rest_request("ListUserOrgs", "GET", "/api/v2/users/{}/orgs", user_id)
        return self._transport.run(
            request, lambda response: rest_result(list[list[OrgNode]], response)
        )

    list_orgs = list_org  # the name in the vendor's JavaScript SDK

    def get_user_tenants(self, user_id: str) -> UserTenants:
        """Fetch a user and the tenants of the user.

        Args:
            user_id: ID of the user.

        Returns:
            The user, with the list ``tenants``. With the option ``user_model``, it is an instance
            of that model too.

        Raises:
            InvalidInputError: ``user_id`` is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/users/{id}/tenants``.
        """
        user_id = non_empty_string(user_id, "user_id")
        request = rest_request("GetUserTenants", "GET", "/api/v2/users/{}/tenants", user_id)
        result_type = self._result_type(UserTenants)
        return self._transport.run(
            request, lambda response: rest_result(result_type, response, absent=user_not_found)
        )

    def list_department(self, user_id: str, org_id: str | None = None) -> PaginatedDepartments:
        """List the departments of a user.

        Args:
            user_id: ID of the user.
            org_id: Return only departments of this organization.

        Returns:
            ``totalCount``, and ``list`` with ``department``, ``isMainDepartment`` and
            ``joinedAt``. As in the vendor's SDK, ``result["departments"]["list"]`` is the list too.

        Raises:
            InvalidInputError: A string is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``user``, field ``departments``.
        """
        user = self._api.list_user_departments(
            non_empty_string(user_id, "user_id"), optional_string(org_id, "org_id")
        )
        if user is None or user.departments is None:
            raise user_not_found("ListUserDepartments")
        page = user.departments
        return UserDepartments.model_construct(**page)
