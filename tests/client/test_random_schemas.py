"""Properties of calls to servers that lack any part of the schema."""

import itertools
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from graphql import GraphQLSchema
from hypothesis import HealthCheck, event, given, settings, strategies as st

from authing_users import (
    InvalidRequestError,
    ManagementClient,
    PartialFailureError,
    SchemaDriftWarning,
)

from ..emulator.server import Server
from ..support.emulator_pool import EmulatorPool
from ..support.older_server import OlderServer, running_older_server
from ..support.smaller_schema import all_names, smaller_schema

pytestmark = pytest.mark.slow

Call = Callable[[ManagementClient, str], Any]

QUERIES: dict[str, Call] = {
    "users.list": lambda client, _: client.users.list(),
    "users.list, sorted": lambda client, _: client.users.list(sort_by="CREATEDAT_ASC"),
    "users.list, with values": lambda client, _: client.users.list(with_custom_data=True),
    "users.detail": lambda client, user: client.users.detail(user),
    "users.batch": lambda client, user: client.users.batch([user]),
    "users.find": lambda client, _: client.users.find(username="bob"),
    "users.exists": lambda client, _: client.users.exists(username="bob"),
    "users.search": lambda client, _: client.users.search("bob"),
    "users.list_archived_users": lambda client, _: client.users.list_archived_users(),
    "users.list_groups": lambda client, user: client.users.list_groups(user),
    "users.list_roles": lambda client, user: client.users.list_roles(user),
    "users.has_role": lambda client, user: client.users.has_role(user, "admin"),
    "users.list_department": lambda client, user: client.users.list_department(user),
    "users.list_policies": lambda client, user: client.users.list_policies(user),
    "users.list_authorized_resources": (
        lambda client, user: client.users.list_authorized_resources(user, "default")
    ),
    "users.list_udv": lambda client, user: client.users.list_udv(user),
    "users.get_udf_value_batch": lambda client, user: client.users.get_udf_value_batch([user]),
    "groups.list": lambda client, _: client.groups.list(),
    "groups.detail": lambda client, _: client.groups.detail("staff"),
    "groups.list_users": lambda client, _: client.groups.list_users("staff"),
    "orgs.list": lambda client, _: client.orgs.list(),
    "orgs.search_nodes": lambda client, _: client.orgs.search_nodes("Sales"),
    "acl.is_allowed": lambda client, user: client.acl.is_allowed(user, "a", "book:1", "default"),
    "acl.list_authorized_resources": (
        lambda client, user: client.acl.list_authorized_resources("default", "USER", user)
    ),
    "roles.list": lambda client, _: client.roles.list(),
    "roles.detail": lambda client, _: client.roles.detail("admin"),
    "roles.list_users": lambda client, _: client.roles.list_users("admin"),
    "policies.list": lambda client, _: client.policies.list(),
    "policies.list_assignments": lambda client, _: client.policies.list_assignments("reader"),
    "udf.list": lambda client, _: client.udf.list("USER"),
}
MUTATIONS: dict[str, Call] = {
    "users.update": lambda client, user: client.users.update(user, {"nickname": "Bobby"}),
    "users.refresh_token": lambda client, user: client.users.refresh_token(user),
    "users.add_group": lambda client, user: client.users.add_group(user, "staff"),
    "users.add_roles": lambda client, user: client.users.add_roles(user, ["admin"]),
    "users.set_udf_value": lambda client, user: client.users.set_udf_value(user, {"school": "x"}),
    "groups.update": lambda client, _: client.groups.update("staff", name="Staff"),
    "roles.update": lambda client, _: client.roles.update("admin", description="x"),
    "udf.set": lambda client, _: client.udf.set("USER", "school", "STRING", "School"),
    "acl.allow": lambda client, user: client.acl.allow("book:1", "a", "default", user_id=user),
}
CALLS = QUERIES | MUTATIONS
# Without the names of the token request, no call could be made.
NAMES = sorted(name for name in all_names() if "ccessToken" not in name)
# Often-used types come up more often than by their share of the schema.
names = st.sets(
    st.one_of(
        st.sampled_from(NAMES),
        st.sampled_from([name for name in NAMES if name.startswith("User.")]),
        st.sampled_from([name for name in NAMES if "(" in name]),
        st.sampled_from(["SortByEnum", "Identity", "Department", "Role", "UserCustomData"]),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def pool(emulator: Server) -> EmulatorPool:
    """A user pool with one of each."""
    pool = EmulatorPool(emulator)
    pool.control("reset")
    pool.seed_roles("admin")
    pool.seed_groups("staff")
    return pool


@pytest.fixture(scope="module")
def server(pool: EmulatorPool) -> Iterator[OlderServer]:
    with running_older_server(pool) as server:
        yield server


@pytest.fixture(scope="module")
def user(server: OlderServer) -> str:
    """A user with a role, a group and the value of a custom field."""
    with cast("ManagementClient", server.client("sync")) as client:
        client.udf.set("USER", "school", "STRING", "School")
        created = client.users.create({"username": "bob", "nickname": "Bob"})
        client.users.set_udf_value(created.id, {"school": "x"})
        client.users.add_roles(created.id, ["admin"])
        client.users.add_group(created.id, "staff")
        statement: Any = {"resource": "book:*", "actions": ["book:read"], "effect": "ALLOW"}
        client.policies.create("reader", [statement])
        client.users.add_policies(created.id, ["reader"])
        return created.id


@settings(
    max_examples=75, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    missing=names, calls=st.lists(st.sampled_from([*CALLS]), min_size=1, max_size=4, unique=True)
)
def test_each_call_works_or_names_what_the_server_lacks(
    server: OlderServer, user: str, missing: set[str], calls: list[str]
) -> None:
    with (
        cast("ManagementClient", server.client("sync")) as complete,
        cast("ManagementClient", server.client("sync")) as client,
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        for name in calls:
            server.lack()
            expected = CALLS[name](complete, user) if name in QUERIES else None
            server.lack(*missing)
            server.received.clear()
            error, result = outcome(CALLS[name], client, user)
            if error is not None:
                event("rejected")
                assert_is_lacking(error, smaller_schema(*sorted(missing)))
            else:
                event("adapted" if server.received[0].messages else "complete, or known")
                if name in QUERIES:
                    assert_same_or_none(_content(result), _content(expected))
            documents = [
                (request.operation, request.document)
                for request in server.received
                if request.messages
            ]
            assert all(first != second for first, second in itertools.pairwise(documents))
            assert all(number == 1 for number in server.executed.values())
    reported = [str(warning.message) for warning in caught]
    assert len(set(reported)) == len(reported)
    assert all(warning.category is SchemaDriftWarning for warning in caught)


def outcome(
    call: Call, client: ManagementClient, user: str
) -> tuple[InvalidRequestError | None, Any]:
    try:
        return None, call(client, user)
    except InvalidRequestError as error:
        return error, None
    except PartialFailureError as error:  # the second of two requests
        if not isinstance(error.error, InvalidRequestError):
            raise
        return error.error, None


def assert_is_lacking(error: InvalidRequestError, schema: GraphQLSchema) -> None:
    """Check that the schema lacks everything that an error names."""
    described = error.message.removeprefix("The schema of this server lacks ").split("; and ")
    for description in described:
        if match := re.match(r"the (query|mutation) '(\w+)'$", description):
            type_, field, argument = match[1].title(), match[2], None
        elif match := re.match(r"the argument '(\w+)' of '(\w+)\.(\w+)', ", description):
            argument, type_, field = match.groups()
        elif match := re.match(r"the field '(\w+)' of the input '(\w+)', ", description):
            field, type_, argument = match[1], match[2], None
        else:
            match = re.match(r"the field '(\w+)\.(\w+)', ", description)
            assert match is not None, description
            type_, field, argument = match[1], match[2], None
        fields: Any = getattr(schema.type_map.get(type_), "fields", {})
        assert field not in fields or (
            argument is not None and argument not in fields[field].args
        ), description


def _content(result: Any) -> Any:
    if isinstance(result, list):
        return [_content(item) for item in cast("list[object]", result)]
    return result.model_dump() if hasattr(result, "model_dump") else result


def assert_same_or_none(found: Any, expected: Any) -> None:
    if isinstance(expected, dict) and isinstance(found, dict):
        assert found.keys() == expected.keys()
        for key, value in cast("dict[str, Any]", expected).items():
            assert_same_or_none(found[key], value)
    elif isinstance(expected, list) and isinstance(found, list):
        for pair in zip(cast("list[object]", found), cast("list[object]", expected), strict=True):
            assert_same_or_none(*pair)
    else:
        assert found is None or found == expected
