"""Cassettes of requests that do not go straight to a host: through a proxy, or a Unix socket."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from typing import Any

import httpx
import pytest
from pytest_recording.network import blocking_context
from vcr.errors import CannotOverwriteExistingCassetteException

from ..support.client_kinds import ClientKind, close
from ..support.emulator_pool import EmulatorPool
from .tools import MOCKED_USERS, count, emulator_client, respond, unix_socket_client, vcr


def recorder(mode: str) -> Any:
    return vcr(match_on=["method", "path", "body"], record_mode=mode)


async def test_a_cassette_replays_where_a_proxy_is_set(
    client_kind: ClientKind,
    emulator_pool: EmulatorPool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emulator_pool.seed_users(3)
    path = str(tmp_path / "users.yaml")
    client = emulator_client(client_kind, emulator_pool)
    with recorder("once").use_cassette(path):
        assert await count(client) == 3
    await close(client)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy-user:proxy-password@127.0.0.1:9")
    client = emulator_client(client_kind, emulator_pool, host="https://service.example")
    with blocking_context(), recorder("none").use_cassette(path) as cassette:
        assert await count(client) == 3
        assert cassette.all_played
        with pytest.raises(CannotOverwriteExistingCassetteException) as caught:
            await count(client)
    assert "proxy-password" not in str(caught.value)
    await close(client)


class Handler(BaseHTTPRequestHandler):
    """Responds as a mock does."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        response = respond(httpx.Request("POST", "http://localhost/", content=body))
        self.send_response(response.status_code)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(response.content)))
        self.end_headers()
        self.wfile.write(response.content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing."""


@contextmanager
def unix_socket_server(path: str) -> Generator[None]:
    with ThreadingUnixStreamServer(path, Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


async def test_requests_through_a_unix_socket_are_recorded_and_replayed(
    client_kind: ClientKind, tmp_path: Path
) -> None:
    socket_path, path = str(tmp_path / "s"), str(tmp_path / "users.yaml")
    for mode in ("once", "none"):
        client = unix_socket_client(client_kind, socket_path)
        with recorder(mode).use_cassette(path) as cassette:
            if mode == "once":
                with unix_socket_server(socket_path):
                    assert await count(client) == MOCKED_USERS
                    await close(client)
            else:
                with blocking_context():
                    assert await count(client) == MOCKED_USERS
                assert cassette.all_played
        await close(client)
        assert len(cassette) == 2
