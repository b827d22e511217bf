"""The schema and the documents in ``queries/``."""

import ast
from pathlib import Path

import pytest
from graphql import (
    FragmentDefinitionNode,
    OperationDefinitionNode,
    build_schema,
    concat_ast,
    parse,
    validate,
    validate_schema,
)

ROOT = Path(__file__).parents[2]
SCHEMA = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
OPERATION_FILES = sorted((ROOT / "queries").glob("*.graphql"))
FRAGMENT_FILES = sorted((ROOT / "queries" / "fragments").glob("*.graphql"))
DOCUMENTS = {path: parse(path.read_text("utf-8")) for path in [*OPERATION_FILES, *FRAGMENT_FILES]}


def method_name(operation: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in operation).lstrip("_")


def test_the_schema_is_valid() -> None:
    assert validate_schema(SCHEMA) == []


def test_every_document_is_valid_against_the_schema() -> None:
    assert validate(SCHEMA, concat_ast(list(DOCUMENTS.values()))) == []


@pytest.mark.parametrize("path", OPERATION_FILES, ids=lambda path: path.stem)
def test_each_operation_file_holds_the_operation_of_its_name(path: Path) -> None:
    (definition,) = DOCUMENTS[path].definitions
    assert isinstance(definition, OperationDefinitionNode)
    assert definition.name is not None
    assert definition.name.value == path.stem


@pytest.mark.parametrize("path", FRAGMENT_FILES, ids=lambda path: path.stem)
def test_each_fragment_file_holds_the_fragment_of_its_name(path: Path) -> None:
    (definition,) = DOCUMENTS[path].definitions
    assert isinstance(definition, FragmentDefinitionNode)
    assert definition.name.value == path.stem


def test_every_operation_is_called() -> None:
    called = {
        node.func.attr
        for path in (ROOT / "authing_users" / "_async").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert {method_name(path.stem) for path in OPERATION_FILES} <= called
