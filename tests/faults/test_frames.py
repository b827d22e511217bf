"""No frame of our code or of an HTTP library shows a secret to an error tracker."""

import asyncio
import importlib
import json
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpcore
import httpcore2
import httpx
import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations.aiohttp import AioHttpIntegration
from sentry_sdk.integrations.httpx import HttpxIntegration
from sentry_sdk.transport import Transport

from authing_users import (
    AuthingError,
    DeadlineExceededError,
    ManagementClient,
    UserInfoDict,
    fast,
)
from authing_users._inputs.passwords import DEFAULT_PUBLIC_KEY

from ..support.client_kinds import SECRET, Management, Mode, close, run
from ..support.frames import frames_of, locals_shown, searched, stack_of
from ..support.senders import SENDERS, Sender
from .clients import client_for
from .control import FaultServer
from .expectations import LONG, SHORT
from .faults import FAULTS
from .test_secret_leaks import (
    MANAGEMENT_TOKEN,
    PASSWORD,
    SECRETIVE_CALLS,
    USER_TOKEN,
    secretive_client,
)

# A text that shows the beginning of a secret is a leak too.
BEGINNINGS = [secret[:14] for secret in (SECRET, PASSWORD, MANAGEMENT_TOKEN, USER_TOKEN)]
NEW_USERS: list[UserInfoDict] = [{"username": "u", "password": PASSWORD}]
FAILURES = sorted(FAULTS.keys() - {"good", "endless drip"})


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> Sender:
    sender: Sender = request.param
    return sender


def leaks(text: str) -> list[str]:
    """Return the lines that show the beginning of a secret."""
    return [line[:300] for line in text.splitlines() if any(b in line for b in BEGINNINGS)]


async def error_of(client: Management, call: Callable[[Any], Any]) -> BaseException | None:
    """Make a call and return the error that leaves it."""
    try:
        await run(call(client))
    except (AuthingError, asyncio.CancelledError, KeyboardInterrupt) as error:
        return error
    return None


def shown(error: BaseException) -> str:
    """Return what a tracker shows of the frames of an error."""
    return locals_shown(searched(frames_of(error)))


@pytest.mark.parametrize("fault", FAILURES)
async def test_frames_of_a_failed_call_show_no_secret(
    fault_server: FaultServer, mode: Mode, sender: Sender, fault: str
) -> None:
    client = secretive_client(fault_server, mode, sender)
    fault_server.script(tokens=[fault])
    for call in SECRETIVE_CALLS:
        error = await error_of(client, call)
        if error is not None:
            assert leaks(shown(error)) == []
        fault_server.script([fault] * 2)
    await close(client)


@pytest.mark.parametrize("fault", ["never answers", "endless drip"])
async def test_frames_of_a_cancelled_call_show_no_secret(
    fault_server: FaultServer, sender: Sender, fault: str
) -> None:
    client = client_for(fault_server, "async", sender, LONG, enc_public_key=DEFAULT_PUBLIC_KEY)
    fault_server.script()
    await run(client.users.list())
    for call in SECRETIVE_CALLS[:2]:
        fault_server.script([fault])
        task = asyncio.create_task(error_of(client, call))
        await asyncio.sleep(SHORT)  # the request is sent, and its response does not end
        task.cancel()
        error = await task
        assert isinstance(error, asyncio.CancelledError)
        assert leaks(shown(error)) == []
    await close(client)


async def test_frames_of_a_call_at_its_deadline_show_no_secret(
    fault_server: FaultServer, mode: Mode, sender: Sender
) -> None:
    client = client_for(
        fault_server, mode, sender, LONG, enc_public_key=DEFAULT_PUBLIC_KEY, deadline=SHORT
    )
    fault_server.script()
    await run(client.users.list())
    for call in SECRETIVE_CALLS[:2]:
        fault_server.script(["endless drip"])
        error = await error_of(client, call)
        assert isinstance(error, DeadlineExceededError)
        assert leaks(shown(error)) == []
    await close(client)


