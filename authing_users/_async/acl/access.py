"""Grant access to resources, and query it."""

from authing_graphql import CommonMessage, PaginatedAuthorizedResources, PaginatedAuthorizedTargets

from ..._inputs.acl import (
    ActionsCondition,
    AuthorizationTargets,
    actions_condition,
    authorization_targets,
    optional_resource_type,
    optional_target_type,
    required_resource_type,
)
from ..._inputs.checks import non_empty_string, optional_string
from ..._inputs.policies import PolicyTargetType, policy_target_type
from ..._inputs.search import ResourceKind, resource_kind
from ..._protocol.response import not_found, require_outcome
from ..._protocol.rest import rest_message, rest_request
from ...errors import InvalidInputError
from ..base import AsyncClientBase


class AsyncAccess(AsyncClientBase):
    """Grants access to resources, and queries it."""

    async def allow(
        self,
        resource: str,
        action: str,
        namespace: str,
        role: str | None = None,
        user_id: str | None = None,
    ) -> CommonMessage:
        """Allow a user, a role or both to perform an action on a resource.

        The resource comes before the action here, but after it in ``is_allowed``.

        Args:
            resource: The resource, as ``type:id``, or ``*`` for all resources.
            action: The action, such as ``book:read``. ``*`` stands for any text.
            namespace: Permission namespace.
            role: Code of the role.
            user_id: ID of the user.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty, or neither ``role`` nor ``user_id`` is given.
            InvalidRequestError: ``resource`` has another form.
            NotFoundError: The user or the role does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``allow``.
        """
        if role is None and user_id is None:
            raise InvalidInputError("allow() needs a user or a role: write user_id= or role=")
        message = await self._api.allow(
            non_empty_string(resource, "resource"),
            non_empty_string(action, "action"),
            user_id=optional_string(user_id, "user_id"),
            role_code=optional_string(role, "role"),
            namespace=non_empty_string(namespace, "namespace"),
        )
        return require_outcome(message, "Allow")

    async def is_allowed(self, user_id: str, action: str, resource: str, namespace: str) -> bool:
        """Check whether a user can perform an action on a resource.

        The action comes before the resource here, but after it in ``allow``.
        Policies count, and what the user has through roles, groups and departments.

        Args:
            user_id: ID of the user.
            action: The action.
            resource: The resource.
            namespace: Permission namespace.

        Returns:
            Whether the action is allowed.

        Raises:
            InvalidInputError: A string is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``isActionAllowed``.
        """
        return await self._api.is_action_allowed(
            non_empty_string(resource, "resource"),
            non_empty_string(action, "action"),
            non_empty_string(user_id, "user_id"),
            non_empty_string(namespace, "namespace"),
        )

    async def authorize_resource(
        self,
        namespace: str,
        resource: str,
        opts: AuthorizationTargets,
        *,
        resource_type: ResourceKind | None = None,
    ) -> CommonMessage:
        """Grant several targets access to a resource, each with its own actions.

        Args:
            namespace: Permission namespace.
            resource: The resource, such as ``book:1``, ``book:*`` or the code of a menu.
            opts: The targets: ``[{"targetType": "USER", "targetIdentifier": "USER_ID", "actions":
                ["book:read"]}]``. The identifier is the ID of a user or department, or the code of
                a role or group.
            resource_type: Kind of the resource: ``DATA``, ``API``, ``MENU``, ``UI`` or ``BUTTON``.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty, a target is invalid, or ``resource_type`` is
                unknown.
            NotFoundError: One of the targets does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``authorizeResource``.
        """
        message = await self._api.authorize_resource(
            non_empty_string(namespace, "namespace"),
            non_empty_string(resource, "resource"),
            optional_resource_type(resource_type),
            [*authorization_targets(opts)],
        )
        return require_outcome(message, "AuthorizeResource")

    async def revoke_resource(
        self, namespace: str, resource: str, opts: AuthorizationTargets
    ) -> CommonMessage:
        """Revoke the access of several targets to a resource.

        Access that a target has from policies or through other targets stays.

        Args:
            namespace: Permission namespace.
            resource: The resource. A type, such as ``book``, stands for all resources of the type.
            opts: The targets, as in ``authorize_resource``. Without ``actions``, all actions are
                revoked.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty, or a target is invalid.
            NotFoundError: One of the targets does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/acl/revoke-resource``.
        """
        body = {
            "namespace": non_empty_string(namespace, "namespace"),
            "resource": non_empty_string(resource, "resource"),
            "opts": [
                target.model_dump(mode="json", by_alias=True, exclude_unset=True)
                for target in authorization_targets(opts)
            ],
        }
        path = "/api/v2/acl/revoke-resource"
        request = rest_request("RevokeResource", "POST", path, body=body)
        return await self._transport.run(request, rest_message)

    async def list_authorized_resources(
        self,
        namespace: str,
        target_type: PolicyTargetType,
        target_identifier: str,
        resource_type: ResourceKind | None = None,
    ) -> PaginatedAuthorizedResources:
        """List the resources that a target can access, directly or through other targets.

        Args:
            namespace: Permission namespace.
            target_type: Kind of the target: ``USER``, ``ROLE``, ``GROUP``, ``ORG`` or ``AK_SK``.
            target_identifier: ID of the user or department, or code of the role or group.
            resource_type: Return only resources of this kind: ``DATA``, ``API``, ``MENU``, ``UI``
                or ``BUTTON``.

        Returns:
            ``totalCount``, and ``list`` with the ``code``, ``type`` and ``actions`` of each
            resource.

        Raises:
            InvalidInputError: A string is empty, or ``target_type`` or ``resource_type`` is
                unknown.
            NotFoundError: The target does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``authorizedResources``.
        """
        resources = await self._api.list_authorized_resources(
            policy_target_type(target_type, "target_type"),
            non_empty_string(target_identifier, "target_identifier"),
            non_empty_string(namespace, "namespace"),
            resource_kind(resource_type),
        )
        if resources is None:
            raise not_found("target", "ListAuthorizedResources")
        return resources

    async def get_authorized_targets(
        self,
        namespace: str,
        resource_type: ResourceKind,
        resource: str,
        actions: ActionsCondition | None = None,
        target_type: PolicyTargetType | None = None,
    ) -> PaginatedAuthorizedTargets:
        """List the targets that can access a resource.

        Args:
            namespace: Permission namespace.
            resource_type: Kind of the resource: ``DATA``, ``API``, ``MENU``, ``UI`` or ``BUTTON``.
            resource: The resource.
            actions: Return only targets that can perform all of some actions, or any of them:
                ``{"op": "AND", "list": ["book:read"]}`` or ``{"op": "OR", …}``.
            target_type: Return only targets of this kind: ``USER``, ``ROLE``, ``GROUP``, ``ORG`` or
                ``AK_SK``.

        Returns:
            ``totalCount``, and ``list`` with the ``targetType``, ``targetIdentifier`` and
            ``actions`` of each target.

        Raises:
            InvalidInputError: A string is empty, ``resource_type`` or ``target_type`` is unknown,
                or ``actions`` is invalid.
            NotFoundError: The resource does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``authorizedTargets``.
        """
        targets = await self._api.list_authorized_targets(
            non_empty_string(namespace, "namespace"),
            required_resource_type(resource_type),
            non_empty_string(resource, "resource"),
            optional_target_type(target_type),
            actions_condition(actions),
        )
        if targets is None:
            raise not_found("resource", "ListAuthorizedTargets")
        return targets
