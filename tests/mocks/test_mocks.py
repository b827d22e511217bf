"""Tools that mock httpx see our requests, whenever the client was built and used before."""

import gc
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from pytest_httpx import HTTPXMock

from authing_users import AuthingError
from authing_users._http.tls import ssl_context
from authing_users.testing import skip_waits

from ..support.client_kinds import ClientKind, close, run
from ..support.emulator_pool import EmulatorPool
from .tools import MOCKED_USERS, MOCKS, count, emulator_client, vcr

# An open connection of the caller's client bypasses a tool that replaces sockets.
CASES = [
    (tool, is_injected, is_used)
    for tool in MOCKS
    for is_injected in (False, True)
    for is_used in (False, True)
    if not (tool == "mocket" and is_injected and is_used)
]


@pytest.mark.parametrize(("tool", "is_injected", "is_used_before"), CASES)
async def test_a_mock_responds_instead_of_the_server(
    client_kind: ClientKind,
    emulator_pool: EmulatorPool,
    request: pytest.FixtureRequest,
    tool: str,
    is_injected: bool,
    is_used_before: bool,
) -> None:
    emulator_pool.seed_users(3)
    http: Any = None
    if is_injected:
        http = httpx.Client() if client_kind == "sync" else httpx.AsyncClient()
    client = emulator_client(client_kind, emulator_pool, http_client=http)
    if is_used_before:
        assert await count(client) == 3  # opens a connection, which stays open
    with MOCKS[tool](emulator_pool.host, request):
        assert await count(client) == MOCKED_USERS
    if tool != "pytest-httpx":  # which mocks until the test ends
        assert await count(client) == 3
    await close(client)


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
async def test_mocket_replaces_tls_only_while_it_is_active(
    client_kind: ClientKind, emulator_pool: EmulatorPool, request: pytest.FixtureRequest
) -> None:
    """All clients of a process share a TLS context, whose class the tool replaces."""
    host = "https://service.example"
    client = emulator_client(client_kind, emulator_pool, host=host)
    with MOCKS["mocket"](host, request):
        assert await count(client) == MOCKED_USERS
    assert isinstance(ssl_context(True, needed=True), ssl.SSLContext)
    with MOCKS["respx"](host, request):
        assert await count(client) == MOCKED_USERS
    with MOCKS["mocket"](host, request):
        assert await count(client) == MOCKED_USERS
    await close(client)
    gc.collect()  # mocket does not close the sockets below its TLS connections


@contextmanager
def other_mock(tool: str, path: Path) -> Generator[None]:
    """Mock no request of ours."""
    if tool == "vcrpy":
        with vcr(record_mode="none").use_cassette(str(path / "empty.yaml")):
            yield
    elif tool == "pook":
        pook: Any = import_module("pook")
        with pook.use():
            pook.get("https://other.example").reply(200)
            yield
    elif tool == "mocket":
        with import_module("mocket").Mocketizer(strict_mode=True):
            yield
    else:
        with respx.mock(using="httpx" if "httpx" in tool else "httpcore"):
            yield


ERRORS = {
    "respx": "AllMockedAssertionError",
    "respx, httpx": "AllMockedAssertionError",
    "vcrpy": "CannotOverwriteExistingCassetteException",
    "pook": "PookNoMatches",
    "mocket": "StrictMocketException",
}
CLIENT_KINDS: tuple[ClientKind, ...] = ("sync", "async")
# asyncio replaces the error of mocket.
UNKNOWN_REQUESTS = [
    (tool, kind) for tool in ERRORS for kind in CLIENT_KINDS if (tool, kind) != ("mocket", "async")
]


@pytest.mark.parametrize(("tool", "client_kind"), UNKNOWN_REQUESTS)
async def test_a_request_that_a_tool_does_not_know_raises_the_error_of_the_tool(
    client_kind: ClientKind, emulator_pool: EmulatorPool, tmp_path: Path, tool: str
) -> None:
    client = emulator_client(client_kind, emulator_pool, retries=3)
    await count(client)
    with (
        skip_waits() as waits,
        other_mock(tool, tmp_path),
        pytest.raises(Exception) as caught,  # noqa: PT011
    ):
        await count(client)
    assert type(caught.value).__name__ == ERRORS[tool]
    assert not isinstance(caught.value, AuthingError)
    assert waits == []  # not retried
    assert await count(client) == 0
    await close(client)


@pytest.mark.httpx_mock(assert_all_requests_were_expected=False)
async def test_a_request_that_pytest_httpx_does_not_know_raises_its_error(
    client_kind: ClientKind, emulator_pool: EmulatorPool, httpx_mock: HTTPXMock
) -> None:
    client = emulator_client(client_kind, emulator_pool, retries=3)
    with pytest.raises(httpx.TimeoutException, match="No response can be found for POST"):
        await count(client)
    assert len(httpx_mock.get_requests()) == 1
    await close(client)


async def test_a_failure_that_a_mock_simulates_is_an_outage(
    client_kind: ClientKind, emulator_pool: EmulatorPool
) -> None:
    client = emulator_client(client_kind, emulator_pool, retries=2)
    with skip_waits(), respx.mock() as router:
        route = router.post(f"{emulator_pool.host}/graphql/v2")
        route.side_effect = httpx.ReadTimeout("simulated")
        with pytest.raises(AuthingError, match="did not respond in time"):
            await run(client.users.list())
    assert route.call_count == 3
    await close(client)
