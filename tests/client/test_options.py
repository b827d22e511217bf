"""Options of clients and of single calls."""

from typing import Any

import httpx
import pytest

from authing_users import (
    AsyncManagementClient,
    ConfigurationError,
    ManagementClient,
    ManagementClientOptions,
    ServerError,
)
from authing_users.options import RequestOptions
from authing_users.testing import skip_waits

from ..support.client_kinds import (
    POOL_ID,
    SECRET,
    ClientKind,
    MakeClient,
    close,
    http_client,
    management_client,
    run,
)
from ..support.scripted_server import DELETED, NO_USERS, ScriptedServer, http_error


@pytest.mark.parametrize(
    "options",
    [
        {"retries": -1},
        {"retries": 10**400},
        {"retries": True},
        {"retries": 1.0},
        {"retries": "2"},
        {"retries": None},
        {"timeout": 0},
        {"timeout": float("inf")},
        {"timeout": None},
        {"deadline": 0},
        {"deadline": -1},
        {"deadline": "1"},
        {"deadline": float("nan")},
        {"retry_mutations": 1},
        {"retry_mutations": None},
    ],
    ids=str,
)
def test_invalid_request_options_are_rejected(
    make_client: MakeClient, options: dict[str, Any]
) -> None:
    client: Any = make_client(ScriptedServer())
    for part in (client, client.users, client.users.with_options(deadline=1)):
        with pytest.raises(ConfigurationError, match=next(iter(options))):
            part.with_options(**options)


@pytest.mark.parametrize("value", [1, None, "yes"])
def test_strict_schema_is_a_bool_and_an_option_of_the_client_only(
    make_client: MakeClient, value: Any
) -> None:
    with pytest.raises(ConfigurationError, match="strict_schema must be True or False"):
        make_client(ScriptedServer(), strict_schema=value)
    client: Any = make_client(ScriptedServer(), strict_schema=True)
    with pytest.raises(ConfigurationError, match="has no option 'strict_schema'"):
        client.with_options(strict_schema=False)


def test_an_unknown_option_is_rejected_with_the_known_ones(make_client: MakeClient) -> None:
    client: Any = make_client(ScriptedServer())
    with pytest.raises(
        ConfigurationError, match="no option 'lang'; its options are deadline, retries"
    ):
        client.with_options(lang="en-US")


@pytest.mark.parametrize(
    "options",
    [
        {"retries": -1},
        {"retries": True},
        {"deadline": 0},
        {"retry_mutations": "yes"},
        {"requests_per_second": 0},
        {"requests_per_second": float("inf")},
        {"max_in_flight": 0},
        {"max_in_flight": True},
        {"max_in_flight": 1.5},
    ],
    ids=str,
)
def test_invalid_client_options_are_rejected(options: dict[str, Any]) -> None:
    (name,) = options
    with pytest.raises(ConfigurationError, match=name):
        ManagementClient(ManagementClientOptions(POOL_ID, SECRET, **options))
    with pytest.raises(ConfigurationError, match=name):
        management_client("sync", **options)


async def test_with_options_leaves_the_original_client_unchanged(make_client: MakeClient) -> None:
    server = ScriptedServer(http_error(503), NO_USERS, http_error(503), http_error(503), NO_USERS)
    client = make_client(server, retries=0)
    retrying = client.with_options(retries=1)
    with skip_waits():
        await run(retrying.users.list())
        with pytest.raises(ServerError):
            await run(client.users.list())
        await run(retrying.users.list())
    assert server.operations.count("GetAccessToken") == 1


async def test_with_options_keeps_earlier_options(make_client: MakeClient) -> None:
    server = ScriptedServer(*[httpx.ReadTimeout("slow")] * 3, DELETED)
    client = make_client(server, retries=0)
    users = client.with_options(retries=3).with_options(retry_mutations=True).users
    with skip_waits():
        await run(users.delete("u"))
    assert server.operations.count("DeleteUser") == 4


@pytest.mark.parametrize(("retries", "sent"), [(0, 1), (1, 2), (4, 5)])
async def test_an_options_object_sets_the_retries(
    client_kind: ClientKind, retries: int, sent: int
) -> None:
    server = ScriptedServer(*[http_error(503)] * sent)
    http = http_client(client_kind, httpx.MockTransport(server))
    options = ManagementClientOptions(POOL_ID, SECRET, retries=retries, http_client=http)
    build = ManagementClient if client_kind == "sync" else AsyncManagementClient
    client = build(options)
    with skip_waits(), pytest.raises(ServerError):
        await run(client.users.list())
    assert server.operations.count("ListUsers") == sent
    await close(client)


def test_two_retries_are_the_default() -> None:
    assert ManagementClientOptions().retries == RequestOptions().retries == 2
