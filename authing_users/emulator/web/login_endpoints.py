"""The REST endpoints of who is logged in."""

from starlette.responses import Response

from ..messages import Success
from ..operation import Operation
from ..store import identities, sessions, users
from .endpoints import Endpoint, RestRequest, done
from .envelope import result


def _status(operation: Operation, request: RestRequest) -> Response:
    # A login of the emulator is one in every application and on every device: it knows neither.
    user_id = request.parameter("userId")
    users.check_exist(operation.store, [user_id])
    logged_in = sessions.logged_in(operation.store, user_id)
    user = users.get(operation.store, user_id) if logged_in else None
    if user is not None:
        user["identities"] = identities.of(operation.store, user)
    status: dict[str, object] = {"isLogin": logged_in, "user": user, "application": []}
    return result(status, operation.caller.language)


def _kick(operation: Operation, request: RestRequest) -> Response:
    sessions.end(operation.store, request.texts("userIds"))
    return done(operation, Success.KICKED)


def _logout(operation: Operation, request: RestRequest) -> Response:
    user_id = request.parameter("userId")
    users.check_exist(operation.store, [user_id])
    sessions.end(operation.store, [user_id])
    return done(operation, Success.LOGGED_OUT)


LOGIN_ENDPOINTS = (
    Endpoint("GET", "/api/v2/users/login-status", _status),
    Endpoint("POST", "/api/v2/users/kick", _kick, writes=True),
    Endpoint("GET", "/logout", _logout, writes=True),
)
