"""The REST endpoint of the action log."""

from starlette.responses import Response

from ..request_context import RequestContext
from ..store import action_log
from .endpoints import Endpoint, RestRequest
from .responses import success_response


def _list_actions(context: RequestContext, request: RestRequest) -> Response:
    action_filter = action_log.ActionFilter(
        operations=request.parameters("operation_name"),
        operators=request.parameters("operator_arn"),
        client_ip=request.query.get("clientip", ""),
        app_ids=request.parameters("app_id"),
        only_in_apps=request.query_flag("exclude_non_app_records"),
        start=request.query_number("start"),
        end=request.query_number("end"),
    )
    page, limit = request.query_number("page"), request.query_number("limit")
    actions = action_log.list_actions(
        context.store, action_filter, page, limit, language=context.language
    )
    return success_response(actions, context.language)


ACTION_LOG_ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v2/analysis/user-action",
        _list_actions,
        "The action log: `operation_name`, `operator_arn`, `clientip`, `app_id`,"
        " `exclude_non_app_records`, `start`, `end`, `page`, `limit`.",
    ),
)
