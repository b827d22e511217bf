"""REST endpoints for the roles of users."""

from starlette.responses import Response

from ..errors import ApiError, ErrorCode
from ..messages import Success
from ..request_context import RequestContext
from ..store import roles, users
from ..store.records import Record, whole_page
from .endpoints import Endpoint, RestRequest
from .responses import success_response


def _roles_of_user(context: RequestContext, request: RestRequest) -> list[Record]:
    user_id = request.path["id"]
    users.require_users(context.store, [user_id])
    namespace = roles.namespace_or_default(request.query.get("namespace"))
    return roles.roles_of_users(context.store, namespace, [user_id])[user_id]


def _list_roles(context: RequestContext, request: RestRequest) -> Response:
    fields = [
        {name: value for name, value in role.items() if name != "parentId"}
        for role in _roles_of_user(context, request)
    ]
    return success_response(whole_page(fields), context.language)


def _has_role(context: RequestContext, request: RestRequest) -> Response:
    code = request.parameter("code")
    has_role = any(role["code"] == code for role in _roles_of_user(context, request))
    return success_response(has_role, context.language)


def _assign_roles(context: RequestContext, request: RestRequest) -> Response:
    user_id = request.path["id"]
    if request.optional_string("userId") not in (None, user_id):
        raise ApiError(ErrorCode.INVALID_PARAMETER, "userId")
    namespace = roles.namespace_or_default(request.optional_string("namespace"))
    roles.assign(context.store, namespace, request.strings("list"), [user_id])
    return success_response(context.common_message(Success.ROLE_ASSIGNED), context.language)


ROLE_ENDPOINTS = (
    Endpoint("GET", "/api/v2/users/{id}/roles", _list_roles, "The roles of a user: `namespace`."),
    Endpoint(
        "POST",
        "/api/v2/users/{id}/roles",
        _assign_roles,
        "Assign roles to a user: `list`, `namespace`.",
        writes=True,
    ),
    Endpoint(
        "GET",
        "/api/v2/users/{id}/has-role",
        _has_role,
        "Whether a user has a role: `code`, `namespace`.",
    ),
)
