"""The control paths and access to them."""

from typing import Any

import httpx
import pytest

from authing_users.emulator import create_app
from authing_users.emulator.json_body import MAX_BODY_SIZE
from authing_users.emulator.store.tables import table_columns

from .api import USER, Api
from .test_grants import ALLOW

HEALTH = "/emulator/v1/health"
RESET = "/emulator/v1/reset"
SEED = "/emulator/v1/seed"
JSON = {"content-type": "application/json"}


async def seed(api: Api, **content: object) -> Any:
    response = await api.http.post(SEED, json=content)
    assert response.status_code == 200, response.text
    return response.json()["counts"]


async def list_all_users(api: Api) -> list[dict[str, Any]]:
    page = await api.execute(
        f"{{ users(limit: 10000, sortBy: CREATEDAT_ASC) {{ list {{ {USER} }} }} }}"
    )
    users: list[dict[str, Any]] = page["list"]
    return users


async def test_health(api: Api) -> None:
    await api.create(username="a")
    await api.execute('mutation { createRole(code: "r") { id } }')
    assert (await api.http.get(HEALTH)).json() == {
        "status": "ok",
        "userPoolId": api.app.user_pool_id,
        "counts": {"users": 1, "roles": 1, "groups": 0},
    }


async def test_reset_deletes_the_content_but_not_the_pool(api: Api) -> None:
    key, secret = api.app.public_key, api.app.secret
    await seed(api, users=3, roles=["r"], groups=["g"])
    user = await api.create(username="a")
    await api.execute("mutation($id: String) { refreshToken(id: $id) { token } }", id=user["id"])
    response = await api.http.post(RESET, json={})
    assert response.json()["counts"] == {"users": 0, "roles": 0, "groups": 0}
    assert await api.usernames() == []  # the token is still valid
    await api.log_in()
    assert (api.app.public_key, api.app.secret) == (key, secret)


async def test_reset_empties_every_other_table(api: Api) -> None:
    organisation = {"name": "Acme", "code": "acme"}
    await seed(api, users=3, roles=["r"], groups=["g"], organisations=[organisation])
    user = await api.create(username="a", password=api.encrypt("a password"))
    await api.execute(ALLOW, on="book:1", action="book:read", user=user["id"])
    await api.http.post(RESET, json={})
    with api.app._emulator.transaction(write=False) as transaction:
        rows = {
            table: transaction.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in table_columns()
        }
    assert rows == dict.fromkeys(table_columns(), 0) | {"userpool": 1, "namespaces": 1}


async def test_seeded_users_are_the_same_every_time(api: Api) -> None:
    assert (await seed(api, users=200))["users"] == 200
    first = await list_all_users(api)
    await api.http.post(RESET, json={})
    await seed(api, users=150)
    await seed(api, users=50)
    second = await list_all_users(api)

    def without_ids(users: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**user, "id": None, "arn": None} for user in users]

    assert without_ids(first) == without_ids(second)


async def test_seeded_users_are_realistic(api: Api) -> None:
    await seed(api, users=300)
    users = await list_all_users(api)
    for field in ("username", "email", "phone"):
        values = [user[field] for user in users if user[field] is not None]
        assert len(set(values)) == len(values)
    names = "".join(user["name"] for user in users)
    assert {"王", "ü", "О", "ف", "佐", "김", "प"} <= set(names)
    sometimes_null = ("email", "phone", "nickname", "company", "lastLogin", "city")
    for field in sometimes_null:
        values = [user[field] for user in users]
        assert None in values
        assert len(set(values)) > 5
    assert {user["status"] for user in users} == {"Activated"}
    assert all(user["createdAt"] == "2023-11-15T06:13:20+08:00" for user in users)


async def test_seed_skips_existing_values(api: Api) -> None:
    await api.create(username="user00001", phone="1")
    await api.create(username="x", email="user00002@example.com")
    await seed(api, users=3)
    seeded = (await list_all_users(api))[2:]
    assert [user["username"] for user in seeded] == ["user00003", "user00004", "user00005"]
    other = {user["phone"] for user in seeded if user["phone"]}
    await api.http.post(RESET, json={})
    for number, phone in enumerate(sorted(other)):
        await api.create(username=f"x{number}", phone=phone)
    assert (await seed(api, users=5))["users"] == len(other) + 5


