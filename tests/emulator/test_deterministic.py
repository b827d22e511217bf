"""Two deterministic emulators respond to the same requests with the same bytes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from typer.testing import CliRunner

from authing_users.cli import app as cli
from authing_users.emulator import EmulatorApp, create_app
from authing_users.emulator.store.userpool import DEFAULT_USER_POOL_ID

from .api import ACCESS_TOKEN, CREATE, LIST, USER, encrypt, scalars
from .server import running
from .test_sessions import REFRESH

HEADERS = {"host": "localhost", "user-agent": "test", "accept-encoding": "identity"}
CONTROL = "/emulator/v1"


class Script:
    """Sends requests, and keeps the bodies of the responses.

    Args:
        http: The HTTP client. Its base URL is the emulator.
        secret: Secret of the user pool.
    """

    def __init__(self, http: httpx.AsyncClient, secret: str) -> None:
        self._http = http
        self._secret = secret
        self._token = "none"
        self.bodies: list[bytes] = []

    async def send(self, method: str, path: str, content: object = None) -> Any:
        headers = {**HEADERS, "authorization": f"Bearer {self._token}"}
        response = await self._http.request(method, path, json=content, headers=headers)
        self.bodies.append(response.content)
        return response.json()

    async def execute(self, query: str, **variables: object) -> Any:
        content: Mapping[str, Any] = await self.send(
            "POST", "/graphql/v2", {"query": query, "variables": variables}
        )
        return next(iter((content["data"] or {"": None}).values()))

    async def log_in(self) -> None:
        token = await self.execute(ACCESS_TOKEN, id=DEFAULT_USER_POOL_ID, secret=self._secret)
        self._token = token["accessToken"]

    async def run(self) -> list[bytes]:
        """Use all that is random or depends on the time in another emulator."""
        await self.log_in()
        key = (await self.send("GET", "/api/v2/.well-known"))["data"]["publicKey"]
        user = await self.execute(CREATE, i={"username": "a", "password": encrypt(key, "password")})
        await self.execute(CREATE, i={"username": "a"})  # taken
        await self.execute(CREATE, i={"email": "b@example.com", "phone": "1"})
        token = (await self.execute(REFRESH, id=user["id"]))["token"]
        await self.log_in()
        await self.execute("query($t: String) { checkLoginStatus(token: $t) { exp } }", t=token)
        for statement in (
            'createRole(code: "r") { id createdAt }',
            'createGroup(code: "g", name: "g") { createdAt }',
            'sendEmail(email: "b@example.com", scene: VERIFY_EMAIL) { code }',
            'setUdf(targetType: USER, key: "k", dataType: STRING, label: "l") { key }',
        ):
            await self.execute(f"mutation {{ {statement} }}")
        await self.send("POST", f"{CONTROL}/seed", {"users": 30, "organisations": [ORGANISATION]})
        await self.send("POST", f"{CONTROL}/snapshots/one", {})
        first = await self.execute(CREATE, i={"username": "c"})
        await self.send("POST", f"{CONTROL}/snapshots/one/restore", {})
        assert await self.execute(CREATE, i={"username": "c"}) == first
        await self.send("POST", "/api/v2/users", {"userInfo": {"x": 1, "y": 2, "z": 3}})
        await self.send("POST", f"{CONTROL}/clock", {"advance": 3_600})
        await self.execute(CREATE, i={"username": "d"})
        await self.execute(LIST.replace("id username", USER))
        await self.execute(f"{{ userpool {{ {scalars('UserPool')} }} }}")
        for path in ("/api/v2/analysis/user-action?limit=100", f"/api/v2/users/{user['id']}/orgs"):
            await self.send("GET", path)
        for path in ("calls", "outbox", "clock", "health"):
            await self.send("GET", f"{CONTROL}/{path}")
        await self.send("POST", f"{CONTROL}/reset", {})
        again = await self.execute(CREATE, i={"username": "a"})
        assert again["id"] == user["id"]
        return self.bodies


ORGANISATION = {"name": "Acme", "code": "acme", "children": [{"name": "Hall", "code": "hall"}]}


async def bodies_in_process(app: EmulatorApp) -> list[bytes]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        return await Script(http, app.secret).run()


async def test_same_bytes_in_memory_and_in_a_file(tmp_path: Path) -> None:
    runs: list[list[bytes]] = []
    for database in (":memory:", str(tmp_path / "pool.db")):
        app = create_app(database, deterministic=True)
        runs.append(await bodies_in_process(app))
        app.close()
    assert runs[0] == runs[1]


async def test_same_bytes_in_another_process(tmp_path: Path) -> None:
    """The order of sets differs between processes."""
    exported = tmp_path / "pool.db"
    with running("--deterministic", "--export-on-exit", str(exported)) as server:
        async with httpx.AsyncClient(base_url=server.url) as http:
            bodies = await Script(http, server.secret).run()
            response = await http.get(f"{CONTROL}/health")
        assert "date" not in response.headers
    app = create_app(deterministic=True)
    assert await bodies_in_process(app) == bodies
    app.close()
    imported = create_app(import_file=exported)
    assert imported.public_key == app.public_key
    imported.close()


async def test_a_restart_continues(tmp_path: Path) -> None:
    path = str(tmp_path / "pool.db")
    ids: list[str] = []
    times: list[str] = []
    for number in range(2):
        app = create_app(path, deterministic=True)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            script = Script(http, app.secret)
            await script.log_in()
            user = await script.execute(CREATE, i={"username": f"user{number}"})
        app.close()
        ids.append(user["id"])
        times.append(user["createdAt"])
    assert len(set(ids)) == 2
    assert times == ["2024-01-01T08:00:01+08:00", "2024-01-01T08:00:02+08:00"]


def test_deterministic_emulators_have_the_same_keys() -> None:
    apps = [create_app(deterministic=True) for _ in range(2)]
    first, second = ((app.user_pool_id, app.secret, app.public_key) for app in apps)
    assert first == second
    for app in apps:
        app.close()


def test_public_keys_are_not_served_to_other_machines() -> None:
    result = CliRunner().invoke(
        cli, ["emulator", "--port", "0", "--deterministic", "--allow-remote"]
    )
    assert result.exit_code == 2
    assert "remove --allow-remote" in result.output
