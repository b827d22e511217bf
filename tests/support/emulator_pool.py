"""A running emulator, and what a test needs to be there before it begins."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from authing_users import ManagementClient

from ..emulator.server import Server, running
from .client_kinds import Management, Mode, management_client


class Stage:
    """An empty user pool of its own for each test."""

    def __init__(self, emulator: Server) -> None:
        self.emulator = emulator
        self.host = emulator.url
        self.sent: list[httpx.Request] = []
        self.sync_clients = ExitStack()

    @property
    def requests(self) -> int:
        """How many requests the clients of this stage have sent."""
        return len(self.sent)

    def control(self, path: str, **content: Any) -> None:
        """Call a control path of the emulator."""
        with httpx.Client(trust_env=False) as http:
            http.post(f"{self.host}/emulator/v1/{path}", json=content).raise_for_status()

    def users(self, number: int) -> None:
        """Have made-up users in the pool."""
        self.control("seed", users=number)

    def roles(self, *codes: str) -> None:
        """Have roles in the pool."""
        self.control("seed", users=0, roles=list(codes))

    def groups(self, *codes: str) -> None:
        """Have groups in the pool."""
        self.control("seed", users=0, groups=list(codes))

    def client(self, mode: Mode, **settings: Any) -> Management:
        """Build a client that counts its requests."""
        return management_client(
            mode,
            user_pool_id=self.emulator.user_pool_id,
            secret=self.emulator.secret,
            host=self.host,
            lang="en-US",
            http_client=self._http_client(mode),
            **settings,
        )

    def sync_client(self) -> ManagementClient:
        """Build a synchronous client that counts its requests."""
        client = self.client("sync")
        assert isinstance(client, ManagementClient)
        return client

    def _http_client(self, mode: Mode) -> httpx.Client | httpx.AsyncClient:
        if mode == "sync":
            http = httpx.Client(event_hooks={"request": [self.sent.append]})
            return self.sync_clients.enter_context(http)

        async def count(request: httpx.Request) -> None:
            self.sent.append(request)

        return httpx.AsyncClient(event_hooks={"request": [count]})


@pytest.fixture(scope="session")
def emulator() -> Iterator[Server]:
    """An emulator in a process of its own, for all tests."""
    with running() as server:
        yield server


@pytest.fixture
def stage(emulator: Server) -> Iterator[Stage]:
    """An empty user pool."""
    stage = Stage(emulator)
    stage.control("reset")
    with stage.sync_clients:
        yield stage
