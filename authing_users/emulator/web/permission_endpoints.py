"""The REST endpoints of what users may do."""

from starlette.responses import Response

from ..operation import Operation
from ..store import permissions, roles
from .endpoints import Endpoint, RestRequest
from .envelope import result


def _permitted(operation: Operation, request: RestRequest) -> Response:
    found = permissions.permitted(
        operation.store, request.text("userId"), _namespace(request), request.texts("resources")
    )
    return result(found, operation.caller.language)


def _of_kind(operation: Operation, request: RestRequest) -> Response:
    found = permissions.of_kind(
        operation.store, request.text("userId"), _namespace(request), request.text("resource")
    )
    return result(found, operation.caller.language)


def _namespace(request: RestRequest) -> str:
    return roles.namespace_or_default(request.optional_text("namespace"))


PERMISSION_ENDPOINTS = (
    Endpoint("POST", "/api/v2/acl/check-resource-permission-batch", _permitted),
    Endpoint("POST", "/api/v2/acl/get-authorized-resources-of-resource-kind", _of_kind),
)
