"""REST endpoints that count users."""

from starlette.responses import Response

from ..request_context import RequestContext
from ..store import statistics
from .endpoints import Endpoint, RestRequest
from .responses import success_response


def _count_logged_in(context: RequestContext, request: RestRequest) -> Response:
    number = statistics.count_logged_in(context.store, request.parameter("appId"))
    return success_response(number, context.language)


def _count_logged_in_with_field(context: RequestContext, request: RestRequest) -> Response:
    number = statistics.count_logged_in_with_field(
        context.store, request.parameter("appId"), request.parameter("definedFieldKey")
    )
    return success_response(number, context.language)


STATISTICS_ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v2/analysis/total-login-count",
        _count_logged_in,
        "How many users ever got a token for the application `appId`, or for no application.",
    ),
    Endpoint(
        "GET",
        "/api/v2/analysis/exist-defined-field-count",
        _count_logged_in_with_field,
        "How many of these users have a value for the custom field `definedFieldKey`.",
    ),
)
