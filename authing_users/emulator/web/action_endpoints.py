"""The REST endpoint of the action log."""

from starlette.responses import Response

from ..operation import Operation
from ..store import actions
from .endpoints import Endpoint, RestRequest
from .envelope import result


def _actions(operation: Operation, request: RestRequest) -> Response:
    wanted = actions.Filter(
        operations=request.parameters("operation_name"),
        operators=request.parameters("operator_arn"),
        client_ip=request.query.get("clientip", ""),
        app_ids=request.parameters("app_id"),
        only_in_apps=request.query_flag("exclude_non_app_records"),
        start=request.query_number("start"),
        end=request.query_number("end"),
    )
    language = operation.caller.language
    number, limit = request.query_number("page"), request.query_number("limit")
    return result(actions.page(operation.store, wanted, number, limit, language), language)


ACTION_ENDPOINTS = (Endpoint("GET", "/api/v2/analysis/user-action", _actions),)
