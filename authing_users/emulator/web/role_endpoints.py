"""The REST endpoints of the roles of users."""

from starlette.responses import Response

from ..errors import ApiError, ErrorCode
from ..messages import Success
from ..operation import Operation
from ..store import roles, users
from ..store.records import Record
from .endpoints import Endpoint, RestRequest
from .envelope import result


def _held(operation: Operation, request: RestRequest) -> list[Record]:
    user_id = request.path["id"]
    users.check_exist(operation.store, [user_id])
    namespace = roles.namespace_or_default(request.query.get("namespace"))
    return roles.of_users(operation.store, namespace, [user_id])[user_id]


def _list(operation: Operation, request: RestRequest) -> Response:
    held = [
        {name: value for name, value in role.items() if name != "parentId"}
        for role in _held(operation, request)
    ]
    return result({"totalCount": len(held), "list": held}, operation.caller.language)


def _has(operation: Operation, request: RestRequest) -> Response:
    code = request.parameter("code")
    has = any(role["code"] == code for role in _held(operation, request))
    return result(has, operation.caller.language)


def _assign(operation: Operation, request: RestRequest) -> Response:
    user_id = request.path["id"]
    if request.optional_text("userId") not in (None, user_id):
        raise ApiError(ErrorCode.INCOMPLETE, "userId")
    namespace = roles.namespace_or_default(request.optional_text("namespace"))
    roles.assign(operation.store, namespace, request.texts("list"), [user_id])
    return result(operation.done(Success.ROLE_ASSIGNED), operation.caller.language)


ROLE_ENDPOINTS = (
    Endpoint("GET", "/api/v2/users/{id}/roles", _list),
    Endpoint("POST", "/api/v2/users/{id}/roles", _assign, writes=True),
    Endpoint("GET", "/api/v2/users/{id}/has-role", _has),
)
