"""The client against emulators whose schema is that of another release, or has other changes."""

import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, cast

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    build_schema,
)

from authing_users import (
    APIError,
    InvalidRequestError,
    ManagementClient,
    PartialFailureError,
    SchemaDriftWarning,
)
from authing_users.testing.emulator.emulator import AuthingEmulator

from ..support.known_releases import RELEASES, REMOVED, Release, release_schema
from ..support.schema_changes import SCHEMA_TEXT, changed_schema
from .test_random_schemas import CALLS, assert_same_or_none

SCHEMA = build_schema(SCHEMA_TEXT)
OBJECTS = {
    name: graphql_type
    for name, graphql_type in SCHEMA.type_map.items()
    if isinstance(graphql_type, GraphQLObjectType) and not name.startswith("__")
}
ROOTS = ("Query", "Mutation")
# Without a token, no other call can be made.
TOKEN = ("Query.accessToken", "AccessTokenRes")
ALL_CALLS = tuple(CALLS)
FEW_CALLS = (
    *("users.list", "users.list, sorted", "users.detail", "users.search", "users.list_udv"),
    *("users.list_department", "groups.list", "groups.detail", "groups.list_users", "roles.list"),
    *("policies.list", "udf.list", "users.update", "users.add_roles"),
)


class Outcomes(NamedTuple):
    """The results of calls.

    Attributes:
        results: Results, as dictionaries and lists.
        errors: Errors.
        omitted: Fields and arguments that the client left out.
    """

    results: dict[str, Any]
    errors: dict[str, APIError]
    omitted: set[str]


