"""No frame of our code or of an HTTP library exposes a secret to an error tracker."""

import asyncio
import importlib
import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
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

from ..support.client_kinds import SECRET, ClientKind, Management, close, run
from ..support.frames import call_stack, error_frames, format_locals, library_frames
from ..support.senders import SENDERS, Sender
from .clients import client_for
from .control import FaultServer
from .expectations import LONG, SHORT
from .faults import FAULTS
from .test_secret_leaks import (
    CALLS_WITH_SECRETS,
    MANAGEMENT_TOKEN,
    PASSWORD,
    USER_TOKEN,
    short_timeout_client,
)

pytestmark = pytest.mark.slow

# Text that contains the beginning of a secret is a leak too.
PREFIXES = [secret[:14] for secret in (SECRET, PASSWORD, MANAGEMENT_TOKEN, USER_TOKEN)]
USERS_TO_CREATE: list[UserInfoDict] = [{"username": "u", "password": PASSWORD}]
TEST_FOLDER = str(Path(__file__).parents[1])
FAULT_NAMES = sorted(FAULTS.keys() - {"ok", "slow bytes"})


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> Sender:
    sender: Sender = request.param
    return sender


def leaking_lines(text: str) -> list[str]:
    """Return the lines that contain the beginning of a secret."""
    return [line[:300] for line in text.splitlines() if any(prefix in line for prefix in PREFIXES)]


async def error_raised_by(client: Management, call: Callable[[Any], Any]) -> BaseException | None:
    """Make a call and return the error that it raises."""
    try:
        await run(call(client))
    except (AuthingError, asyncio.CancelledError, KeyboardInterrupt) as error:
        return error
    return None


def visible_locals(error: BaseException) -> str:
    """Return the locals that a tracker displays for the frames of an error."""
    return format_locals(library_frames(error_frames(error)))


@pytest.mark.parametrize("fault", FAULT_NAMES)
async def test_frames_of_a_failed_call_contain_no_secret(
    fault_server: FaultServer, client_kind: ClientKind, sender: Sender, fault: str
) -> None:
    client = short_timeout_client(fault_server, client_kind, sender)
    fault_server.script(tokens=[fault])
    for call in CALLS_WITH_SECRETS:
        error = await error_raised_by(client, call)
        if error is not None:
            assert leaking_lines(visible_locals(error)) == []
        fault_server.script([fault] * 2)
    await close(client)


@pytest.mark.parametrize("fault", ["no response", "slow bytes"])
async def test_frames_of_a_cancelled_call_contain_no_secret(
    fault_server: FaultServer, sender: Sender, fault: str
) -> None:
    client = client_for(fault_server, "async", sender, LONG, enc_public_key=DEFAULT_PUBLIC_KEY)
    fault_server.script()
    await run(client.users.list())
    for call in CALLS_WITH_SECRETS[:2]:
        fault_server.script([fault])
        task = asyncio.create_task(error_raised_by(client, call))
        await asyncio.sleep(SHORT)  # until the request is sent; its response does not end
        task.cancel()
        error = await task
        assert isinstance(error, asyncio.CancelledError)
        assert leaking_lines(visible_locals(error)) == []
    await close(client)


async def test_frames_of_a_call_at_its_deadline_contain_no_secret(
    fault_server: FaultServer, client_kind: ClientKind, sender: Sender
) -> None:
    client = client_for(
        fault_server, client_kind, sender, LONG, enc_public_key=DEFAULT_PUBLIC_KEY, deadline=SHORT
    )
    fault_server.script()
    await run(client.users.list())
    for call in CALLS_WITH_SECRETS[:2]:
        fault_server.script(["slow bytes"])
        error = await error_raised_by(client, call)
        assert isinstance(error, DeadlineExceededError)
        assert leaking_lines(visible_locals(error)) == []
    await close(client)


