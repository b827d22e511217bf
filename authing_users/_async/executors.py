"""Executes operations with another selection of fields than that of their documents."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from .._policy.server_schema import read_graphql

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .._policy.selection import Selection
    from .transport import AsyncTransport

ModelT = TypeVar("ModelT", bound="BaseModel")


class AsyncSelectingExecutor:
    """Executes operations with a selection of fields.

    Args:
        transport: The transport.
        selection: The documents and result types of the operations.
    """

    def __init__(self, transport: "AsyncTransport", selection: "Selection") -> None:
        self._transport = transport
        self._selection = selection

    async def execute(
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
        return await self._transport.run(
            request, lambda response: read_graphql(specialized, response)
        )
