"""Manage the registered resources of permission namespaces."""

from collections.abc import AsyncGenerator, Mapping
from typing import cast

from authing_graphql import CommonMessage

from ..._inputs.acl import (
    ResourceActions,
    given_texts,
    required_resource_type,
    resource_actions,
    resource_query,
)
from ..._inputs.checks import non_empty_string, positive_int
from ..._inputs.search import ResourceKind
from ..._protocol.rest import rest_message, rest_request, rest_result
from ...errors import InvalidInputError
from ...models import Resource, Resources
from ..base import AsyncClientBase
from ..paging import paginate_by_id


class AsyncResourceRegistry(AsyncClientBase):
    """Manages the registered resources of permission namespaces."""

    async def create_resource(
        self,
        namespace: str,
        code: str,
        resource_type: ResourceKind,
        actions: ResourceActions,
        description: str | None = None,
        api_identifier: str | None = None,
    ) -> Resource:
        """Register a resource in a permission namespace.

        Args:
            namespace: Permission namespace.
            code: Code of the resource, unique in the namespace.
            resource_type: Kind of the resource: ``DATA``, ``API``, ``MENU``, ``UI`` or ``BUTTON``.
            actions: The actions on it: ``[{"name": "book:read", "description": "Read books"}]``.
            description: Description.
            api_identifier: Address of the API, for resources of the kind ``API``.

        Returns:
            The resource as stored.

        Raises:
            InvalidInputError: A string is empty, an action is invalid, or ``resource_type`` is
                unknown.
            InvalidRequestError: The API reserves the code.
            NotFoundError: The namespace does not exist.
            ConflictError: Another resource of the namespace has this code.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/resources``.
        """
        body = {
            "namespace": non_empty_string(namespace, "namespace"),
            "code": non_empty_string(code, "code"),
            "type": required_resource_type(resource_type).value,
            "actions": resource_actions(actions),
            **given_texts(description=description, apiIdentifier=api_identifier),
        }
        request = rest_request("CreateResource", "POST", "/api/v2/resources", body=body)
        return await self._transport.run(request, lambda response: rest_result(Resource, response))

    async def update_resource(
        self,
        namespace: str,
        code: str,
        resource_type: ResourceKind | None = None,
        actions: ResourceActions | None = None,
        description: str | None = None,
        api_identifier: str | None = None,
    ) -> Resource:
        """Update a registered resource. Arguments that are not given leave it unchanged.

        Args:
            namespace: Permission namespace.
            code: Code of the resource.
            resource_type: New kind: ``DATA``, ``API``, ``MENU``, ``UI`` or ``BUTTON``.
            actions: New actions, in place of all actions that it had.
            description: New description.
            api_identifier: New address of the API.

        Returns:
            The updated resource.

        Raises:
            InvalidInputError: A string is empty, an action is invalid, ``resource_type`` is
                unknown, or nothing is to be changed.
            NotFoundError: The namespace or the resource does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/resources/{code}``.
        """
        changes = given_texts(description=description, apiIdentifier=api_identifier)
        if resource_type is not None:
            changes["type"] = required_resource_type(resource_type).value
        if actions is not None:
            changes["actions"] = resource_actions(actions)
        if not changes:
            raise InvalidInputError(
                "update_resource() needs the fields to change: write resource_type=, actions=, "
                "description= or api_identifier="
            )
        body = {"namespace": non_empty_string(namespace, "namespace"), **changes}
        code = non_empty_string(code, "code")
        request = rest_request("UpdateResource", "POST", "/api/v2/resources/{}", code, body=body)
        return await self._transport.run(request, lambda response: rest_result(Resource, response))

    async def list_resources(
        self,
        namespace: str,
        resource_type: ResourceKind | None = None,
        page: int = 1,
        limit: int = 10,
    ) -> Resources:
        """List the registered resources of a permission namespace.

        Args:
            namespace: Permission namespace.
            resource_type: Return only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI``
                or ``BUTTON``.
            page: Page number, starting at 1.
            limit: Resources per page.

        Returns:
            ``totalCount``, the number of resources on all pages, and ``list``, the resources of
            this page.

        Raises:
            InvalidInputError: ``namespace`` is empty, ``resource_type`` is unknown, or ``page`` or
                ``limit`` is not a whole number from 1.
            NotFoundError: The namespace does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/resources``.
        """
        query = resource_query(namespace, resource_type)
        page, limit = positive_int(page, "page"), positive_int(limit, "limit")
        return await self._resources_page(query, page, limit)

    def iter_resources(
        self,
        namespace: str,
        resource_type: ResourceKind | None = None,
        limit: int = 100,
        *,
        prefetch: int = 1,
    ) -> AsyncGenerator[Resource, None]:
        """Iterate over all registered resources of a permission namespace.

        Pages are requested during the iteration, and each resource is yielded once. If a page
        cannot be fetched, its error is raised when the iteration reaches it.

        Args:
            namespace: Permission namespace.
            resource_type: Return only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI``
                or ``BUTTON``.
            limit: Resources per request.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: ``namespace`` is empty, ``resource_type`` is unknown, or ``limit`` or
                ``prefetch`` is out of range.
            NotFoundError: The namespace does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/resources``.
        """
        query, limit = resource_query(namespace, resource_type), positive_int(limit, "limit")
        return paginate_by_id(lambda page: self._resources_page(query, page, limit), prefetch)

    async def get_resource_by_id(self, id: str) -> Resource | None:
        """Fetch one registered resource.

        Args:
            id: ID of the resource.

        Returns:
            The resource, or ``None`` if it does not exist.

        Raises:
            InvalidInputError: ``id`` is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/resources/detail``.
        """
        return await self._resource({"id": non_empty_string(id, "id")})

    async def get_resource_by_code(self, namespace: str, code: str) -> Resource | None:
        """Fetch the registered resource with a code.

        Args:
            namespace: Permission namespace.
            code: Code of the resource.

        Returns:
            The resource, or ``None`` if it does not exist.

        Raises:
            InvalidInputError: A string is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/resources/detail``.
        """
        namespace = non_empty_string(namespace, "namespace")
        return await self._resource(
            {"namespace": namespace, "code": non_empty_string(code, "code")}
        )

    async def delete_resource(self, namespace: str, code: str) -> CommonMessage:
        """Delete a registered resource.

        Args:
            namespace: Permission namespace.
            code: Code of the resource.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty.
            NotFoundError: The namespace or the resource does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``DELETE /api/v2/resources/{code}``.
        """
        query = {"namespace": non_empty_string(namespace, "namespace")}
        code = non_empty_string(code, "code")
        path = "/api/v2/resources/{}"
        request = rest_request("DeleteResource", "DELETE", path, code, query=query)
        return await self._transport.run(request, rest_message)

    async def _resources_page(
        self, query: Mapping[str, str | None], page: int, limit: int
    ) -> Resources:
        parameters = {**query, "page": str(page), "limit": str(limit)}
        request = rest_request("ListResources", "GET", "/api/v2/resources", query=parameters)
        return await self._transport.run(request, lambda response: rest_result(Resources, response))

    async def _resource(self, query: Mapping[str, str]) -> Resource | None:
        request = rest_request("GetResource", "GET", "/api/v2/resources/detail", query=query)
        result_type = cast("type[Resource | None]", Resource | None)
        return await self._transport.run(
            request, lambda response: rest_result(result_type, response)
        )
