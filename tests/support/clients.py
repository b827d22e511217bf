"""Fixtures that build clients and close them at the end of the test."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from .client_kinds import BuildsClients, ClientKind, MakeClient, Management, close
from .emulator_pool import EmulatorPool


@pytest.fixture(params=["sync", "async"])
def client_kind(request: pytest.FixtureRequest) -> ClientKind:
    """Either kind of client."""
    client_kind: ClientKind = request.param
    return client_kind


# It requests `anyio_backend`, so that tests that are not asynchronous can use it as well.
@pytest.fixture
async def make_client(client_kind: ClientKind, anyio_backend: str) -> AsyncGenerator[MakeClient]:
    """Build clients of a server, with options. They are closed at the end of the test."""
    clients: list[Management] = []

    def make(server: BuildsClients, **options: Any) -> Management:
        client = server.client(client_kind, **options)
        clients.append(client)
        return client

    yield make
    for client in clients:
        await close(client)


@pytest.fixture
def client(make_client: MakeClient, emulator_pool: EmulatorPool) -> Management:
    """A client of an empty user pool. It is closed at the end of the test."""
    return make_client(emulator_pool)