async def test_seed_with_a_prefix_roles_and_groups(api: Api) -> None:
    await api.execute('mutation { createRole(code: "admin", description: "mine") { id } }')
    counts = await seed(api, users=2, prefix="Team-A_", roles=["admin", "x"], groups=["g", "h"])
    assert counts == {"users": 2, "roles": 2, "groups": 2}
    assert await api.usernames() == ["Team-A_00002", "Team-A_00001"]
    counts = await seed(api, roles=["x"], groups=["g"])
    assert counts == {"users": 2, "roles": 2, "groups": 2}
    role = await api.execute('{ role(code: "admin") { description } }')
    assert role == {"description": "mine"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"user": 1}',
        b'{"users": -1}',
        b'{"users": 100001}',
        b'{"users": true}',
        b'{"users": "1"}',
        b'{"users": 1.0}',
        b'{"prefix": ""}',
        b'{"prefix": "a b"}',
        b'{"prefix": 1}',
        b'{"roles": "admin"}',
        b'{"roles": [""]}',
        b'{"groups": [1]}',
    ],
)
async def test_invalid_seed_is_rejected(api: Api, body: bytes) -> None:
    response = await api.http.post(SEED, content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json()["message"]
    assert await api.usernames() == []


async def test_too_large_seed_is_rejected(api: Api) -> None:
    response = await api.http.post(SEED, content=b" " * (MAX_BODY_SIZE + 1), headers=JSON)
    assert response.status_code == 413


async def test_wrong_methods_and_paths(api: Api) -> None:
    assert (await api.http.post(HEALTH)).status_code == 405
    assert (await api.http.get(RESET)).status_code == 405
    assert (await api.http.get("/emulator/v1/nonsense")).status_code == 404


async def reset_status(
    headers: dict[str, str],
    client: tuple[str, int] = ("127.0.0.1", 50000),
    server: tuple[str, int] = ("127.0.0.1", 4466),
    content: bytes = b"{}",
) -> int:
    """Return the status of a reset for given headers and addresses."""
    app = create_app(own_hosts={"emulator.test"})

    async def with_server(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "server": server}, receive, send)

    transport = httpx.ASGITransport(app=with_server, client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4466") as http:
        response = await http.post(RESET, content=content, headers=JSON | headers)
    app.close()
    return response.status_code


@pytest.mark.parametrize(
    "host",
    [*("127.0.0.1:4466", "localhost:4466", "LOCALHOST", "[::1]:4466", "emulator.test:4466")],
)
async def test_own_hosts_are_accepted(host: str) -> None:
    assert await reset_status({"host": host}) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:4466", "", "[", "a:b"],
)
async def test_foreign_hosts_are_rejected(host: str) -> None:
    assert await reset_status({"host": host}) == 403


@pytest.mark.parametrize(
    "address", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.1", "testclient"]
)
async def test_other_machines_are_rejected(address: str) -> None:
    assert await reset_status({}, client=(address, 50000)) == 403


async def test_other_loopback_addresses_are_accepted() -> None:
    for address in ("::1", "127.0.0.2", "::ffff:127.0.0.1"):
        assert await reset_status({}, client=(address, 50000)) == 200
    assert await reset_status({"host": "127.0.0.9"}, server=("::", 4466)) == 200
    assert await reset_status({"host": "127.0.0.9"}, server=("127.0.0.9", 4466)) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"sec-fetch-site": "cross-site"},
    ],
)
async def test_cross_origin_requests_are_rejected(headers: dict[str, str]) -> None:
    assert await reset_status(headers) == 403


async def test_web_pages_of_this_machine_are_accepted() -> None:
    headers = {"origin": "http://localhost:3000", "sec-fetch-site": "same-site"}
    assert await reset_status(headers) == 200


@pytest.mark.parametrize(
    "media_type",
    [
        *("", "text/plain", "text/plain; x=application/json", "application/jsonx"),
        *("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
    ],
)
@pytest.mark.parametrize("path", [RESET, SEED])
async def test_requests_that_any_web_page_can_send_are_rejected(
    api: Api, path: str, media_type: str
) -> None:
    await api.create(username="a")
    headers = {"content-type": media_type} if media_type else {}
    response = await api.http.post(path, content=b'{"users": 3}', headers=headers)
    assert response.status_code == 403
    assert "Content-Type: application/json" in response.json()["message"]
    assert await api.usernames() == ["a"]


async def test_browsers_get_no_permission_for_cross_origin_requests(api: Api) -> None:
    preflight = {
        "origin": "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    for path in (RESET, SEED):
        response = await api.http.options(path, headers=preflight)
        assert response.status_code == 405
        assert not [name for name in response.headers if name.startswith("access-control")]


async def test_json_with_parameters_and_without_body_is_accepted() -> None:
    for media_type in ("application/json; charset=utf-8", "Application/JSON"):
        assert await reset_status({"content-type": media_type}) == 200
    assert await reset_status({}, content=b"") == 200


async def test_rejected_seed_changes_nothing(api: Api) -> None:
    response = await api.http.post(SEED, json={"users": 3}, headers={"host": "evil.example"})
    assert response.status_code == 403
    assert await api.usernames() == []
