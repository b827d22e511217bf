"""Messages of transport errors: host and port, and the settings that they are from."""

import httpx
import pytest

from authing_users import TransportError

from ..support.client_kinds import ClientKind, close, http_client, management_client, run
from ..support.raw_server import do_not_respond, serving
from ..support.senders import SENDERS, Sender, timeout_settings

# Nothing listens on the port 9 of this machine.
CLOSED = "http://127.0.0.1:9"


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> Sender:
    sender: Sender = request.param
    return sender


async def message_of(client_kind: ClientKind, sender: Sender, **options: str) -> str:
    """Return the message of a call that cannot be sent."""
    settings = timeout_settings(sender, client_kind, 10)
    client = management_client(client_kind, retries=0, **settings, **options)
    with pytest.raises(TransportError) as caught:
        await run(client.users.list())
    await close(client)
    return caught.value.message


@pytest.mark.parametrize(
    ("variable", "value"),
    [(None, CLOSED), ("AUTHING_HOST", CLOSED), ("AUTHING_EMULATOR_HOST", "127.0.0.1:9")],
)
async def test_the_message_names_the_host_and_its_setting(
    client_kind: ClientKind,
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
    variable: str | None,
    value: str,
) -> None:
    options = {"host": value} if variable is None else {}
    if variable is not None:
        monkeypatch.setenv(variable, value)
    message = await message_of(client_kind, sender, **options)
    setting = variable or "host="
    assert message.startswith(f"Cannot connect to {CLOSED} ({setting}): ")


async def test_the_message_names_the_base_url_of_the_http_client(client_kind: ClientKind) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        message = "connection refused"
        raise httpx.ConnectError(message, request=request)

    http = http_client(client_kind, httpx.MockTransport(refuse))
    http.base_url = httpx.URL("https://pool.example")
    client = management_client(client_kind, http_client=http, retries=0)
    with pytest.raises(TransportError) as caught:
        await run(client.users.list())
    await close(client)
    assert caught.value.message == (
        "Cannot connect to https://pool.example:443 (base_url of the http_client): "
        "ConnectError: connection refused"
    )


@pytest.mark.parametrize("sender", ["httpx", "fast"])
async def test_the_message_names_the_proxy_and_its_variable_without_its_password(
    client_kind: ClientKind, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://bob:canary-password@127.0.0.1:9")
    message = await message_of(client_kind, sender)
    assert message.startswith(
        "Cannot connect to https://core.authing.cn:443 (the default) "
        "through http://127.0.0.1:9 (HTTPS_PROXY): "
    )
    assert "canary" not in message


async def test_the_message_of_a_timeout_names_the_host(
    client_kind: ClientKind, sender: Sender
) -> None:
    with serving(do_not_respond) as server:
        settings = timeout_settings(sender, client_kind, 0.2)
        client = management_client(client_kind, host=server.url, retries=0, **settings)
        with pytest.raises(TransportError) as caught:
            await run(client.users.list())
        await close(client)
        expected = f"{server.url} (host=) did not respond in time ("
        assert caught.value.message.startswith(expected)
