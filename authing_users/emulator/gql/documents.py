"""Parsed and validated documents. Clients send the same few again and again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    validate,
)

from .left_out import not_served

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Remembers the values of the keys that were asked for last.

    Args:
        size: How many to remember.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The remembered value, or a new one, which is made outside of the lock."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value


@dataclass(frozen=True, slots=True)
class InvalidDocument:
    """Why a text is no document that can be executed."""

    errors: list[GraphQLError]


def read_document(schema: GraphQLSchema, text: str) -> DocumentNode | InvalidDocument:
    """Parse and validate a document."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return InvalidDocument([error])
    errors = validate(schema, document)
    if not errors:
        return document
    # What is wrong beside it, such as the types of its variables, would only lead astray.
    left_out = not_served(document)
    return InvalidDocument([left_out] if left_out else errors)


def only_introspects(operation: OperationDefinitionNode) -> bool:
    """Whether the answer depends on nothing but the schema and the variables."""
    return all(
        isinstance(selection, FieldNode) and selection.name.value.startswith("__")
        for selection in operation.selection_set.selections
    )
