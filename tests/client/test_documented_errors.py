"""Docstrings list every error class that a method can raise.

The error codes that the emulator can return to a method, and what its own code raises, decide.
"""

import inspect

import pytest

from authing_users import errors
from authing_users.emulator.errors import ErrorCode

from ..support.documented_errors import (
    EVERY_CALL,
    EVERY_CALL_CLASSES,
    Method,
    async_clients,
    public_methods,
)

METHODS = public_methods()
BY_NAME = {method.name: method for method in METHODS}

# Codes that a method rejects, or avoids, before it sends anything.
PREVENTED: dict[str, set[ErrorCode]] = {
    "groups.list": {ErrorCode.USER_NOT_FOUND},  # it does not ask for the groups of a user
    "groups.iter_list": {ErrorCode.USER_NOT_FOUND},
    "orgs.search_nodes": {ErrorCode.EMPTY_SEARCH},
    "users.apply": {ErrorCode.NOT_FOUND, ErrorCode.TAKEN},
    "users.batch": {ErrorCode.TOO_MANY_USERS, ErrorCode.UNKNOWN_SEARCH_FIELD},
    "users.batch_get": {ErrorCode.TOO_MANY_USERS, ErrorCode.UNKNOWN_SEARCH_FIELD},
    "users.delete_many": {ErrorCode.TOO_MANY_USERS, ErrorCode.UNKNOWN_SEARCH_FIELD},
    "users.iter_batch": {ErrorCode.TOO_MANY_USERS, ErrorCode.UNKNOWN_SEARCH_FIELD},
    "users.search": {ErrorCode.EMPTY_SEARCH},
    "users.iter_search": {ErrorCode.EMPTY_SEARCH},
}
# Codes for the token of a user, in whose name a management client does not call.
OF_USER_TOKENS = {ErrorCode.OTHER_USER}
# Methods whose operations are the caller's own. They can return any code.
OWN_OPERATIONS = {"execute", "graphql"}
# Methods that call operations through other objects.
COMPOSED = {"users.apply", "users.delete_many", "users.plan"}
# Methods whose result contains the errors of the API.
IN_RESULT = {"users.create_many", "users.update_many", "users.upsert_many"}


def api_codes(method: Method) -> set[ErrorCode]:
    if method.name in OWN_OPERATIONS:
        return {ErrorCode.NOT_FOUND, ErrorCode.TAKEN}
    if method.name in IN_RESULT:
        return set()
    return method.codes - PREVENTED.get(method.name, set()) - OF_USER_TOKENS


@pytest.mark.parametrize("name", sorted(BY_NAME.keys() - OWN_OPERATIONS - COMPOSED - IN_RESULT))
def test_a_docstring_names_the_operations_that_the_method_calls(name: str) -> None:
    method = BY_NAME[name]
    assert method.documented_operations
    assert method.documented_operations == method.used.operations


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_docstring_lists_every_error_that_the_method_can_raise(name: str) -> None:
    method = BY_NAME[name]
    expected = method.classes(api_codes(method))
    # An error of every call can have an entry of its own, if there is more to say.
    listed = method.documented_errors
    assert listed - EVERY_CALL_CLASSES == expected - EVERY_CALL_CLASSES
    assert listed == {"InvalidInputError"} if name in IN_RESULT else expected <= listed


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_docstring_ends_with_the_errors_of_every_call(name: str) -> None:
    if name in IN_RESULT:
        assert "``error``" in BY_NAME[name].doc
    else:
        assert BY_NAME[name].ends_with_every_call, f"add to the end of Raises:\n{EVERY_CALL}"


def test_the_prevented_codes_belong_to_methods() -> None:
    for name, codes in PREVENTED.items():
        assert codes <= BY_NAME[name].codes
    assert set().union(*(method.codes for method in METHODS)) >= OF_USER_TOKENS


def test_every_public_method_names_its_operations() -> None:
    names = {
        name
        for client in async_clients()
        for name, function in inspect.getmembers(client, inspect.iscoroutinefunction)
        if not name.startswith("_") and "\nAPI: " not in (inspect.getdoc(function) or "")
    }
    assert names == {"aclose"}
    assert len(METHODS) >= 100


def test_the_errors_of_every_call_exist() -> None:
    assert len(EVERY_CALL_CLASSES) == 8
    assert set(errors.__all__) >= EVERY_CALL_CLASSES
