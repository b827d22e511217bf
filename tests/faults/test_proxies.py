"""A real proxy in front of a slow service: what it sends proves nothing about the service."""

from collections.abc import Generator

import pytest

from authing_users import ServerError
from authing_users.testing import skip_waits

from ..support.client_kinds import ClientKind, Management, close, management_client, run
from ..support.senders import SENDERS, Sender, timeout_settings
from ..support.varnish import varnish
from .control import FaultServer
from .expectations import EVERY_REQUEST, LONG
from .fake_service import USER_ID

pytestmark = pytest.mark.slow

# Executes the request, and never responds.
SLOW = "no response"
# Seconds that the error page of Varnish asks for.
RETRY_AFTER = 5


@pytest.fixture(scope="module")
def proxy_url(fault_server: FaultServer) -> Generator[str]:
    """URL of a Varnish in front of the fault server."""
    with varnish(fault_server.port) as url:
        yield url


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> Sender:
    """How requests are sent."""
    sender: Sender = request.param
    return sender


def slow_client(
    url: str, server: FaultServer, client_kind: ClientKind, sender: Sender
) -> Management:
    """Build a client that calls the service through the proxy; the service never responds."""
    server.script([SLOW] * EVERY_REQUEST)
    settings = timeout_settings(sender, client_kind, LONG)
    return management_client(client_kind, host=url, **settings)


async def test_a_mutation_is_executed_once_behind_a_proxy_that_gives_up(
    proxy_url: str, fault_server: FaultServer, client_kind: ClientKind, sender: Sender
) -> None:
    client = slow_client(proxy_url, fault_server, client_kind, sender)
    with skip_waits() as waits, pytest.raises(ServerError) as caught:
        await run(client.users.create({"username": "bob"}))
    await close(client)
    assert (caught.value.http_status, caught.value.retry_after) == (503, RETRY_AFTER)
    assert caught.value.maybe_executed
    assert waits == []
    assert fault_server.counts().executions == {"CreateUser": 1}


async def test_a_rest_mutation_is_executed_once_behind_a_proxy_that_gives_up(
    proxy_url: str, fault_server: FaultServer, client_kind: ClientKind, sender: Sender
) -> None:
    client = slow_client(proxy_url, fault_server, client_kind, sender)
    with skip_waits(), pytest.raises(ServerError):
        await run(client.users.kick([USER_ID]))
    await close(client)
    assert fault_server.counts().executions == {"POST /api/v2/users/kick": 1}


async def test_a_query_is_retried_behind_a_proxy_that_gives_up(
    proxy_url: str, fault_server: FaultServer, client_kind: ClientKind
) -> None:
    client = slow_client(proxy_url, fault_server, client_kind, "httpx")
    with skip_waits() as waits, pytest.raises(ServerError):
        await run(client.users.list())
    await close(client)
    assert waits == [RETRY_AFTER] * 2
    assert fault_server.counts().requests == {"ListUsers": 3}


async def test_retry_mutations_executes_again_behind_a_proxy_that_gives_up(
    proxy_url: str, fault_server: FaultServer, client_kind: ClientKind
) -> None:
    client = slow_client(proxy_url, fault_server, client_kind, "httpx")
    with skip_waits(), pytest.raises(ServerError):
        await run(client.users.with_options(retry_mutations=True).create({"username": "bob"}))
    await close(client)
    assert fault_server.counts().executions == {"CreateUser": 3}
