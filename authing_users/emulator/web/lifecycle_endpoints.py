"""REST endpoints that suspend, activate and resign users."""

from starlette.responses import Response

from ..errors import ApiError, ErrorCode
from ..messages import Success
from ..request_context import RequestContext
from ..store import sessions
from .endpoints import Endpoint, Handler, RestRequest
from .responses import error_response_v3, message_response, success_response_v3


def _set_status(status: str) -> Handler:
    def set_status(context: RequestContext, request: RestRequest) -> Response:
        sessions.set_status(context.store, [request.path["id"]], status)
        return message_response(context, Success.OK)

    return set_status


def _resign_user(context: RequestContext, request: RestRequest) -> Response:
    return _resign(context, request, [request.string("userId")])


def _resign_users(context: RequestContext, request: RestRequest) -> Response:
    return _resign(context, request, request.strings("userIds"))


def _resign(context: RequestContext, request: RestRequest, user_ids: list[str]) -> Response:
    if request.optional_string("userIdType") not in (None, "user_id"):
        raise ApiError(ErrorCode.UNSUPPORTED, "userIdType")
    sessions.set_status(context.store, user_ids, "Resigned")
    return success_response_v3({"success": True}, context.language)


LIFECYCLE_ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v2/users/{id}/suspend",
        _set_status("Suspended"),
        "Suspend a user and end the user's sessions.",
        writes=True,
    ),
    Endpoint(
        "POST",
        "/api/v2/users/{id}/activate",
        _set_status("Activated"),
        "Activate a user.",
        writes=True,
    ),
    Endpoint(
        "POST",
        "/api/v2/users/{id}/resign",
        _set_status("Resigned"),
        "Mark a user as resigned and end the user's sessions.",
        writes=True,
    ),
    Endpoint(
        "POST",
        "/api/v3/resign-user",
        _resign_user,
        "Mark a user as resigned: `userId`. Responses have the format of API v3.",
        writes=True,
        render_error=error_response_v3,
    ),
    Endpoint(
        "POST",
        "/api/v3/resign-user-batch",
        _resign_users,
        "Mark users as resigned: `userIds`. Responses have the format of API v3.",
        writes=True,
        render_error=error_response_v3,
    ),
)
