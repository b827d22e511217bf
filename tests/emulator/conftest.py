"""Fixtures for the tests of the emulator."""

from collections.abc import AsyncIterator

import httpx
import pytest

from authing_users.emulator import create_app

from .api import Api, Clock


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """Return a client with a token for an in-process emulator with an empty pool."""
    clock = Clock()
    app = create_app(clock=clock)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as http:
        client = Api(http, app, clock)
        await client.log_in()
        yield client
    app.close()
