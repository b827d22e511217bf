"""The envelope of REST answers: ``{code, message, data}``."""

import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from ..bodies import encode
from ..core import Emulator
from ..errors import ApiError, ErrorCode
from ..messages import Language, Success, refusal, success
from ..operation import Caller, Operation

_log = logging.getLogger(__name__)


def json_response(content: object, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(encode(content), status, media_type="application/json")


def result(data: object, language: Language) -> Response:
    """The answer to a request that succeeded."""
    message = success(Success.OK, language)
    return json_response({"code": 200, "message": message, "data": data})


def refused(error: ApiError, language: Language, status: int = 200) -> Response:
    """The answer to a request that was refused; as in GraphQL the HTTP status says nothing."""
    message = refusal(error, language)
    return json_response({"code": error.code, "message": message, "data": None}, status)


def result_v3(data: object, language: Language) -> Response:
    """The answer of the third version of the API to a request that succeeded."""
    message = success(Success.OK, language)
    return json_response({"statusCode": 200, "message": message, "data": data})


def refused_v3(error: ApiError, language: Language) -> Response:
    """The answer of the third version of the API to a request that was refused."""
    message = refusal(error, language)
    return json_response(
        {"statusCode": 499, "apiCode": error.code, "message": message, "data": None}
    )


def plain_error(status: int, message: str) -> Response:
    """The answer to a request that is wrong as HTTP."""
    return json_response({"code": status, "message": message, "data": None}, status)


def caller_of(request: Request) -> Caller:
    """Who sends a request."""
    address = "" if request.client is None else request.client.host
    return Caller.of(request.headers, address, request.url.path)


def answer(
    emulator: Emulator,
    request: Request,
    work: Callable[[Operation], Response],
    *,
    write: bool = False,
    refuse: Callable[[ApiError, Language], Response] = refused,
) -> Response:
    """Run the work of a REST request in one transaction; to be called in a worker thread.

    Args:
        emulator: The emulator.
        request: The request; its body must not be needed any more.
        work: Makes the answer.
        write: Whether the work changes something.
        refuse: Makes the answer to a request that is refused.
    """
    caller = caller_of(request)
    try:
        with emulator.transaction(write=write) as transaction:
            return work(Operation(emulator, caller, transaction))
    except ApiError as error:
        return refuse(error, caller.language)
    except Exception:  # whatever it is, the client gets JSON and the log the reason
        _log.exception("A request to %s failed", request.url.path)
        return refuse(ApiError(ErrorCode.UNEXPECTED), caller.language)
