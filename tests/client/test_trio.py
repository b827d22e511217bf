"""Asynchronous clients need asyncio: under trio they raise an error that says so."""

import pytest
import trio

from authing_users import AsyncManagementClient, ConfigurationError, ManagementClient

from ..support.client_kinds import POOL_ID, SECRET
from ..support.emulator_pool import EmulatorPool


def test_an_asynchronous_client_raises_under_trio() -> None:
    client = AsyncManagementClient(user_pool_id=POOL_ID, secret=SECRET)

    async def list_users() -> None:
        with pytest.raises(ConfigurationError, match=r"need asyncio.*trio\.to_thread"):
            await client.users.list()
        with pytest.raises(ConfigurationError, match="need asyncio"):
            async for _ in client.users.iter_list(prefetch=2):
                pass
        await client.aclose()

    trio.run(list_users)


def test_a_synchronous_client_works_in_a_thread_of_trio(emulator_pool: EmulatorPool) -> None:
    emulator_pool.seed_users(3)

    async def total(client: ManagementClient) -> int:
        page = await trio.to_thread.run_sync(client.users.list)
        return page.total_count

    with ManagementClient(
        user_pool_id=emulator_pool.emulator.user_pool_id,
        secret=emulator_pool.emulator.secret,
        host=emulator_pool.host,
    ) as client:
        assert trio.run(total, client) == 3
