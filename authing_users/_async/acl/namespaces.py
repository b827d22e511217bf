"""Manage permission namespaces."""

from collections.abc import AsyncGenerator, Mapping

from authing_graphql import CommonMessage

from ..._inputs.acl import given_texts, namespace_id
from ..._inputs.checks import non_empty_string, positive_int
from ..._protocol.request import Request
from ..._protocol.rest import rest_message, rest_request, rest_result
from ...errors import InvalidInputError
from ...models import PermissionNamespace, PermissionNamespaces
from ..base import AsyncClientBase
from ..paging import paginate_by_id


class AsyncNamespaces(AsyncClientBase):
    """Manages permission namespaces."""

    async def create_namespace(
        self, code: str, name: str, description: str | None = None
    ) -> PermissionNamespace:
        """Create a permission namespace.

        Args:
            code: Unique code of the namespace.
            name: Display name.
            description: Description.

        Returns:
            The namespace as stored.

        Raises:
            InvalidInputError: A string is empty.
            ConflictError: Another namespace has this code.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/resource-namespace/{userPoolId}``.
        """
        body = {
            "code": non_empty_string(code, "code"),
            "name": non_empty_string(name, "name"),
            **given_texts(description=description),
        }
        request = self._namespace_request("CreateNamespace", "POST", body=body)
        return await self._transport.run(
            request, lambda response: rest_result(PermissionNamespace, response)
        )

    async def update_namespace(
        self,
        id: int,
        name: str | None = None,
        code: str | None = None,
        description: str | None = None,
    ) -> PermissionNamespace:
        """Update a permission namespace. Arguments that are not given leave it unchanged.

        Args:
            id: ID of the namespace, which is a number.
            name: New display name.
            code: New code.
            description: New description.

        Returns:
            The updated namespace.

        Raises:
            InvalidInputError: ``id`` is not a number, a string is empty, or nothing is to be
                changed.
            NotFoundError: The namespace does not exist.
            ConflictError: Another namespace has the new code.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``PUT /api/v2/resource-namespace/{userPoolId}/{id}``.
        """
        body = given_texts(name=name, code=code, description=description)
        if not body:
            raise InvalidInputError(
                "update_namespace() needs the fields to change: write name=, code= or description="
            )
        request = self._namespace_request("UpdateNamespace", "PUT", namespace_id(id), body=body)
        return await self._transport.run(
            request, lambda response: rest_result(PermissionNamespace, response)
        )

    async def list_namespaces(self, page: int = 1, limit: int = 10) -> PermissionNamespaces:
        """List the permission namespaces.

        Args:
            page: Page number, starting at 1.
            limit: Namespaces per page.

        Returns:
            ``totalCount``, the number of namespaces on all pages, which the API names ``total``,
            and ``list``, the namespaces of this page.

        Raises:
            InvalidInputError: ``page`` or ``limit`` is not a whole number from 1.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/resource-namespace/{userPoolId}``.
        """
        return await self._namespaces_page(positive_int(page, "page"), positive_int(limit, "limit"))

    def iter_namespaces(
        self, limit: int = 100, *, prefetch: int = 1
    ) -> AsyncGenerator[PermissionNamespace, None]:
        """Iterate over all permission namespaces.

        Pages are requested during the iteration, and each namespace is yielded once. If a page
        cannot be fetched, its error is raised when the iteration reaches it.

        Args:
            limit: Namespaces per request.
            prefetch: Maximum number of pages to request at the same time, from 1 to 64.

        Raises:
            InvalidInputError: ``limit`` or ``prefetch`` is out of range.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/resource-namespace/{userPoolId}``.
        """
        limit = positive_int(limit, "limit")
        return paginate_by_id(lambda page: self._namespaces_page(page, limit), prefetch)

    async def delete_namespace(self, id: int) -> CommonMessage:
        """Delete a permission namespace.

        Args:
            id: ID of the namespace, which is a number.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``id`` is not a number.
            NotFoundError: The namespace does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``DELETE /api/v2/resource-namespace/{userPoolId}/{id}``.
        """
        request = self._namespace_request("DeleteNamespace", "DELETE", namespace_id(id))
        return await self._transport.run(request, rest_message)

    def _namespace_request(
        self,
        operation: str,
        method: str,
        *segments: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Request:
        path = "/api/v2/resource-namespace/{}" + "/{}" * len(segments)
        pool_id = self._transport.config.user_pool_id
        return rest_request(operation, method, path, pool_id, *segments, query=query, body=body)

    async def _namespaces_page(self, page: int, limit: int) -> PermissionNamespaces:
        query = {"page": str(page), "limit": str(limit)}
        request = self._namespace_request("ListNamespaces", "GET", query=query)
        return await self._transport.run(
            request, lambda response: rest_result(PermissionNamespaces, response)
        )
