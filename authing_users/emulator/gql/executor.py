"""The executor of graphql-core, with complete types."""

from importlib import import_module
from typing import Protocol

from graphql import DocumentNode, ExecutionResult, GraphQLSchema

from ..request_context import RequestContext


class Execute(Protocol):
    """Executes a validated document in the calling thread."""

    def __call__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        *,
        context_value: RequestContext,
        variable_values: dict[str, object] | None,
        operation_name: str | None,
    ) -> ExecutionResult:
        """Execute one operation of a document."""
        ...


# Some parameters of execute_sync have incomplete types, so a direct import would be untyped.
# Ariadne's graphql_sync formats the errors itself. Errors before the execution (HTTP 400) and
# during the execution (API errors) could then not be told apart.
execute: Execute = import_module("graphql").execute_sync
