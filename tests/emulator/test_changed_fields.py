"""An emulator whose schema renames and retypes what the API has, or requires more."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from authing_users.emulator import create_app

from ..support.schema_changes import changed_schema
from .api import Api, connected
from .rest import get, post, rejection_code

CHANGED = changed_schema(
    remove=["User.device", "Query.userBatch(ids)", "CreateUserIdentityInput.provider"],
    rename={
        "User": "Person",
        "PaginatedUsers": "PersonPage",
        "CreateUserInput": "NewPerson",
        "SortByEnum": "Order",
        "User.nickname": "nickName",
        "Query.user(id)": "userId",
        "Query.searchUser(query)": "text",
    },
    retype={
        "User.loginsCount": "String",
        "User.username": "Int",
        "User.registerSource": "String",
        "User.emailVerified": "Int",
        "User.status": "Status",
        "User.company": "Company",
        "User.photo": "[String]",
        "User.birthdate": "String!",
        "User.zoneinfo": "Zone",
        "UserPool.domain": "Int!",
        "CreateUserInput.loginsCount": 'String = "4"',
        "CreateUserInput.registerSource": "String",
        "CreateUserInput.emailVerified": "Int",
        "CreateUserInput.email": "String!",
        "CreateUserInput.company": "CompanyInput",
        "CreateUserInput.blocked": "JSON",
        "CreateUserInput.zoneinfo": "Zone",
        "UpdateUserInput.blocked": "JSON",
        "Query.users(page)": "String",
        "Query.users(limit)": "Int! = 3",
        "Query.group(code)": "String",
        "Query.checkPasswordStrength(password)": "Int!",
        "Mutation.deleteUsers(ids)": "String!",
        "Mutation.createGroup(description)": "String!",
        "Query.findUser(identity)": "JSON",
    },
    add="""
