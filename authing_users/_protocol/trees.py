"""The trees that documents are printed from. Imported only if a document has to be changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from authing_graphql.operation_tree import Fragment, Operation, print_document
from authing_graphql.operation_trees import FRAGMENTS, OPERATIONS


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """The operations and fragments of documents, by name."""

    operations: Mapping[str, Operation] = field(repr=False)
    fragments: Mapping[str, Fragment] = field(repr=False)

    def document(self, operation_name: str) -> str:
        """Print the document of an operation."""
        return print_document(self.operations[operation_name], self.fragments)


OWN = Trees(OPERATIONS, FRAGMENTS)
"""The operations of this library."""
