"""The fast clients beside test tools: a tool that does not see their requests is an error."""

import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import respx
from pytest_recording.network import blocking_context

from authing_users import fast
from authing_users.testing import skip_waits
from authing_users.testing.cassettes import cassette_settings, same_call

from ..support.client_kinds import ClientKind, Management, close, run
from ..support.emulator_pool import EmulatorPool
from .test_blocked_network import allowed_hosts, disabled_sockets
from .tools import count, emulator_client, vcr

Tool = Callable[[Path, pytest.FixtureRequest], AbstractContextManager[object]]


def plain_vcr(path: Path, test: pytest.FixtureRequest) -> Any:
    return vcr(record_mode="all").use_cassette(str(path / "cassette.yaml"))


def own_vcr(path: Path, test: pytest.FixtureRequest) -> Any:
    recorder = vcr(**cassette_settings())
    recorder.register_matcher("authing_call", same_call)
    return recorder.use_cassette(str(path / "cassette.yaml"))


@contextmanager
def httpx_mock(path: Path, test: pytest.FixtureRequest) -> Generator[None]:
    with pytest.MonkeyPatch.context() as context:
        fixture: Any = import_module("pytest_httpx").httpx_mock
        steps = fixture.__wrapped__(context, test)
        yield next(steps)


@contextmanager
def pook(path: Path, test: pytest.FixtureRequest) -> Generator[None]:
    tool: Any = import_module("pook")
    with tool.use():
        tool.get("https://other.example").reply(200)
        yield


TOOLS: dict[str, tuple[Tool, str]] = {
    "vcrpy": (plain_vcr, "vcrpy is active"),
    "vcrpy, our settings": (own_vcr, "vcrpy is active"),
    "respx": (lambda path, test: respx.mock(), "respx is active"),
    "respx, httpx": (lambda path, test: respx.mock(using="httpx"), "respx is active"),
    "pytest-httpx": (httpx_mock, "pytest-httpx is active"),
    "pook": (pook, "pook is active"),
    "mocket": (lambda path, test: import_module("mocket").Mocketizer(), "mocket is active"),
    "--block-network": (lambda path, test: blocking_context(), "Network is disabled for host"),
    "--disable-socket": (lambda path, test: disabled_sockets(), "blocked (pytest-socket)"),
    "--allow-hosts": (lambda path, test: allowed_hosts("192.0.2.1"), "SocketConnectBlockedError"),
}
SEEN_BY_AIOHTTP = {
    "vcrpy",
    "vcrpy, our settings",
    "pook",
    "--block-network",
    "--disable-socket",
    "--allow-hosts",
}


def fast_client(client_kind: ClientKind, emulator_pool: EmulatorPool, **options: Any) -> Management:
    http = fast.Client() if client_kind == "sync" else fast.AsyncClient()
    return emulator_client(client_kind, emulator_pool, http_client=http, **options)


CASES: list[tuple[str, ClientKind]] = [
    *((tool, "sync") for tool in TOOLS),
    *((tool, "async") for tool in TOOLS if tool not in SEEN_BY_AIOHTTP),
]


@pytest.mark.filterwarnings("ignore:A test tried to use:UserWarning")
@pytest.mark.parametrize(("tool", "client_kind"), CASES)
async def test_a_tool_that_does_not_see_the_requests_is_an_error(
    client_kind: ClientKind,
    emulator_pool: EmulatorPool,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    tool: str,
) -> None:
    activate, reason = TOOLS[tool]
    client = fast_client(client_kind, emulator_pool, retries=3)
    await count(client)
    with (
        skip_waits() as waits,
        activate(tmp_path, request),
        pytest.raises(AssertionError, match=r"fast\.(Async)?Client cannot be used") as caught,
    ):
        await run(client.users.create({"username": "bob"}))
    message = str(caught.value)
    assert reason in message
    assert "leave out http_client" in message
    assert waits == []
    assert await count(client) == 0  # nothing was sent
    await close(client)


async def test_hosts_that_a_tool_allows_are_reached(emulator_pool: EmulatorPool) -> None:
    for host in (emulator_pool.host, emulator_pool.host.replace("127.0.0.1", "localhost")):
        client = fast_client("sync", emulator_pool, host=host)
        with blocking_context(allowed_hosts=["127.0.0.1"]):
            assert await count(client) == 0
        with allowed_hosts("127.0.0.1"):
            assert await count(client) == 0
        await close(client)


async def test_a_cassette_of_plain_vcrpy_holds_the_requests_of_the_asynchronous_client(
    emulator_pool: EmulatorPool, tmp_path: Path
) -> None:
    emulator_pool.seed_users(3)
    path = str(tmp_path / "users.yaml")
    recorder = vcr(match_on=["method", "uri", "body"])
    for _ in range(2):
        client = fast_client("async", emulator_pool)
        with recorder.use_cassette(path) as cassette:
            assert await count(client) == 3
        assert len(cassette) == 2
        await close(client)
        emulator_pool.seed_users(1)  # the second time, the cassette responds


IN_PRODUCTION = """
import sys, httpx
from authing_users.fast import _visibility
called = []
_visibility._TOOLS = (("sys", "a tool", called.append),)
_visibility.check_tools_see("fast.Client", "http://127.0.0.1:9", uses_sockets=False, seen_by=())
assert not called
sys.modules["respx"] = sys
_visibility.check_tools_see("fast.Client", "http://127.0.0.1:9", uses_sockets=False, seen_by=())
assert called
"""


def test_tools_are_looked_for_only_where_one_is_imported() -> None:
    subprocess.run([sys.executable, "-c", IN_PRODUCTION], check=True)