scalar JSON
scalar Zone
enum Status { Activated }
interface Firm { name: String }
type Company implements Firm { name: String size: Int }
input CompanyInput { name: String size: Int }
""",
)
FIELDS = (
    "id loginsCount username registerSource emailVerified status company { name size } zoneinfo"
)
CREATE = f"mutation($i: NewPerson!) {{ createUser(userInfo: $i) {{ {FIELDS} }} }}"
LIST = f"{{ users {{ list {{ {FIELDS} }} }} }}"
UPDATE = (
    "mutation($id: String, $i: UpdateUserInput!) {"
    f" updateUser(id: $id, input: $i) {{ {FIELDS} }} }}"
)


@pytest.fixture
async def changed() -> AsyncIterator[Api]:
    """A client of an emulator that serves ``CHANGED``."""
    async with connected(create_app(schema=CHANGED)) as api:
        yield api


async def create(api: Api, **fields: object) -> Any:
    values = {"username": "7", "email": "a@example.com", "registerSource": "x", **fields}
    return await api.execute(CREATE, i=values)


async def test_values_are_coerced_to_the_types_of_the_schema(changed: Api) -> None:
    company = {"name": "Acme", "size": 3}
    user = await create(changed, emailVerified=1, company=company, blocked="maybe", zoneinfo=[1])
    expected = {
        "loginsCount": "4",
        "username": 7,
        "registerSource": "x",
        "emailVerified": 1,
        "status": "Activated",
        "company": company,
        "zoneinfo": [1],
    }
    assert user == {"id": user["id"], **expected}
    assert await changed.execute(LIST) == {"list": [user]}
    record = await get(changed, f"/api/v2/users/{user['id']}")
    assert record["company"] == company
    assert record["registerSource"] == "x"


async def test_a_value_of_a_column_replaces_the_added_one(changed: Api) -> None:
    user = await create(changed, emailVerified=5, zoneinfo=[1])
    assert (user["emailVerified"], user["zoneinfo"]) == (5, [1])
    second = await create(changed, username="8", email="b@example.com", emailVerified=0)
    assert second["emailVerified"] == 0
    changes = {"loginsCount": 9, "blocked": {"by": "me"}}
    assert (await changed.execute(UPDATE, id=user["id"], i=changes))["loginsCount"] == "9"
    path = f"/api/v2/users/{user['id']}"
    assert (await get(changed, path))["blocked"] == {"by": "me"}
    blocked = {"blocked": True}
    assert (await changed.execute(UPDATE, id=user["id"], i=blocked))["id"] == user["id"]
    assert (await get(changed, path))["blocked"] is True


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("username", "Int cannot represent non-integer value: 'bob'"),
        ("photo", "Cannot return a value that is not a list for Person.photo."),
    ],
)
async def test_a_value_that_does_not_fit_is_null_with_an_error(
    changed: Api, field: str, message: str
) -> None:
    await post(changed, "/api/v2/users", {"userInfo": {"username": "bob", "email": "b@c.de"}})
    response = await changed.post(f"{{ users {{ list {{ id {field} }} totalCount }} }}")
    content = response.json()
    (user,) = content["data"]["users"]["list"]
    assert user[field] is None
    assert user["id"]
    (error,) = content["errors"]
    assert error["message"] == {"code": 500, "message": message, "data": None}
    assert error["path"] == ["users", "list", 0, field]
    assert error["extensions"] == {"code": "500"}


async def test_null_of_a_required_field_nulls_its_parent(changed: Api) -> None:
    await create(changed)
    document = '{ findUser(username: "7") { id birthdate } userpool { id } }'
    content = (await changed.post(document)).json()
    assert content["data"] == {"findUser": None, "userpool": {"id": changed.app.user_pool_id}}
    (error,) = content["errors"]
    message = "Cannot return null for non-nullable field Person.birthdate."
    assert error["message"]["message"] == message
    assert error["path"] == ["findUser", "birthdate"]


async def test_a_change_stays_if_its_result_does_not_fit(changed: Api) -> None:
    document = (
        'mutation { createUser(userInfo: {username: "bob", email: "b@c.de"}) { id username } }'
    )
    content = (await changed.post(document)).json()
    assert content["data"]["createUser"]["username"] is None
    page = await changed.execute("{ users { totalCount } }")
    assert page == {"totalCount": 1}


async def test_renamed_types_fields_and_arguments(changed: Api) -> None:
    user = await create(changed)
    fragment = (
        "query { users(sortBy: CREATEDAT_ASC) { list { ...P } } } fragment P on Person { id }"
    )
    assert await changed.execute(fragment) == {"list": [{"id": user["id"]}]}
    assert await changed.execute("{ users { __typename } }") == {"__typename": "PersonPage"}
    # Nothing is known of a renamed field but that it is new.
    assert await changed.execute("{ users { list { nickName } } }") == {
        "list": [{"nickName": None}]
    }
    for document, message in (
        ("{ users { list { nickname } } }", "Cannot query field 'nickname' on type 'Person'."),
        ('{ user(id: "1") { id } }', "Unknown argument 'id' on field 'Query.user'."),
        ("fragment U on User { id } { users { list { ...U } } }", "Unknown type 'User'"),
        ("{ users { list { device } } }", "Cannot query field 'device' on type 'Person'."),
    ):
        response = await changed.post(document)
        assert response.status_code == 400
        assert message in response.text


async def test_arguments_are_converted(changed: Api) -> None:
    for number in range(5):
        await create(changed, username=str(number), email=f"{number}@example.com")
    page = await changed.execute('{ users(page: "2") { list { username } } }')
    assert [user["username"] for user in page["list"]] == [1, 0]
    assert await changed.error_code('{ users(page: "two") { totalCount } }') == 2231
    strength = await changed.execute("{ checkPasswordStrength(password: 123456) { valid } }")
    assert strength == {"valid": True}
    identity = 'identity: {provider: "ldap"}'
    assert await changed.execute(f"{{ findUser({identity}) {{ id }} }}") is None
    wrong = "identity: {provider: 7}"
    assert await changed.error_code(f"{{ findUser({wrong}) {{ id }} }}") == 2231
    (user,) = (await changed.execute("{ users(limit: 1) { list { id } } }"))["list"]
    await changed.execute(f'mutation {{ deleteUsers(ids: "{user["id"]}") {{ code }} }}')
    assert (await changed.execute("{ users { totalCount } }"))["totalCount"] == 4


@pytest.mark.parametrize(
    "document",
    [
        'mutation { createGroup(code: "g", name: "g") { code } }',
        'mutation { createUser(userInfo: {username: "x"}) { id } }',
    ],
)
async def test_what_is_required_is_required(changed: Api, document: str) -> None:
    response = await changed.post(document)
    assert response.status_code == 400
    assert "required" in response.text


async def test_required_fields_are_required_by_rest(changed: Api) -> None:
    body = {"userInfo": {"username": "x"}}
    assert await rejection_code(changed, "POST", "/api/v2/users", body) == 2231


async def test_what_the_emulator_needs_is_required_although_the_schema_differs(
    changed: Api,
) -> None:
    assert await changed.error_code("{ group { code } }") == 2231
    assert await changed.error_code("{ group(code: null) { code } }") == 2231
    linked = (
        'mutation { createUser(userInfo: {email: "a@b.c"}, identity: {userIdInIdp: "7"}) { id } }'
    )
    assert await changed.error_code(linked) == 2231
    for document in ("{ userBatch { id } }", '{ searchUser(text: "x") { totalCount } }'):
        assert await changed.error_code(document) == 501


async def test_an_interface_can_replace_a_type(changed: Api) -> None:
    schema = changed_schema(
        retype={"Query.user": "Account", "PaginatedUsers.list": "[Entry!]!"},
        add="""
interface Account { id: String! }
extend type User implements Account
type Robot implements Account { id: String! }
union Entry = User | Robot
extend type Role { owner: Account }
""",
    )
    async with connected(create_app(schema=schema)) as api:
        user = await api.create(username="bob")
        document = "query($id: String) { user(id: $id) { __typename id ... on User { username } } }"
        expected = {"__typename": "User", "id": user["id"], "username": "bob"}
        assert await api.execute(document, id=user["id"]) == expected
        entries = "{ users { list { __typename ... on User { username } } } }"
        assert await api.execute(entries) == {"list": [{"__typename": "User", "username": "bob"}]}