@cache
def filled_pool(path: str) -> str:
    """Write a pool that has one of each to a file. Return the ID of its user."""
    with AuthingEmulator(deterministic=True) as emulator, emulator.client() as client:
        emulator.seed(users=1, roles=["admin"], groups=["staff"])
        client.udf.set("USER", "school", "STRING", "School")
        user = client.users.create({"username": "bob", "nickname": "Bob"}).id
        client.users.set_udf_value(user, {"school": "x"})
        client.users.add_roles(user, ["admin"])
        client.users.add_group(user, "staff")
        statement: Any = {"resource": "book:*", "actions": ["book:read"], "effect": "ALLOW"}
        client.policies.create("reader", [statement])
        client.users.add_policies(user, ["reader"])
        emulator.export(path)
        return user


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a pool with one of each."""
    return str(tmp_path_factory.mktemp("pool") / "pool.db")


@contextmanager
def serving(pool: str, schema: str | None) -> Generator[ManagementClient]:
    """Serve the pool with a schema, and run a client."""
    filled_pool(pool)
    with (
        AuthingEmulator(schema=schema, deterministic=True, import_file=pool) as emulator,
        emulator.client(lang="en-US", retries=0) as client,
    ):
        yield client


@cache
def outcomes(pool: str, schema: str | None = None, calls: tuple[str, ...] = FEW_CALLS) -> Outcomes:
    """Make calls to a server with a schema; that of the API when ``None``."""
    user = filled_pool(pool)
    results: dict[str, Any] = {}
    errors: dict[str, APIError] = {}
    with (
        serving(pool, schema) as client,
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        for name in calls:
            try:
                results[name] = content(CALLS[name](client, user))
            except APIError as error:
                errors[name] = error
            except PartialFailureError as error:  # the second of two requests
                errors[name] = cast("APIError", error.error)
    return Outcomes(results, errors, set(map(omitted_name, caught)))


def omitted_name(warning: warnings.WarningMessage) -> str:
    message = warning.message
    assert isinstance(message, SchemaDriftWarning), message
    field = f"{message.type_name}.{message.field_name}"
    return field if message.argument_name is None else f"{field}({message.argument_name})"


def content(result: Any) -> Any:
    """Return a result as dictionaries and lists."""
    if isinstance(result, list):
        return [content(item) for item in cast("list[object]", result)]
    if not hasattr(result, "model_dump"):
        return result
    fields: dict[str, Any] = result.model_dump(by_alias=True)
    if fields.get("token") is not None:
        fields["token"] = "a token"  # it contains the address of the server
    return fields


def test_the_schema_of_the_api_itself_needs_no_changes(pool: str) -> None:
    own = outcomes(pool, None, ALL_CALLS)
    assert not own.errors
    assert not own.omitted
    assert own == outcomes(pool, SCHEMA_TEXT, ALL_CALLS)


@pytest.mark.parametrize("release", RELEASES)
def test_known_releases(pool: str, release: Release) -> None:
    expected = outcomes(pool, None, ALL_CALLS)
    found = outcomes(pool, release_schema(release), ALL_CALLS)
    assert not found.errors
    assert found.results.keys() == expected.results.keys()
    assert_same_or_none(found.results, expected.results)
    for name in found.omitted:
        is_removed = name in REMOVED[release]
        # An argument of a type that the release lacks, such as an input.
        assert is_removed or name.partition("(")[0] in ("Query.findUser", "Mutation.createUser")
    # The client never requests these.
    unused = {"User.expiredAt", "User.directManagement"}
    used = {name for name in REMOVED[release] if name.startswith(("User.", "Identity."))} - unused
    assert found.omitted >= used
    if not used:
        assert found == expected


def test_added_fields_arguments_and_values_change_nothing(pool: str) -> None:
    own_enums = ("UserStatus", "SortByEnum", "UDFDataType")
    schema = changed_schema(
        arguments={
            f"{root}.{field}": "added: Int, other: Boolean = true"
            for root in ROOTS
            for field in OBJECTS[root].fields
        },
        add="\n".join(
            [
                *(f"extend type {name} {{ added(size: Int): [Added!] }}" for name in OBJECTS),
                *(f"extend enum {name} {{ ADDED }}" for name in own_enums),
                *(f"extend input {name} {{ added: Int = 7 }}" for name in ("UpdateUserInput",)),
                "type Added { added: Int }",
            ]
        ),
    )
    assert outcomes(pool, schema) == outcomes(pool)


def test_renamed_fields_are_omitted_by_name(pool: str) -> None:
    renamed = [
        "User.nickname",
        "Identity.openid",
        "Role.description",
        "Group.name",
        "Policy.code",
        "Node.code",
        "UserDefinedField.label",
        "UserDefinedData.label",
    ]
    schema = changed_schema(rename=dict.fromkeys(renamed, "another"))
    expected, found = outcomes(pool), outcomes(pool, schema)
    assert not found.errors
    assert found.omitted == set(renamed)
    assert_same_or_none(found.results, expected.results)
    assert found.results["users.detail"]["nickname"] is None


def output_types(change: Any) -> dict[str, str]:
    """Return new types of all fields of results."""
    types = {
        f"{name}.{field_name}": change(field.type)
        for name, graphql_type in OBJECTS.items()
        for field_name, field in graphql_type.fields.items()
        if not name.startswith(TOKEN[1]) and f"{name}.{field_name}" != TOKEN[0]
    }
    return {name: notation for name, notation in types.items() if notation is not None}


@pytest.mark.parametrize(
    "others",
    [
        {"Int": "String", "Boolean": "Int", "String": "Text", "Object": "Text"},
        {"Int": "Float", "Boolean": "String", "String": "ID"},
        {"UserStatus": "String", "UDFDataType": "Text", "UDFTargetType": "String"},
    ],
    ids=["strings", "floats", "enums"],
)
def test_retyped_fields_are_converted_back(pool: str, others: dict[str, str]) -> None:
    def change(graphql_type: Any) -> str | None:
        name = str(graphql_type).strip("[]!")
        return str(graphql_type).replace(name, others[name]) if name in others else None

    schema = changed_schema(retype=output_types(change), add="scalar Text")
    assert outcomes(pool, schema) == outcomes(pool)


def test_fields_and_arguments_that_become_nullable_change_nothing(pool: str) -> None:
    def change(graphql_type: Any) -> str:
        return str(graphql_type).replace("!", "")

    inputs = {
        f"{owner}{field}{suffix}": change(definition.type)
        for owner, field, suffix, definition in _input_values()
        if definition.ast_node.default_value is None and owner + field != TOKEN[0]
    }
    # Documents declare the types that they were written for, which are stricter.
    assert outcomes(pool, changed_schema(retype=output_types(change) | inputs)) == outcomes(pool)


def _input_values() -> Iterator[tuple[str, str, str, Any]]:
    for name, graphql_type in SCHEMA.type_map.items():
        if isinstance(graphql_type, GraphQLInputObjectType):
            for field, definition in graphql_type.fields.items():
                yield f"{name}.", field, "", definition
    for root in ROOTS:
        for field, definition in OBJECTS[root].fields.items():
            for argument, value in definition.args.items():
                yield f"{root}.", field, f"({argument})", value


def test_required_arguments_that_are_unknown_are_named(pool: str) -> None:
    schema = changed_schema(
        arguments={
            f"{root}.{field}": "reason: String!"
            for root in ROOTS
            for field in OBJECTS[root].fields
            if f"{root}.{field}" != TOKEN[0]
        }
    )
    found = outcomes(pool, schema)
    assert not found.results
    for error in found.errors.values():
        assert isinstance(error, InvalidRequestError)
        assert "reason" in error.message
        assert "is required, but it was not provided" in error.message


def test_a_required_input_field_that_is_unknown_is_named(pool: str) -> None:
    schema = changed_schema(add="extend input UpdateUserInput { reason: String! }")
    found = outcomes(pool, schema)
    assert found.errors.keys() == {"users.update"}
    assert "required field 'reason'" in found.errors["users.update"].message


def test_renamed_arguments_are_omitted_unless_the_call_sets_them(pool: str) -> None:
    renamed = {
        "Query.users(excludeUsersInOrg)": "another",
        "Query.group(code)": "another",
        "UpdateUserInput": "PersonChanges",
        "SortByEnum": "Order",
        "UserStatus": "State",
    }
    found = outcomes(pool, changed_schema(rename=renamed))
    messages = {name: error.message for name, error in found.errors.items()}
    lacks = "The schema of this server lacks the argument"
    assert messages == {
        "users.list, sorted": f"{lacks} 'sortBy' of 'Query.users', which this call sets",
        "users.update": f"{lacks} 'input' of 'Mutation.updateUser', which this call sets",
        # The server also requires the new name.
        "groups.detail": "Unknown argument 'code' on field 'Query.group'.",
        "groups.list_users": "Unknown argument 'code' on field 'Query.group'.",
    }
    assert "Query.users(excludeUsersInOrg)" in found.omitted


def test_dropped_enum_values_are_named(pool: str) -> None:
    schema = changed_schema(remove=["SortByEnum.CREATEDAT_ASC", "UDFTargetType.USER"])
    found = outcomes(pool, schema)
    assert "users.list" in found.results
    assert "'CREATEDAT_ASC'" in found.errors.pop("users.list, sorted").message
    assert found.errors.keys() >= {"udf.list", "users.list_udv"}
    for error in found.errors.values():
        assert isinstance(error, InvalidRequestError)
        assert "'USER' does not exist in 'UDFTargetType' enum" in error.message


def test_values_that_do_not_fit_are_errors_with_the_rest_of_the_data(pool: str) -> None:
    schema = changed_schema(retype={"User.nickname": "Int", "PaginatedGroups.list": "Group"})
    expected, found = outcomes(pool), outcomes(pool, schema)
    error = found.errors["users.detail"]
    assert error.errors[0].path == ("user", "nickname")
    user = dict(cast("Any", error.partial_data)["user"])
    assert user.pop("nickname") is None
    assert user["username"] == expected.results["users.detail"]["username"]
    error = found.errors["groups.list"]
    assert error.errors[0].path == ("groups", "list")
    assert "PaginatedGroups.list" in error.message
    for name, result in found.results.items():
        assert result == expected.results[name], name


def test_arguments_of_other_types_are_rejected_by_the_server(pool: str) -> None:
    retyped = {"Query.users(page)": "String", "Query.group(code)": "Int!"}
    found = outcomes(pool, changed_schema(retype=retyped))
    for name, argument in (("users.list", "page"), ("groups.detail", "code")):
        error = found.errors[name]
        assert isinstance(error, InvalidRequestError)
        assert f"Variable '${argument}' of type" in error.message


def test_nothing_is_executed_if_a_type_is_renamed(pool: str) -> None:
    found = outcomes(pool, changed_schema(rename={"User": "Person"}))
    assert {"users.list", "users.update", "groups.list_users"} <= found.errors.keys()
    for error in found.errors.values():
        assert isinstance(error, InvalidRequestError)
        assert error.message.startswith("The schema of this server lacks ")
        assert not error.maybe_executed
