"""Seeds: their content, their errors, and seed files."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from typer.testing import CliRunner

from authing_users.cli import app as command
from authing_users.emulator import EmulatorApp, SeedError, create_app, serving
from authing_users.emulator.seed import parser
from authing_users.emulator.store import passwords

from .api import Api
from .fuzzing import anything
from .test_logins import log_in, login_code

SEED = "/emulator/v1/seed"
USERS = "{ users(limit: 100, sortBy: CREATEDAT_ASC) { list { %s } } }"

LIBRARY = """\
customFields:
  - {key: age, dataType: NUMBER, label: Age}
  - {key: since, dataType: DATETIME}
  - {targetType: ROLE, key: floor, dataType: STRING}
roles:
  - admin
  - {code: editor, description: May edit, parent: admin}
  - {code: editor, namespace: blog}
groups: [staff, {code: readers, name: Readers, description: May read}]
users:
  - username: ada
    email: Ada@Example.com
    phone: "18800000001"
    password: a password
    nickname: 艾达
    city: London
    birthdate: 1815-12-10
    emailVerified: true
    loginsCount: 3
    registerSource: [import]
    customData: {age: 36, since: 2020-01-02T03:04:05Z}
    roles: [admin, {code: editor, namespace: blog}]
    groups: [staff, readers]
    identities: [{provider: wechat, userIdInIdp: wx-1, isSocial: true}]
    mainDepartmentCode: hall
  - &locked
    username: bob
    status: Suspended
    password: a password
  - <<: *locked
    username: eve
    status: Archived
    resetPasswordOnFirstLogin: true
  - externalId: emp-1
organisations:
  - name: Library
    code: library
    description: Books
    children:
      - {name: Hall, code: hall, members: [ada, emp-1]}
