"""Tools that mock what HTTP clients send, behind one interface."""

import json
import re
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any

import httpx
import pytest
import respx
from vcr import VCR

from ..support.client_kinds import ClientKind, Management, management_client, run
from ..support.emulator_pool import EmulatorPool
from ..support.scripted_server import token

vcr: Any = VCR  # its type annotations are incomplete
MOCKED_USERS = 77
TOKEN: Any = token().json()
USERS: Any = {"data": {"users": {"totalCount": MOCKED_USERS, "list": []}}}

Mock = Callable[[str, pytest.FixtureRequest], AbstractContextManager[None]]
"""Mocks the GraphQL path of a host: a token, and a number of users that no emulator has."""


def respond(request: httpx.Request) -> httpx.Response:
    """Return the response to a request for a token or for users."""
    content: Any = TOKEN if b"GetAccessToken" in request.content else USERS
    return httpx.Response(200, json=content)


@contextmanager
def respx_httpcore(host: str, test: pytest.FixtureRequest) -> Generator[None]:
    with respx.mock() as router:
        router.post(f"{host}/graphql/v2").mock(side_effect=respond)
        yield


@contextmanager
def respx_httpx(host: str, test: pytest.FixtureRequest) -> Generator[None]:
    with respx.mock(using="httpx") as router:
        router.post(f"{host}/graphql/v2").mock(side_effect=respond)
        yield


@contextmanager
def pytest_httpx(host: str, test: pytest.FixtureRequest) -> Generator[None]:
    """Mock until the test ends, as the fixture does."""
    mock = test.getfixturevalue("httpx_mock")
    mock.add_callback(respond, url=f"{host}/graphql/v2", is_reusable=True, is_optional=True)
    yield


@contextmanager
def pook(host: str, test: pytest.FixtureRequest) -> Generator[None]:
    tool: Any = import_module("pook")
    with tool.use():
        for operation, content in (("GetAccessToken", TOKEN), ("ListUsers", USERS)):
            mock = tool.post(f"{host}/graphql/v2").body(re.compile(operation))
            mock.persist().reply(200).json(content)
        yield


@contextmanager
def mocket(host: str, test: pytest.FixtureRequest) -> Generator[None]:
    """Mock with one response: its entries do not tell operations apart."""
    http: Any = import_module("mocket.mocks.mockhttp")
    content: Any = {"data": {**TOKEN["data"], **USERS["data"]}}
    with import_module("mocket").Mocketizer():
        headers = {"content-type": "application/json"}
        http.Entry.single_register(
            http.Entry.POST, f"{host}/graphql/v2", body=json.dumps(content), headers=headers
        )
        yield


MOCKS: dict[str, Mock] = {
    "respx": respx_httpcore,
    "respx, httpx": respx_httpx,
    "pytest-httpx": pytest_httpx,
    "pook": pook,
    "mocket": mocket,
}


def emulator_client(client_kind: ClientKind, pool: EmulatorPool, **options: Any) -> Management:
    """Build a client of the emulator, with our own HTTP client unless an option says so."""
    defaults = {
        "user_pool_id": pool.emulator.user_pool_id,
        "secret": pool.emulator.secret,
        "host": pool.host,
        "retries": 0,
    }
    return management_client(client_kind, **{**defaults, **options})


async def count(client: Management) -> int:
    """Return the number of users that a client finds."""
    return (await run(client.users.list())).total_count


def unix_socket_client(client_kind: ClientKind, path: str) -> Management:
    """Build a client with an httpx client of its own, which connects to a Unix socket."""
    http: Any
    if client_kind == "sync":
        http = httpx.Client(transport=httpx.HTTPTransport(uds=path))
    else:
        http = httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=path))
    return management_client(client_kind, host="http://127.0.0.1", http_client=http, retries=0)
