"""Recorded cassettes: their content, and their replay without a network.

Both kinds of client replay the same cassettes, which the synchronous client recorded.

To record them again, from the emulator: python -m tests.recorded.record_cassettes
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.serializers import yamlserializer

from authing_users import ManagementClient
from authing_users._runtime.secret import MASK
from authing_users.testing.cassettes import same_call

from ..emulator.server import running
from ..support.client_kinds import (
    POOL_ID,
    SECRET,
    ClientKind,
    Management,
    close,
    collect,
    management_client,
    run,
)

CASSETTES = Path(__file__).parent / "cassettes"
PASSWORD = "canary-password"
pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


@pytest.fixture
async def client(
    request: pytest.FixtureRequest, client_kind: ClientKind, anyio_backend: str
) -> AsyncGenerator[Management]:
    """A client of the emulator while recording. While replaying, there is no server."""
    if request.config.getoption("--record-mode") is None:
        client = management_client(client_kind, host="http://127.0.0.1:9")
        yield client
        await close(client)
        return
    arguments = ("--user-pool-id", POOL_ID, "--seed-users", "12")
    with running(*arguments, secret=SECRET) as server:
        client = management_client(client_kind, host=server.url, lang="en-US")
        yield client


@pytest.mark.default_cassette("life.yaml")
async def test_changes_of_a_user_are_replayed(client: Management) -> None:
    users = client.users
    user = await run(users.create({"username": "bob", "password": PASSWORD}))
    updated = await run(users.update(user.id, {"nickname": "Nick", "password": PASSWORD}))
    assert updated.nickname == "Nick"
    assert await run(users.detail(user.id)) == updated
    assert (await run(users.refresh_token(user.id))).token
    assert (await run(users.delete(user.id))).code == 200
    assert await run(users.detail(user.id)) is None


@pytest.mark.default_cassette("pages.yaml")
async def test_pages_are_replayed(client: Management) -> None:
    users = await collect(client.users.iter_list(limit=5))
    assert len(users) == 12
    second = await run(client.users.list(page=2))
    assert second.list == users[10:]
    assert await run(client.users.batch([user.id for user in users])) == users


@pytest.mark.default_cassette("finding.yaml")
async def test_find_and_search_are_replayed(client: Management) -> None:
    user = (await run(client.users.list(limit=1))).list[0]
    assert user.username is not None
    assert await run(client.users.find(username=user.username)) == user
    assert await run(client.users.find(username="nobody")) is None
    page = await run(client.users.search(user.username, ["username"]))
    assert page.list == [user]


@pytest.mark.default_cassette("at_once.yaml")
async def test_concurrent_calls_are_replayed(client: Management) -> None:
    if isinstance(client, ManagementClient):
        users = list(client.users.iter_list(limit=2, prefetch=6))
    else:
        pages = await asyncio.gather(*[client.users.list(page, 2) for page in range(1, 7)])
        users = [user for page in pages for user in page.list]
    assert len({user.id for user in users}) == 12


@pytest.mark.default_cassette("pages.yaml")
async def test_an_unrecorded_call_raises(client: Management) -> None:
    await run(client.users.list(page=2))
    with pytest.raises(CannotOverwriteExistingCassetteException) as caught:
        await run(client.users.list(page=3))
    assert caught.value.__notes__ == ["Operation: ListUsers"]


def cassettes() -> list[Path]:
    return sorted(CASSETTES.rglob("*.yaml"))


def test_every_cassette_is_found() -> None:
    assert len(cassettes()) == 4


@pytest.mark.parametrize("path", cassettes(), ids=lambda path: path.stem)
def test_a_cassette_holds_no_secret(path: Path) -> None:
    text = path.read_text("utf-8")
    assert SECRET not in text
    assert PASSWORD not in text
    assert "eyJ" not in text, "a token"
    assert not re.search(r"(?i)authorization|bearer|cookie", text)
    recorded: Any = yamlserializer
    for interaction in recorded.deserialize(text)["interactions"]:
        request: dict[str, Any] = interaction["request"]
        assert set(request["headers"]) <= {"content-type"}
        for body in (request["body"], interaction["response"]["body"]["string"]):
            if body:
                assert scrubbed(json.loads(body)) == json.loads(body)
                # Only the document and the public key are as long as an encrypted password.
                for value in strings(json.loads(body)):
                    is_known = " " in value or "PUBLIC KEY" in value
                    assert is_known or len(value) < 100, value


def strings(value: Any) -> Iterator[str]:
    """Yield all strings of JSON content."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from strings(list(cast("dict[str, object]", value).values()))
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from strings(item)


