"""What the server's answers mean: the data of a call, or the error that it stands for."""

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast, get_args

from pydantic_core import ValidationError, from_json

from .._runtime.fork import register_after_fork
from ..errors import (
    APIError,
    AuthenticationError,
    AuthingError,
    ConflictError,
    InvalidRequestError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
)

if TYPE_CHECKING:  # loaded by the first call that needs them: not every program makes one
    from pydantic import BaseModel

    from authing_graphql import CommonMessage

ResultT = TypeVar("ResultT", bound="BaseModel")

SUCCESS = 200
BUSY = 1000
LONGEST_CODE = 10
TOKEN_REJECTED = frozenset({2020, 2206, 2207})
USER_DOES_NOT_EXIST = 2004

_ERRORS_BY_CODE: dict[int, type[APIError]] = {
    code: error_type
    for error_type, codes in {
        # 400-599: the code repeats an HTTP status.
        AuthenticationError: {*TOKEN_REJECTED, 401, 2333},
        PermissionDeniedError: {403, 1001, 2018, 2036, 2202, 2209, 2212},
        NotFoundError: {404, USER_DOES_NOT_EXIST, 2210, 2224},
        ConflictError: {409, 2026, 2034, 2035, 2200},
        RateLimitError: {429, 2100},
        ServerError: {BUSY, *range(500, 600)},
    }.items()
    for code in codes
}


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response, read.

    Attributes:
        operation: Name of the operation that it answers.
        status: HTTP status.
        headers: Headers; looked up without regard to case.
        body: Decompressed body.
    """

    operation: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class _Reader(NamedTuple):
    """What reads the answers of one operation.

    Attributes:
        validator: Reads ``data`` as the operation's result, and ``errors``.
        outcomes: The attributes of the result that say whether a change was made.
    """

    validator: Any
    outcomes: tuple[str, ...]


class _Building:
    """Lets one reader be built at a time: pydantic builds in several threads badly."""

    def __init__(self) -> None:
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with a free lock."""
        self.lock = threading.Lock()


_building = _Building()


def graphql_result(result_type: type[ResultT], response: Response) -> ResultT:
    """Return the data of a GraphQL answer.

    Raises:
        APIError: The answer says that the operation failed.
        InvalidResponseError: The answer is no answer to the operation.
    """
    if 200 <= response.status < 300:
        reader = _reader(result_type)
        try:
            read = reader.validator.validate_json(response.body)
        except ValidationError:
            pass
        else:
            if not read.errors and read.data is not None:
                for outcome in reader.outcomes:
                    _check_success(getattr(read.data, outcome), response)
                return cast("ResultT", read.data)
    raise graphql_error(response)


@cache
def _reader(result_type: "type[BaseModel]") -> _Reader:
    # Parsing and checking in one go, straight from the bytes, is what makes typed results as
    # cheap as untyped ones. Built at the first use: most programs use few of the operations.
    from pydantic import create_model

    from authing_graphql import CommonMessage

    with _building.lock:
        fields: Any = {"data": (result_type | None, None), "errors": (list[Any] | None, None)}
        model = create_model(f"{result_type.__name__}Answer", **fields)
        model.model_rebuild(force=True)
        outcomes = tuple(
            name
            for name, field in result_type.model_fields.items()
            if CommonMessage in (field.annotation, *get_args(field.annotation))
        )
        return _Reader(model.__pydantic_validator__, outcomes)


def graphql_error(response: Response) -> AuthingError:
    """Return the error that a GraphQL answer without usable data stands for."""
    errors = _content(response).get("errors")
    for error in cast("list[object]", errors) if isinstance(errors, list) else []:
        if isinstance(error, dict):
            return _graphql_error(cast("dict[str, Any]", error), response)
    return rest_error(response)


def _graphql_error(error: dict[str, Any], response: Response) -> APIError:
    message = error.get("message")
    if isinstance(message, dict):
        body = cast("dict[str, Any]", message)
        return api_error(body.get("code"), body.get("message"), response, data=body.get("data"))
    # A string message comes from the GraphQL layer: the document or a variable was refused.
    extensions = error.get("extensions")
    code = cast("dict[str, Any]", extensions).get("code") if isinstance(extensions, dict) else None
    return api_error(code, message, response)


