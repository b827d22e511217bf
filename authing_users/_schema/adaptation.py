"""Whether the client can adapt its own operations to a schema that lacks names."""

from collections.abc import Collection
from typing import NamedTuple

from .._policy.schema_drift import adapt_document
from .._protocol.validation_errors import SchemaName
from .operations import Operation
from .uses import Uses

NOT_ADAPTED = "operations of your own are not adapted to the server"


class Adaptation(NamedTuple):
    """An operation without the names that a schema lacks.

    Attributes:
        document: The document to send. Empty if the operation cannot be called.
        lacking: Why it cannot be called.
    """

    document: str
    lacking: list[str]


def adapt(operation: Operation, uses: Uses, missing: Collection[str]) -> Adaptation:
    """Return the document that is sent to a server that lacks names.

    Args:
        operation: One of our operations.
        uses: What it uses.
        missing: Coordinates of fields and arguments that the server lacks.
    """
    names = [_schema_name(coordinate) for coordinate in missing]
    adapted = adapt_document(operation.name, names, uses.always_set)
    return Adaptation(adapted.document, adapted.lacking)


def _schema_name(coordinate: str) -> SchemaName:
    field, _, argument = coordinate.partition("(")
    type_, _, name = field.partition(".")
    return SchemaName(type_, name, argument.removesuffix(":)") or None)
