"""The executor of graphql-core, which Ariadne builds on, with complete types."""

from importlib import import_module
from typing import Protocol

from graphql import DocumentNode, ExecutionResult, GraphQLSchema

from ..operation import Operation


class Execute(Protocol):
    """Executes a validated document to the end, in the calling thread."""

    def __call__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        *,
        context_value: Operation,
        variable_values: dict[str, object] | None,
        operation_name: str | None,
    ) -> ExecutionResult:
        """Execute one operation of a document."""
        ...


# Some of its own parameters have incomplete types, so an import by name would not be typed.
# Ariadne's graphql_sync goes further than is wanted: it formats the errors, and whether they came
# up before the execution (HTTP 400) or in it (the API's own errors) cannot be told any more.
execute: Execute = import_module("graphql").execute_sync
