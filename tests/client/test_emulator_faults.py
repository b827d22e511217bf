"""The faults of the emulator, as the clients see them."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from authing_users import (
    AuthingError,
    ConflictError,
    RateLimitError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from authing_users.testing import skip_waits

from ..support.client_kinds import Management, run
from ..support.emulator_pool import EmulatorPool


@contextmanager
def fault(pool: EmulatorPool, hits: int, **content: Any) -> Generator[None]:
    """Add a fault, and check at the end how many requests it affected."""
    pool.control("faults", **content)
    with skip_waits():
        yield
    with httpx.Client(trust_env=False, verify=False) as http:
        faults = http.get(f"{pool.host}/emulator/v1/faults").json()["faults"]
    assert faults[-1]["hits"] == hits


async def usernames(client: Management) -> list[str | None]:
    page = await run(client.users.list())
    return [user.username for user in page.list]


async def create(client: Management, username: str = "bob") -> None:
    await run(client.users.create({"username": username}))


async def test_api_error(client: Management, emulator_pool: EmulatorPool) -> None:
    with (
        fault(emulator_pool, 1, kind="fail", operation="createUser", code=2026),
        pytest.raises(ConflictError, match="A user with this username") as error,
    ):
        await create(client)
    assert error.value.code == 2026
    assert await usernames(client) == []


async def test_change_with_an_error_after_the_commit_is_not_repeated(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    content = {"operation": "createUser", "status": 503, "afterCommit": True}
    with fault(emulator_pool, 1, kind="fail", **content), pytest.raises(ServerError) as error:
        await create(client)
    assert error.value.maybe_executed
    assert await usernames(client) == ["bob"]


async def test_queries_are_retried_after_the_wait_that_the_server_asks_for(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    content = {"operation": "ListUsers", "status": 503, "retryAfter": 7, "times": 2}
    with fault(emulator_pool, 2, kind="fail", **content):
        assert await usernames(client) == []
    content["times"] = 3
    with fault(emulator_pool, 3, kind="fail", **content), pytest.raises(ServerError) as error:
        await usernames(client)
    assert error.value.retry_after == 7


@pytest.mark.parametrize("after_commit", [False, True])
async def test_dropped_connection(
    client: Management, emulator_pool: EmulatorPool, *, after_commit: bool
) -> None:
    content = {"operation": "CreateUser", "afterCommit": after_commit}
    with (
        fault(emulator_pool, 1, kind="drop", **content),
        pytest.raises(TransportError, match="without sending a response") as error,
    ):
        await create(client)
    assert error.value.maybe_sent
    assert await usernames(client) == (["bob"] if after_commit else [])
    with fault(emulator_pool, 2, kind="drop", operation="users", times=2):
        await usernames(client)


async def test_truncated_response(client: Management, emulator_pool: EmulatorPool) -> None:
    with (
        fault(emulator_pool, 1, kind="truncate", operation="createUser"),
        pytest.raises(TransportError, match=r"incomplete|complete message body") as error,
    ):
        await create(client)
    assert error.value.maybe_sent
    with fault(emulator_pool, 2, kind="truncate", operation="users", times=2):
        assert await usernames(client) == ["bob"]


async def test_slow_response_exceeds_the_timeout(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    await usernames(client)  # which gets the token
    with (
        fault(emulator_pool, 1, kind="slow", mean=600, operation="createUser"),
        pytest.raises(TransportTimeoutError) as error,
    ):
        await create(client.with_options(timeout=0.2))
    assert error.value.maybe_sent
    assert await usernames(client) == ["bob"]


async def test_rate_limit(client: Management, emulator_pool: EmulatorPool) -> None:
    await usernames(client)
    with fault(emulator_pool, 3, kind="rate_limit", requests=1, per=60):
        await create(client)
        with pytest.raises(RateLimitError) as error:
            await create(client, "eve")
    assert error.value.code == 2100
    assert not error.value.maybe_executed  # so changes are retried, too
    emulator_pool.control("clock", advance=60)
    assert await usernames(client) == ["bob"]


async def test_rest_calls_fail_as_well(client: Management, emulator_pool: EmulatorPool) -> None:
    user = await run(client.users.create({"username": "bob"}))
    path = "/api/v2/users/{id}/suspend"
    with (
        fault(emulator_pool, 1, kind="fail", operation=path, status=502),
        pytest.raises(ServerError),
    ):
        await run(client.users.suspend(user.id))
    with (
        fault(emulator_pool, 1, kind="drop", operation=f"POST {path}", afterCommit=True),
        pytest.raises(TransportError),
    ):
        await run(client.users.suspend(user.id))
    changed = await run(client.users.detail(user.id))
    assert changed is not None
    assert changed.status == "Suspended"


async def test_expired_token_is_replaced(client: Management, emulator_pool: EmulatorPool) -> None:
    await create(client)
    emulator_pool.control("clock", advance=16 * 86_400)
    assert await usernames(client) == ["bob"]
    operations = [request.url.path for request in emulator_pool.requests]
    assert len(operations) == 5  # two tokens, the change, and the query twice


async def test_failures_of_the_token_request(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    with (
        fault(emulator_pool, 1, kind="fail", operation="accessToken", code=1001),
        pytest.raises(AuthingError),
    ):
        await usernames(client)
    with fault(emulator_pool, 1, kind="drop"):
        assert await usernames(client) == []
