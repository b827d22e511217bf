# Derived from authing_users/_async/tokenless.py: change that, and run `make generate`.

"""Executes operations without the management token."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from .._policy.limits import Turn
from .._policy.server_schema import read_graphql
from .._protocol.response import Response

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .transport import Transport

ModelT = TypeVar("ModelT", bound="BaseModel")


class TokenlessExecutor:
    """Executes operations without the management token.

    Args:
        transport: The transport.
        turn: The turn of the call that needs a token; then errors are reported with that call.
            ``None`` for a call of its own.
    """

    def __init__(self, transport: "Transport", turn: Turn | None = None) -> None:
        self._transport = transport
        self._turn = turn

    def execute(
        self,
        result_type: type[ModelT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ModelT:
        """Execute a GraphQL operation without a token and return its data."""
        selection, trees, model = self._transport.selection, None, result_type
        if selection is not None:
            document, trees = selection.document(operation_name), selection.trees
            model = selection.result_type(result_type)
        request = self._transport.schema.request(
            document, operation_name, variables, authorized=False, trees=trees
        )

        def read(response: Response) -> ModelT:
            return read_graphql(model, response)

        if self._turn is None:
            return self._transport.run(request, read)
        return self._transport.run_unreported(request, read, self._turn)
