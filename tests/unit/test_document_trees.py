"""The trees of documents are those of the package that defines the result."""

import sys
from pathlib import Path

import pytest

from authing_graphql.operation_trees import FRAGMENTS, OPERATIONS
from authing_graphql.operations import LIST_USERS_GQL
from authing_users import APIError, SchemaDriftWarning
from authing_users._policy.document_trees import no_trees, trees_of
from authing_users._policy.server_schema import RejectedDocument, ServerSchema

MESSAGE = "Cannot query field 'arn' on type 'User'."


def type_in(module: str) -> type:
    return type("Result", (), {"__module__": module})


def test_a_package_has_its_own_trees() -> None:
    trees = trees_of(type_in("authing_graphql.operation_results"))
    assert trees is trees_of(type_in("authing_graphql.fragments"))
    assert trees.operations is OPERATIONS
    assert trees.fragments is FRAGMENTS


@pytest.mark.parametrize("module", ["__main__", "json.decoder", "no_such_package.models"])
def test_other_packages_have_none(module: str) -> None:
    trees = trees_of(type_in(module))
    assert (trees.operations, trees.fragments) == ({}, {})


def test_a_broken_package_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "broken_authing"
    package.mkdir()
    (package / "operation_trees.py").write_text("import no_such_module\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        _ = trees_of(type_in("broken_authing.results")).operations


def test_a_document_without_a_tree_is_never_adapted() -> None:
    schema = ServerSchema(is_strict=False)
    own = schema.request(LIST_USERS_GQL, "ListUsers", {}, trees=no_trees())
    rejected = RejectedDocument(APIError(MESSAGE), [MESSAGE])
    assert schema.adapt(own, rejected) is None
    with pytest.warns(SchemaDriftWarning):
        assert schema.adapt(schema.request(LIST_USERS_GQL, "ListUsers", {}), rejected)
    # It stays as it is, although the schema is known to lack a field.
    again = schema.request(LIST_USERS_GQL, "ListUsers", {}, trees=no_trees())
    assert again.document is LIST_USERS_GQL
