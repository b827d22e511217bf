"""Read responses: the result of a call, or the error to raise."""

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, TypeVar, cast, get_args

from pydantic_core import ValidationError, from_json

from .._runtime.fork import register_after_fork
from .._runtime.secret import MASK
from ..errors import (
    APIError,
    AuthenticationError,
    AuthingError,
    ConflictError,
    ErrorDetail,
    InvalidInputError,
    InvalidRequestError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
)
from .error_codes import (
    ERROR_CODES,
    RATE_LIMITED,
    TOKEN_REJECTED,
    TOO_MANY_REQUESTS,
    UNSPECIFIC,
    USER_DOES_NOT_EXIST,
)

if TYPE_CHECKING:  # imported by the first call that needs them
    from authing_graphql import CommonMessage

ResultT = TypeVar("ResultT")

SUCCESS = 200
LONGEST_CODE = 10
# The API decides on the token and the rate limit before it executes a request.
_REJECTED_BEFORE_EXECUTION = TOKEN_REJECTED | {RATE_LIMITED}
# A proxy may write this code too, but not in an object as GraphQL message.
_REJECTED_IN_GRAPHQL = _REJECTED_BEFORE_EXECUTION | {TOO_MANY_REQUESTS}
# HTTP statuses of a server that does not know the path.
_UNKNOWN_PATH = frozenset({404, 405, 410})

