"""Policies and their assignments."""

from typing import Any

import pytest

from .api import Api
from .test_groups import CREATE_GROUP, DELETE_GROUPS, UPDATE_GROUP
from .test_roles import CREATE_ROLE, DELETE_ROLES

STATEMENT = "resource actions effect condition { param operator value }"
POLICY = (
    "namespace code isDefault description createdAt updatedAt assignmentsCount"
    f" statements {{ {STATEMENT} }}"
)
CREATE_POLICY = (
    "mutation($namespace: String, $code: String!, $description: String,"
    " $statements: [PolicyStatementInput!]!) { createPolicy(namespace: $namespace, code: $code,"
    f" description: $description, statements: $statements) {{ {POLICY} }} }}"
)
UPDATE_POLICY = (
    "mutation($namespace: String, $code: String!, $description: String, $newCode: String,"
    " $statements: [PolicyStatementInput!]) { updatePolicy(namespace: $namespace, code: $code,"
    " description: $description, newCode: $newCode, statements: $statements)"
    f" {{ {POLICY} }} }}"
)
GET_POLICY = (
    "query($code: String!, $namespace: String)"
    f" {{ policy(code: $code, namespace: $namespace) {{ {POLICY} }} }}"
)
LIST_POLICIES = (
    "query($page: Int, $limit: Int, $namespace: String, $excludeDefault: Boolean)"
    " { policies(page: $page, limit: $limit, namespace: $namespace,"
    " excludeDefault: $excludeDefault) { totalCount list { code assignmentsCount } } }"
)
DELETE_POLICY = (
    "mutation($code: String!, $namespace: String)"
    " { deletePolicy(code: $code, namespace: $namespace) { code } }"
)
DELETE_POLICIES = (
    "mutation($codes: [String!]!, $namespace: String)"
    " { deletePolicies(codeList: $codes, namespace: $namespace) { code } }"
)
ADD = (
    "mutation($policies: [String!]!, $targetType: PolicyAssignmentTargetType!, $ids: [String!],"
    " $namespace: String) { addPolicyAssignments(policies: $policies, targetType: $targetType,"
    " targetIdentifiers: $ids, namespace: $namespace) { code message } }"
)
REMOVE = ADD.replace("addPolicyAssignments", "removePolicyAssignments")
ENABLE = (
    "mutation($policy: String!, $targetType: PolicyAssignmentTargetType!, $id: String!,"
    " $namespace: String) { enablePolicyAssignment(policy: $policy, targetType: $targetType,"
    " targetIdentifier: $id, namespace: $namespace) { code } }"
)
DISABLE = ENABLE.replace("enablePolicyAssignment", "disbalePolicyAssignment")
ASSIGNMENTS = (
    "query($namespace: String, $code: String, $targetType: PolicyAssignmentTargetType,"
    " $id: String, $page: Int, $limit: Int) { policyAssignments(namespace: $namespace,"
    " code: $code, targetType: $targetType, targetIdentifier: $id, page: $page, limit: $limit)"
    " { totalCount list { code targetType targetIdentifier } } }"
)
READ_BOOKS = [{"resource": "book:123", "actions": ["book:read"]}]
UNKNOWN = "0123456789abcdef01234567"


async def create(api: Api, *codes: str, **fields: object) -> Any:
    """Create policies with the same statements and return the last one."""
    policies = [
        await api.execute(CREATE_POLICY, **{"code": code, "statements": READ_BOOKS, **fields})
        for code in codes
    ]
    return policies[-1]


async def create_targets(api: Api) -> dict[str, str]:
    """Create a user, a role and a group, and return their identifiers by target type."""
    user = await api.create(username="bob")
    await api.execute(CREATE_ROLE, code="admin")
    await api.execute(CREATE_GROUP, code="staff", name="Staff")
    return {"USER": user["id"], "ROLE": "admin", "GROUP": "staff"}


async def list_assignments(api: Api, **arguments: object) -> list[tuple[str, str, str]]:
    """Return the assignments of a query, newest first."""
    page = await api.execute(ASSIGNMENTS, **arguments)
    assignments = [
        (row["code"], row["targetType"], row["targetIdentifier"]) for row in page["list"]
    ]
    if "limit" not in arguments:
        assert page["totalCount"] == len(assignments)
    return assignments


