"""Cassettes of requests that ``fast.AsyncClient`` sends: vcrpy sees those of aiohttp."""

from pathlib import Path
from typing import Any

import vcr

from authing_users import AsyncManagementClient, fast
from authing_users.testing.cassettes import cassette_settings, same_call

from ..support.emulator_pool import EmulatorPool


def recorder(**settings: Any) -> Any:
    recorder: Any = vcr.VCR(**{**cassette_settings(), **settings})
    recorder.register_matcher("authing_call", same_call)
    return recorder


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
    with recorder().use_cassette(str(path)) as cassette:
        assert await create_and_list(emulator_pool, emulator_pool.host) == 2
        assert len(cassette) == 5
    text = path.read_text("utf-8")
    assert "CreateUser" in text
    assert emulator_pool.emulator.secret not in text
    assert "canary-password" not in text
    assert "Bearer" not in text
    with recorder(record_mode="none").use_cassette(str(path)):
        assert await create_and_list(emulator_pool, "http://127.0.0.1:9") == 2