def rest_error(response: Response) -> AuthingError:
    """Return the error that an answer of the form ``{code, message, data}`` stands for."""
    content = _content(response)
    given = [content.get(name) for name in ("apiCode", "code", "statusCode")]
    code = next((code for code in map(_code, given) if code is not None), None)
    # Without any code, and in a good status, a message does not say that the call failed.
    says_why = response.status >= 400 or any(value is not None for value in given)
    message = content.get("message")
    if message is not None and code != SUCCESS and says_why:
        return api_error(code, message, response, data=content.get("data"))
    if response.status >= 400:
        return api_error(None, None, response)
    return InvalidResponseError(
        f"The server's answer with status {response.status} cannot be understood: "
        f"{_description(response)}",
        operation=response.operation,
        http_status=response.status,
        request_id=request_id(response),
    )


def api_error(
    code: object, message: object, response: Response, *, data: object = None
) -> APIError:
    """Return the error for a code and message of the API, of the class that fits them."""
    number = _code(code)
    error_type = _ERRORS_BY_CODE.get(number) if number is not None else None
    if error_type is None:
        error_type = _ERRORS_BY_CODE.get(response.status, InvalidRequestError)
    return error_type(
        message if isinstance(message, str) and message else _status_message(response),
        code=number,
        data=data,
        operation=response.operation,
        http_status=response.status,
        request_id=request_id(response),
        retry_after=retry_after(response.headers.get("retry-after"), response.headers.get("date")),
    )


def is_token_rejected(error: AuthingError) -> bool:
    """Whether the server refused a call for its token, and so did not act on it."""
    return isinstance(error, APIError) and (
        error.code in TOKEN_REJECTED or error.http_status == 401
    )


def token_error(error: APIError) -> APIError:
    """Return the error for a refused token request: whatever the code, it is authentication."""
    if isinstance(error, ServerError | RateLimitError):
        return error
    if error.code is None and error.http_status not in (401, 403):
        return error  # a wrong address, more likely than a wrong secret
    failure = AuthenticationError(error.message)
    failure.__dict__.update(error.__dict__)
    return failure


def require_outcome(message: "CommonMessage | None", operation: str) -> "CommonMessage":
    """Return the outcome of a change; one that was not made has raised already.

    Raises:
        InvalidResponseError: The API does not say how it went.
    """
    if message is None or message.code is None:
        raise InvalidResponseError("The server did not say how it went", operation=operation)
    return message


def _check_success(message: "CommonMessage | None", response: Response) -> None:
    if message is not None and message.code is not None and message.code != SUCCESS:
        raise api_error(message.code, message.message or "The change was not made", response)


def missing(kind: str, operation: str) -> NotFoundError:
    """Return the error for a thing that the API answers null for."""
    return NotFoundError(f"The {kind} does not exist", code=404, operation=operation)


def user_not_found(operation: str) -> NotFoundError:
    """Return the error for a user that the API answers null for."""
    return NotFoundError("The user does not exist", code=USER_DOES_NOT_EXIST, operation=operation)


def retry_after(header: str | None, date: str | None) -> float | None:
    """Read a Retry-After header.

    Args:
        header: The header: seconds, or an HTTP date.
        date: The Date header: an HTTP date counts from it, whatever the local clock says.

    Returns:
        Seconds to wait; ``None`` when the header is absent or makes no sense.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            until, now = parsedate_to_datetime(header), parsedate_to_datetime(date or "")
            seconds = (until - now).total_seconds()
        except (OverflowError, TypeError, ValueError):
            return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _content(response: Response) -> dict[str, Any]:
    try:
        content = from_json(response.body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}


def _code(code: object) -> int | None:
    if isinstance(code, str) and code.isdecimal() and len(code) <= LONGEST_CODE:
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _status_message(response: Response) -> str:
    return f"The server answered with HTTP status {response.status} and no message"


def _description(response: Response) -> str:
    content_type = response.headers.get("content-type", "no content type")
    return f"{len(response.body)} bytes, {content_type}"


def request_id(response: Response) -> str | None:
    return response.headers.get("x-request-id")
