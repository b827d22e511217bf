"""REST endpoints for the sessions of users."""

from starlette.responses import Response

from ..messages import Success
from ..request_context import RequestContext
from ..store import sessions, users
from .endpoints import Endpoint, RestRequest
from .responses import message_response, success_response
from .user_records import add_identities


def _login_status(context: RequestContext, request: RestRequest) -> Response:
    # Sessions of the emulator are not bound to an application or a device.
    user_id = request.parameter("userId")
    users.require_users(context.store, [user_id])
    logged_in = sessions.is_logged_in(context.store, user_id)
    user = users.get(context.store, user_id) if logged_in else None
    if user is not None:
        add_identities(context, [user])
    status: dict[str, object] = {"isLogin": logged_in, "user": user, "application": []}
    return success_response(status, context.language)


def _own_user(context: RequestContext, _: RestRequest) -> Response:
    context.check_any_token()
    user = users.get(context.store, context.own_user_id())
    if user is not None:
        add_identities(context, [user])
    return success_response(user, context.language)


def _log_out_own_user(context: RequestContext, _: RestRequest) -> Response:
    context.check_any_token()
    sessions.end_sessions(context.store, [context.own_user_id()])
    return message_response(context, Success.LOGGED_OUT)


def _kick(context: RequestContext, request: RestRequest) -> Response:
    sessions.end_sessions(context.store, request.strings("userIds"))
    return message_response(context, Success.KICKED)


def _log_out(context: RequestContext, request: RestRequest) -> Response:
    user_id = request.parameter("userId")
    users.require_users(context.store, [user_id])
    sessions.end_sessions(context.store, [user_id])
    return message_response(context, Success.LOGGED_OUT)


SESSION_ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v2/users/login-status",
        _login_status,
        "Whether a user is logged in: `userId`. A session counts for every application.",
    ),
    Endpoint(
        "POST",
        "/api/v2/users/kick",
        _kick,
        "End all sessions of users: `userIds`.",
        writes=True,
    ),
    Endpoint("GET", "/logout", _log_out, "End all sessions of a user: `userId`.", writes=True),
    Endpoint(
        "GET",
        "/api/v2/users/me",
        _own_user,
        "The user whose token is sent, instead of a management token.",
        needs_token=False,
    ),
    Endpoint(
        "GET",
        "/api/v2/logout",
        _log_out_own_user,
        "End all sessions of the user whose token is sent, instead of a management token.",
        writes=True,
        needs_token=False,
    ),
)