generatedUsers: 2
prefix: extra
archived: [emp-1]
"""


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(passwords._SCRYPT, "n", 2)


@pytest.fixture(scope="module")
def empty() -> Iterator[EmulatorApp]:
    """Return an emulator that no seed may change."""
    app = create_app()
    yield app
    app.close()


def counts(app: EmulatorApp) -> int:
    with app._emulator.transaction(write=False) as transaction:
        tables = ("users", "roles", "user_groups", "departments", "udf")
        return sum(
            transaction.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in tables
        )


def user_count(app: EmulatorApp) -> int:
    with app._emulator.transaction(write=False) as transaction:
        (number,) = transaction.connection.execute("SELECT count(*) FROM users").fetchone()
    return int(number)


def write(folder: Path, text: str, name: str = "seed.yaml") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


async def test_seed_file_creates_everything(api: Api, tmp_path: Path) -> None:
    await asyncio.to_thread(api.app.seed, write(tmp_path, LIBRARY))
    page = await api.execute(
        USERS % "username email phone nickname city birthdate emailVerified loginsCount"
        " registerSource status mainDepartmentCode identities { provider userIdInIdp isSocial }"
        " roles { list { code } } groups { list { code } } customData { key value }"
        " departments { list { department { code description } } }"
    )
    ada, bob, *generated = page["list"]
    assert ada == {
        "username": "ada",
        "email": "ada@example.com",
        "phone": "18800000001",
        "nickname": "艾达",
        "city": "London",
        "birthdate": "1815-12-10",
        "emailVerified": True,
        "loginsCount": 3,
        "registerSource": ["import"],
        "status": "Activated",
        "mainDepartmentCode": "hall",
        "identities": [{"provider": "wechat", "userIdInIdp": "wx-1", "isSocial": True}],
        "roles": {"list": [{"code": "admin"}]},
        "groups": {"list": [{"code": "readers"}, {"code": "staff"}]},
        "customData": [
            {"key": "age", "value": "36"},
            {"key": "since", "value": "2020-01-02T03:04:05Z"},
        ],
        "departments": {"list": [{"department": {"code": "hall", "description": None}}]},
    }
    assert (bob["username"], bob["status"]) == ("bob", "Suspended")
    assert [user["username"] for user in generated] == ["extra00001", "extra00002"]
    archived = await api.execute("{ archivedUsers { list { username externalId } } }")
    assert {(user["username"], user["externalId"]) for user in archived["list"]} == {
        ("eve", None),
        (None, "emp-1"),
    }
    roles = await api.execute('{ role(code: "editor") { description parent { code } } }')
    assert roles == {"description": "May edit", "parent": {"code": "admin"}}
    blog = await api.execute(
        '{ role(code: "editor", namespace: "blog") { users { list { username } } } }'
    )
    assert blog == {"users": {"list": [{"username": "ada"}]}}
    group = await api.execute('{ group(code: "readers") { name description } }')
    assert group == {"name": "Readers", "description": "May read"}
    fields = await api.execute("{ udf(targetType: USER) { key dataType label } }")
    assert fields[0] == {"key": "age", "dataType": "NUMBER", "label": "Age"}
    assert (await log_in(api, "email", "ada@example.com"))["loginsCount"] == 4
    assert await login_code(api, "username", "bob") == 2005


async def test_existing_objects_are_skipped(api: Api, tmp_path: Path) -> None:
    path = write(tmp_path, LIBRARY)
    await asyncio.to_thread(api.app.seed, path)
    ada = (await api.execute(USERS % "id"))["list"][0]["id"]
    await api.update(ada, nickname="Ada", password=api.encrypt("the new password"))
    before = (await api.execute(USERS % "id nickname updatedAt groups { list { code } }"))["list"]
    api.clock.now += 60
    again = LIBRARY.replace("generatedUsers: 2", "generatedUsers: 0")
    await asyncio.to_thread(api.app.seed, write(tmp_path, again))
    after = (await api.execute(USERS % "id nickname updatedAt groups { list { code } }"))["list"]
    assert after == before
    await log_in(api, "username", "ada", "the new password")


async def test_json_file_mapping_and_request_are_the_same(api: Api, tmp_path: Path) -> None:
    content = {"users": [{"username": "bob", "phone": None}], "roles": ["r"]}
    fields = USERS % "username phone status"
    expected: Any = None
    for seed in (content, write(tmp_path, "\ufeff" + json.dumps(content), "seed.JSON"), None):
        await api.http.post("/emulator/v1/reset", json={})
        if seed is None:
            response = await api.http.post(SEED, json=content)
            assert response.json()["counts"] == {"users": 1, "roles": 1, "groups": 0}
        else:
            await asyncio.to_thread(api.app.seed, seed)
        users = await api.execute(fields)
        assert users == (expected or users)
        expected = users
    with_seed = create_app(seed=content)
    assert counts(with_seed) == 2
    with_seed.close()


async def test_members_are_named_by_any_identifier(api: Api) -> None:
    fields = {"username": "u", "email": "E@example.com", "phone": "1", "externalId": "x"}
    bob = await api.create(**fields)
    for number, reference in enumerate([bob["id"], *fields.values()]):
        organisation = {"name": "a", "code": f"c{number}", "members": [reference]}
        response = await api.http.post(SEED, json={"organisations": [organisation]})
        assert response.status_code == 200, response.text
    user = await api.execute(
        "query($id: String) { user(id: $id) { departments { totalCount } } }", id=bob["id"]
    )
    assert user["departments"]["totalCount"] == 5


USER = {"username": "a"}


INVALID: list[tuple[Any, str]] = [
    ({"user": []}, "user: Unknown key of a seed. Did you mean 'users'?"),
    ({"zzz": []}, "zzz: Unknown key of a seed. Known keys: users, generatedUsers, "),
    ({"users": [{"usrname": "a"}]}, "users[0].usrname: Unknown key of a user. Did you mean 'u"),
    ({"users": [{"logins_count": 1}]}, "users[0].logins_count: Unknown key of a user. Did"),
    ({"users": ["a"]}, "users[0]: A user must be an object with keys such as "),
    ({"users": [{"nickname": "a"}]}, "users[0]: A user needs at least one of username, email"),
    ({"users": [{"username": 1}]}, "users[0].username: must be a string: put it in quotes."),
    ({"users": [{**USER, "blocked": "x"}]}, "users[0].blocked: must be true or false."),
    ({"users": [{**USER, "loginsCount": 2**31}]}, "users[0].loginsCount: must be a 32-bit"),
    ({"users": [{**USER, "registerSource": "x"}]}, "users[0].registerSource: must be a list"),
    ({"users": [{"email": "x"}]}, "users[0].email: The e-mail address is invalid"),
    ({"users": [{**USER, "lastLogin": "x"}]}, "users[0].lastLogin: Missing or invalid"),
    ({"users": [{**USER, "status": "Suspend"}]}, "users[0].status: must be one of Suspended"),
    ({"users": [{**USER, "status": "Suspend"}]}, "Did you mean 'Suspended'?"),
    ({"users": [{**USER, "password": "short"}]}, "users[0].password: The password must have"),
    ({"users": [{**USER, "keepPassword": 1}, USER]}, "users[0]"),
    ({"users": [USER, USER]}, "users[1].username: Another user of the seed has the same"),
    ({"users": [{**USER, "roles": ["x"]}]}, "users[0].roles[0]: Unknown role."),
    (
        {"roles": ["admin"], "users": [{**USER, "roles": ["admni"]}]},
        "users[0].roles[0]: Unknown role. Did you mean 'admin'?",
    ),
    (
        {"groups": ["staff"], "users": [{**USER, "groups": ["Staff"]}]},
        "users[0].groups[0]: Unknown group. Did you mean 'staff'?",
    ),
    ({"users": [{**USER, "roles": [{"code": "x", "n": 1}]}]}, "users[0].roles[0].n: Unknown"),
    ({"users": [{**USER, "customData": []}]}, "users[0].customData: must be an object"),
    ({"users": [{**USER, "customData": {"x": 1}}]}, "users[0].customData.x: Not found: custom"),
    (
        {
            "customFields": [{"key": "x", "dataType": "NUMBER"}],
            "users": [{**USER, "customData": {"x": "1"}}],
        },
        "users[0].customData.x: Missing or invalid parameter: x",
    ),
    (
        {"users": [{**USER, "identities": [{"provider": "x"}]}]},
        "users[0].identities[0]: The key",
    ),
    (
        {"users": [{"identities": [{"provider": "", "userIdInIdp": "x"}]}]},
        "users[0].identities[0]: Missing or invalid parameter: identity.provider",
    ),
    (
        {"users": [{**USER, "mainDepartmentCode": "x"}]},
        "users[0].mainDepartmentCode: Not found",
    ),
    ({"users": 1, "generatedUsers": 1}, "users: must be a list of users if generatedUsers is"),
    ({"generatedUsers": 100_001}, "generatedUsers: must be an integer from 0 to 100,000."),
    ({"users": None}, "users: must be an integer"),
    ({"prefix": "1"}, "prefix: must be a letter"),
    ({"roles": [{}]}, "roles[0]: The key 'code' is missing."),
    ({"roles": [{"code": " "}]}, "roles[0].code: must be a string that is not blank."),
    ({"roles": [{"code": "a", "parent": "b"}]}, "roles[0].parent: Unknown role."),
    ({"roles": "admin"}, "roles: must be a list."),
    ({"groups": [{"code": "a", "nmae": "b"}]}, "groups[0].nmae: Unknown key of a group. Did"),
    ({"groups": ["a\0"]}, "groups[0]: Missing or invalid parameter: code"),
    ({"customFields": [{"key": "a", "dataType": "Number"}]}, "customFields[0].dataType: must"),
    ({"customFields": [{"key": "a", "dataType": "NUMBER", "targetType": "X"}]}, "targetType"),
    (
        {"organisations": [{"name": "a", "code": "a", "children": [{"name": "b", "cod": ""}]}]},
        "organisations[0].children[0].cod: Unknown key of a department. Did you mean 'code'?",
    ),
    (
        {"organisations": [{"name": "a", "code": "a", "members": ["x"]}]},
        "organisations[0].members[0]: No user has this id, username, email, phone or ext",
    ),
    ({"archived": ["x"]}, "archived[0]: No user has this id"),
    ([], "A seed must be an object with keys such as 'users'."),
]


@pytest.mark.parametrize(("seed", "message"), INVALID)
def test_error_names_the_path_and_nothing_is_created(
    empty: EmulatorApp, seed: Any, message: str
) -> None:
    with pytest.raises(SeedError) as caught:
        empty._write_seed(seed and {"roles": ["other"], **seed})
    assert message in str(caught.value)
    assert counts(empty) == 0


KEYS = st.sampled_from([*parser.SEED_KEYS, *parser.DEPARTMENT_KEYS, *parser.OWN_USER_KEYS, "email"])
CONTENT = st.recursive(
    anything, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3)
)


@pytest.mark.slow
@given(seed=st.dictionaries(st.sampled_from(parser.SEED_KEYS), CONTENT, max_size=3))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_random_content_is_accepted_or_rejected(seed: dict[str, object]) -> None:
    with contextlib.suppress(SeedError):
        parser.parse_seed(seed)


async def test_request_with_an_invalid_seed(api: Api) -> None:
    users = [{"username": "a"}, {"username": "b", "roles": ["x"]}]
    response = await api.http.post(SEED, json={"users": users})
    assert response.status_code == 400
    message = "users[1].roles[0]: Unknown role."
    assert response.json() == {"code": 404, "message": message, "data": None}
    assert await api.usernames() == []
    await api.create(username="x", email="taken@example.com")
    response = await api.http.post(
        SEED, json={"users": [{"username": "y", "email": "Taken@example.com"}]}
    )
    assert response.json()["code"] == 2200
    assert response.json()["message"].startswith("users[0].email: ")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("users:\n  - username: a\n  - usrname: b\n", ":3:5: users[1].usrname: Unknown key"),
        ("users:\n  - username: a\n    password: x\n", ":3:5: users[0].password: The password"),
        ("roles:\n- a\n-   1\n", ":3:5: roles[1]: "),
        ("roles: {}\n", ":1:1: roles: must be a list."),
        ("users:\n  - nickname: a\n", ":2:5: users[0]: A user needs"),
        ("users:\n  - phone: 1880\n", ":2:5: users[0].phone: must be a string: put it in quotes."),
        ("users: [\n", ":2:1: "),
        ("a: 1\nusers: 1\na: 2\n", ":3:1: The key 'a' occurs twice in one object."),
        ("users:\n  - {1: a}\n", ":2:6: users[0]: A key must be a string: put it in quotes."),
        ("users: !!python/object:os.x {}\n", ":1:8: users: The tag "),
        ("users: !!binary aGk=\n", ":1:8: users: The tag "),
        ("users: &a [*a]\n", ":1:8: users[0]: An alias must not contain itself."),
        ("users: !!int x\n", ":1:8: users: The value is not valid."),
        ("users: *a\n", ":1:8: found undefined alias"),
        ("roles: []\n---\n", ":2:1: "),
        ("roles: [\0]\n", ":1:9: The character U+0000 is not allowed."),
        ("", ":1:1: A seed must be an object"),
        ("customFields: [.inf]\n", "contains infinity, NaN or an unpaired surrogate"),
        ('roles: ["\\ud800"]\n', "contains infinity, NaN or an unpaired surrogate"),
        ("roles: " + "[" * 500, "is nested too deeply."),
    ],
)
def test_error_in_a_yaml_file_names_line_and_column(
    empty: EmulatorApp, tmp_path: Path, text: str, place: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SeedError) as caught:
        empty.seed(path)
    assert str(caught.value).startswith(path)
    assert place in str(caught.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            '{"users": [\n\t{"username": "a", "tags": [1, {"a": "}"}]}\n]}',
            ":2:20: users[0].tags: U",
        ),
        (
            '{"roles": ["a",\n "b", {"code": "c", "x\\u0079": 1}]}',
            ":2:21: roles[2].xy: Unknown key",
        ),
        ('{"users": [],\n "users": []}', ":2:2: The key 'users' occurs twice in one object."),
        ('{"users": [{"username": "a", "username": "b"}]}', ":1:30: The key 'username' occurs"),
        ('{"users": [}', ":1:12: Expecting value"),
        ("", ":1:1: Expecting value"),
        (" []", ":1:2: A seed must be an object"),
        ('{"customFields": [NaN]}', "contains infinity, NaN"),
        ('{"roles": ["\\ud800"]}', "unpaired surrogate"),
        ("[" * 200_000, "is nested too deeply."),
    ],
)
def test_error_in_a_json_file_names_line_and_column(
    empty: EmulatorApp, tmp_path: Path, text: str, place: str
) -> None:
    path = write(tmp_path, text, "seed.json")
    with pytest.raises(SeedError) as caught:
        empty.seed(path)
    assert str(caught.value).startswith(path)
    assert place in str(caught.value)


def test_unreadable_files(empty: EmulatorApp, tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"\xff")
    for name, reason in (
        ("none.yaml", "cannot be read: No such file or directory."),
        ("latin.yaml", "it is not text in UTF-8"),
        ("seed.toml", "must end in .yaml, .yml or .json."),
    ):
        with pytest.raises(SeedError, match=reason):
            empty.seed(tmp_path / name)


def test_yaml_needs_pyyaml(
    empty: EmulatorApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(SeedError, match=r"pip install 'authing-users\[emulator\]'"):
        empty.seed(write(tmp_path, "roles: []"))
    empty.seed(write(tmp_path, "{}", "seed.json"))


def test_create_app_with_an_invalid_seed_closes_the_database(tmp_path: Path) -> None:
    database = str(tmp_path / "pool.db")
    with pytest.raises(SeedError):
        create_app(database, seed={"x": 1})
    create_app(database).close()  # it is not in use


def test_command_starts_with_a_seed_file_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers: list[int] = []

    def serve(app: EmulatorApp, *_: object) -> None:
        numbers.append(user_count(app))

    monkeypatch.setattr(serving, "serve", serve)
    path, database = write(tmp_path, LIBRARY), str(tmp_path / "pool.db")
    for extra in ([], ["--seed-users", "9"]):
        arguments = ["--port", "0", "--db", database, "--seed", path, *extra]
        result = CliRunner().invoke(command, ["emulator", *arguments])
        assert (result.exit_code, result.stderr) == (0, "")
    assert numbers == [6, 9]


def test_command_reports_an_invalid_seed_file(tmp_path: Path) -> None:
    path = write(tmp_path, "users:\n  - usrname: a\n")
    result = CliRunner().invoke(command, ["emulator", "--port", "0", "--seed", path])
    assert result.exit_code == 1
    hint = "Unknown key of a user. Did you mean 'username'?"
    assert result.stderr == f"{path}:2:5: users[0].usrname: {hint}\n"
