"""Remembers what the schema of a server lacks, and adapts requests to it."""

import sys
import warnings
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import TYPE_CHECKING, TypeVar, cast

from .._protocol.request import Request, graphql_request, with_document
from .._protocol.response import Response, graphql_result
from ..errors import APIError, AuthingError, SchemaDriftWarning
from .document_trees import GENERATED_PACKAGES

if TYPE_CHECKING:  # imported when a server lacks something
    from .._protocol.trees import Trees
    from .._protocol.validation_errors import SchemaName

ResultT = TypeVar("ResultT")

# More are printed again, so that memory stays limited: calls can select their own fields.
MAX_DOCUMENTS = 1024
OWN_PACKAGES = ("authing_users", "authing_graphql")


class RejectedDocument(AuthingError):
    """The server executed nothing, perhaps because it rejected the document.

    Attributes:
        error: The error of the response, if the document cannot be adapted.
        messages: All messages of the response.
    """

    def __init__(self, error: APIError, messages: list[str]) -> None:
        super().__init__(error.message, operation=error.operation)
        self.code = error.code
        self.error = error
        self.messages = messages


def read_graphql(result_type: type[ResultT], response: Response) -> ResultT:
    """Return the data of a GraphQL response.

    Raises:
        RejectedDocument: The response says that nothing was executed.
        APIError: The response says that the operation failed.
        InvalidResponseError: The response is not a response to the operation.
    """
    try:
        return graphql_result(result_type, response)
    except APIError as error:
        failure = error
    from .._protocol.validation_errors import validation_messages

    messages = validation_messages(response)
    raise RejectedDocument(failure, messages) if messages else failure


class ServerSchema:
    """Fields and arguments that the schema of one server lacks, as its errors have shown.

    All clients that are derived from one share it. Names are only added, by single operations on
    dicts, which are atomic. So it needs no lock, which would have to be reset after a fork.

    Args:
        is_strict: Whether documents are never adapted.
    """

    def __init__(self, *, is_strict: bool) -> None:
        self._is_strict = is_strict
        self._missing: dict[SchemaName, None] = {}
        self._reported: dict[SchemaName, object] = {}
        self._documents: dict[tuple[Trees | None, str, frozenset[str], int], str] = {}

    def request(
        self,
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        *,
        authorized: bool = True,
        trees: "Trees | None" = None,
    ) -> Request:
        """Build the request for a GraphQL operation, without what the schema lacks.

        Args:
            document: The document.
            operation_name: Name of the operation.
            variables: The variables that are set.
            authorized: Whether the request is sent with the management token.
            trees: The trees that the document was printed from. Default: those of this library.

        Warns:
            SchemaDriftWarning: A field or argument is omitted for the first time.
        """
        if self._missing and (trees is None or operation_name in trees.operations):
            document = self._known_document(document, operation_name, frozenset(variables), trees)
        return graphql_request(
            document, operation_name, variables, authorized=authorized, trees=trees
        )

    def adapt(self, request: Request, rejected: RejectedDocument) -> Request | None:
        """Return the request to send in place of a rejected one.

        Returns:
            A request whose document selects less. ``None`` if the response says something else, or
            if the document is already adapted to it.

        Raises:
            InvalidRequestError: The schema lacks something that the call needs.

        Warns:
            SchemaDriftWarning: A field or argument is omitted for the first time.
        """
        if self._is_strict:
            return None
        from .schema_drift import adapt_document, lacking_error, read_messages

        unknown = read_messages(request.operation, rejected.messages, request.trees)
        if unknown is None:
            return None
        self._missing.update(dict.fromkeys(unknown.names))
        variables = cast("Mapping[str, object]", request.content).keys()
        adapted = adapt_document(request.operation, self._missing, variables, request.trees)
        if lacking := [*adapted.lacking, *unknown.inputs]:
            raise lacking_error(rejected.error, lacking)
        if adapted.document == request.document:
            return None
        self._report(adapted.omitted)
        return with_document(request, adapted.document)

    def _known_document(
        self, document: str, operation: str, variables: frozenset[str], trees: "Trees | None"
    ) -> str:
        key = (trees, operation, variables, len(self._missing))
        if key not in self._documents:
            from .schema_drift import adapt_document

            adapted = adapt_document(operation, self._missing, variables, trees)
            if adapted.lacking:
                # The server reports it again, unless it has been updated.
                return document
            if len(self._documents) >= MAX_DOCUMENTS:
                self._documents.clear()
            self._documents[key] = adapted.document
            self._report(adapted.omitted)
            return adapted.document
        return self._documents[key]

    def _report(self, omitted: Iterable["SchemaName"]) -> None:
        """Warn about names that have not been reported. If warnings are errors, raise the first."""
        raised: SchemaDriftWarning | None = None
        for name in omitted:
            marker = object()
            if self._reported.setdefault(name, marker) is not marker:
                continue
            try:
                warnings.warn(SchemaDriftWarning(*name), stacklevel=_callers_level())
            except SchemaDriftWarning as warning:
                raised = raised or warning
        if raised is not None:
            raise raised


def _callers_level() -> int:
    """Return the ``stacklevel`` of the code that called this library."""
    frame: FrameType | None = sys._getframe(1)
    level = 1
    while frame is not None and (
        _package(frame) in OWN_PACKAGES or frame.f_globals.get("__package__") in GENERATED_PACKAGES
    ):
        frame = frame.f_back
        level += 1
    return level


def _package(frame: FrameType) -> str:
    name: str = frame.f_globals.get("__name__", "")
    return name.partition(".")[0]
