"""Requests and responses of the API's REST endpoints, which cover what GraphQL does not."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from authing_graphql import CommonMessage

from .._runtime.secret import Secret, SecretBytes
from ..errors import APIError, InvalidInputError
from .request import Request
from .response import SUCCESS, Response, code_of, problem_of, rest_error

ResultT = TypeVar("ResultT")


@cache
def _adapter(result_type: Hashable) -> TypeAdapter[Any]:
    annotation: Any = result_type
    return TypeAdapter(annotation)


def rest_request(
    operation: str,
    method: str,
    path: str,
    *segments: str,
    query: Mapping[str, str | Sequence[str] | None] | None = None,
    body: Mapping[str, object] | None = None,
    authorized: bool = True,
    is_mutation: bool | None = None,
    bearer: Secret | None = None,
) -> Request:
    """Build the call of a REST endpoint.

    Args:
        operation: Name of the operation, for errors.
        method: HTTP method.
        path: Path with ``{}`` for each segment.
        *segments: What to fill in; encoded, so that an id cannot leave its segment.
        query: Parameters; one that is ``None`` is left out.
        body: Content of the body.
        authorized: Whether the call carries a management token.
        is_mutation: Whether the call changes something; when ``None``, any method but GET does.
        bearer: The token to carry in its place.

    Raises:
        InvalidInputError: A segment would be another path, or the token another header.
    """
    for segment in segments:
        if segment in {".", ".."}:
            raise InvalidInputError(f"{segment!r} is not a valid ID")
    filled = path.format(*(quote(segment, safe="") for segment in segments))
    parameters = {name: value for name, value in (query or {}).items() if value is not None}
    if parameters:
        filled += "?" + urlencode(parameters, doseq=True)
    if bearer is not None and not (bearer.isascii() and bearer.isprintable()):
        raise InvalidInputError("The token contains characters that an HTTP header cannot contain")
    content = None if body is None else SecretBytes(to_json(body))
    if is_mutation is None:
        is_mutation = method != "GET"
    return Request(
        operation,
        method,
        filled,
        content,
        authorized=authorized and bearer is None,
        bearer=bearer,
        is_mutation=is_mutation,
        kind=method,
        content=body,
    )


def rest_result(
    result_type: type[ResultT],
    response: Response,
    *,
    absent: Callable[[str], APIError] | None = None,
) -> ResultT:
    """Return the ``data`` of a REST response.

    Args:
        result_type: Type of the data.
        response: The response.
        absent: Builds the error to raise if ``data`` is null, for an operation.

    Raises:
        APIError: The response says that the call failed.
        InvalidResponseError: The response is not a response to the call.
    """
    problem = None
    envelope = _envelope(response)
    if envelope is not None and _succeeded(envelope):
        data = envelope.get("data")
        if data is None and absent is not None:
            raise absent(response.operation)
        try:
            result: ResultT = _adapter(cast("Hashable", result_type)).validate_python(data)
        except ValidationError as error:
            problem = problem_of(error, "data")
        else:
            return result
    raise rest_error(response, problem)


def rest_document(result_type: type[ResultT], response: Response) -> ResultT:
    """Return the content of a response that is not wrapped in ``code`` and ``data``.

    Raises:
        APIError: The response says that the call failed.
        InvalidResponseError: The response is not a response to the call.
    """
    problem = None
    if 200 <= response.status < 300:
        try:
            result: ResultT = _adapter(cast("Hashable", result_type)).validate_json(response.body)
        except ValidationError as error:
            problem = problem_of(error)
        else:
            return result
    raise rest_error(response, problem)


def rest_message(response: Response) -> CommonMessage:
    """Return the outcome of a mutation from a REST response.

    Raises:
        APIError: The response says that the mutation failed.
        InvalidResponseError: The response is not a response to the call.
    """
    envelope = _envelope(response)
    if envelope is not None and _succeeded(envelope):
        message = envelope.get("message")
        return CommonMessage(code=SUCCESS, message=message if isinstance(message, str) else None)
    raise rest_error(response)


def _envelope(response: Response) -> dict[str, Any] | None:
    if not 200 <= response.status < 300:
        return None
    try:
        content = from_json(response.body)
    except ValueError:
        return None
    return cast("dict[str, Any]", content) if isinstance(content, dict) else None


def _succeeded(envelope: Mapping[str, object]) -> bool:
    # Version 3 of the API names the code `statusCode`.
    return code_of(envelope.get("code", envelope.get("statusCode"))) == SUCCESS
