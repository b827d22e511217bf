"""REST responses in the API's envelope: ``{code, message, data}``."""

import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from ..core import Emulator
from ..errors import ApiError, ErrorCode, RequestLimitError
from ..json_body import encode_json
from ..messages import Language, Success, error_message, success_message
from ..request_context import MAX_CPU_TIME, ClientInfo, RequestContext

_log = logging.getLogger(__name__)


def json_response(content: object, status: int = 200) -> Response:
    """Return a JSON response."""
    return Response(encode_json(content), status, media_type="application/json")


def success_response(data: object, language: Language) -> Response:
    """Return the result of a request."""
    message = success_message(Success.OK, language)
    return json_response({"code": 200, "message": message, "data": data})


def message_response(context: RequestContext, outcome: Success) -> Response:
    """Return a CommonMessage in place of a result."""
    return json_response({**context.common_message(outcome), "data": None})


def error_response(error: ApiError, language: Language) -> Response:
    """Return an API error. As with GraphQL, the HTTP status is 200."""
    message = error_message(error, language)
    return json_response({"code": error.code, "message": message, "data": None})


def success_response_v3(data: object, language: Language) -> Response:
    """Return the result of a request in the format of API v3."""
    message = success_message(Success.OK, language)
    return json_response({"statusCode": 200, "message": message, "data": data})


def error_response_v3(error: ApiError, language: Language) -> Response:
    """Return an API error in the format of API v3."""
    message = error_message(error, language)
    return json_response(
        {"statusCode": 499, "apiCode": error.code, "message": message, "data": None}
    )


def http_error_response(status: int, message: str) -> Response:
    """Return an HTTP error for a request that does not reach the API."""
    return json_response({"code": status, "message": message, "data": None}, status)


def client_info(request: Request) -> ClientInfo:
    """Read the client information of a request."""
    address = "" if request.client is None else request.client.host
    return ClientInfo.from_request(request.headers, address, request.url.path)


def run_in_transaction(
    emulator: Emulator,
    request: Request,
    handler: Callable[[RequestContext], Response],
    *,
    write: bool = False,
    timeout: float | None = None,
    max_cpu_time: float | None = MAX_CPU_TIME,
    render_error: Callable[[ApiError, Language], Response] = error_response,
    on_error: Callable[[ApiError], None] | None = None,
) -> Response:
    """Run a request handler in one transaction. Blocks, so call it in a worker thread.

    Args:
        emulator: The emulator.
        request: The request. Its body must already be read.
        handler: Handles the request.
        write: The handler writes to the database.
        timeout: How long to wait for other transactions, in seconds; without limit when ``None``.
        max_cpu_time: Limit for the handler, in seconds; without limit when ``None``.
        render_error: Renders an API error.
        on_error: Called with an API error before it is rendered.
    """
    client = client_info(request)
    try:
        with emulator.transaction(
            write=write, timeout=timeout, max_cpu_time=max_cpu_time
        ) as transaction:
            return handler(RequestContext(emulator, client, transaction))
    except RequestLimitError as error:
        return http_error_response(400, str(error))
    except ApiError as error:
        api_error = error
    except Exception:  # a bug: send JSON to the client, log the reason
        _log.exception("Unexpected error in a request to %s", request.url.path)
        api_error = ApiError(ErrorCode.UNEXPECTED)
    if on_error is not None:
        on_error(api_error)
    return render_error(api_error, client.language)
