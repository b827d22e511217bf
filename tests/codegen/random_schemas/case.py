"""A random case: a schema with operations."""

import random
from dataclasses import dataclass
from functools import cached_property, lru_cache

from graphql import DocumentNode, GraphQLSchema, build_schema, parse, validate, validate_schema

from .operation_maker import OperationMaker
from .schema_maker import SchemaMaker

parsed_schema = lru_cache(4)(build_schema)


@dataclass(frozen=True)
class Case:
    """A schema with operations.

    Attributes:
        seed: Seed of all random choices, those of responses and arguments included.
        schema_text: The schema.
        document_text: The operations and fragments.
    """

    seed: str
    schema_text: str
    document_text: str

    @cached_property
    def schema(self) -> GraphQLSchema:
        """The parsed schema."""
        return parsed_schema(self.schema_text)

    @cached_property
    def document(self) -> DocumentNode:
        """The parsed operations."""
        return parse(self.document_text)

    def is_valid(self) -> bool:
        """Return whether both texts are valid GraphQL."""
        try:
            return not validate_schema(self.schema) and not validate(self.schema, self.document)
        except Exception:
            return False

    def __str__(self) -> str:
        return (
            f"# seed: {self.seed}\n# schema.graphql\n{self.schema_text}\n"
            f"# queries.graphql\n{self.document_text}"
        )


def random_case(seed: str) -> Case:
    """Return the case of a seed: always the same for one seed."""
    rng = random.Random(seed)
    while True:
        maker = SchemaMaker(rng)
        text = maker.schema()
        document = OperationMaker(maker, parsed_schema(text)).document()
        if "{" in document:
            return Case(seed, text, document)