_ERRORS_BY_STATUS: dict[int, type[APIError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    429: RateLimitError,
    **dict.fromkeys(range(500, 600), ServerError),
}

# The expected types, by the first part of a pydantic error type.
_EXPECTED = {
    "string": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "a boolean",
    "list": "a list",
    "dict": "an object",
    "model": "an object",
    "missing": "a value",
}


@dataclass(slots=True, eq=False)
class Response:
    """An HTTP response whose body has been read.

    Attributes:
        operation: Name of the operation that it responds to.
        status: HTTP status.
        headers: Headers, with case-insensitive lookup.
        body: Decompressed body.
        url: URL of the request.
    """

    operation: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = ""


class _Reader(NamedTuple):
    """Reads the responses of one operation.

    Attributes:
        validator: Validates ``data`` as the operation's result, and ``errors``.
        outcomes: Attributes of the result that hold the outcome of a mutation.
    """

    validator: Any
    outcomes: tuple[str, ...]


class _Building:
    """The lock for building readers: pydantic does not build models in several threads."""

    def __init__(self) -> None:
        self.after_fork()
        register_after_fork(self)

    def after_fork(self) -> None:
        """Start with a free lock."""
        self.lock = threading.Lock()


_building = _Building()


def graphql_result(result_type: type[ResultT], response: Response) -> ResultT:
    """Return the data of a GraphQL response.

    Raises:
        APIError: The response says that the operation failed.
        InvalidResponseError: The response is not a response to the operation.
    """
    problem = None
    if 200 <= response.status < 300:
        reader = _reader(cast("Any", result_type))
        try:
            read = reader.validator.validate_json(response.body, by_alias=True, by_name=False)
        except ValidationError as error:
            problem = problem_of(error)
        else:
            if not read.errors and read.data is not None:
                for outcome in reader.outcomes:
                    _check_success(getattr(read.data, outcome), response)
                data: ResultT = read.data
                return data
    raise graphql_error(response, problem)


@cache
def _reader(result_type: Any) -> _Reader:
    # Parsing and validating the bytes in one step makes typed results as cheap as untyped ones.
    # Built at first use: most programs use few of the operations.
    from pydantic import create_model

    with _building.lock:
        fields: Any = {"data": (Optional[result_type], None), "errors": (list[Any] | None, None)}  # noqa: UP045
        model = create_model(f"{getattr(result_type, '__name__', 'Result')}Response", **fields)
        model.model_rebuild(force=True)
        outcomes = tuple(
            name
            for name, field in getattr(result_type, "model_fields", {}).items()
            if any(map(_is_outcome, (field.annotation, *get_args(field.annotation))))
        )
        return _Reader(model.__pydantic_validator__, outcomes)


def _is_outcome(annotation: Any) -> bool:
    """Whether a field is the outcome of a mutation. Each generated package has its own class."""
    return (
        isinstance(annotation, type)
        and annotation.__name__ == "CommonMessage"
        and {"code", "message"} <= getattr(annotation, "model_fields", {}).keys()
    )


def check_result_type(result_type: object) -> None:
    """Check that responses can be validated as a type.

    Raises:
        InvalidInputError: pydantic does not support the type.
    """
    from pydantic import PydanticUserError

    try:
        _reader(result_type)
    except (NameError, PydanticUserError, TypeError) as error:
        failure = InvalidInputError(
            f"result_type: pydantic cannot validate {result_type!r}: {str(error).splitlines()[0]}"
        )
    else:
        return
    raise failure


def graphql_error(response: Response, problem: str | None = None) -> AuthingError:
    """Return the error for a GraphQL response without usable data.

    Args:
        response: The response.
        problem: Why its data cannot be read, if that has been tried.
    """
    content = _content(response)
    listed = content.get("errors")
    errors = cast("list[object]", listed) if isinstance(listed, list) else []
    details = [_detail(cast("dict[str, Any]", one)) for one in errors if isinstance(one, dict)]
    if not details:
        return rest_error(response, problem)
    first = details[0]
    error = api_error(first.code, first.message, response, data=first.data)
    error.errors = tuple(details)
    data = content.get("data")
    error.partial_data = _filled(data)
    is_without_effect = error.partial_data is None and isinstance(data, dict | None)
    error.maybe_executed = not (is_without_effect and all(map(_is_rejection, errors)))
    return error


def _filled(data: object) -> Mapping[str, Any] | None:
    """Return the ``data`` of a response, with masked secrets, if any of its fields has a value."""
    fields = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    has_value = any(value is not None for value in fields.values())
    return cast("Mapping[str, Any]", _masked(fields)) if has_value else None


def _masked(data: object) -> object:
    from authing_graphql.display import is_secret

    if isinstance(data, list):
        return [_masked(item) for item in cast("list[object]", data)]
    if isinstance(data, dict):
        return {
            name: MASK if is_secret(name) and value is not None else _masked(value)
            for name, value in cast("dict[str, object]", data).items()
        }
    return data


def _detail(error: dict[str, Any]) -> ErrorDetail:
    message = error.get("message")
    data: object = None
    if isinstance(message, dict):
        body = cast("dict[str, Any]", message)
        code, message, data = body.get("code"), body.get("message"), body.get("data")
    else:
        # A string comes from the GraphQL layer: the document or a variable is invalid.
        extensions = error.get("extensions")
        is_object = isinstance(extensions, dict)
        code = cast("dict[str, Any]", extensions).get("code") if is_object else None
    path = error.get("path")
    steps = cast("list[object]", path) if isinstance(path, list) else []
    return ErrorDetail(
        message=message if isinstance(message, str) else "",
        code=code_of(code),
        path=tuple(step for step in steps if isinstance(step, str | int)),
        data=data,
    )


def _is_rejection(error: object) -> bool:
    """Whether the API itself rejected the request before it executed anything."""
    message = cast("dict[str, Any]", error).get("message") if isinstance(error, dict) else None
    code = cast("dict[str, Any]", message).get("code") if isinstance(message, dict) else None
    return code_of(code) in _REJECTED_IN_GRAPHQL


def rest_error(response: Response, problem: str | None = None) -> AuthingError:
    """Return the error for a response of the form ``{code, message, data}``.

    Args:
        response: The response.
        problem: Why its data cannot be read, if that has been tried.
    """
    content = _content(response)
    codes = {name: content.get(name) for name in ("apiCode", "code", "statusCode")}
    code = next((code for code in map(code_of, codes.values()) if code is not None), None)
    # With a success status and no code, a message does not mean that the call failed.
    is_error = response.status >= 400 or any(value is not None for value in codes.values())
    is_of_api = any(code_of(codes[name]) is not None for name in ("apiCode", "code"))
    if response.status in _UNKNOWN_PATH and not is_of_api:
        return _invalid_response(f"There is no Authing API at {response.url}", response)
    message, data = content.get("message"), content.get("data")
    if message is not None and code != SUCCESS and is_error:
        error = api_error(code, message, response, data=data)
        is_rejection = code in _REJECTED_BEFORE_EXECUTION and data is None
        error.maybe_executed = not is_rejection or SUCCESS in map(code_of, codes.values())
        return error
    if response.status >= 400:
        return api_error(None, None, response)
    return _invalid_response("Cannot read the response", response, problem)


def _invalid_response(
    message: str, response: Response, problem: str | None = None
) -> InvalidResponseError:
    description = f"HTTP status {response.status}, {_description(response)}"
    return InvalidResponseError(
        f"{message} ({description})" + (f": {problem}" if problem else ""),
        operation=response.operation,
        http_status=response.status,
        request_id=request_id(response),
    )


def problem_of(error: ValidationError, root: str = "") -> str:
    """Describe the first problem of data: which field, and what was expected; never the value.

    Args:
        error: The error of the validation.
        root: Where the validated data stands in the response.
    """
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    first = problems[0]
    kind = first["type"]
    if kind == "json_invalid":
        return "invalid JSON"
    path = root
    for step in first["loc"]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    expected = _EXPECTED.get(kind.partition("_")[0], first["msg"])
    others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    field = f"{path.removeprefix('.')}: " if path else ""
    return f"{field}expected {expected}{others}"


def api_error(
    code: object, message: object, response: Response, *, data: object = None
) -> APIError:
    """Return the error for a code and message of the API."""
    number = code_of(code)
    if number in ERROR_CODES and number != UNSPECIFIC:
        error_type = ERROR_CODES[number].error
    else:
        error_type = _ERRORS_BY_STATUS.get(response.status, InvalidRequestError)
    text = message if isinstance(message, str) and message else _status_message(response)
    error = error_type(
        text,
        code=number,
        data=data,
        operation=response.operation,
        http_status=response.status,
        request_id=request_id(response),
        retry_after=retry_after(response.headers.get("retry-after"), response.headers.get("date")),
    )
    if isinstance(error, ConflictError):
        from .error_messages import conflict_field

        error.field = conflict_field(number, response.operation, text)
    return error


def is_token_rejected(error: AuthingError, *, certainly: bool) -> bool:
    """Whether the server rejected the token.

    Args:
        error: The error of the call.
        certainly: Whether a proxy's HTTP status 401, or a code beside data, does not suffice.
    """
    if not isinstance(error, APIError) or (certainly and error.maybe_executed):
        return False
    return error.code in TOKEN_REJECTED or error.http_status == 401


def token_error(error: APIError) -> APIError:
    """Return the error for a failed token request: usually an ``AuthenticationError``."""
    if isinstance(error, ServerError | RateLimitError):
        return error
    if error.code is None and error.http_status not in (401, 403):
        return error  # a wrong host is more likely than a wrong secret
    failure = AuthenticationError(error.message)
    failure.__dict__.update(error.__dict__)
    return failure


def given_token_error(error: APIError) -> AuthenticationError:
    """Return the error for a rejected token that the program has passed."""
    failure = AuthenticationError(
        f"The API rejected the access_token of the client, which may have expired ({error.message})"
        ": create a client with a new token, or with the secret of the user pool"
    )
    failure.__dict__.update({**error.__dict__, "message": failure.message})
    return failure


def require_outcome(message: "CommonMessage | None", operation: str) -> "CommonMessage":
    """Return the outcome of a mutation. A failed one has been raised before.

    Raises:
        InvalidResponseError: The response does not contain the outcome.
    """
    if message is None or message.code is None:
        raise InvalidResponseError(
            "The response does not say whether the mutation succeeded", operation=operation
        )
    return message


def _check_success(message: "CommonMessage | None", response: Response) -> None:
    if message is not None and message.code is not None and message.code != SUCCESS:
        raise api_error(message.code, message.message or "The mutation failed", response)


def not_found(kind: str, operation: str) -> NotFoundError:
    """Return the error for an object for which the API returns null."""
    return NotFoundError(f"The {kind} does not exist", code=404, operation=operation)


def user_not_found(operation: str) -> NotFoundError:
    """Return the error for a user for which the API returns null."""
    return NotFoundError("The user does not exist", code=USER_DOES_NOT_EXIST, operation=operation)


def retry_after(header: str | None, date: str | None) -> float | None:
    """Parse a ``Retry-After`` header.

    Args:
        header: The header: seconds or an HTTP date.
        date: The ``Date`` header, which an HTTP date is relative to. The local clock is not used.

    Returns:
        Seconds to wait, or ``None`` if the header is absent or invalid.
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


def code_of(code: object) -> int | None:
    """Return the code of a response, which some servers send as text."""
    if isinstance(code, str) and code.isdecimal() and len(code) <= LONGEST_CODE:
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _status_message(response: Response) -> str:
    return f"The server returned HTTP status {response.status} without a message"


def _description(response: Response) -> str:
    content_type = response.headers.get("content-type", "no content type")
    return f"{len(response.body)} bytes, {content_type}"


def request_id(response: Response) -> str | None:
    value: object = response.headers.get("x-request-id")
    return value if isinstance(value, str) else None
