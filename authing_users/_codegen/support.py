"""Find what the generator does not support, before it starts."""

from collections.abc import Sequence

from graphql import DocumentNode, GraphQLSchema

from .problems import Problem


def find_problems(schema: GraphQLSchema, documents: Sequence[DocumentNode]) -> list[Problem]:
    """Return what the generator cannot represent in valid operations.

    Args:
        schema: The schema, without changes.
        documents: The parsed files with operations and fragments. The name of the source of a node
            is the path of its file.
    """
    return []