async def test_new_policy(api: Api) -> None:
    policy = await create(api, "read", description="d")
    assert policy == {
        "namespace": "default",
        "code": "read",
        "isDefault": False,
        "description": "d",
        "createdAt": "2023-11-14T22:13:20.250Z",
        "updatedAt": "2023-11-14T22:13:20.250Z",
        "assignmentsCount": 0,
        "statements": [
            {
                "resource": "book:123",
                "actions": ["book:read"],
                "effect": "ALLOW",
                "condition": None,
            }
        ],
    }
    assert await api.execute(GET_POLICY, code="read") == policy
    assert await api.execute(GET_POLICY, code="read", namespace="") == policy
    assert await api.execute(GET_POLICY, code="read", namespace="shop") is None
    assert await api.execute(GET_POLICY, code="Read") is None


async def test_statements_are_returned_unchanged(api: Api) -> None:
    condition = {"param": "ip", "operator": "In", "value": {"a": [1, None, "中"]}}
    statements: list[dict[str, object]] = [
        {"resource": "*", "actions": ["a:*", "a:b"], "effect": "DENY", "condition": [condition]},
        {"resource": "a:1", "actions": [], "effect": "ALLOW", "condition": []},
    ]
    policy = await create(api, "p", statements=statements)
    assert policy["statements"] == statements
    assert (await create(api, "empty", statements=[]))["statements"] == []


@pytest.mark.parametrize(
    "statement", [{"resource": " ", "actions": ["a"]}, {"resource": "a", "actions": ["a", ""]}]
)
async def test_incomplete_statement_is_rejected(api: Api, statement: dict[str, object]) -> None:
    variables = {"code": "p", "statements": [*READ_BOOKS, statement]}
    assert await api.error_code(CREATE_POLICY, **variables) == 2231
    assert await api.execute(GET_POLICY, code="p") is None
    await create(api, "p")
    assert await api.error_code(UPDATE_POLICY, **variables) == 2231


async def test_condition_that_is_not_json_is_rejected(api: Api) -> None:
    document = (
        'mutation { createPolicy(code: "p", statements: [{resource: "a", actions: ["a"],'
        ' condition: [{param: "a", operator: "b", value: 1e999}]}]) { code } }'
    )
    assert await api.error_code(document) == 2231


async def test_codes_are_unique_in_a_namespace(api: Api) -> None:
    await create(api, "p")
    variables: dict[str, object] = {"statements": []}
    assert await api.error_code(CREATE_POLICY, code="p", namespace="default", **variables) == 409
    assert (await create(api, "p", namespace="shop"))["namespace"] == "shop"
    for code in ("", " ", "a\0b"):
        assert await api.error_code(CREATE_POLICY, code=code, **variables) == 2231
    assert await api.error_code(CREATE_POLICY, code="x", namespace="a\0b", **variables) == 2231


async def test_changes(api: Api) -> None:
    policy = await create(api, "p", description="d")
    await create(api, "other")
    api.clock.now += 1
    changed = await api.execute(UPDATE_POLICY, code="p", newCode="q")
    assert changed == policy | {"code": "q", "updatedAt": "2023-11-14T22:13:21.250Z"}
    changed = await api.execute(UPDATE_POLICY, code="q", description=None, statements=[])
    assert (changed["description"], changed["statements"]) == (None, [])
    assert await api.execute(UPDATE_POLICY, code="q", newCode="q", statements=None) == changed
    assert await api.error_code(UPDATE_POLICY, code="q", newCode="other") == 409
    assert await api.error_code(UPDATE_POLICY, code="q", newCode="") == 2231
    assert await api.error_code(UPDATE_POLICY, code="p") == 404
    assert await api.error_code(UPDATE_POLICY, code="q", namespace="shop") == 404


async def test_lists(api: Api) -> None:
    await create(api, "a", "b", "c")
    await create(api, "d", namespace="shop")

    async def codes(**arguments: object) -> list[str]:
        page = await api.execute(LIST_POLICIES, **arguments)
        assert page["totalCount"] == (1 if "namespace" in arguments else 3)
        return [policy["code"] for policy in page["list"]]

    assert await codes() == await codes(excludeDefault=True) == ["c", "b", "a"]
    assert await codes(page=2, limit=2) == ["a"]
    assert await codes(namespace="shop") == ["d"]
    assert await api.error_code(LIST_POLICIES, page=0) == 2231


async def test_deletion(api: Api) -> None:
    await create(api, "a", "b", "c")
    await create(api, "a", namespace="shop")
    assert await api.error_code(DELETE_POLICIES, codes=["a", "unknown"]) == 404
    assert await api.error_code(DELETE_POLICIES, codes=[]) == 2231
    assert (await api.execute(LIST_POLICIES))["totalCount"] == 3
    assert await api.execute(DELETE_POLICIES, codes=["a", "b", "a"]) == {"code": 200}
    assert await api.execute(GET_POLICY, code="a") is None
    assert await api.execute(GET_POLICY, code="a", namespace="shop")
    assert await api.execute(DELETE_POLICY, code="a", namespace="shop") == {"code": 200}
    assert await api.error_code(DELETE_POLICY, code="a") == 404
    assert (await api.execute(LIST_POLICIES))["list"] == [{"code": "c", "assignmentsCount": 0}]


