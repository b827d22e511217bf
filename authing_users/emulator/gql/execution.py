"""Execute GraphQL requests: from the request body to the response body."""

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)

from ..call_log import Call, LoggedCall
from ..core import Emulator
from ..errors import ApiError, ErrorCode, RequestLimitError
from ..faults import Disruption, Effect, drops_connection, failure_error, status_message
from ..json_body import MalformedBodyError, encode_json, parse_json_object
from ..messages import Language, error_message
from ..operation_errors import check_declared
from ..request_context import MAX_CPU_TIME, ClientInfo, RequestContext
from .documents import InvalidDocument, LRUCache, is_introspection, read_document, root_fields
from .executor import execute
from .schema import executable_schema

_DOCUMENT_CACHE_SIZE = 128
_INTROSPECTION_CACHE_SIZE = 32
_MAX_CACHED_LENGTH = 5_000  # characters; longer documents are not worth the memory

_NESTED_TOO_DEEPLY = "The document is nested too deeply."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GraphQLResponse:
    """A response.

    Attributes:
        status: The HTTP status.
        body: The body.
        errors: The errors of the API that the body contains.
        disruption: The effect of faults on the response, if there is one.
    """

    status: int
    body: bytes
    errors: tuple[ApiError, ...] = ()
    disruption: Disruption | None = None


@dataclass(frozen=True, slots=True)
class _Request:
    query: str
    variables: dict[str, object] | None
    operation_name: str | None


@dataclass(frozen=True, slots=True)
class _Operation:
    """The operation that a request selects; ``None`` if it cannot be found or parsed."""

    document: DocumentNode | InvalidDocument
    node: OperationDefinitionNode | None

    @property
    def fields(self) -> list[FieldNode]:
        return [] if self.node is None else root_fields(self.node)

    @property
    def name(self) -> str | None:
        return None if self.node is None or self.node.name is None else self.node.name.value


class GraphQLService:
    """Executes GraphQL requests of one emulator. Thread-safe.

    Args:
        emulator: The emulator.
        schema: The executable schema.
        is_own_schema: Whether it is the API's own. Stored values always fit its types.
    """

    def __init__(self, emulator: Emulator, schema: GraphQLSchema, *, is_own_schema: bool) -> None:
        self._emulator = emulator
        self._schema = schema
        self._is_own_schema = is_own_schema
        self._documents: LRUCache[str, DocumentNode | InvalidDocument] = LRUCache(
            _DOCUMENT_CACHE_SIZE
        )
        self._introspections: LRUCache[tuple[str, str | None, str], GraphQLResponse] = LRUCache(
            _INTROSPECTION_CACHE_SIZE
        )

    def execute(self, body: bytes, client: ClientInfo) -> GraphQLResponse:
        """Execute one request and commit its changes, unless a fault prevents it.

        Args:
            body: The body of the HTTP request.
            client: The client that sent it.
        """
        try:
            request = _parse_request(body)
        except MalformedBodyError as error:
            return _bad_request([{"message": str(error)}])
        try:
            operation = self._read(request)
        except RecursionError:
            return _bad_request([{"message": _NESTED_TOO_DEEPLY}])
        response = self._respond(operation, request, client)
        if self._emulator.call_log.is_enabled:
            self._log_call(operation, request, client, response, len(body))
        self._log_unsupported(operation, response)
        return response

    def _respond(
        self, operation: _Operation, request: _Request, client: ClientInfo
    ) -> GraphQLResponse:
        disruption = None
        if self._emulator.faults:
            names = _normalized_names(operation)
            disruption = self._emulator.faults.next(names, self._emulator.clock())
        if disruption is None:
            return self._execute(operation, request, client)
        if disruption.prevents_execution:
            response = _ok({})
        else:
            response = self._execute(operation, request, client)
        if disruption.failure is not None:
            response = _failure(disruption.failure, operation, client.language)
        return replace(response, disruption=disruption)

    def _read(self, request: _Request) -> _Operation:
        if len(request.query) > _MAX_CACHED_LENGTH:
            document = read_document(self._schema, request.query)
        else:
            document = self._documents.get(
                request.query, lambda: read_document(self._schema, request.query)
            )
        parsed = document.document if isinstance(document, InvalidDocument) else document
        node = None if parsed is None else get_operation_ast(parsed, request.operation_name)
        return _Operation(document, node)

    def _execute(
        self, operation: _Operation, request: _Request, client: ClientInfo
    ) -> GraphQLResponse:
        try:
            return self._run_or_reject(operation, request, client)
        except RecursionError:
            return _bad_request([{"message": _NESTED_TOO_DEEPLY}])
        except RequestLimitError as error:
            return _bad_request([{"message": str(error)}])
        except Exception:  # a bug: send JSON to the client, log the reason
            _log.exception("Unexpected error in a GraphQL request")
            unexpected = ApiError(ErrorCode.UNEXPECTED)
            formatted = _format_api_error(unexpected, client.language)
            return _ok({"errors": [formatted], "data": None}, (unexpected,))

    def _run_or_reject(
        self, operation: _Operation, request: _Request, client: ClientInfo
    ) -> GraphQLResponse:
        document, node = operation.document, operation.node
        if isinstance(document, InvalidDocument):
            return _to_response(ExecutionResult(None, document.errors), client.language)
        if node is not None and is_introspection(node):
            key = (request.query, request.operation_name, json.dumps(request.variables))
            if len(key[0]) + len(key[2]) <= _MAX_CACHED_LENGTH:
                return self._introspections.get(key, lambda: self._run(document, request, client))
        write = node is not None and node.operation is OperationType.MUTATION
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
            does_not_fit = not self._is_own_schema and _does_not_fit(result)
            if result.errors and not does_not_fit:
                transaction.rollback()
                transaction.check_interruption()  # which makes the resolvers fail
        if does_not_fit:
            return _partial_response(result)
        _check_declared(document, request.operation_name, result.errors or ())
        return _to_response(result, client.language)

    def _log_call(
        self,
        operation: _Operation,
        request: _Request,
        client: ClientInfo,
        response: GraphQLResponse,
        size: int,
    ) -> None:
        call = Call(
            kind="graphql",
            operation=", ".join(field.name.value for field in operation.fields),
            operation_name=operation.name,
            method="POST",
            path=client.source.path,
            variables=request.variables or {},
            status=None if drops_connection(response.disruption) else int(response.status),
            code=next((int(error.code) for error in response.errors), None),
            time=self._emulator.clock(),
        )
        self._emulator.call_log.add(LoggedCall(call, _normalized_names(operation), size))

    def _log_unsupported(self, operation: _Operation, response: GraphQLResponse) -> None:
        if response.disruption and response.disruption.failure:
            return
        for error in response.errors:
            if error.code == ErrorCode.UNSUPPORTED:
                self._emulator.call_log.add_unsupported(error.subject)
        if response.status == HTTPStatus.BAD_REQUEST and operation.node is not None:
            root = operation.node.operation.value.title()
            root_type = executable_schema().type_map.get(root)
            known: Collection[str] = ()
            if isinstance(root_type, GraphQLObjectType):
                known = root_type.fields
            for field in operation.fields:
                if field.name.value not in known and not field.name.value.startswith("__"):
                    self._emulator.call_log.add_unsupported(f"{root}.{field.name.value}")


