"""Tools that trace, record or mock the requests of httpx work with our default client."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import httpcore
import httpx
import pytest
import respx
import sentry_sdk
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pytest_httpx import HTTPXMock
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations.httpx import HttpxIntegration
from sentry_sdk.transport import Transport
from vcr import VCR

from authing_users import AsyncManagementClient, ManagementClient

from ..support.client_kinds import ClientKind, Management, close, collect, management_client, run
from ..support.emulator_pool import EmulatorPool
from ..support.scripted_server import ScriptedServer, data

HOST = "https://service.example"
NO_USERS = data(users={"totalCount": 0, "list": []})

METHODS: dict[str, dict[ClientKind, tuple[type[Any], str]]] = {
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


def mock_method(server: ScriptedServer, method: str, client_kind: ClientKind) -> Callable[..., Any]:
    """Return a replacement for a method of httpx or httpcore that gets responses from a script."""

    def respond(request: httpx.Request) -> httpx.Response:
        response = server(request)
        response.request = request
        return response

    def send(request: Any, body: bytes) -> Any:
        if method != "httpcore":
            return respond(request)
        url = HOST + request.url.target.decode()
        response = respond(
            httpx.Request(request.method.decode(), url, headers=request.headers, content=body)
        )
        return httpcore.Response(
            response.status_code, headers=response.headers.raw, content=response.content
        )

    def sync_send(self: object, request: Any, **options: Any) -> Any:
        return send(request, b"".join(request.stream) if method == "httpcore" else b"")

    async def async_send(self: object, request: Any, **options: Any) -> Any:
        parts = [part async for part in request.stream] if method == "httpcore" else []
        return send(request, b"".join(parts))

    return sync_send if client_kind == "sync" else async_send


@pytest.mark.parametrize("method", METHODS)
async def test_a_mocked_method_of_httpx_receives_our_requests(
    client_kind: ClientKind, method: str
) -> None:
    server = ScriptedServer(NO_USERS)
    owner, name = METHODS[method][client_kind]
    client = management_client(client_kind, host=HOST, retries=0)
    with mock.patch.object(owner, name, mock_method(server, method, client_kind)):
        await run(client.users.list())
    assert server.operations == ["GetAccessToken", "ListUsers"]
    await close(client)


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
async def test_respx_receives_our_requests(
    client_kind: ClientKind, emulator_pool: EmulatorPool, using: str
) -> None:
    emulator_pool.seed_users(3)
    server = ScriptedServer(NO_USERS)
    client = default_client(client_kind, emulator_pool)
    assert (await run(client.users.list())).total_count == 3  # opens a connection, which stays open
    with respx.mock(using=using) as router:
        router.post(f"{emulator_pool.host}/graphql/v2").mock(side_effect=server)
        assert (await run(client.users.list())).total_count == 0
        assert router.calls.call_count == 1
    assert (await run(client.users.list())).total_count == 3
    await close(client)


async def test_pytest_httpx_receives_our_requests(
    client_kind: ClientKind, httpx_mock: HTTPXMock
) -> None:
    server = ScriptedServer(NO_USERS)
    httpx_mock.add_callback(server, url=f"{HOST}/graphql/v2", is_reusable=True)
    client = management_client(client_kind, host=HOST, retries=0)
    await run(client.users.list())
    operations = [
        json.loads(request.content)["operationName"] for request in httpx_mock.get_requests()
    ]
    assert operations == ["GetAccessToken", "ListUsers"]
    await close(client)


@pytest.fixture
def http_spans() -> Iterator[InMemorySpanExporter]:
    """The spans of OpenTelemetry's instrumentation of httpx."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter
    instrumentor.uninstrument()


async def test_opentelemetry_traces_our_requests(
    client_kind: ClientKind, emulator_pool: EmulatorPool, http_spans: InMemorySpanExporter
) -> None:
    client = default_client(client_kind, emulator_pool)
    await run(client.users.list())
    spans = http_spans.get_finished_spans()
    assert len(spans) == 2
    for span in spans:
        attributes = dict(span.attributes or {})
        assert attributes["http.url"] == f"{emulator_pool.host}/graphql/v2"
    await close(client)


@pytest.fixture
def error_tracker() -> Iterator[list[Any]]:
    """The events of a real error tracker, which patches ``httpx.Client.send``."""
    events: list[Any] = []

    class Recorder(Transport):
        def capture_envelope(self, envelope: Envelope) -> None:
            events.extend(item.payload.json for item in envelope.items)

    sentry_sdk.init(
        dsn="http://key@127.0.0.1:9/1",
        integrations=[HttpxIntegration()],
        default_integrations=False,
        traces_sample_rate=1.0,
        transport=Recorder,
    )
    yield events
    sentry_sdk.get_client().close()  # ends its threads
    sentry_sdk.init()


async def test_an_error_tracker_traces_our_requests(
    client_kind: ClientKind, emulator_pool: EmulatorPool, error_tracker: list[Any]
) -> None:
    client = default_client(client_kind, emulator_pool)
    with sentry_sdk.start_transaction(name="test"):
        await run(client.users.list())
    await close(client)
    (transaction,) = [event for event in error_tracker if event.get("type") == "transaction"]
    spans = [span["description"] for span in transaction["spans"]]
    assert spans == [f"POST {emulator_pool.host}/graphql/v2"] * 2


