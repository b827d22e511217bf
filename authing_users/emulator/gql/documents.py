"""Parse and validate documents, with a cache: clients send the same few again and again."""

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

from .unsupported import unsupported_operation

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """A thread-safe cache of the most recently used values.

    Args:
        size: Maximum number of values.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the cached value, or make and cache it. ``make`` runs outside of the lock."""
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
    """A document that cannot be executed.

    Attributes:
        errors: Why it cannot be executed.
        document: The parsed document, or ``None`` if it cannot be parsed.
    """

    errors: list[GraphQLError]
    document: DocumentNode | None = None


MAX_TOKENS = 5_000
"""Maximum number of tokens (names, numbers, strings, punctuation) of a document."""


def read_document(schema: GraphQLSchema, text: str) -> DocumentNode | InvalidDocument:
    """Parse and validate a document."""
    try:
        document = parse(text, max_tokens=MAX_TOKENS)
    except GraphQLError as error:
        return InvalidDocument([error])
    errors = validate(schema, document)
    if not errors:
        return document
    # Report only the unsupported operation. Its unknown types and fields would distract from it.
    unsupported = unsupported_operation(document)
    return InvalidDocument([unsupported] if unsupported else errors, document)


def root_fields(operation: OperationDefinitionNode) -> list[FieldNode]:
    """Return the fields of an operation, without those of its fragments."""
    return [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]


def is_introspection(operation: OperationDefinitionNode) -> bool:
    """Return whether the response depends on the schema and the variables only."""
    return all(
        isinstance(selection, FieldNode) and selection.name.value.startswith("__")
        for selection in operation.selection_set.selections
    )
