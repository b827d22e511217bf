"""What the emulator does not serve, it says; it never answers an empty result instead."""

import pytest
from graphql import GraphQLObjectType

from authing_users.emulator.gql.schema import executable_schema

from .api import Api, field_names, probe
from .test_policies import ADD, CREATE_POLICY

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