@pytest.mark.parametrize("target_type", ["USER", "ROLE", "GROUP"])
async def test_assigning_and_removing(api: Api, target_type: str) -> None:
    target = (await create_targets(api))[target_type]
    await create(api, "p", "q", "r")
    variables = {"targetType": target_type, "ids": [target]}
    assert (await api.execute(REMOVE, policies=["p"], **variables))[
        "code"
    ] == 200  # it is not assigned
    for _ in range(2):  # the second time changes nothing
        response = await api.execute(ADD, policies=["p", "q"], **variables)
        assert response == {"code": 200, "message": "授权成功"}
    expected = [("q", target_type, target), ("p", target_type, target)]
    assert await list_assignments(api) == expected
    assert await list_assignments(api, targetType=target_type, id=target) == expected
    for _ in range(2):
        response = await api.execute(REMOVE, policies=["q", "r"], **variables)
        assert response == {"code": 200, "message": "取消授权成功"}
    assert await list_assignments(api) == expected[1:]


async def test_list_of_assignments(api: Api) -> None:
    targets = await create_targets(api)
    eve = (await api.create(username="eve"))["id"]
    await create(api, "p", "q")
    for target_type, target in targets.items():
        await api.execute(ADD, policies=["p"], targetType=target_type, ids=[target])
    await api.execute(ADD, policies=["q"], targetType="USER", ids=[targets["USER"], eve])
    bob, role = ("USER", targets["USER"]), ("ROLE", "admin")
    all_assignments = [
        *(("q", "USER", eve), ("q", *bob), ("p", "GROUP", "staff"), ("p", *role), ("p", *bob)),
    ]
    assert await list_assignments(api) == all_assignments
    assert await list_assignments(api, page=2, limit=2) == all_assignments[2:4]
    assert await list_assignments(api, code="q") == all_assignments[:2]
    assert await list_assignments(api, targetType="USER") == [
        all_assignments[0],
        all_assignments[1],
        all_assignments[4],
    ]
    assert await list_assignments(api, targetType="USER", id=bob[1], code="p") == [("p", *bob)]
    assert await list_assignments(api, namespace="shop") == []
    assert await list_assignments(api, targetType="ORG") == []
    assert await api.error_code(ASSIGNMENTS, targetType="USER", id=UNKNOWN) == 2004
    assert await api.error_code(ASSIGNMENTS, targetType="ROLE", id="unknown") == 404
    assert await api.error_code(ASSIGNMENTS, code="unknown") == 404
    assert await api.error_code(ASSIGNMENTS, id=bob[1]) == 2231
    assert await api.error_code(ASSIGNMENTS, page=0) == 2231


async def test_policy_shows_its_assignments(api: Api) -> None:
    await create_targets(api)
    users = [(await api.create(username=name))["id"] for name in ("x", "y", "z")]
    await create(api, "p", "q")
    await api.execute(ADD, policies=["p"], targetType="USER", ids=users)
    await api.execute(ADD, policies=["q"], targetType="GROUP", ids=["staff"])
    query = (
        'query($page: Int, $limit: Int, $namespace: String) { policy(code: "p")'
        " { assignmentsCount assignments(page: $page, limit: $limit, namespace: $namespace)"
        " { code targetType targetIdentifier } } }"
    )
    policy = await api.execute(query, page=2, limit=2)
    assert policy == {
        "assignmentsCount": 3,
        "assignments": [{"code": "p", "targetType": "USER", "targetIdentifier": users[0]}],
    }
    assert len((await api.execute(query, namespace="default"))["assignments"]) == 3
    assert (await api.execute(query, namespace="shop"))["assignments"] == []
    page = await api.execute(LIST_POLICIES)
    assert [policy["assignmentsCount"] for policy in page["list"]] == [1, 3]


