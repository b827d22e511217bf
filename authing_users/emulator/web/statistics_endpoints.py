"""The REST endpoints that count users."""

from starlette.responses import Response

from ..operation import Operation
from ..store import statistics
from .endpoints import Endpoint, RestRequest
from .envelope import result


def _logins(operation: Operation, request: RestRequest) -> Response:
    number = statistics.logged_in_to(operation.store, request.parameter("appId"))
    return result(number, operation.caller.language)


def _values(operation: Operation, request: RestRequest) -> Response:
    number = statistics.logged_in_with_value(
        operation.store, request.parameter("appId"), request.parameter("definedFieldKey")
    )
    return result(number, operation.caller.language)


STATISTICS_ENDPOINTS = (
    Endpoint("GET", "/api/v2/analysis/total-login-count", _logins),
    Endpoint("GET", "/api/v2/analysis/exist-defined-field-count", _values),
)
