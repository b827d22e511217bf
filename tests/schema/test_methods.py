"""The index of methods and operations is complete, and agrees with the docstrings."""

import pytest
from graphql import FieldNode

from authing_users._schema.methods import (
    EVERY_METHOD,
    methods_by_operation,
    operation_method,
    operations_by_method,
)
from authing_users._schema.operations import own_operations

from ..support.documented_errors import Method, public_methods

OPERATIONS = {operation.name: operation for operation in own_operations()}
NAMES = frozenset(OPERATIONS)
BY_METHOD = operations_by_method(NAMES)
METHODS = public_methods()


def root_field(operation: str) -> str:
    (field,) = OPERATIONS[operation].node.selection_set.selections
    assert isinstance(field, FieldNode)
    return field.name.value


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_method_calls_the_operations_that_its_docstring_names(method: Method) -> None:
    fields = {root_field(operation) for operation in BY_METHOD.get(method.name, ())}
    in_rest = {name for name in method.documented_operations if "/" in name}
    assert fields == method.documented_operations - in_rest


def test_no_other_method_calls_an_operation() -> None:
    assert BY_METHOD.keys() - {method.name for method in METHODS} == {"testing.log_in"}


def test_every_operation_has_a_method() -> None:
    by_operation = methods_by_operation(NAMES)
    assert [name for name in NAMES if not by_operation[name]] == []
    assert by_operation["GetAccessToken"] == (EVERY_METHOD,)
    assert by_operation["LoginByEmail"] == ("testing.log_in",)


def test_operations_are_found_through_private_methods_and_parts() -> None:
    assert BY_METHOD["users.iter_list"] == {"ListUsers"}  # a private method in a lambda
    assert BY_METHOD["users.create"] == {"CreateUser", "UpdateUser"}
    assert "users.kick" not in BY_METHOD  # REST
    assert BY_METHOD["groups.list_users"] == {"ListGroupUsers"}
    assert BY_METHOD["users.set_udf_value_batch"] == {"SetUserDefinedDataOfMany"}  # a part
    assert BY_METHOD["orgs.find_by_id"] == BY_METHOD["orgs.detail"]  # another name of the method
    assert operation_method("ListUserGroups") == "list_user_groups"
