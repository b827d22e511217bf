"""What the emulator does not serve, it says; it never answers an empty result instead."""

from pathlib import Path

import pytest
from graphql import GraphQLObjectType

from authing_users.emulator.gql.left_out import LEFT_OUT
from authing_users.emulator.gql.schema import executable_schema

from .api import Api, field_names, probe, refusal
from .test_policies import ADD, CREATE_POLICY

PAGE = (Path(__file__).parents[2] / "docs" / "emulator-coverage.md").read_text("utf-8")

SERVED = {
    "Query": {
        *("accessToken", "users", "user", "userBatch", "findUser", "searchUser", "isUserExists"),
        "archivedUsers",
        *("checkLoginStatus", "role", "roles", "group", "groups", "userpool"),
        *("checkPasswordStrength", "udf", "udv", "udfValueBatch"),
        *("policy", "policies", "policyAssignments", "authorizedResources", "authorizedTargets"),
        *("isActionAllowed", "isActionDenied"),
    },
    "Mutation": {
        *("createUser", "updateUser", "deleteUser", "deleteUsers", "refreshToken"),
        *("refreshAccessToken", "assignRole", "revokeRole", "addUserToGroup"),
        *("removeUserFromGroup", "createRole", "updateRole", "deleteRole", "deleteRoles"),
        *(
            "createGroup",
            "updateGroup",
            "deleteGroups",
            "setMainDepartment",
            "sendFirstLoginVerifyEmail",
            "sendEmail",
        ),
        *("setUdf", "removeUdf", "setUdv", "setUdvBatch", "setUdfValueBatch", "removeUdv"),
        *("createPolicy", "updatePolicy", "deletePolicy", "deletePolicies"),
        *("addPolicyAssignments", "removePolicyAssignments", "enablePolicyAssignment"),
        "disbalePolicyAssignment",
    },
}


def unserved() -> list[tuple[str, str]]:
    return [
        (root, name)
        for root, served in SERVED.items()
        for name in field_names(root)
        if name not in served
    ]


@pytest.mark.parametrize(("root", "name"), unserved())
async def test_root_field_says_that_it_is_not_served(api: Api, root: str, name: str) -> None:
    document, variables = probe(root, name)
    response = await api.post(
        document, variables, {"authorization": api.token, "x-authing-lang": "en-US"}
    )
    assert response.status_code == 200
    (error,) = response.json()["errors"]
    assert error["message"]["code"] == 501
    assert f"{root}.{name}" in error["message"]["message"]
    assert described(name) == ["unsupported", f"501: {error['message']['message']}"]


@pytest.mark.parametrize(
    ("root", "name"), [(root, name) for root in LEFT_OUT for name in sorted(LEFT_OUT[root])]
)
async def test_operation_that_is_not_in_the_schema_says_that_it_is_not_served(
    api: Api, root: str, name: str
) -> None:
    # With what the schema lacks as well: types, arguments, fields of the result.
    document = f"{root.lower()} Ask($x: Unknown!) {{ first: {name}(x: $x) {{ unknown }} }}"
    response = await api.post(document, {"x": 1}, {"x-authing-lang": "en-US"})
    assert refusal(response) == 501
    (error,) = response.json()["errors"]
    assert f"{root}.{name}" in error["message"]["message"]
    assert error["path"] == ["first"]
    assert described(name) == ["not in the schema", f"501: {error['message']['message']}"]


async def test_operation_that_the_api_does_not_have_is_a_bad_request(api: Api) -> None:
    for document in ("{ orgz { id } }", "mutation { orgs { id } }", "{ user { orgs { id } } }"):
        response = await api.post(document)
        assert response.status_code == 400
        assert isinstance(response.json()["errors"][0]["message"], str)


def test_what_is_left_out_is_not_in_the_schema() -> None:
    for root, names in LEFT_OUT.items():
        assert names.isdisjoint(field_names(root))


@pytest.mark.parametrize("root", SERVED)
def test_page_tells_that_the_rest_is_served(root: str) -> None:
    for name in SERVED[root]:
        assert described(name)[0] == "supported"


def described(operation: str) -> list[str]:
    """What the page says of an operation."""
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{operation}` |")]
    return row.strip("| ").split(" | ")[1:]


async def test_nested_field_says_once_that_it_is_not_served(api: Api) -> None:
    ids = [(await api.create(username=username))["id"] for username in "abc"]
    condition = {"param": "ip", "operator": "In", "value": "x"}
    statement = {"resource": "a:1", "actions": ["a:b"], "condition": [condition]}
    await api.ask(CREATE_POLICY, code="p", statements=[statement])
    await api.ask(ADD, policies=["p"], targetType="USER", ids=ids)
    response = await api.post("{ users { list { authorizedResources { totalCount } } } }")
    content = response.json()
    assert content["data"] is None
    (error,) = content["errors"]
    assert error["message"]["code"] == 501
    assert "PolicyStatement.condition" in error["message"]["message"]


def test_no_field_is_left_to_answer_null_by_default() -> None:
    for graphql_type in executable_schema().type_map.values():
        if isinstance(graphql_type, GraphQLObjectType) and not graphql_type.name.startswith("__"):
            for name, field in graphql_type.fields.items():
                assert field.resolve is not None, f"{graphql_type.name}.{name}"
