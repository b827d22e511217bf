# Derived from authing_users/_async/executors.py: change that, and run `make generate`.

"""Executes operations that differ from those of this library, or are the caller's own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from pydantic_core import PydanticSerializationError

from .._inputs.documents import wire_variables
from .._policy.document_trees import no_trees, trees_of
from .._policy.server_schema import read_graphql
from .._protocol.request import graphql_request
from ..errors import InvalidInputError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .._inputs.documents import OperationHead
    from .._policy.selection import Selection
    from .transport import Transport

ModelT = TypeVar("ModelT", bound="BaseModel")
ResultT = TypeVar("ResultT")


class SelectingExecutor:
    """Executes operations with a selection of fields.

    Args:
        transport: The transport.
        selection: The documents and result types of the operations.
    """

    def __init__(self, transport: "Transport", selection: "Selection") -> None:
        self._transport = transport
        self._selection = selection

    def execute(
        self,
        result_type: type[ModelT],
        _document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ModelT:
        """Execute a GraphQL operation and return its data."""
        selection = self._selection
        specialized = selection.result_type(result_type)
        request = self._transport.schema.request(
            selection.document(operation_name), operation_name, variables, trees=selection.trees
        )
        return self._transport.run(request, lambda response: read_graphql(specialized, response))


class PackageExecutor:
    """Executes the operations of generated packages of callers.

    Args:
        transport: The transport.
    """

    def __init__(self, transport: "Transport") -> None:
        self._transport = transport

    def execute(
        self,
        result_type: type[ModelT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ModelT:
        """Execute a GraphQL operation and return its data."""
        variables = wire_variables(variables)  # tracebacks with locals would show secrets
        request = self._transport.schema.request(
            document, operation_name, variables, trees=trees_of(result_type)
        )
        return self._transport.run(request, lambda response: read_graphql(result_type, response))


def execute_document(
    transport: "Transport",
    document: str,
    operation: "OperationHead",
    variables: Mapping[str, object],
    result_type: type[ResultT],
) -> ResultT:
    """Execute a document of the caller as it is, and return its data.

    Args:
        transport: The transport.
        document: The document.
        operation: The operation that is executed.
        variables: The variables as JSON content.
        result_type: The type of the data.

    Raises:
        InvalidInputError: A variable is not JSON content.
    """
    try:
        request = graphql_request(
            document, operation.name, variables, kind=operation.kind, trees=no_trees()
        )
    except PydanticSerializationError as error:
        failure = InvalidInputError(f"variables cannot be sent as JSON: {error}")
    else:
        return transport.run(request, lambda response: read_graphql(result_type, response))
    raise failure
