"""The index of methods and operations is complete, and agrees with the docstrings."""

import re

import pytest
from graphql import FieldNode

from authing_users import ManagementClient
from authing_users._schema.methods import (
    EVERY_METHOD,
    methods_by_operation,
    operation_method,
    operations_by_method,
)
from authing_users._schema.operations import own_operations

OPERATIONS = {operation.name: operation for operation in own_operations()}
NAMES = frozenset(OPERATIONS)
BY_METHOD = operations_by_method(NAMES)
METHODS = sorted(method for method in BY_METHOD if not method.startswith("testing."))

CLIENT = ManagementClient(user_pool_id="pool", secret="secret")


def root_field(operation: str) -> str:
    (field,) = OPERATIONS[operation].node.selection_set.selections
    assert isinstance(field, FieldNode)
    return field.name.value


@pytest.mark.parametrize("method", METHODS)
def test_the_docstring_of_a_method_names_the_operations_that_it_calls(method: str) -> None:
    owner, _, name = method.rpartition(".")
    documented = getattr(getattr(CLIENT, owner) if owner else CLIENT, name).__doc__
    api = documented[documented.index("API: ") :]
    named = set(re.findall(r"``(\w+)``", api))
    assert {root_field(operation) for operation in BY_METHOD[method]} <= named


def test_every_operation_has_a_method() -> None:
    by_operation = methods_by_operation(NAMES)
    assert [name for name in NAMES if not by_operation[name]] == []
    assert by_operation["GetAccessToken"] == (EVERY_METHOD,)
    assert by_operation["LoginByEmail"] == ("testing.log_in",)


def test_operations_are_found_through_private_methods_and_other_clients() -> None:
    assert BY_METHOD["users.iter_list"] == {"ListUsers"}  # a private method in a lambda
    assert BY_METHOD["users.create"] == {"CreateUser", "UpdateUser"}
    assert "users.kick" not in BY_METHOD  # REST
    assert BY_METHOD["groups.list_users"] == {"ListGroupUsers"}
    assert operation_method("ListUserGroups") == "list_user_groups"
