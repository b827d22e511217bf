"""REST endpoints for the identities that are linked to users."""

from starlette.responses import Response

from ..errors import ApiError, ErrorCode
from ..messages import Success
from ..request_context import RequestContext
from ..store import identities, sessions, users
from .endpoints import Endpoint, RestRequest
from .responses import message_response


def _link(context: RequestContext, request: RestRequest) -> Response:
    identifier = request.string("identifier")
    user_id = request.string("userId")
    users.require_users(context.store, [user_id])
    kind = request.optional_string("type")
    identity = {
        # The identifier is the ID of the connection. The provider is its kind.
        "provider": kind or identifier,
        "userIdInIdp": request.string("userIdInIdp"),
        "isSocial": request.flag("isSocial"),
        "connectionId": identifier,
        "type": kind,
        "extIdpId": request.optional_string("extIdpId"),
    }
    identities.link(context.store, user_id, identity)
    return message_response(context, Success.LINKED)


def _unlink(context: RequestContext, request: RestRequest) -> Response:
    user_id = request.string("userId")
    users.require_users(context.store, [user_id])
    return _unlink_from(context, request, user_id)


def _unlink_own(context: RequestContext, request: RestRequest) -> Response:
    token = context.client.token
    if token is None or context.is_management_token(token):
        raise ApiError(ErrorCode.NOT_LOGGED_IN)
    user_id = sessions.verify_user_token(context.store, token).user_id
    return _unlink_from(context, request, user_id)


def _unlink_from(context: RequestContext, request: RestRequest, user_id: str) -> Response:
    identities.unlink(
        context.store, user_id, request.string("identifier"), request.optional_string("type")
    )
    return message_response(context, Success.UNLINKED)


_PATH = "/api/v2/users/identity"

IDENTITY_ENDPOINTS = (
    Endpoint(
        "POST",
        f"{_PATH}/link",
        _link,
        "Link an identity to a user: `userId`, `identifier`, `userIdInIdp`, `type`, `isSocial`,"
        " `extIdpId`.",
        writes=True,
    ),
    Endpoint(
        "POST",
        f"{_PATH}/unlink",
        _unlink,
        "Unlink an identity from a user: `userId`, `identifier`, `type`.",
        writes=True,
    ),
    Endpoint(
        "POST",
        f"{_PATH}/unlinkByUser",
        _unlink_own,
        "Unlink an identity from the user whose token is sent: `identifier`, `type`.",
        writes=True,
        needs_token=False,
    ),
)
