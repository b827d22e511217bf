"""What a user may act on, and which departments the user is in."""

from collections.abc import Iterable

from authing_graphql import PaginatedAuthorizedResources, PaginatedDepartments

from ..._inputs.checks import non_empty_string, non_empty_string_list, optional_string
from ..._inputs.search import ResourceKind, resource_kind
from ..._protocol.response import user_not_found
from ..._protocol.rest import rest_request, rest_result
from ...models import OrgNode, PermittedResource, UserTenants
from ..base import AsyncClientBase


class AsyncUserPermissions(AsyncClientBase):
    """Reads what a user may act on, and which departments the user is in."""

    async def list_authorized_resources(
        self,
        user_id: str,
        namespace: str | None = None,
        resource_type: ResourceKind | None = None,
    ) -> PaginatedAuthorizedResources:
        """List the resources that a user may act on, directly or through roles and groups.

        Args:
            user_id: Id of the user.
            namespace: Permission namespace; when ``None``, it is left to the API.
            resource_type: Only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI`` or
                ``BUTTON``.

        Returns:
            ``totalCount``, and ``list`` with ``code``, ``type`` and ``actions``.

        Raises:
            NotFoundError: There is no such user.

        API: query ``user``, its field ``authorizedResources``.
        """
        user = await self._api.list_user_authorized_resources(
            non_empty_string(user_id, "user_id"),
            optional_string(namespace, "namespace"),
            resource_kind(resource_type),
        )
        if user is None or user.authorized_resources is None:
            raise user_not_found("ListUserAuthorizedResources")
        return user.authorized_resources

    async def check_resource_permission_batch(
        self, user_id: str, namespace: str, resources: Iterable[str]
    ) -> list[PermittedResource]:
        """Say what a user may do to each of several resources.

        Args:
            user_id: Id of the user.
            namespace: Permission namespace.
            resources: The resources, each its type and id as ``type:id``.

        Returns:
            The resources that the user may act on, with the actions.

        Raises:
            InvalidInputError: ``resources`` is no list, or empty; nothing was sent.
            NotFoundError: There is no such user.

        API: ``POST /api/v2/acl/check-resource-permission-batch``.
        """
        body = {
            "userId": non_empty_string(user_id, "user_id"),
            "namespace": non_empty_string(namespace, "namespace"),
            "resources": non_empty_string_list(resources, "resources", "['book:1']"),
        }
        path = "/api/v2/acl/check-resource-permission-batch"
        request = rest_request(
            "CheckResourcePermissionBatch", "POST", path, body=body, is_mutation=False
        )
        return await self._transport.run(
            request, lambda response: rest_result(list[PermittedResource], response)
        )

    async def list_authorized_resources_of_resource_kind(
        self, user_id: str, namespace: str, resource: str
    ) -> list[PermittedResource]:
        """List the resources of one type that a user may act on.

        Args:
            user_id: Id of the user.
            namespace: Permission namespace.
            resource: The type.

        Returns:
            The resources, with the actions.

        Raises:
            NotFoundError: There is no such user.

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
        return await self._transport.run(
            request, lambda response: rest_result(list[PermittedResource], response)
        )

    async def list_org(self, user_id: str) -> list[list[OrgNode]]:
        """List the organisations that a user is in.

        Args:
            user_id: Id of the user.

        Returns:
            For each, the way from the organisation down to the user's department.

        Raises:
            NotFoundError: There is no such user.

        API: ``GET /api/v2/users/{id}/orgs``.
        """
        user_id = non_empty_string(user_id, "user_id")
        request = rest_request("ListUserOrgs", "GET", "/api/v2/users/{}/orgs", user_id)
        return await self._transport.run(
            request, lambda response: rest_result(list[list[OrgNode]], response)
        )

    list_orgs = list_org  # the name in the vendor's SDK for JavaScript

    async def get_user_tenants(self, user_id: str) -> UserTenants:
        """Fetch a user and the tenants that the user is in.

        Args:
            user_id: Id of the user.

        Raises:
            NotFoundError: There is no such user.

        API: ``GET /api/v2/users/{id}/tenants``.
        """
        user_id = non_empty_string(user_id, "user_id")
        request = rest_request("GetUserTenants", "GET", "/api/v2/users/{}/tenants", user_id)
        return await self._transport.run(
            request, lambda response: rest_result(UserTenants, response, absent=user_not_found)
        )

    async def list_department(
        self, user_id: str, org_id: str | None = None
    ) -> PaginatedDepartments:
        """List the departments that a user is a member of.

        Args:
            user_id: Id of the user.
            org_id: Only departments of this organisation.

        Returns:
            ``totalCount``, and ``list`` with ``department``, ``isMainDepartment`` and
            ``joinedAt``.

        Raises:
            NotFoundError: There is no such user.

        API: query ``user``, its field ``departments``.
        """
        user = await self._api.list_user_departments(
            non_empty_string(user_id, "user_id"), optional_string(org_id, "org_id")
        )
        if user is None or user.departments is None:
            raise user_not_found("ListUserDepartments")
        return user.departments
