"""The execution of GraphQL requests: from the body of the request to the body of the answer."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationType,
    get_operation_ast,
)

from ..bodies import MalformedBodyError, encode, json_object
from ..core import Emulator
from ..errors import ApiError, ErrorCode
from ..messages import Language, refusal
from ..operation import Caller, Operation
from .documents import InvalidDocument, Recent, only_introspects, read_document
from .executor import execute
from .schema import executable_schema

_DOCUMENTS = 256
_INTROSPECTIONS = 32
_LONGEST_REMEMBERED = 20_000  # characters; what is longer is not worth the memory

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to an HTTP request."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class _Request:
    query: str
    variables: dict[str, object] | None
    operation_name: str | None


class GraphQLService:
    """Answers GraphQL requests to one emulator; may be called from any thread."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._schema = executable_schema()  # now, so that the first request need not wait for it
        self._documents: Recent[str, DocumentNode | InvalidDocument] = Recent(_DOCUMENTS)
        self._introspections: Recent[tuple[str, str | None, str], Answer] = Recent(_INTROSPECTIONS)

    def answer(self, body: bytes, caller: Caller) -> Answer:
        """Answer one request. Changes are committed when this returns.

        Args:
            body: The body of the HTTP request.
            caller: Who sends it.
        """
        try:
            request = _read_request(body)
        except MalformedBodyError as error:
            return _bad_request([{"message": str(error)}])
        try:
            return self._answer(request, caller)
        except RecursionError:
            return _bad_request([{"message": "The document is nested too deeply."}])
        except Exception:  # whatever it is, the client gets JSON and the log the reason
            _log.exception("A GraphQL request failed")
            unexpected = _api_error(ApiError(ErrorCode.UNEXPECTED), caller.language)
            return _answer({"errors": [unexpected], "data": None})

    def _answer(self, request: _Request, caller: Caller) -> Answer:
        if len(request.query) > _LONGEST_REMEMBERED:
            document = read_document(self._schema, request.query)
        else:
            document = self._documents.get(
                request.query, lambda: read_document(self._schema, request.query)
            )
        if isinstance(document, InvalidDocument):
            return _answer_of(ExecutionResult(None, document.errors), caller.language)
        operation = get_operation_ast(document, request.operation_name)
        if operation is not None and only_introspects(operation):
            key = (request.query, request.operation_name, json.dumps(request.variables))
            return self._introspections.get(key, lambda: self._run(document, request, caller))
        writes = operation is not None and operation.operation is OperationType.MUTATION
        return self._run(document, request, caller, write=writes)

    def _run(
        self, document: DocumentNode, request: _Request, caller: Caller, *, write: bool = False
    ) -> Answer:
        with self._emulator.transaction(write=write) as transaction:
            result = execute(
                self._schema,
                document,
                context_value=Operation(self._emulator, caller, transaction),
                variable_values=request.variables,
                operation_name=request.operation_name,
            )
            if result.errors:
                transaction.rollback()
        return _answer_of(result, caller.language)


def _read_request(body: bytes) -> _Request:
    fields = json_object(body)
    query, variables = fields.get("query"), fields.get("variables")
    operation_name = fields.get("operationName")
    if not isinstance(query, str) or not query.strip():
        message = 'The request has no "query".'
        raise MalformedBodyError(message)
    if variables is not None and not isinstance(variables, dict):
        message = 'The "variables" of the request are not an object.'
        raise MalformedBodyError(message)
    if operation_name is not None and not isinstance(operation_name, str):
        message = 'The "operationName" of the request is not a text.'
        raise MalformedBodyError(message)
    # Some clients send an empty name for a document with one operation.
    return _Request(query, cast("dict[str, object] | None", variables), operation_name or None)


def _answer_of(result: ExecutionResult, language: Language) -> Answer:
    if not result.errors:
        return _answer({"data": result.data})
    if all(error.path is None for error in result.errors):
        return _bad_request([error.formatted for error in result.errors])
    # Many users with the same field that is not served are one error.
    errors: dict[str, dict[str, object]] = {}
    for error in result.errors:
        formatted = _formatted(error, language)
        errors.setdefault(json.dumps(formatted["message"]), formatted)
    return _answer({"errors": list(errors.values()), "data": None})


def _formatted(error: GraphQLError, language: Language) -> dict[str, object]:
    cause = error.original_error
    if isinstance(cause, RecursionError):
        raise cause  # the document is at fault, not a resolver
    if not isinstance(cause, ApiError):
        _log.error("A resolver failed at %s", error.path, exc_info=cause or error)
        cause = ApiError(ErrorCode.UNEXPECTED)
    return {**error.formatted, **_api_error(cause, language)}


def _api_error(error: ApiError, language: Language) -> dict[str, object]:
    message = {"code": error.code, "message": refusal(error, language), "data": None}
    return {"message": message, "extensions": {"code": str(int(error.code))}}


def _answer(content: Mapping[str, object]) -> Answer:
    return Answer(200, encode(content))


def _bad_request(errors: object) -> Answer:
    return Answer(400, encode({"errors": errors}))
