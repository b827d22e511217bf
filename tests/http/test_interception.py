"""Tools that watch or updated what httpx sends see our calls too; without them httpx is not used.

The clients here have no ``http_client``: they send over connections of their own.
"""

import asyncio
import functools
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import httpcore
import httpx
import pytest
import wrapt
from vcr import VCR

from authing_users import AsyncManagementClient, ManagementClient
from authing_users._network import is_intercepted

from ..support.client_kinds import Management, Mode, close, collect, management_client, run
from ..support.emulator_pool import Stage
from ..support.scripted_server import ScriptedServer, data

NO_USERS = data(users={"totalCount": 0, "list": []})

SEAMS: dict[str, dict[Mode, tuple[type[Any], str]]] = {
    "request": {"sync": (httpx.Client, "request"), "async": (httpx.AsyncClient, "request")},
    "send": {"sync": (httpx.Client, "send"), "async": (httpx.AsyncClient, "send")},
    "transport": {
        "sync": (httpx.HTTPTransport, "handle_request"),
        "async": (httpx.AsyncHTTPTransport, "handle_async_request"),
    },
    "httpcore": {
        "sync": (httpcore.ConnectionPool, "handle_request"),
        "async": (httpcore.AsyncConnectionPool, "handle_async_request"),
    },
}


def answering(server: ScriptedServer, seam: str, mode: Mode) -> Callable[..., Any]:
    """Return what a tool would put in the place of a method: here a scripted server answers."""

    def answer(request: httpx.Request) -> httpx.Response:
        reply = server(request)
        reply.request = request
        return reply

    def in_place(self: object, *args: Any, **options: Any) -> Any:
        if seam == "request":
            method, url = args
            return answer(
                httpx.Request(method, url, content=options["content"], headers=options["headers"])
            )
        if seam in ("send", "transport"):
            return answer(args[0])
        raw: httpcore.Request = args[0]
        url = "https://inner.example" + raw.url.target.decode()
        reply = answer(httpx.Request(raw.method.decode(), url, headers=raw.headers, content=body))
        return httpcore.Response(
            reply.status_code, headers=reply.headers.raw, content=reply.content
        )

    body = b""

    def sync_in_place(self: object, *args: Any, **options: Any) -> Any:
        nonlocal body
        if seam == "httpcore":
            body = b"".join(args[0].stream)
        return in_place(self, *args, **options)

    async def async_in_place(self: object, *args: Any, **options: Any) -> Any:
        nonlocal body
        if seam == "httpcore":
            body = b"".join([part async for part in args[0].stream])
        return in_place(self, *args, **options)

    return sync_in_place if mode == "sync" else async_in_place


@pytest.mark.parametrize("seam", SEAMS)
async def test_a_tool_that_replaces_a_method_of_httpx_answers_our_calls(
    mode: Mode, seam: str
) -> None:
    server = ScriptedServer(NO_USERS)
    owner, method = SEAMS[seam][mode]
    client = management_client(mode, host="https://inner.example", retries=0)
    with mock.patch.object(owner, method, answering(server, seam, mode)):
        await run(client.users.list())
    assert server.operations == ["GetAccessToken", "ListUsers"]
    await close(client)


def replaced(function: Any) -> Any:
    def other(*args: Any, **options: Any) -> Any:
        return function(*args, **options)

    return other


def wrapped(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **options: Any) -> Any:
        return function(*args, **options)

    return wrapper


def wrapped_by_wrapt(function: Any) -> Any:
    def wrapper(wrapped: Any, instance: object, args: Any, options: Any) -> Any:
        return wrapped(*args, **options)

    return wrapt.FunctionWrapper(function, wrapper)


def mocked(function: Any) -> Any:
    return mock.MagicMock(spec=function)


@pytest.mark.parametrize("seam", SEAMS)
@pytest.mark.parametrize("tool", [replaced, wrapped, wrapped_by_wrapt, mocked])
def test_every_kind_of_replacement_is_noticed_as_long_as_it_lasts(
    mode: Mode, seam: str, tool: Callable[[Any], Any]
) -> None:
    owner, method = SEAMS[seam][mode]
    assert not is_intercepted()
    with mock.patch.object(owner, method, tool(vars(owner)[method])):
        assert is_intercepted()
    assert not is_intercepted()


@pytest.mark.parametrize("missing", ["Client", "AsyncClient"])
def test_httpx_may_be_half_imported(missing: str) -> None:
    """As it is while another thread imports it for the first time."""
    module = sys.modules["httpx._client"]
    with mock.patch.object(module, missing):
        delattr(module, missing)
        assert is_intercepted()


