"""Each unsupported operation is reported with its place, before anything is written."""

from pathlib import Path

import pytest

from .generator import GeneratorProcess, write_files

SCHEMA = """\
type Query {
  node: Node
  status(input: FindInput): Status
}

type Subscription {
  changed: Node
}

type Node {
  id: ID!
  name: String
}

input FindInput {
  name: String
}

enum Status {
  ON
}
"""


def problems(generator: GeneratorProcess, folder: Path, *operations: str) -> list[str]:
    """Return the problems of operations, which are lines of one file."""
    write_files(folder, schema=SCHEMA, queries__Ops="\n".join(operations))
    result = generator.run(
        folder, "--schema", "schema.graphql", "--queries", "queries", "--package", "acme"
    )
    assert result.code == 1, result.out
    assert not (folder / "acme").exists()
    return [problem.removeprefix("queries/Ops.graphql:") for problem in result.problems]


ONE_FIELD = "an operation must select exactly one field of the API"


@pytest.mark.parametrize(
    ("operation", "problem"),
    [
        (
            "subscription Watch { changed { id } }",
            "1:1: Watch is a subscription, which the generated clients cannot receive: remove it, "
            "or use a query",
        ),
        (
            "query Two { node { id } other: node { id } }",
            f"1:25: Two: {ONE_FIELD}: split it into 2 operations",
        ),
        (
            "query Spread { ...F } fragment F on Query { node { id } }",
            f"1:16: Spread: {ONE_FIELD}: select the field directly, without a fragment",
        ),
        (
            "query Inline { ... { node { id } } }",
            f"1:16: Inline: {ONE_FIELD}: select the field directly, without a fragment",
        ),
        (
            "query Meta { __schema { queryType { name } } }",
            f"1:14: Meta: {ONE_FIELD}: __schema is a field of GraphQL itself",
        ),
        (
            "query Alias { node { __typename: id } }",
            "1:22: the alias __typename starts with two underscores, which GraphQL reserves: "
            "rename it",
        ),
    ],
)
def test_operations_that_are_not_supported(
    generator: GeneratorProcess, tmp_path: Path, operation: str, problem: str
) -> None:
    assert problems(generator, tmp_path, operation) == [problem]


def test_two_definitions_of_one_class_or_method(
    generator: GeneratorProcess, tmp_path: Path
) -> None:
    assert problems(
        generator,
        tmp_path,
        "query GetNode { node { ...Node id } }",
        "query getNode { node { id } }",
        "query GetNODE { node { id } }",
        "query Node { node { id } }",
        "fragment Node on Node { id }",
        "query FindInput($input: FindInput) { status(input: $input) }",
        "fragment Status on Node { id name }",
        "query _GetNode { node { ...Status } }",
    ) == [
        "2:7: the operation getNode and the operation GetNode both generate a class GetNode: "
        "rename the operation getNode",
        "3:7: the operation GetNODE and the operation GetNode both generate a method get_node: "
        "rename the operation GetNODE",
        "5:10: the fragment Node and the operation Node both generate a class Node: rename the "
        "fragment Node",
        "6:7: the operation FindInput and the input FindInput both generate a class FindInput: "
        "rename the operation FindInput",
        "7:10: the fragment Status and the enum Status both generate a class Status: rename the "
        "fragment Status",
        "8:7: the operation _GetNode and the operation GetNode both generate a class GetNode: "
        "rename the operation _GetNode",
    ]