def test_frames_of_a_call_that_is_interrupted_while_it_is_sent_show_no_secret(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = secretive_client(fault_server, "sync", "httpx")
    assert isinstance(client, ManagementClient)
    fault_server.script()
    client.users.list()
    send = socket.socket.send

    def interrupted(self: socket.socket, data: bytes) -> int:
        if is_secret(data):
            raise KeyboardInterrupt
        return send(self, data)

    monkeypatch.setattr(socket.socket, "send", interrupted)
    for call in (lambda: client.users.list(), lambda: client.users.create_users(NEW_USERS)):
        with pytest.raises(KeyboardInterrupt) as caught:
            call()
        assert leaks(shown(caught.value)) == []
    client.close()


@pytest.mark.parametrize("sender", ["httpx", "httpx2"])  # aiohttp sends in a task of its own
async def test_frames_of_a_call_that_is_cancelled_while_it_is_sent_show_no_secret(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, sender: Sender
) -> None:
    client = secretive_client(fault_server, "async", sender)
    fault_server.script()
    await run(client.users.list())
    transport: Any = importlib.import_module("asyncio.selector_events")
    transport = transport._SelectorSocketTransport
    for name in ("write", "writelines"):
        write: Any = getattr(transport, name)

        def cancelled(self: object, data: Any, write: Any = write) -> None:
            if is_secret(data if isinstance(data, bytes) else b"".join(data)):
                raise asyncio.CancelledError
            write(self, data)

        monkeypatch.setattr(transport, name, cancelled)
    for call in (lambda: client.users.list(), lambda: client.users.create_users(NEW_USERS)):
        with pytest.raises(asyncio.CancelledError) as caught:
            await run(call())
        assert leaks(shown(caught.value)) == []
    await close(client)


def is_secret(data: bytes) -> bool:
    """Whether the head or the body of a request with a secret is being sent."""
    return b"authorization" in data.lower() or PASSWORD.encode() in data


@pytest.mark.parametrize("fault", ["reset before reading", "closed in the head", "never answers"])
async def test_errors_that_a_patched_send_sees_show_no_secret(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, mode: Mode, fault: str
) -> None:
    """As a tracker that patches ``httpx.Client.send`` sees them, below our code."""
    seen: list[BaseException] = []
    send: Any = httpx.Client.send
    async_send: Any = httpx.AsyncClient.send

    def patched(*args: Any, **settings: Any) -> Any:
        try:
            return send(*args, **settings)
        except BaseException as error:
            seen.append(error)
            raise

    async def async_patched(*args: Any, **settings: Any) -> Any:
        try:
            return await async_send(*args, **settings)
        except BaseException as error:
            seen.append(error)
            raise

    monkeypatch.setattr(httpx.Client, "send", patched)
    monkeypatch.setattr(httpx.AsyncClient, "send", async_patched)
    client = secretive_client(fault_server, mode, "httpx")
    shown_inside: list[str] = []
    for call in SECRETIVE_CALLS:
        fault_server.script([fault])
        await error_of(client, call)
        shown_inside += [shown(error) for error in seen]
        seen.clear()
    await close(client)
    assert len(shown_inside) >= len(SECRETIVE_CALLS)
    assert leaks("\n".join(shown_inside)) == []


DEEPEST: dict[Sender, dict[Mode, tuple[type[Any], str]]] = {
    "httpx": {
        "sync": (httpcore.ConnectionPool, "handle_request"),
        "async": (httpcore.AsyncConnectionPool, "handle_async_request"),
    },
    "httpx2": {
        "sync": (httpcore2.ConnectionPool, "handle_request"),
        "async": (httpcore2.AsyncConnectionPool, "handle_async_request"),
    },
    "fast": {
        "sync": (fast.Client, "send"),
        "async": (aiohttp.TCPConnector, "connect"),
    },
}


async def test_the_stack_of_a_call_that_succeeds_shows_no_secret(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, mode: Mode, sender: Sender
) -> None:
    """As a tracker shows the stack when something logs an error during a call."""
    owner, name = DEEPEST[sender][mode]
    original: Any = getattr(owner, name)
    stacks: list[str] = []

    def recorded(*args: Any, **settings: Any) -> Any:
        stacks.append(locals_shown(searched(stack_of(sys._getframe(1)))))
        return original(*args, **settings)

    monkeypatch.setattr(owner, name, recorded)
    client = secretive_client(fault_server, mode, sender)
    fault_server.script()
    for call in SECRETIVE_CALLS:
        await error_of(client, call)
    await close(client)
    assert len(stacks) >= len(SECRETIVE_CALLS)
    assert leaks("\n".join(stacks)) == []


@pytest.fixture
def tracker() -> Iterator[list[str]]:
    """The events of a real error tracker with its default settings, as text."""
    events: list[str] = []

    class Recorder(Transport):
        def capture_envelope(self, envelope: Envelope) -> None:
            events.append(json.dumps([item.payload.json for item in envelope.items]))

    sentry_sdk.init(
        dsn="http://key@127.0.0.1:9/1",
        integrations=[HttpxIntegration(), AioHttpIntegration()],
        default_integrations=False,
        transport=Recorder,
    )
    yield events
    sentry_sdk.init()


@pytest.mark.parametrize("fault", ["reset after acting", "never answers", "401", "half a document"])
async def test_a_real_error_tracker_receives_no_secret(
    fault_server: FaultServer, tracker: list[str], mode: Mode, sender: Sender, fault: str
) -> None:
    client = secretive_client(fault_server, mode, sender)
    for call in SECRETIVE_CALLS:
        fault_server.script([fault] * 2)
        error = await error_of(client, call)
        assert error is not None
        sentry_sdk.capture_exception(error)
    await close(client)
    assert len(tracker) == len(SECRETIVE_CALLS)
    for event in tracker:
        # The frames of this test hold the secrets: they are the arguments.
        (content,) = json.loads(event)
        frames = [
            frame
            for value in content["exception"]["values"]
            for frame in value["stacktrace"]["frames"]
            if "tests/" not in frame["abs_path"]
        ]
        assert frames
        assert leaks(json.dumps(frames)) == []


def test_the_search_finds_a_secret_in_a_frame_of_a_library(fault_server: FaultServer) -> None:
    """An injected client is free to raise what it likes; here its own error is searched."""
    headers = {"authorization": f"Bearer {MANAGEMENT_TOKEN}", "x-secret": SECRET}
    fault_server.script(["reset before reading"])
    with httpx.Client(trust_env=False) as http, pytest.raises(httpx.TransportError) as caught:
        http.post(f"{fault_server.url}/graphql/v2", headers=headers, json={"password": PASSWORD})
    text = shown(caught.value)
    assert all(beginning in text for beginning in (SECRET[:14], PASSWORD[:14]))