PROGRAM = """
import asyncio, functools, sys
from unittest import mock

kind, order = sys.argv[1:]
seen = []

def install():
    import httpx
    owner, method = (
        (httpx.HTTPTransport, "handle_request")
        if kind == "sync"
        else (httpx.AsyncHTTPTransport, "handle_async_request")
    )
    original = getattr(owner, method)

    @functools.wraps(original)
    def watch(self, request):
        seen.append(request.method)
        return original(self, request)

    patch = mock.patch.object(owner, method, watch)
    patch.start()
    return patch

async def main():
    patch = install() if order == "tool first" else None
    from authing_users import AsyncManagementClient, ManagementClient

    client = ManagementClient() if kind == "sync" else AsyncManagementClient()

    async def call():
        page = client.users.list() if kind == "sync" else await client.users.list()
        assert page.total_count == 3
        return len(seen)

    counts = [await call()]
    if patch is None:
        loaded = [name for name in ("httpx", "httpcore") if name in sys.modules]
        assert loaded == [], loaded
        patch = install()
        counts.append(await call())
    patch.stop()
    counts.append(await call())
    client.close() if kind == "sync" else await client.aclose()
    print(counts)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("order", "counts"), [("tool first", "[2, 2]"), ("client first", "[0, 1, 1]")]
)
def test_a_tool_is_noticed_whichever_comes_first_and_else_httpx_is_not_even_imported(
    mode: Mode, stage: Stage, order: str, counts: str
) -> None:
    stage.users(3)
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, mode, order],
        env={**os.environ, **stage.emulator.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip() == counts


@pytest.mark.parametrize(
    ("variable", "is_used"),
    [("HTTPS_PROXY", True), ("ALL_PROXY", True), ("HTTP_PROXY", False), ("NO_PROXY", False)],
)
def test_httpx_is_used_where_a_proxy_is_on_the_way_to_the_service(
    mode: Mode, monkeypatch: pytest.MonkeyPatch, variable: str, is_used: bool
) -> None:
    for name in ("HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert management_client(mode)._transport._network._needs_httpx is is_used
    local = management_client(mode, host="http://127.0.0.1:4466")
    assert not local._transport._network._needs_httpx


# Plain vcr, without the pytest plugin.

vcr: Any = VCR  # it has types for some of its arguments only
BY_CONTENT = ["method", "scheme", "host", "port", "path", "query", "body"]


def own_client(mode: Mode, stage: Stage) -> Management:
    return management_client(
        mode,
        user_pool_id=stage.emulator.user_pool_id,
        secret=stage.emulator.secret,
        host=stage.host,
        retries=0,
    )


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What makes every new connection fail from then on."""

    def refuse(self: socket.socket, address: object) -> None:
        raise OSError(f"no connection to {address} here")

    return lambda: monkeypatch.setattr(socket.socket, "connect", refuse)


async def life(client: Management) -> list[object]:
    """Make some calls, one after another; return what they answer."""
    users = client.users
    bob = await run(users.create({"username": "bob"}))
    updated = await run(users.update(bob.id, {"nickname": "Nick"}))
    listed = await collect(users.iter_list(limit=2))
    deleted = await run(users.delete(bob.id))
    return [bob, updated, listed, deleted, await run(users.detail(bob.id))]


async def test_plain_vcr_records_our_calls_and_replays_them_without_a_network(
    mode: Mode, stage: Stage, tmp_path: Path, no_network: Callable[[], None]
) -> None:
    stage.users(4)
    path = str(tmp_path / "life.yaml")
    client = own_client(mode, stage)
    with vcr().use_cassette(path) as cassette:
        recorded = await life(client)
    assert len(cassette) == 8
    await close(client)

    no_network()
    client = own_client(mode, stage)
    with vcr(record_mode="none").use_cassette(path) as cassette:
        assert await life(client) == recorded
        assert cassette.all_played
    await close(client)


async def test_a_connection_that_is_open_already_does_not_pass_a_cassette_by(
    mode: Mode, stage: Stage, tmp_path: Path
) -> None:
    stage.users(3)
    client = own_client(mode, stage)
    assert (await run(client.users.list())).total_count == 3
    with vcr().use_cassette(str(tmp_path / "one.yaml")) as cassette:
        await run(client.users.list())
    assert len(cassette) == 1
    stage.users(1)
    with vcr(record_mode="none").use_cassette(str(tmp_path / "one.yaml")):
        assert (await run(client.users.list())).total_count == 3
    assert (await run(client.users.list())).total_count == 4
    await close(client)


async def many_at_once(client: Management) -> list[Any]:
    if isinstance(client, ManagementClient):
        return list(client.users.iter_list(limit=3, prefetch=5))
    assert isinstance(client, AsyncManagementClient)
    pages = await asyncio.gather(*[client.users.list(page, 3) for page in range(1, 9)])
    return [user for page in pages for user in page.list]


async def test_plain_vcr_replays_calls_that_are_made_at_once(
    mode: Mode, stage: Stage, tmp_path: Path, no_network: Callable[[], None]
) -> None:
    stage.users(22)
    path = str(tmp_path / "pages.yaml")
    client = own_client(mode, stage)
    with vcr(match_on=BY_CONTENT).use_cassette(path) as cassette:
        recorded = await many_at_once(client)
    assert len(recorded) == 22
    assert len(cassette) == 9
    await close(client)

    no_network()
    client = own_client(mode, stage)
    with vcr(match_on=BY_CONTENT, record_mode="none").use_cassette(path):
        assert await many_at_once(client) == recorded
    await close(client)