@pytest.mark.parametrize("document", [ADD, REMOVE])
async def test_rejected_assignment_changes_have_no_effect(api: Api, document: str) -> None:
    targets = await create_targets(api)
    eve = (await api.create(username="eve"))["id"]
    await create(api, "p", "q")
    await create(api, "r", namespace="shop")
    await api.execute(ADD, policies=["p"], targetType="USER", ids=[eve])
    bob = {"targetType": "USER", "ids": [targets["USER"], eve]}
    before = await list_assignments(api)
    assert await api.error_code(document, policies=["p", "unknown"], **bob) == 404
    assert await api.error_code(document, policies=["p", "r"], **bob) == 404
    assert await api.error_code(document, policies=[], **bob) == 2231
    assert await api.error_code(document, policies=["p"], targetType="USER") == 2231
    assert await api.error_code(document, policies=["p"], targetType="USER", ids=[]) == 2231
    for target_type, ids, code in (
        ("USER", [targets["USER"], eve, UNKNOWN], 2004),
        ("ROLE", ["admin", "unknown"], 404),
        ("GROUP", ["staff", "unknown"], 404),
        ("ORG", ["x"], 501),
        ("AK_SK", ["x"], 501),
    ):
        variables = {"policies": ["p", "q"], "targetType": target_type, "ids": ids}
        assert await api.error_code(document, **variables) == code
    assert await list_assignments(api) == before == [("p", "USER", eve)]


async def test_assignment_uses_roles_of_the_same_namespace(api: Api) -> None:
    await create_targets(api)
    await create(api, "p", namespace="shop")
    variables = {"policies": ["p"], "targetType": "ROLE", "ids": ["admin"], "namespace": "shop"}
    assert await api.error_code(ADD, **variables) == 404
    await api.execute(CREATE_ROLE, code="admin", namespace="shop")
    await api.execute(ADD, **variables)
    assert await list_assignments(api, namespace="shop") == [("p", "ROLE", "admin")]
    await api.execute(DELETE_ROLES, codes=["admin"])
    assert await list_assignments(api, namespace="shop") == [("p", "ROLE", "admin")]
    await api.execute(DELETE_ROLES, codes=["admin"], namespace="shop")
    assert await list_assignments(api, namespace="shop") == []


async def test_assignments_survive_a_code_change(api: Api) -> None:
    await create_targets(api)
    await create(api, "p")
    await api.execute(ADD, policies=["p"], targetType="GROUP", ids=["staff"])
    await api.execute(UPDATE_GROUP, code="staff", newCode="crew")
    await api.execute(UPDATE_POLICY, code="p", newCode="q")
    assert await list_assignments(api) == [("q", "GROUP", "crew")]


@pytest.mark.parametrize(
    ("target_type", "deletion"),
    [
        ("USER", "mutation($codes: [String!]!) { deleteUsers(ids: $codes) { code } }"),
        ("ROLE", DELETE_ROLES),
        ("GROUP", DELETE_GROUPS),
    ],
)
async def test_deleting_a_target_deletes_its_assignments(
    api: Api, target_type: str, deletion: str
) -> None:
    targets = await create_targets(api)
    await create(api, "p")
    for each, target in targets.items():
        await api.execute(ADD, policies=["p"], targetType=each, ids=[target])
    await api.execute(deletion, codes=[targets[target_type]])
    remaining = {row[1] for row in await list_assignments(api)}
    assert remaining == targets.keys() - {target_type}
    policy = await api.execute(GET_POLICY, code="p")
    assert policy["assignmentsCount"] == 2


async def test_deleting_a_policy_deletes_its_assignments(api: Api) -> None:
    bob = (await create_targets(api))["USER"]
    await create(api, "p", "q")
    await api.execute(ADD, policies=["p", "q"], targetType="USER", ids=[bob])
    await api.execute(DELETE_POLICY, code="p")
    assert await list_assignments(api) == [("q", "USER", bob)]
    await create(api, "p")
    assert await list_assignments(api, code="p") == []


async def test_enabling_and_disabling_requires_an_assignment(api: Api) -> None:
    bob = (await create_targets(api))["USER"]
    await create(api, "p")
    known = {"policy": "p", "targetType": "USER", "id": bob}
    for document in (ENABLE, DISABLE):
        assert await api.error_code(document, **known) == 404
        assert await api.error_code(document, **known | {"policy": "unknown"}) == 404
        assert await api.error_code(document, **known | {"id": UNKNOWN}) == 2004
    await api.execute(ADD, policies=["p"], targetType="USER", ids=[bob])
    for document in (DISABLE, DISABLE, ENABLE, ENABLE):
        assert await api.execute(document, **known) == {"code": 200}
        assert await list_assignments(api) == [
            ("p", "USER", bob)
        ]  # disabled assignments are listed too


async def test_reset_deletes_policies(api: Api) -> None:
    await create(api, "p")
    await api.http.post("/emulator/v1/reset", json={})
    assert (await api.execute(LIST_POLICIES))["totalCount"] == 0