def test_frames_of_a_call_that_is_interrupted_while_it_is_sent_contain_no_secret(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = short_timeout_client(fault_server, "sync", "httpx")
    assert isinstance(client, ManagementClient)
    fault_server.script()
    client.users.list()
    send = socket.socket.send

    def interrupted_send(self: socket.socket, data: bytes) -> int:
        if is_secret(data):
            raise KeyboardInterrupt
        return send(self, data)

    monkeypatch.setattr(socket.socket, "send", interrupted_send)
    for call in (
        lambda: client.users.list(),
        lambda: client.users.create_users(USERS_TO_CREATE),
        lambda: client.users.create_many(USERS_TO_CREATE),
    ):
        with pytest.raises(KeyboardInterrupt) as caught:
            call()
        assert leaking_lines(visible_locals(caught.value)) == []
    client.close()


@pytest.mark.parametrize("sender", ["httpx", "httpx2"])  # aiohttp sends in a task of its own
async def test_frames_of_a_call_that_is_cancelled_while_it_is_sent_contain_no_secret(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, sender: Sender
) -> None:
    client = short_timeout_client(fault_server, "async", sender)
    fault_server.script()
    await run(client.users.list())
    selector_events: Any = importlib.import_module("asyncio.selector_events")
    transport_type: Any = selector_events._SelectorSocketTransport
    for name in ("write", "writelines"):
        write: Any = getattr(transport_type, name)

        def cancelled_write(self: object, data: Any, write: Any = write) -> None:
            if is_secret(data if isinstance(data, bytes) else b"".join(data)):
                raise asyncio.CancelledError
            write(self, data)

        monkeypatch.setattr(transport_type, name, cancelled_write)
    for call in (
        lambda: client.users.list(),
        lambda: client.users.create_users(USERS_TO_CREATE),
        lambda: client.users.create_many(USERS_TO_CREATE),
    ):
        with pytest.raises(asyncio.CancelledError) as caught:
            await run(call())
        assert leaking_lines(visible_locals(caught.value)) == []
    await close(client)


def is_secret(data: bytes) -> bool:
    """Tell whether the data is the headers or the body of a request with a secret."""
    return b"authorization" in data.lower() or PASSWORD.encode() in data


@pytest.mark.parametrize("fault", ["reset before reading", "closed in the headers", "no response"])
async def test_errors_inside_a_patched_send_contain_no_secret(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, client_kind: ClientKind, fault: str
) -> None:
    """A tracker that patches ``httpx.Client.send`` sees the errors before our code does."""
    caught: list[BaseException] = []
    send: Any = httpx.Client.send
    async_send: Any = httpx.AsyncClient.send

    def recording_send(*args: Any, **settings: Any) -> Any:
        try:
            return send(*args, **settings)
        except BaseException as error:
            caught.append(error)
            raise

    async def async_recording_send(*args: Any, **settings: Any) -> Any:
        try:
            return await async_send(*args, **settings)
        except BaseException as error:
            caught.append(error)
            raise

    monkeypatch.setattr(httpx.Client, "send", recording_send)
    monkeypatch.setattr(httpx.AsyncClient, "send", async_recording_send)
    client = short_timeout_client(fault_server, client_kind, "httpx")
    locals_inside: list[str] = []
    for call in CALLS_WITH_SECRETS:
        fault_server.script([fault])
        await error_raised_by(client, call)
        locals_inside += [visible_locals(error) for error in caught]
        caught.clear()
    await close(client)
    assert len(locals_inside) >= len(CALLS_WITH_SECRETS)
    assert leaking_lines("\n".join(locals_inside)) == []


LOWEST_METHODS: dict[Sender, dict[ClientKind, tuple[type[Any], str]]] = {
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


async def test_the_stack_of_a_call_that_succeeds_contains_no_secret(
    fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    client_kind: ClientKind,
    sender: Sender,
) -> None:
    """A tracker displays the stack when code logs an error during a call."""
    owner, name = LOWEST_METHODS[sender][client_kind]
    original: Any = getattr(owner, name)
    stacks: list[str] = []

    def recording_method(*args: Any, **settings: Any) -> Any:
        stacks.append(format_locals(library_frames(call_stack(sys._getframe(1)))))
        return original(*args, **settings)

    monkeypatch.setattr(owner, name, recording_method)
    client = short_timeout_client(fault_server, client_kind, sender)
    fault_server.script()
    for call in CALLS_WITH_SECRETS:
        await error_raised_by(client, call)
    await close(client)
    assert len(stacks) >= len(CALLS_WITH_SECRETS)
    assert leaking_lines("\n".join(stacks)) == []


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
    sentry_sdk.get_client().close()  # ends its threads
    sentry_sdk.init()


@pytest.mark.parametrize("fault", ["reset after executing", "no response", "401", "truncated JSON"])
async def test_a_real_error_tracker_receives_no_secret(
    fault_server: FaultServer,
    tracker: list[str],
    client_kind: ClientKind,
    sender: Sender,
    fault: str,
) -> None:
    client = short_timeout_client(fault_server, client_kind, sender)
    for call in CALLS_WITH_SECRETS:
        fault_server.script([fault] * 2)
        error = await error_raised_by(client, call)
        assert error is not None
        sentry_sdk.capture_exception(error)
    await close(client)
    assert len(tracker) == len(CALLS_WITH_SECRETS)
    for event in tracker:
        # The frames of this test hold the secrets: they are the arguments.
        (content,) = json.loads(event)
        frames = [
            frame
            for value in content["exception"]["values"]
            for frame in value["stacktrace"]["frames"]
            if not frame["abs_path"].startswith(TEST_FOLDER)
        ]
        assert frames
        assert leaking_lines(json.dumps(frames)) == []


def test_a_secret_in_a_frame_of_a_library_is_detected(fault_server: FaultServer) -> None:
    """The error of the HTTP client itself, without our code, contains the secrets."""
    headers = {"authorization": f"Bearer {MANAGEMENT_TOKEN}", "x-secret": SECRET}
    fault_server.script(["reset before reading"])
    with httpx.Client(trust_env=False) as http, pytest.raises(httpx.TransportError) as caught:
        http.post(f"{fault_server.url}/graphql/v2", headers=headers, json={"password": PASSWORD})
    text = visible_locals(caught.value)
    assert all(prefix in text for prefix in (SECRET[:14], PASSWORD[:14]))
