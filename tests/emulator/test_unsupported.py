"""Unsupported operations and fields return an API error instead of an empty result."""

from pathlib import Path

import pytest
from graphql import GraphQLObjectType

from authing_users.emulator.gql.schema import executable_schema
from authing_users.emulator.gql.unsupported import UNSUPPORTED_OPERATIONS

from .api import Api, error_code, field_names, minimal_document
from .test_policies import ADD, CREATE_POLICY

PAGE = (Path(__file__).parents[2] / "docs" / "emulator-coverage.md").read_text("utf-8")

SUPPORTED = {
    "Query": {
        *("accessToken", "users", "user", "userBatch", "findUser", "searchUser", "isUserExists"),
        "archivedUsers",
        *("checkLoginStatus", "role", "roles", "group", "groups", "userpool"),
        *("checkPassword", "checkPasswordStrength", "udf", "udv", "udfValueBatch"),
        *("policy", "policies", "policyAssignments", "authorizedResources", "authorizedTargets"),
        *("isActionAllowed", "isActionDenied", "orgs", "org", "rootNode", "isRootNode"),
        *("nodeById", "nodeByCode", "childrenNodes", "searchNodes"),
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
        *("loginByUsername", "loginByEmail", "loginByPhonePassword"),
        "resetPasswordByFirstLoginToken",
        *("setUdf", "removeUdf", "setUdv", "setUdvBatch", "setUdfValueBatch", "removeUdv"),
        *("createPolicy", "updatePolicy", "deletePolicy", "deletePolicies"),
        *("addPolicyAssignments", "removePolicyAssignments", "enablePolicyAssignment"),
        *("disbalePolicyAssignment", "allow", "authorizeResource"),
    },
}


def unsupported_fields() -> list[tuple[str, str]]:
    return [
        (root, name)
        for root, supported in SUPPORTED.items()
        for name in field_names(root)
        if name not in supported
    ]


@pytest.mark.parametrize(("root", "name"), unsupported_fields())
async def test_unsupported_root_field_returns_an_api_error(api: Api, root: str, name: str) -> None:
    document, variables = minimal_document(root, name)
    response = await api.post(
        document, variables, {"authorization": api.token, "x-authing-lang": "en-US"}
    )
    assert response.status_code == 200
    (error,) = response.json()["errors"]
    assert error["message"]["code"] == 501
    assert f"{root}.{name}" in error["message"]["message"]
    assert coverage_row(name) == ["unsupported", f"501: {error['message']['message']}"]


@pytest.mark.parametrize(
    ("root", "name"),
    [
        (root, name)
        for root in UNSUPPORTED_OPERATIONS
        for name in sorted(UNSUPPORTED_OPERATIONS[root])
    ],
)
async def test_operation_outside_of_the_schema_returns_an_api_error(
    api: Api, root: str, name: str
) -> None:
    # The document also uses types, arguments and fields that the schema does not contain.
    document = f"{root.lower()} Ask($x: Unknown!) {{ first: {name}(x: $x) {{ unknown }} }}"
    response = await api.post(document, {"x": 1}, {"x-authing-lang": "en-US"})
    assert error_code(response) == 501
    (error,) = response.json()["errors"]
    assert f"{root}.{name}" in error["message"]["message"]
    assert error["path"] == ["first"]
    assert coverage_row(name) == ["not in the schema", f"501: {error['message']['message']}"]


async def test_unknown_operation_is_a_bad_request(api: Api) -> None:
    for document in (
        "{ functionz { id } }",
        "mutation { functions { id } }",
        "{ user { functions { id } } }",
    ):
        response = await api.post(document)
        assert response.status_code == 400
        assert isinstance(response.json()["errors"][0]["message"], str)


def test_unsupported_operations_are_not_in_the_schema() -> None:
    for root, names in UNSUPPORTED_OPERATIONS.items():
        assert names.isdisjoint(field_names(root))


@pytest.mark.parametrize("root", SUPPORTED)
def test_coverage_page_lists_supported_operations(root: str) -> None:
    for name in SUPPORTED[root]:
        assert coverage_row(name)[0] == "supported"


def coverage_row(operation: str) -> list[str]:
    """Return the status and details of an operation on the coverage page."""
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{operation}` |")]
    return row.strip("| ").split(" | ")[1:]


async def test_repeated_error_of_a_nested_field_is_reported_once(api: Api) -> None:
    ids = [(await api.create(username=username))["id"] for username in "abc"]
    condition = {"param": "ip", "operator": "In", "value": "x"}
    statement = {"resource": "a:1", "actions": ["a:b"], "condition": [condition]}
    await api.execute(CREATE_POLICY, code="p", statements=[statement])
    await api.execute(ADD, policies=["p"], targetType="USER", ids=ids)
    response = await api.post("{ users { list { authorizedResources { totalCount } } } }")
    content = response.json()
    assert content["data"] is None
    (error,) = content["errors"]
    assert error["message"]["code"] == 501
    assert "PolicyStatement.condition" in error["message"]["message"]


def test_every_field_has_a_resolver() -> None:
    for graphql_type in executable_schema().type_map.values():
        if isinstance(graphql_type, GraphQLObjectType) and not graphql_type.name.startswith("__"):
            for name, field in graphql_type.fields.items():
                assert field.resolve is not None, f"{graphql_type.name}.{name}"
