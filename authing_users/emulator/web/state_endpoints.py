"""The REST endpoints of what becomes of users: their state and their linked accounts."""

from starlette.responses import Response

from ..errors import ApiError, ErrorCode
from ..messages import Success
from ..operation import Operation
from ..store import identities, sessions, users
from .endpoints import Endpoint, RestRequest, Work, done
from .envelope import refused_v3, result_v3


def _into_state(status: str) -> Work:
    def work(operation: Operation, request: RestRequest) -> Response:
        sessions.set_status(operation.store, [request.path["id"]], status)
        return done(operation, Success.OK)

    return work


def _resign(operation: Operation, request: RestRequest) -> Response:
    return _resigned(operation, request, [request.text("userId")])


def _resign_many(operation: Operation, request: RestRequest) -> Response:
    return _resigned(operation, request, request.texts("userIds"))


def _resigned(operation: Operation, request: RestRequest, user_ids: list[str]) -> Response:
    if request.optional_text("userIdType") not in (None, "user_id"):
        raise ApiError(ErrorCode.NOT_SERVED, "userIdType")
    sessions.set_status(operation.store, user_ids, "Resigned")
    return result_v3({"success": True}, operation.caller.language)


def _link(operation: Operation, request: RestRequest) -> Response:
    identifier = request.text("identifier")
    user_id = request.text("userId")
    users.check_exist(operation.store, [user_id])
    kind = request.optional_text("type")
    given = {
        # The provider is what kind of source it is, and the identifier which one.
        "provider": kind or identifier,
        "userIdInIdp": request.text("userIdInIdp"),
        "isSocial": request.flag("isSocial"),
        "connectionId": identifier,
        "type": kind,
        "extIdpId": request.optional_text("extIdpId"),
    }
    identities.link(operation.store, user_id, given)
    return done(operation, Success.LINKED)


def _unlink(operation: Operation, request: RestRequest) -> Response:
    user_id = request.text("userId")
    users.check_exist(operation.store, [user_id])
    _unlink_from(operation, request, user_id)
    return done(operation, Success.UNLINKED)


def _unlink_own(operation: Operation, request: RestRequest) -> Response:
    """Unlink an account of the user who asks; a management token speaks for no user."""
    token = operation.caller.token
    if token is None or operation.manages(token):
        raise ApiError(ErrorCode.NOT_LOGGED_IN)
    _unlink_from(operation, request, sessions.check(operation.store, token).user_id)
    return done(operation, Success.UNLINKED)


def _unlink_from(operation: Operation, request: RestRequest, user_id: str) -> None:
    identities.unlink(
        operation.store, user_id, request.text("identifier"), request.optional_text("type")
    )


_IDENTITY = "/api/v2/users/identity"

STATE_ENDPOINTS = (
    Endpoint("POST", "/api/v2/users/{id}/suspend", _into_state("Suspended"), writes=True),
    Endpoint("POST", "/api/v2/users/{id}/activate", _into_state("Activated"), writes=True),
    Endpoint("POST", "/api/v2/users/{id}/resign", _into_state("Resigned"), writes=True),
    Endpoint("POST", "/api/v3/resign-user", _resign, writes=True, refuse=refused_v3),
    Endpoint("POST", "/api/v3/resign-user-batch", _resign_many, writes=True, refuse=refused_v3),
    Endpoint("POST", f"{_IDENTITY}/link", _link, writes=True),
    Endpoint("POST", f"{_IDENTITY}/unlink", _unlink, writes=True),
    Endpoint("POST", f"{_IDENTITY}/unlinkByUser", _unlink_own, writes=True, needs_token=False),
)