vcr: Any = VCR  # its type annotations are incomplete
MATCH_ON = ["method", "scheme", "host", "port", "path", "query", "body"]


def default_client(client_kind: ClientKind, emulator_pool: EmulatorPool) -> Management:
    return management_client(
        client_kind,
        user_pool_id=emulator_pool.emulator.user_pool_id,
        secret=emulator_pool.emulator.secret,
        host=emulator_pool.host,
        retries=0,
    )


@pytest.fixture
def block_network(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that makes all further connection attempts fail."""

    def connect(self: socket.socket, address: object) -> None:
        raise OSError(f"unexpected connection to {address}")

    return lambda: monkeypatch.setattr(socket.socket, "connect", connect)


async def user_lifecycle(client: Management) -> list[object]:
    """Make several calls in sequence; return their results."""
    users = client.users
    bob = await run(users.create({"username": "bob"}))
    updated = await run(users.update(bob.id, {"nickname": "Nick"}))
    listed = await collect(users.iter_list(limit=2))
    deleted = await run(users.delete(bob.id))
    return [bob, updated, listed, deleted, await run(users.detail(bob.id))]


async def test_vcr_records_and_replays_our_requests(
    client_kind: ClientKind,
    emulator_pool: EmulatorPool,
    tmp_path: Path,
    block_network: Callable[[], None],
) -> None:
    emulator_pool.seed_users(4)
    path = str(tmp_path / "lifecycle.yaml")
    client = default_client(client_kind, emulator_pool)
    with vcr().use_cassette(path) as cassette:
        recorded = await user_lifecycle(client)
    assert len(cassette) == 8
    await close(client)

    block_network()
    client = default_client(client_kind, emulator_pool)
    with vcr(record_mode="none").use_cassette(path) as cassette:
        assert await user_lifecycle(client) == recorded
        assert cassette.all_played
    await close(client)


async def test_vcr_records_requests_over_an_open_connection(
    client_kind: ClientKind, emulator_pool: EmulatorPool, tmp_path: Path
) -> None:
    emulator_pool.seed_users(3)
    client = default_client(client_kind, emulator_pool)
    assert (await run(client.users.list())).total_count == 3
    with vcr().use_cassette(str(tmp_path / "one.yaml")) as cassette:
        await run(client.users.list())
    assert len(cassette) == 1
    emulator_pool.seed_users(1)
    with vcr(record_mode="none").use_cassette(str(tmp_path / "one.yaml")):
        assert (await run(client.users.list())).total_count == 3
    assert (await run(client.users.list())).total_count == 4
    await close(client)


async def list_concurrently(client: Management) -> list[Any]:
    if isinstance(client, ManagementClient):
        return list(client.users.iter_list(limit=3, prefetch=5))
    assert isinstance(client, AsyncManagementClient)
    pages = await asyncio.gather(*[client.users.list(page, 3) for page in range(1, 9)])
    return [user for page in pages for user in page.list]


async def test_vcr_replays_concurrent_requests(
    client_kind: ClientKind,
    emulator_pool: EmulatorPool,
    tmp_path: Path,
    block_network: Callable[[], None],
) -> None:
    emulator_pool.seed_users(22)
    path = str(tmp_path / "pages.yaml")
    client = default_client(client_kind, emulator_pool)
    with vcr(match_on=MATCH_ON).use_cassette(path) as cassette:
        recorded = await list_concurrently(client)
    assert len(recorded) == 22
    assert len(cassette) == 9
    await close(client)

    block_network()
    client = default_client(client_kind, emulator_pool)
    with vcr(match_on=MATCH_ON, record_mode="none").use_cassette(path):
        assert await list_concurrently(client) == recorded
    await close(client)


RECORD_AND_REPLAY = """
import asyncio, importlib.metadata, socket, sys

sys.modules["aiohttp"] = None  # that version cannot be imported beside today's aiohttp
import vcr
from authing_users import AsyncManagementClient, ManagementClient

assert importlib.metadata.version("vcrpy") == "7.0.0"
kind, path = sys.argv[1:]

def calls(client):
    return client.users.list().total_count

async def async_calls(client):
    return (await client.users.list()).total_count

def run(mode):
    with vcr.VCR(record_mode=mode, match_on=["method", "path", "body"]).use_cassette(path):
        if kind == "sync":
            with ManagementClient(retries=0) as client:
                return calls(client)
        async def main():
            async with AsyncManagementClient(retries=0) as client:
                return await async_calls(client)
        return asyncio.run(main())

recorded = run("once")

def block(self, address):
    raise OSError("no network")

socket.socket.connect = block
assert run("none") == recorded == 3, recorded
"""


@pytest.mark.slow
def test_an_older_vcrpy_records_and_replays_our_requests(
    client_kind: ClientKind, emulator_pool: EmulatorPool, tmp_path: Path
) -> None:
    """Version 7 replaces a method of ``httpx.Client``, version 9 one of its transport."""
    requirements = Path(__file__).parents[2] / "requirements" / "vcrpy7.txt"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes"]
    target = tmp_path / "vcrpy7"
    subprocess.run([*install, "--target", target, "-r", requirements], check=True)
    emulator_pool.seed_users(3)
    finished = subprocess.run(
        [sys.executable, "-c", RECORD_AND_REPLAY, client_kind, tmp_path / "cassette.yaml"],
        env={**os.environ, **emulator_pool.emulator.environment, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
