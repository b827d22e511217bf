"""Cassettes of requests that ``fast.AsyncClient`` sends: vcrpy sees those of aiohttp."""

from pathlib import Path

import pytest

from authing_users import AsyncManagementClient, fast
from authing_users.testing import CassetteMismatchError, authing_cassette

from ..support.emulator_pool import EmulatorPool
from .service import operations


async def create_and_list(pool: EmulatorPool, host: str) -> int:
    """Create a user with a password; return the number of users."""
    async with (
        fast.AsyncClient() as http,
        AsyncManagementClient(
            user_pool_id=pool.emulator.user_pool_id,
            secret=pool.emulator.secret,
            host=host,
            http_client=http,
            retries=0,
        ) as client,
    ):
        await client.users.create({"username": "bob", "password": "canary-password"})
        await client.users.create_users([{"username": "eve", "password": "canary-password"}])
        return (await client.users.list()).total_count


async def test_a_recording_holds_no_secret_and_replays_without_a_server(
    emulator_pool: EmulatorPool, tmp_path: Path
) -> None:
    path = tmp_path / "cassette.yaml"
    with authing_cassette(path, record_mode="once") as cassette:
        assert await create_and_list(emulator_pool, emulator_pool.host) == 2
        assert len(cassette) == 5
    text = path.read_text("utf-8")
    assert "CreateUser" in text
    assert emulator_pool.emulator.secret not in text
    assert "canary-password" not in text
    assert "Bearer" not in text
    with authing_cassette(path, record_mode="none"):
        assert await create_and_list(emulator_pool, "http://127.0.0.1:9") == 2
        with pytest.raises(CassetteMismatchError, match="CreateUser was recorded once"):
            await create_and_list(emulator_pool, "http://127.0.0.1:9")


async def test_new_episodes_do_not_record_that_a_replayed_token_was_rejected(
    emulator_pool: EmulatorPool, tmp_path: Path
) -> None:
    path = tmp_path / "cassette.yaml"
    host = emulator_pool.host
    with authing_cassette(path, record_mode="once"):
        await list_pages(emulator_pool, host, 1)
    with authing_cassette(path, record_mode="new_episodes"):
        await list_pages(emulator_pool, host, 2)
    assert operations(path) == ["GetAccessToken", "ListUsers", "ListUsers"]
    with authing_cassette(path, record_mode="none"):
        await list_pages(emulator_pool, "http://127.0.0.1:9", 2)


async def list_pages(pool: EmulatorPool, host: str, number: int) -> None:
    async with (
        fast.AsyncClient() as http,
        AsyncManagementClient(
            user_pool_id=pool.emulator.user_pool_id,
            secret=pool.emulator.secret,
            host=host,
            http_client=http,
            retries=0,
        ) as client,
    ):
        for page in range(1, number + 1):
            await client.users.list(page=page)
