"""An emulator whose schema has fields that the API does not have."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_users.emulator import SeedError, create_app

from ..support.schema_changes import changed_schema
from .api import Api, connected
from .rest import get, post, rejection_code

_FIELDS = """
  employeeNumber: String
  floor: Int
  tags: [String!]
  size: Size
  hiredAt: DateTime
  isRemote: Boolean
  scores: [Score]
"""
_INPUT_FIELDS = _FIELDS.replace("[Score]", "[ScoreInput]")
ACME = changed_schema(
    arguments={
        "Mutation.createRole": "costCenter: String",
        "Mutation.updateRole": "costCenter: String",
        "Mutation.createGroup": "building: String",
        "Mutation.createPolicy": "owner: String",
        "Mutation.setUdf": "unit: String",
        "Query.users": "floor: Int, verbose: Boolean = false",
    },
    add=f"""
scalar DateTime
enum Size {{ S M L }}
type Badge {{ number: String! issued: DateTime }}
input BadgeInput {{ number: String! issued: DateTime }}
type Score {{ value: Float }}
input ScoreInput {{ value: Float = 0.5 }}
extend type User {{
  {_FIELDS} badge: Badge manager: User nickNames(upper: Boolean = false): String grade: Int
}}
extend type Identity {{ realm: String }}
extend type Role {{ costCenter: String }}
extend type Group {{ building: String }}
extend type Policy {{ owner: String }}
extend type UserDefinedField {{ unit: String }}
extend type PaginatedUsers {{ nextCursor: String }}
extend input CreateUserInput {{
  {_INPUT_FIELDS} badge: BadgeInput grade: Int = 7 secretNote: String roles: [String]
}}
extend input UpdateUserInput {{ {_INPUT_FIELDS} badge: BadgeInput }}
extend input CreateUserIdentityInput {{ realm: String }}
extend input SearchUserRoleOpt {{ exact: Boolean }}
extend enum SortByEnum {{ FLOOR_ASC EMPLOYEE_NUMBER_DESC COMPANY_ASC WEATHER_ASC }}
extend enum UDFTargetType {{ DEVICE }}
extend type Query {{ weather: String found: [Found] }}
union Found = User | Role
extend type Mutation {{ promote(id: String!): User! }}
type Subscription {{ users: User }}
""",
)

ADDED = (
    "employeeNumber floor tags size hiredAt isRemote grade scores { value } badge { number issued }"
)
CREATE = f"mutation($i: CreateUserInput!) {{ createUser(userInfo: $i) {{ id {ADDED} }} }}"
UPDATE = (
    "mutation($id: String, $i: UpdateUserInput!) {"
    f" updateUser(id: $id, input: $i) {{ id {ADDED} }} }}"
)
GET = f"query($id: String) {{ user(id: $id) {{ id {ADDED} }} }}"
VALUES: dict[str, Any] = {
    "employeeNumber": "Ä7",
    "floor": 3,
    "tags": ["blue", "green"],
    "size": "L",
    "hiredAt": {"year": [2020]},
    "isRemote": True,
    "badge": {"number": "17", "issued": "2024-01-01"},
}
SCORES = [{"value": 0.5}, {"value": 2.5}]


@pytest.fixture
async def acme() -> AsyncIterator[Api]:
    """A client of an emulator that serves ``ACME``."""
    async with connected(create_app(schema=ACME)) as api:
        yield api


async def create(api: Api, username: str, **fields: object) -> Any:
    return await api.execute(CREATE, i={"username": username, **fields})


async def test_values_of_added_fields_are_stored_and_returned(acme: Api) -> None:
    user = await create(acme, "bob", **VALUES, scores=[{}, {"value": 2.5}])
    assert user == {"id": user["id"], **VALUES, "grade": 7, "scores": SCORES}
    assert await acme.execute(GET, id=user["id"]) == user
    listed = await acme.execute(f"{{ users {{ list {{ id {ADDED} }} nextCursor }} }}")
    assert listed == {"list": [user], "nextCursor": None}

    changed = await acme.execute(UPDATE, id=user["id"], i={"floor": None, "size": "S"})
    assert changed == {**user, "floor": None, "size": "S"}
    assert await acme.execute(GET, id=user["id"]) == changed


async def test_absent_values_are_null(acme: Api) -> None:
    user = await create(acme, "bob")
    names = [*VALUES, "scores"]
    assert user == {"id": user["id"], **dict.fromkeys(names), "grade": 7}
    other = "query($id: String) { user(id: $id) { manager { id } nickNames } }"
    assert await acme.execute(other, id=user["id"]) == {"manager": None, "nickNames": None}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"floor": "3"}, "Int cannot represent non-integer value"),
        ({"size": "XL"}, "Value 'XL' does not exist in 'Size' enum."),
        ({"tags": [None]}, "Expected value of non-null type 'String!' not to be None."),
        ({"badge": {}}, "number"),
        ({"shoeSize": 42}, "unknown field 'shoeSize'"),
    ],
)
async def test_invalid_values_are_rejected(acme: Api, fields: object, message: str) -> None:
    response = await acme.post(CREATE, {"i": fields})
    assert response.status_code == 400
    assert message in response.text


async def test_added_fields_are_searched(acme: Api) -> None:
    await create(acme, "ann", employeeNumber="Ä7", tags=["blue", "green"], floor=12, size="L")
    await create(acme, "bob", employeeNumber="B8", tags=["red"], floor=3)
    search = (
        "query($q: String!, $f: [String]) {"
        " searchUser(query: $q, fields: $f) { list { username } } }"
    )

    async def found(text: str, *fields: str) -> list[str]:
        page = await acme.execute(search, q=text, f=fields)
        return [user["username"] for user in page["list"]]

    assert await found("ä7", "employeeNumber") == ["ann"]
    assert await found("GREE", "tags", "username") == ["ann"]
    assert await found("e", "tags") == ["bob", "ann"]
    assert await found("12", "floor") == ["ann"]
    assert await found("l", "size") == ["ann"]
    assert await found("ä7") == []
    for field in ("badge", "isRemote", "manager", "secretNote"):
        assert await acme.error_code(search, q="x", f=[field]) == 2015


async def test_lists_are_sorted_by_added_fields(acme: Api) -> None:
    for name, floor, number, company in (
        ("a", 12, "5", "Z"),
        ("b", 3, "61", "Y"),
        ("c", 3, "7", "X"),
    ):
        await create(acme, name, floor=floor, employeeNumber=number, company=company)
    await acme.execute('mutation { createGroup(code: "g", name: "g") { code } }')

    async def names(sort_by: str) -> str:
        page = await acme.execute(f"{{ users(sortBy: {sort_by}) {{ list {{ username }} }} }}")
        return "".join(user["username"] for user in page["list"])

    assert await names("FLOOR_ASC") == "cba"
    assert await names("EMPLOYEE_NUMBER_DESC") == "cba"
    assert await names("COMPANY_ASC") == "cba"
    assert await names("CREATEDAT_ASC") == "abc"
    assert await acme.error_code("{ users(sortBy: WEATHER_ASC) { totalCount } }") == 501
    assert await acme.error_code("{ groups(sortBy: FLOOR_ASC) { totalCount } }") == 501


async def test_added_arguments_of_changes_are_stored(acme: Api) -> None:
    role = await acme.execute('mutation { createRole(code: "r", costCenter: "1") { costCenter } }')
    assert role == {"costCenter": "1"}
    await acme.execute('mutation { updateRole(code: "r", description: "d") { code } }')
    assert await acme.execute('{ role(code: "r") { costCenter } }') == role
    changed = 'mutation { updateRole(code: "r", costCenter: "2") { costCenter } }'
    assert await acme.execute(changed) == {"costCenter": "2"}
    assert (await acme.execute("{ roles { list { costCenter } } }"))["list"] == [
        {"costCenter": "2"}
    ]

    group = 'mutation { createGroup(code: "g", name: "g", building: "A") { building } }'
    assert await acme.execute(group) == {"building": "A"}
    policy = (
        'mutation { createPolicy(code: "p", owner: "me", statements:'
        ' [{resource: "*", actions: ["*"]}]) { owner } }'
    )
    assert await acme.execute(policy) == {"owner": "me"}
    field = (
        'mutation { setUdf(targetType: USER, key: "k", dataType: NUMBER, label: "l", unit: "kg")'
        " { unit } }"
    )
    assert await acme.execute(field) == {"unit": "kg"}
    assert await acme.execute("{ udf(targetType: USER) { unit } }") == [{"unit": "kg"}]

    await acme.execute('mutation { deleteRole(code: "r") { code } }')
    await acme.execute('mutation { createRole(code: "r") { code } }')
    assert await acme.execute('{ role(code: "r") { costCenter } }') == {"costCenter": None}


async def test_identities_have_added_fields(acme: Api) -> None:
    create_linked = (
        "mutation($i: CreateUserIdentityInput) { createUser(userInfo: {}, identity: $i)"
        " { id identities { provider realm } } }"
    )
    identity = {"provider": "ldap", "userIdInIdp": "7", "realm": "west"}
    user = await acme.execute(create_linked, i=identity)
    assert user["identities"] == [{"provider": "ldap", "realm": "west"}]
    (linked,) = (await get(acme, f"/api/v2/users/{user['id']}"))["identities"]
    assert linked["realm"] == "west"


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("{ weather }", "Query.weather"),
        ("{ found { __typename } }", "Query.found"),
        ('mutation { promote(id: "x") { id } }', "Mutation.promote"),
        ("subscription { users { id } }", "Subscription.users"),
        ("{ users(floor: 3) { totalCount } }", "Query.users(floor)"),
        ("{ users(verbose: true) { totalCount } }", "Query.users(verbose)"),
        ("{ users { list { nickNames(upper: true) } } }", "User.nickNames(upper)"),
        (
            '{ searchUser(query: "", roleOpts: [{code: "r", exact: true}]) { totalCount } }',
            "SearchUserRoleOpt.exact",
        ),
        ("{ udf(targetType: DEVICE) { key } }", "UDFTargetType.DEVICE"),
        (
            'mutation { createUser(userInfo: {username: "x", roles: ["r"]}) { id } }',
            "CreateUserInput.roles",
        ),
    ],
)
async def test_what_the_emulator_does_not_know_is_rejected_by_name(
    acme: Api, document: str, name: str
) -> None:
    await create(acme, "bob")
    headers = {"authorization": f"Bearer {acme.token}", "x-authing-lang": "en-US"}
    response = await acme.post(document, headers=headers)
    assert response.status_code == 200
    (error,) = response.json()["errors"]
    assert error["message"]["code"] == 501
    assert error["message"]["message"] == f"The emulator does not support {name}"
    assert acme.app.control.unserved == (name,)


async def test_added_operations_need_a_token(acme: Api) -> None:
    response = await acme.post("{ weather }", headers={})
    assert response.json()["errors"][0]["message"]["code"] == 2020


async def test_arguments_without_effect_are_accepted(acme: Api) -> None:
    page = "{ users(floor: null, verbose: false) { totalCount } }"
    assert await acme.execute(page) == {"totalCount": 0}


async def test_faults_know_added_operations(acme: Api) -> None:
    acme.app.control.fail("weather", code=2100)
    assert await acme.error_code("{ weather }") == 2100


async def test_rest_has_the_added_fields(acme: Api) -> None:
    body: dict[str, Any] = {"userInfo": {"username": "bob", **VALUES, "scores": [{}]}}
    user = await post(acme, "/api/v2/users", body)
    added = {**VALUES, "grade": 7, "scores": [{"value": 0.5}]}
    assert {name: user[name] for name in added} == added
    assert "secretNote" not in user
    path = f"/api/v2/users/{user['id']}"
    assert await get(acme, path) == user
    assert (await post(acme, "/api/v2/users/batch", {"ids": [user["id"]]})) == [user]
    changed = await post(acme, path, {"floor": 4, "nickname": "B"})
    assert (changed["floor"], changed["nickname"], changed["size"]) == (4, "B", "L")
    assert await acme.execute(GET, id=user["id"]) == {"id": user["id"], **added, "floor": 4}
    wrong_values: list[dict[str, Any]] = [
        {"floor": "x"},
        {"badge": {}},
        {"size": "XL"},
        {"unknown": 1},
    ]
    for wrong in wrong_values:
        body = {"userInfo": {"username": "al", **wrong}}
        assert await rejection_code(acme, "POST", "/api/v2/users", body) == 2231
    results = await post(
        acme, "/api/v2/users/create/batch", {"users": [{"email": "a@b.c", "floor": 9}]}
    )
    assert results[0]["user"]["floor"] == 9


async def test_added_values_are_a_part_of_snapshots_and_exports(acme: Api, tmp_path: Path) -> None:
    user = await create(acme, "bob", **VALUES)
    acme.app.control.snapshot("one")
    await acme.execute(UPDATE, id=user["id"], i={"floor": 99})
    exported = tmp_path / "pool.db"
    acme.app.control.export(exported)
    acme.app.control.restore("one")
    assert await acme.execute(GET, id=user["id"]) == user
    acme.app.control.load(exported)
    assert await acme.execute(GET, id=user["id"]) == {**user, "floor": 99}
    async with connected(create_app(schema=ACME, import_file=exported)) as imported:
        assert await imported.execute(GET, id=user["id"]) == {**user, "floor": 99}
    acme.app.control.reset()
    assert (await acme.execute("{ users { totalCount } }"))["totalCount"] == 0


async def test_a_pool_without_added_values_is_loaded(acme: Api, tmp_path: Path) -> None:
    exported = tmp_path / "pool.db"
    own = create_app()
    own.control.export(exported)
    own.close()
    acme.app.control.load(exported)
    assert (await create(acme, "bob", floor=3))["floor"] == 3


async def test_values_stay_stored_while_another_schema_is_served(tmp_path: Path) -> None:
    database = str(tmp_path / "pool.db")
    async with connected(create_app(database)) as api:
        old = await api.create(username="old")
    async with connected(create_app(database, schema=ACME)) as api:
        assert (await api.execute(GET, id=old["id"]))["floor"] is None
        user = await create(api, "bob", **VALUES)
        gone = await create(api, "gone", **VALUES)
    async with connected(create_app(database)) as api:
        stored = await api.user(user["id"])
        assert "floor" not in await get(api, f"/api/v2/users/{user['id']}")
        await api.update(user["id"], nickname="Bobby")
        await api.execute("mutation($id: String!) { deleteUser(id: $id) { code } }", id=gone["id"])
    async with connected(create_app(database, schema=ACME)) as api:
        assert await api.execute(GET, id=user["id"]) == user
        assert (await api.user(user["id"]))["nickname"] == "Bobby"
        assert stored["nickname"] is None
    with closing(sqlite3.connect(database)) as connection:
        keys = {key for (key,) in connection.execute("SELECT key FROM added_values")}
    assert keys == {user["id"]}


async def test_seeds_have_the_added_fields(tmp_path: Path) -> None:
    seed: dict[str, Any] = {"users": [{"username": "bob", **VALUES, "grade": 1, "roles": []}]}
    file = tmp_path / "seed.json"
    file.write_text(json.dumps(seed))
    async with connected(create_app(schema=ACME, seed=file)) as api:
        (user,) = (await api.execute(f"{{ users {{ list {{ {ADDED} }} }} }}"))["list"]
    assert user == {**VALUES, "grade": 1, "scores": None}
    with pytest.raises(SeedError) as error:
        create_app(schema=ACME, seed={"users": [{"username": "bob", "badge": {"issued": 1}}]})
    assert str(error.value) == "users[0].badge: does not match the type BadgeInput of the schema."
    with pytest.raises(SeedError):
        create_app(seed=seed)


def test_own_schema_creates_no_table(tmp_path: Path) -> None:
    database = tmp_path / "pool.db"
    create_app(str(database)).close()
    with closing(sqlite3.connect(database)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'added%'")
        assert names.fetchall() == []


async def test_control_seeds_have_the_added_fields(acme: Api) -> None:
    body = {"users": [{"username": "bob", "floor": 8}]}
    response = await acme.http.post("/emulator/v1/seed", json=body, headers={"host": "localhost"})
    assert response.status_code == httpx.codes.OK, response.text
    assert (await acme.execute("{ users { list { floor } } }"))["list"] == [{"floor": 8}]