def test_secrets_are_scrubbed_at_any_depth() -> None:
    content = {
        "variables": {"secret": "s", "userInfo": {"password": "p", "username": "bob"}},
        "data": [{"token": None, "accessToken": "t", "list": [{"oauth": "{}"}]}],
    }
    assert scrubbed(content) == {
        "variables": {"secret": MASK, "userInfo": {"password": MASK, "username": "bob"}},
        "data": [{"token": None, "accessToken": MASK, "list": [{"oauth": MASK}]}],
    }
    assert scrubbed({"accessToken": {"accessToken": "t", "iat": 1}}) == {
        "accessToken": {"accessToken": MASK, "iat": 1}
    }


def test_secrets_that_a_response_repeats_are_scrubbed() -> None:
    secret, password, bearer = "canary-pool-secret", "canary-of-a-user", "canary-management"
    request = call("GetAccessToken", secret=secret, userInfo={"password": password})
    request.headers["Authorization"] = f"Bearer {bearer}"
    scrub_request(request)
    body = {"errors": [{"message": f"bad {secret}", "data": {password[:12]: [bearer]}}], "iat": 1}
    response = {
        "status": {"code": 200, "message": f"bad {secret}"},
        "headers": {"X-Request-Id": [secret[-10:]], "Server": ["x"]},
        "body": {"string": json.dumps(body).encode()},
    }
    recorded = scrub_response(response)
    assert "canary" not in repr(recorded)
    assert recorded["status"] == {"code": 200, "message": f"bad {MASK}"}
    assert recorded["headers"] == {"X-Request-Id": [MASK]}
    assert json.loads(recorded["body"]["string"])["iat"] == 1
    recorded = scrub_response({**response, "body": {"string": f"<b>{bearer}</b>".encode()}})
    assert recorded["body"]["string"] == f"<b>{MASK}</b>".encode()


class Request:
    """A request in the form of ``vcr``."""

    def __init__(self, uri: str, body: Any = None, method: str = "POST") -> None:
        self.method = method
        self.uri = uri
        self.body = None if body is None else json.dumps(body).encode()
        self.headers: dict[str, str] = {}


def call(operation: str, host: str = "https://a.example", **variables: object) -> Request:
    content = {"query": "…", "operationName": operation, "variables": variables}
    return Request(f"{host}/graphql/v2", content)


def test_calls_are_compared_by_operation_and_variables() -> None:
    same_call(call("ListUsers", page=1), call("ListUsers", "http://127.0.0.1:4466", page=1))
    for other in (
        call("ListUsers", page=2),
        call("FindUser", page=1),
        call("ListUsers"),
        Request("https://a.example/api/v2/users/1"),
    ):
        with pytest.raises(AssertionError, match="is not"):
            same_call(call("ListUsers", page=1), other)
    rest = "https://a.example/api/v2/users/1?with_custom_data=true"
    same_call(Request(rest, method="GET"), Request(rest.replace("a.", "b."), method="GET"))
    with pytest.raises(AssertionError):
        same_call(Request(rest, method="GET"), Request(rest, method="POST"))
    with pytest.raises(AssertionError):
        same_call(Request(rest, {"ids": [1]}), Request(rest, {"ids": [2]}))
