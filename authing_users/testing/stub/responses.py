"""Turn the results and errors of a test into the responses that a server would send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import to_json

from authing_graphql import CommonMessage
from authing_graphql.custom_data import value_to_wire

from ..._inputs.checks import type_name
from ..._protocol.response import Response, graphql_error
from ...errors import (
    APIError,
    AuthenticationError,
    AuthingError,
    ConflictError,
    InvalidInputError,
    InvalidRequestError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from .operations import Operation

SUCCESS = CommonMessage(code=200, message="OK")

# A code of the API that stands for each error.
_CODES: dict[type[APIError], int] = {
    APIError: 500,
    AuthenticationError: 401,
    ConflictError: 2026,
    InvalidRequestError: 500,
    NotFoundError: 2004,
    PermissionDeniedError: 403,
    RateLimitError: 2100,
    ServerError: 1000,
}
_CODES_BY_FIELD = {"username": 2034, "phone": 2035, "email": 2200}


@dataclass(frozen=True, slots=True)
class StubResponse:
    """A response of the stub.

    Attributes:
        body: The body.
        status: HTTP status.
        headers: Headers besides the type of the content.
    """

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class StubFailure:
    """A request without a response.

    Attributes:
        message: Description of the problem.
        maybe_sent: Whether the server may have received the request.
        is_timeout: Whether the time for the response has passed.
    """

    message: str
    maybe_sent: bool
    is_timeout: bool


def success(operation: Operation, result: object) -> StubResponse:
    """Return the response with a result.

    Raises:
        InvalidInputError: The result does not have the type of the operation's results.
    """
    if operation.is_own and result is SUCCESS:
        raise InvalidInputError(
            f"{operation.name} returns the data of a response: write returns({{…}})"
        )
    if not _has_type(result, operation.result) and not _is_empty_page(result, operation.result):
        given = "" if result is SUCCESS else f", not {type_name(result)}"
        raise InvalidInputError(
            f"{operation.name} returns {_named(operation.result)}{given}{_hint(operation.result)}"
        )
    content = _content(result)
    if operation.is_graphql:
        for name in reversed(operation.fields if result is not None else operation.fields[:1]):
            content = {name: content}
        return StubResponse(to_json({"data": content}))
    if isinstance(result, CommonMessage):
        envelope: dict[str, object] = {"code": result.code, "message": result.message, "data": None}
    else:
        envelope = {"code": 200, "message": "OK", "data": content}
    return StubResponse(to_json(envelope))


def failure(operation: Operation, error: object) -> StubResponse | StubFailure:
    """Return the response, or the failed connection, that makes a client raise an error.

    Args:
        operation: The operation.
        error: A class of errors or an instance.

    Raises:
        InvalidInputError: The error is none that a response can stand for.
    """
    kind: Any = error if isinstance(error, type) else type(error)
    instance = None if isinstance(error, type) else cast("AuthingError", error)
    if kind in (TransportError, TransportTimeoutError):
        transport = cast("TransportError | None", instance)
        return StubFailure(
            "no response (authing_stub)" if transport is None else transport.message,
            maybe_sent=transport is None or transport.maybe_sent,
            is_timeout=kind is TransportTimeoutError,
        )
    if kind is InvalidResponseError:
        return StubResponse(b"not JSON")
    if kind in _CODES:
        return _api_error(operation, kind, cast("APIError | None", instance))
    names = ", ".join(
        model.__name__
        for model in (*_CODES, TransportError, TransportTimeoutError, InvalidResponseError)
    )
    raise InvalidInputError(
        f"raises() takes an error that a response can cause ({names}), not {kind.__name__}"
    )


def _api_error(operation: Operation, kind: type[APIError], error: APIError | None) -> StubResponse:
    code = _code(kind, error)
    status = 200 if error is None or error.http_status is None else error.http_status
    message = "Stubbed error" if error is None else error.message
    headers: dict[str, str] = {}
    if error is not None and error.retry_after is not None:
        headers["retry-after"] = f"{error.retry_after:g}"
    if error is not None and error.request_id is not None:
        headers["x-request-id"] = error.request_id
    body = {"code": code, "message": message, "data": None if error is None else error.data}
    content = {"errors": [{"message": body}], "data": None} if operation.is_graphql else body
    response = StubResponse(to_json(content), status, headers)
    raised = graphql_error(Response(operation.name, status, headers, response.body))
    if not isinstance(raised, kind):
        raise InvalidInputError(
            f"Code {code} with HTTP status {status} stands for {type(raised).__name__}, "
            f"not {kind.__name__}"
        )
    if isinstance(error, ConflictError) and error.field not in (None, cast("Any", raised).field):
        raise InvalidInputError(
            f"Code {code} does not say that {error.field!r} is taken: write the name of the field "
            "in the message"
        )
    return response


def _code(kind: type[APIError], error: APIError | None) -> int:
    if error is not None and error.code is not None:
        return error.code
    field = error.field if isinstance(error, ConflictError) else None
    return _CODES_BY_FIELD.get(field or "", _CODES[kind])


def _has_type(value: object, annotation: Any) -> bool:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return any(_has_type(value, argument) for argument in arguments)
    if annotation in (None, NoneType):
        return value is None
    if origin is list:
        items = cast("list[object]", value)
        return isinstance(value, list) and all(_has_type(item, arguments[0]) for item in items)
    if isinstance(value, bool):
        return annotation is bool
    return isinstance(value, annotation)


def _is_empty_page(value: object, annotation: Any) -> bool:
    """Whether a page without objects stands for one of another type."""
    page: Any = value
    is_page = isinstance(value, BaseModel) and "total_count" in type(value).model_fields
    return is_page and not page.list and "total_count" in _model_fields(annotation)


def _model_fields(annotation: Any) -> Mapping[str, object]:
    for model in (annotation, *get_args(annotation)):
        if isinstance(model, type) and issubclass(model, BaseModel):
            return model.model_fields
    return {}


def _named(annotation: Any) -> str:
    if annotation is NoneType:
        return "None"
    if get_origin(annotation) is list:
        return f"list[{_named(get_args(annotation)[0])}]"
    if get_args(annotation):
        return " or ".join(map(_named, get_args(annotation)))
    return str(annotation.__name__)


def _hint(annotation: Any) -> str:
    name = _named(annotation).partition(" or ")[0]
    hints = {"User": "user(…)", "Role": "role(…)", "Group": "group(…)", "CommonMessage": ""}
    written = hints.get(name) or (
        "page_of(…)" if "total_count" in _model_fields(annotation) else ""
    )
    return f": write returns({written})" if written or name in hints else ""


def _content(value: object) -> Any:
    """Return a result as JSON content, with the names of the API."""
    if isinstance(value, BaseModel):
        return _in_wire_form(value, value.model_dump(mode="json", by_alias=True))
    if isinstance(value, list):
        return [_content(item) for item in cast("list[object]", value)]
    return value


def _in_wire_form(model: BaseModel, content: Any) -> Any:
    """Replace the values of custom fields, which models convert, by what the API sends."""
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        alias = info.serialization_alias or name
        if name == "custom_data" and isinstance(value, dict):
            content[alias] = _custom_data(cast("dict[str, object]", value))
        elif isinstance(value, BaseModel):
            content[alias] = _content(value)
        elif isinstance(value, list):
            content[alias] = [
                _content(item) if isinstance(item, BaseModel) else dumped
                for item, dumped in zip(cast("list[object]", value), content[alias], strict=True)
            ]
    return content


def _custom_data(values: Mapping[str, object]) -> list[dict[str, object]]:
    return [
        {"key": key, "dataType": _data_type(value), "value": _text(value)}
        for key, value in values.items()
    ]


def _data_type(value: object) -> str:
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int | float):
        return "NUMBER"
    if isinstance(value, datetime | date):
        return "DATETIME"
    return "STRING" if isinstance(value, str | None) else "OBJECT"


def _text(value: object) -> str | None:
    return value if isinstance(value, str | None) else value_to_wire(value)