def _normalized_names(operation: _Operation) -> list[str]:
    names = [field.name.value.lower() for field in operation.fields]
    return names if operation.name is None else [*names, operation.name.lower()]


def _failure(effect: Effect, operation: _Operation, language: Language) -> GraphQLResponse:
    """Return the response to a request that fails because of a fault."""
    error = failure_error(effect)
    if error is None:
        status = effect.status or HTTPStatus.INTERNAL_SERVER_ERROR
        errors = [{"message": status_message(effect, status)}]
        return GraphQLResponse(status, encode_json({"errors": errors}))
    field = operation.fields[0] if operation.fields else None
    path = None if field is None else [(field.alias or field.name).value]
    located = GraphQLError(str(error), field, path=path, original_error=error)
    content = {"errors": [_format_error(located, language)[0]], "data": None}
    return GraphQLResponse(effect.status or HTTPStatus.OK, encode_json(content), (error,))


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


def _check_declared(
    document: DocumentNode, operation_name: str | None, errors: Sequence[GraphQLError]
) -> None:
    """Check that the root fields with errors declare their codes, except in fragments."""
    node = get_operation_ast(document, operation_name) if errors else None
    if node is None:
        return
    names = {(field.alias or field.name).value: field.name.value for field in root_fields(node)}
    for error in errors:
        name = names.get(str(error.path[0])) if error.path else None
        if name is not None and isinstance(error.original_error, ApiError):
            check_declared(name, error.original_error.code)


def _does_not_fit(result: ExecutionResult) -> bool:
    """Return whether all errors are about values that do not fit the types of the schema."""
    return bool(result.errors) and all(
        error.path is not None and isinstance(error.original_error, GraphQLError)
        for error in result.errors or ()
    )


def _partial_response(result: ExecutionResult) -> GraphQLResponse:
    """Return the data, with null instead of each value that does not fit."""
    code = ErrorCode.UNEXPECTED
    errors = [
        {
            **error.formatted,
            "message": {"code": code, "message": error.message, "data": None},
            "extensions": {"code": str(int(code))},
        }
        for error in result.errors or ()
    ]
    return _ok({"errors": errors, "data": result.data})


def _to_response(result: ExecutionResult, language: Language) -> GraphQLResponse:
    if not result.errors:
        return _ok({"data": result.data})
    if all(error.path is None for error in result.errors):
        return _bad_request([error.formatted for error in result.errors])
    # The same error of many list items is reported once.
    errors: dict[str, tuple[dict[str, object], ApiError]] = {}
    for error in result.errors:
        formatted, cause = _format_error(error, language)
        errors.setdefault(json.dumps(formatted["message"]), (formatted, cause))
    content = {"errors": [formatted for formatted, _ in errors.values()], "data": None}
    return _ok(content, tuple(cause for _, cause in errors.values()))


def _format_error(error: GraphQLError, language: Language) -> tuple[dict[str, object], ApiError]:
    cause = error.original_error
    if isinstance(cause, RecursionError | RequestLimitError):
        raise cause  # caused by the document, not by a resolver
    if not isinstance(cause, ApiError):
        _log.error("Unexpected error in a resolver at %s", error.path, exc_info=cause or error)
        cause = ApiError(ErrorCode.UNEXPECTED)
    return {**error.formatted, **_format_api_error(cause, language)}, cause


def _format_api_error(error: ApiError, language: Language) -> dict[str, object]:
    message = {"code": error.code, "message": error_message(error, language), "data": error.data}
    return {"message": message, "extensions": {"code": str(int(error.code))}}


def _ok(content: Mapping[str, object], errors: tuple[ApiError, ...] = ()) -> GraphQLResponse:
    return GraphQLResponse(HTTPStatus.OK, encode_json(content), errors)


def _bad_request(errors: object) -> GraphQLResponse:
    return GraphQLResponse(HTTPStatus.BAD_REQUEST, encode_json({"errors": errors}))
