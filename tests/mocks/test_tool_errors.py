"""Errors that test tools raise below the HTTP client fail the test: they are raised as they are."""

import json
import threading
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
import respx

from authing_users import TransportError, fast

from ..support.client_kinds import (
    SECRET,
    ClientKind,
    close,
    collect,
    http_client,
    management_client,
    run,
)
from ..support.frames import error_frames, format_locals, library_frames
from ..support.scripted_server import NO_USERS, ScriptedServer, data, token

PASSWORD = "canary-password"


class Mismatch(AssertionError):
    """An error as a tool for cassettes raises it."""


def errors_of_tools() -> list[BaseException]:
    from _pytest.outcomes import Exit, Failed, Skipped
    from vcr.errors import CannotOverwriteExistingCassetteException

    class Filtered(Exception):
        """An error of a tool that is not installed here."""

    Filtered.__module__ = "pook.exceptions"
    return [
        AssertionError("RESPX: <Request('POST', …)> not mocked!"),
        Mismatch("variables.input.nickname: 'Nicky', recorded 'Nick'"),
        CannotOverwriteExistingCassetteException.__new__(CannotOverwriteExistingCassetteException),
        RuntimeError("Network is disabled for host '127.0.0.1'"),
        httpx.TimeoutException("No response can be found for POST request on http://x"),
        Filtered("no match"),
        Failed("pytest.fail() in a mock"),
        Skipped("pytest.skip() in a mock"),
        Exit("pytest.exit() in a mock"),
    ]


class FailingServer(ScriptedServer):
    """Raises an error for the operation; other requests get a response.

    Attributes:
        failed: The threads in which the error was raised.
    """

    def __init__(self, error: BaseException, operation: str = "ListUsers") -> None:
        super().__init__(*[data(users={"totalCount": 300, "list": []})] * 9)
        self.error = error
        self.operation = operation
        self.failed: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if json.loads(request.content)["operationName"] == self.operation:
            self.failed.append(threading.current_thread().name)
            raise self.error
        return super().__call__(request)


async def raised_by(call: Callable[[], Any]) -> BaseException | None:
    """Return what a call raises, whatever it is."""
    try:
        await run(call())
    except BaseException as error:
        return error
    return None


@pytest.mark.parametrize("operation", ["ListUsers", "GetAccessToken"])
@pytest.mark.parametrize("number", range(len(errors_of_tools())))
async def test_an_error_of_a_tool_is_raised_as_it_is_and_not_retried(
    client_kind: ClientKind, number: int, operation: str
) -> None:
    error = errors_of_tools()[number]
    server = FailingServer(error, operation)
    client = server.client(client_kind, retries=3)
    assert await raised_by(client.users.list) is error
    assert len(server.failed) == 1
    assert error.__notes__ == [f"Operation: {operation}"]
    await close(client)


async def test_an_error_that_names_the_operation_gets_no_note(client_kind: ClientKind) -> None:
    error = Mismatch("ListUsers: variables.page: 2, recorded 1")
    client = FailingServer(error).client(client_kind)
    assert await raised_by(client.users.list) is error
    assert not hasattr(error, "__notes__")
    await close(client)


async def test_an_error_of_a_tool_in_a_group_is_raised_alone(client_kind: ClientKind) -> None:
    """Connections of asynchronous clients are tried in a task group, which wraps errors."""
    blocked = RuntimeError("Network is disabled for host '::1'")
    group = ExceptionGroup("tasks", [OSError("refused"), ExceptionGroup("inner", [blocked])])
    client = FailingServer(group).client(client_kind)
    assert await raised_by(client.users.list) is blocked
    assert blocked.__context__ is None
    await close(client)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("other"),
        httpx.ReadTimeout("No response can be found"),
        ExceptionGroup("tasks", [OSError("refused")]),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_other_errors_are_errors_of_the_transport(
    client_kind: ClientKind, error: Exception
) -> None:
    server = FailingServer(error)
    client = server.client(client_kind)
    with pytest.raises(TransportError):
        await run(client.users.list())
    await close(client)


async def test_a_refresh_that_a_tool_ends_fails_while_the_old_token_is_still_valid(
    client_kind: ClientKind,
) -> None:
    server = ScriptedServer(NO_USERS, NO_USERS)
    mismatch = Mismatch("not recorded")
    server.tokens = [token(), mismatch, token()]
    client = server.client(client_kind)
    await run(client.users.list())
    tokens: Any = client._transport._tokens
    tokens._token = replace(tokens._token, refresh_at=0.0)  # due, and not expired
    assert await raised_by(client.users.list) is mismatch
    # Another call takes the refresh over.
    await run(client.users.list())
    await close(client)


async def test_a_page_that_is_fetched_ahead_raises_the_error_of_a_tool(
    client_kind: ClientKind,
) -> None:
    def user(number: int) -> dict[str, Any]:
        return {"id": str(number), "username": str(number)}

    def page(body: dict[str, Any]) -> httpx.Response:
        number = body["variables"]["page"]
        if number == 3:
            raise mismatch
        return data(users={"totalCount": 4, "list": [user(number)]})

    mismatch = Mismatch("page 3 is not recorded")
    client = ScriptedServer(*[page] * 9).client(client_kind, retries=2)
    listing = client.users.iter_list(limit=1, prefetch=4)
    assert await raised_by(lambda: collect(listing)) is mismatch
    await close(client)


@contextmanager
def mocked(
    using: str, respond: Callable[[httpx.Request], httpx.Response], client_kind: ClientKind
) -> Generator[Any]:
    """Mock the API; yield the HTTP client that is mocked, or ``None`` for our own."""
    if using == "MockTransport":
        yield http_client(client_kind, httpx.MockTransport(respond))
        return
    with respx.mock(using=using) as router:
        router.post("https://core.authing.cn/graphql/v2").mock(side_effect=respond)
        yield None


@pytest.mark.parametrize("using", ["MockTransport", "httpcore", "httpx"])
@pytest.mark.parametrize("kind", [Mismatch, pytest.fail.Exception])
async def test_only_frames_of_the_test_remain(
    client_kind: ClientKind, kind: type[BaseException], using: str
) -> None:
    failure = kind("differs")

    def mocked_response(request: httpx.Request) -> httpx.Response:
        if b"CreateUser" in request.content:
            raise failure
        return ScriptedServer()(request)

    with mocked(using, mocked_response, client_kind) as http:
        client = management_client(client_kind, http_client=http, retries=2)
        error = await raised_by(
            lambda: client.users.create({"username": "u", "password": PASSWORD})
        )
    assert error is failure
    names = [frame.name for frame in traceback.extract_tb(failure.__traceback__)]
    assert names[-1] == "mocked_response"
    assert not {"handle_request", "handle_async_request"} & set(names)
    locals_shown = format_locals(library_frames(error_frames(failure)))
    assert locals_shown
    for secret in (SECRET, PASSWORD, "canary-token"):
        assert secret not in locals_shown
    await close(client)


@pytest.mark.parametrize("failure", [Mismatch("differs"), pytest.fail.Exception("differs")])
async def test_the_client_of_aiohttp_raises_errors_of_tools(
    failure: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    import aiohttp

    async def connect(*args: Any, **settings: Any) -> Any:
        raise failure

    monkeypatch.setattr(aiohttp.TCPConnector, "connect", connect)
    async with fast.AsyncClient() as http:
        client = management_client("async", http_client=http, host="https://x.test", retries=2)
        assert await raised_by(client.users.list) is failure
    await close(client)
