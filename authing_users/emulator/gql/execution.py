"""Execute GraphQL requests: from the request body to the response body."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    get_operation_ast,
)

from ..core import Emulator
from ..errors import ApiError, ErrorCode, RequestLimitError
from ..json_body import MalformedBodyError, encode_json, parse_json_object
from ..messages import Language, error_message
from ..request_context import MAX_CPU_TIME, ClientInfo, RequestContext
from .documents import InvalidDocument, LRUCache, is_introspection, read_document
from .executor import execute

_DOCUMENT_CACHE_SIZE = 128
_INTROSPECTION_CACHE_SIZE = 32
_MAX_CACHED_LENGTH = 5_000  # characters; longer documents are not worth the memory

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GraphQLResponse:
    """The HTTP status and the body of a response."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class _Request:
    query: str
    variables: dict[str, object] | None
    operation_name: str | None


class GraphQLService:
    """Executes GraphQL requests of one emulator. Thread-safe.

    Args:
        emulator: The emulator.
        schema: The executable schema.
    """

    def __init__(self, emulator: Emulator, schema: GraphQLSchema) -> None:
        self._emulator = emulator
        self._schema = schema
        self._documents: LRUCache[str, DocumentNode | InvalidDocument] = LRUCache(
            _DOCUMENT_CACHE_SIZE
        )
        self._introspections: LRUCache[tuple[str, str | None, str], GraphQLResponse] = LRUCache(
            _INTROSPECTION_CACHE_SIZE
        )

    def execute(self, body: bytes, client: ClientInfo) -> GraphQLResponse:
        """Execute one request and commit its changes.

        Args:
            body: The body of the HTTP request.
            client: The client that sent it.
        """
        try:
            request = _parse_request(body)
        except MalformedBodyError as error:
            return _bad_request([{"message": str(error)}])
        try:
            return self._execute(request, client)
        except RecursionError:
            return _bad_request([{"message": "The document is nested too deeply."}])
        except RequestLimitError as error:
            return _bad_request([{"message": str(error)}])
        except Exception:  # a bug: send JSON to the client, log the reason
            _log.exception("Unexpected error in a GraphQL request")
            unexpected = _format_api_error(ApiError(ErrorCode.UNEXPECTED), client.language)
            return _ok({"errors": [unexpected], "data": None})

    def _execute(self, request: _Request, client: ClientInfo) -> GraphQLResponse:
        if len(request.query) > _MAX_CACHED_LENGTH:
            document = read_document(self._schema, request.query)
        else:
            document = self._documents.get(
                request.query, lambda: read_document(self._schema, request.query)
            )
        if isinstance(document, InvalidDocument):
            return _to_response(ExecutionResult(None, document.errors), client.language)
        operation = get_operation_ast(document, request.operation_name)
        if operation is not None and is_introspection(operation):
            key = (request.query, request.operation_name, json.dumps(request.variables))
            if len(key[0]) + len(key[2]) <= _MAX_CACHED_LENGTH:
                return self._introspections.get(key, lambda: self._run(document, request, client))
        write = operation is not None and operation.operation is OperationType.MUTATION
        return self._run(document, request, client, write=write)

    def _run(
        self, document: DocumentNode, request: _Request, client: ClientInfo, *, write: bool = False
    ) -> GraphQLResponse:
        with self._emulator.transaction(write=write, max_cpu_time=MAX_CPU_TIME) as transaction:
            result = execute(
                self._schema,
                document,
                context_value=RequestContext(self._emulator, client, transaction),
                variable_values=request.variables,
                operation_name=request.operation_name,
            )
            if result.errors:
                transaction.rollback()
                transaction.check_interruption()  # which makes the resolvers fail
        return _to_response(result, client.language)


def _parse_request(body: bytes) -> _Request:
    fields = parse_json_object(body)
    query, variables = fields.get("query"), fields.get("variables")
    operation_name = fields.get("operationName")
    if not isinstance(query, str) or not query.strip():
        message = '"query" must be a string that is not blank.'
        raise MalformedBodyError(message)
    if variables is not None and not isinstance(variables, dict):
        message = '"variables" must be an object.'
        raise MalformedBodyError(message)
    if operation_name is not None and not isinstance(operation_name, str):
        message = '"operationName" must be a string.'
        raise MalformedBodyError(message)
    # Some clients send an empty name for a document with one operation.
    return _Request(query, cast("dict[str, object] | None", variables), operation_name or None)


def _to_response(result: ExecutionResult, language: Language) -> GraphQLResponse:
    if not result.errors:
        return _ok({"data": result.data})
    if all(error.path is None for error in result.errors):
        return _bad_request([error.formatted for error in result.errors])
    # The same error of many list items is reported once.
    errors: dict[str, dict[str, object]] = {}
    for error in result.errors:
        formatted = _format_error(error, language)
        errors.setdefault(json.dumps(formatted["message"]), formatted)
    return _ok({"errors": list(errors.values()), "data": None})


def _format_error(error: GraphQLError, language: Language) -> dict[str, object]:
    cause = error.original_error
    if isinstance(cause, RecursionError | RequestLimitError):
        raise cause  # caused by the document, not by a resolver
    if not isinstance(cause, ApiError):
        _log.error("Unexpected error in a resolver at %s", error.path, exc_info=cause or error)
        cause = ApiError(ErrorCode.UNEXPECTED)
    return {**error.formatted, **_format_api_error(cause, language)}


def _format_api_error(error: ApiError, language: Language) -> dict[str, object]:
    message = {"code": error.code, "message": error_message(error, language), "data": error.data}
    return {"message": message, "extensions": {"code": str(int(error.code))}}


def _ok(content: Mapping[str, object]) -> GraphQLResponse:
    return GraphQLResponse(200, encode_json(content))


def _bad_request(errors: object) -> GraphQLResponse:
    return GraphQLResponse(400, encode_json({"errors": errors}))
