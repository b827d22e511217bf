"""REST endpoints for the permissions of users."""

from starlette.responses import Response

from ..request_context import RequestContext
from ..store import permissions, roles
from .endpoints import Endpoint, RestRequest
from .responses import success_response


def _check_resources(context: RequestContext, request: RestRequest) -> Response:
    resources = permissions.permitted_resources(
        context.store, request.string("userId"), _namespace(request), request.strings("resources")
    )
    return success_response(resources, context.language)


def _resources_of_kind(context: RequestContext, request: RestRequest) -> Response:
    resources = permissions.permitted_resources_of_kind(
        context.store, request.string("userId"), _namespace(request), request.string("resource")
    )
    return success_response(resources, context.language)


def _namespace(request: RestRequest) -> str:
    return roles.namespace_or_default(request.optional_string("namespace"))


PERMISSION_ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v2/acl/check-resource-permission-batch",
        _check_resources,
        "The allowed actions of a user on resources: `userId`, `namespace`, `resources`.",
    ),
    Endpoint(
        "POST",
        "/api/v2/acl/get-authorized-resources-of-resource-kind",
        _resources_of_kind,
        "The authorized resources of one kind: `userId`, `namespace`, `resource`.",
    ),
)
