"""The REST endpoints of what becomes of users: their state and their linked accounts."""

from starlette.responses import Response

from ..errors import ApiError, ErrorCode
from ..messages import Success
from ..operation import Operation
from ..store import identities, sessions, users
from .endpoints import Endpoint, RestRequest, Work, done


def _into_state(status: str) -> Work:
    def work(operation: Operation, request: RestRequest) -> Response:
        sessions.set_status(operation.store, [request.path["id"]], status)
        return done(operation, Success.OK)

    return work


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
    Endpoint("POST", f"{_IDENTITY}/link", _link, writes=True),
    Endpoint("POST", f"{_IDENTITY}/unlink", _unlink, writes=True),
    Endpoint("POST", f"{_IDENTITY}/unlinkByUser", _unlink_own, writes=True, needs_token=False),
)
