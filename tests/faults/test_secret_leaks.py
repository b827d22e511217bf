"""Secrets are planted, everything goes wrong, and nothing that anybody may see shows them."""

import base64
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
import vcr

import authing_graphql
from authing_graphql import CreateUserInput, UpdateUserInput, User
from authing_users import (
    APIError,
    AuthingError,
    ManagementClient,
    ManagementClientOptions,
)
from authing_users._config import resolve
from authing_users._inputs.passwords import DEFAULT_PUBLIC_KEY
from authing_users._protocol.request import graphql_request
from authing_users._protocol.response import Response
from authing_users._runtime.secret import Secret
from authing_users.models import LoginStatus, UserTenants
from authing_users.testing.cassettes import cassette_settings, same_request

from ..emulator import server as emulator_process
from ..support.client_kinds import POOL_ID, SECRET, Management, Mode, close, management_client, run
from ..support.senders import Sender
from .clients import client_for
from .control import FaultServer, running
from .expectations import SHORT
from .faults import FAULTS

PASSWORD = "canary-user-password"
MANAGEMENT_TOKEN = "canary-management-token"
USER_TOKEN = "canary-user-token"
PLANTED = {
    "pool secret": SECRET,
    "password": PASSWORD,
    "management token": MANAGEMENT_TOKEN,
    "user token": USER_TOKEN,
}

# Once, and without the time in between.


def leaks(*outputs: str | bytes, planted: dict[str, str] = PLANTED) -> set[str]:
    """Return which of the planted secrets stand in some output, as they are or in base64."""
    found: set[str] = set()
    for output in outputs:
        content = output.encode("utf-8", "surrogatepass") if isinstance(output, str) else output
        for name, secret in planted.items():
            plain = secret.encode()
            # What is in front of it moves the text within base64; the middle is always the same.
            shifted = [base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)]
            if any(form in content for form in (plain, *shifted)):
                found.add(name)
    return found


def shown(error: BaseException) -> list[str | bytes]:
    """Return all that an error shows, to who prints, logs, pickles or debugs it."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    return [
        str(error),
        repr(error),
        repr(vars(error)),
        "".join(trace.format()),
        pickle.dumps(error),
    ]


def test_the_search_finds_what_is_there() -> None:
    assert leaks("nothing") == set()
    assert leaks(f"x{SECRET}", USER_TOKEN.encode()) == {"pool secret", "user token"}
    for shift in range(3):
        assert leaks(base64.b64encode(b"x" * shift + PASSWORD.encode() + b"yz")) == {"password"}
    with pytest.raises(ValueError, match=r"^$") as caught:
        _raise_with_a_secret_in_a_local()
    assert leaks(str(caught.value), repr(caught.value)) == set()
    assert leaks(*shown(caught.value)) == {"password"}


def _raise_with_a_secret_in_a_local() -> None:
    password = PASSWORD
    try:
        raise KeyError(len(password))
    except KeyError as error:
        raise ValueError from error


# Errors, and the logs that are written on the way.


@pytest.fixture(scope="module")
def fault_server() -> Iterator[FaultServer]:
    with running() as server:
        yield server


@pytest.fixture(params=get_args(Sender))
def way(request: pytest.FixtureRequest) -> Sender:
    way: Sender = request.param
    return way


SECRETIVE_CALLS: list[Callable[[Any], Any]] = [
    lambda client: client.users.list(),
    lambda client: client.users.update("u", {"password": PASSWORD}),
    lambda client: client.users.update("u", UpdateUserInput(password=PASSWORD)),
    lambda client: client.users.create({"username": "u", "password": PASSWORD, "city": "x"}),
    lambda client: client.users.create_users([{"username": "u", "password": PASSWORD}]),
    lambda client: client.users.kick(["u"]),
    lambda client: client.check_login_status(USER_TOKEN),
]


def secretive_client(server: FaultServer, mode: Mode, way: Sender) -> Management:
    return client_for(server, mode, way, SHORT, enc_public_key=DEFAULT_PUBLIC_KEY, retries=0)


async def failures(server: FaultServer, client: Management, fault: str) -> list[AuthingError]:
    """Make every call meet a fault, the first one when it asks for a token; return the errors."""
    raised: list[AuthingError] = []
    server.script(tokens=[fault])
    for call in SECRETIVE_CALLS:
        try:
            await run(call(client))
        except AuthingError as error:
            raised.append(error)
        server.script([fault] * 2)
    return raised


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"good", "endless drip"}))
async def test_no_failure_shows_a_secret(
    fault_server: FaultServer,
    caplog: pytest.LogCaptureFixture,
    mode: Mode,
    way: Sender,
    fault: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = secretive_client(fault_server, mode, way)
    raised = await failures(fault_server, client, fault)
    await close(client)
    for error in raised:
        assert leaks(*shown(error)) == set()
    assert leaks(repr(client), caplog.text, *(repr(vars(item)) for item in caplog.records)) == set()


async def test_the_logs_are_there_to_be_searched(
    fault_server: FaultServer, caplog: pytest.LogCaptureFixture, mode: Mode
) -> None:
    caplog.set_level(logging.DEBUG)
    client = secretive_client(fault_server, mode, "httpx")
    assert len(await failures(fault_server, client, "401")) == len(SECRETIVE_CALLS)
    await close(client)
    assert {record.name.partition(".")[0] for record in caplog.records} >= {"httpx", "httpcore"}


async def test_a_secret_that_shows_itself_is_found(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    monkeypatch.setattr(Secret, "__repr__", Secret.reveal)
    client = secretive_client(fault_server, mode, "httpx")
    found = set[str]()
    for error in await failures(fault_server, client, "500"):
        found |= leaks(*shown(error))
    await close(client)
    assert found >= {"pool secret", "password", "management token"}


async def test_an_http_client_that_logs_what_it_sends_is_found(
    fault_server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    def log(request: httpx.Request) -> None:
        logging.getLogger("leaky").debug("%s %s", request.headers.raw, request.content)

    caplog.set_level(logging.DEBUG)
    with httpx.Client(event_hooks={"request": [log]}, trust_env=False) as http:
        client = management_client("sync", host=fault_server.url, http_client=http, retries=0)
        await failures(fault_server, client, "500")
        await close(client)
    assert leaks(caplog.text) == set(PLANTED)


# Cassettes.


def record(path: Path, **settings: Any) -> dict[str, str]:
    """Record a life of a user; return the secrets that went over the wire."""
    recorder: Any = vcr.VCR(**{**cassette_settings(), **settings})
    recorder.register_matcher("authing_request", same_request)
    arguments = ("--user-pool-id", POOL_ID, "--secret", SECRET)
    with (
        emulator_process.running(*arguments) as emulator,
        recorder.use_cassette(str(path)),
        ManagementClient(user_pool_id=POOL_ID, secret=SECRET, host=emulator.url) as client,
    ):
        user = client.users.create({"username": "bob", "password": PASSWORD})
        client.users.create_users([{"username": "eve", "password": PASSWORD}])
        session = client.users.refresh_token(user.id)
        assert session.token
        client.check_login_status(session.token)
        management_token = client._transport._tokens._token
        assert management_token is not None
    return {
        **PLANTED,
        "management token": management_token.value.reveal(),
        "user token": session.token,
    }


def test_a_cassette_holds_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "cassette.yaml"
    planted = record(path)
    assert "CreateUser" in path.read_text("utf-8")
    assert leaks(path.read_bytes(), planted=planted) == set()


def test_a_cassette_that_is_not_scrubbed_is_found(tmp_path: Path) -> None:
    path = tmp_path / "cassette.yaml"
    planted = record(path, before_record_request=None, before_record_response=None)
    assert leaks(path.read_bytes(), planted=planted) == set(PLANTED)


# The command line.


def test_the_command_line_shows_the_pool_secret_where_it_says_so_and_nothing_else() -> None:
    arguments = ("--user-pool-id", POOL_ID, "--secret", SECRET)
    emulator = emulator_process.start(*arguments)
    with ManagementClient(user_pool_id=POOL_ID, secret=SECRET, host=emulator.url) as client:
        user = client.users.create({"username": "bob", "password": PASSWORD})
        with pytest.raises(APIError):
            client.users.create({"username": "bob", "password": PASSWORD})
        session = client.users.refresh_token(user.id)
    httpx.post(f"{emulator.url}/graphql/v2", content=SECRET, trust_env=False)
    assert emulator.secret == SECRET  # as the line to export says
    emulator.process.terminate()
    output, complaints = emulator.process.communicate(timeout=30)
    assert (
        leaks(output, complaints, planted={**PLANTED, "user token": session.token or ""}) == set()
    )


@pytest.mark.parametrize(
    "wrong",
    [("--port", "x"), ("--db", "/nowhere/at/all.db"), ("--host", "0.0.0.0"), ("--nothing",)],
)
def test_a_wrong_command_shows_no_secret(wrong: tuple[str, ...]) -> None:
    finished = emulator_process.run("--secret", SECRET, *wrong)
    assert finished.returncode != 0
    assert finished.stderr
    assert leaks(finished.stdout, finished.stderr) == set()


# What a debugger or a log shows of our objects.


def objects() -> Iterator[object]:
    """Yield objects of every public kind that hold a secret, or something that does."""
    options = ManagementClientOptions(POOL_ID, SECRET, enc_public_key=DEFAULT_PUBLIC_KEY)
    yield options
    yield resolve(options, {})
    client = ManagementClient(options)
    yield from (client, client._transport, vars(client._transport), *vars(client).values())
    yield from (Secret(SECRET), [Secret(SECRET)], {"secret": Secret(SECRET)})
    yield graphql_request("query", "GetAccessToken", {"secret": SECRET})
    yield Response("GetAccessToken", 200, {}, MANAGEMENT_TOKEN.encode())
    user = {"id": "u", "password": PASSWORD, "token": USER_TOKEN, "oauth": PASSWORD}
    yield User.model_validate(user)
    yield UserTenants.model_validate(user)
    yield CreateUserInput(password=PASSWORD)
    yield UpdateUserInput(password=PASSWORD)
    yield LoginStatus.model_validate({"isLogin": True, "user": user, "token": USER_TOKEN})
    applications = [{"id": "a", "secret": SECRET, "more": [{"accessToken": USER_TOKEN}]}]
    yield LoginStatus.model_validate({"isLogin": True, "application": applications})
    for name in authing_graphql.__all__:
        model: object = getattr(authing_graphql, name)
        if isinstance(model, type) and issubclass(model, authing_graphql.BaseModel):
            yield model.model_construct(None, **user, access_token=MANAGEMENT_TOKEN, secret=SECRET)


def test_no_object_shows_a_secret() -> None:
    shown_by = {type(item): leaks(repr(item), str(item)) for item in objects()}
    assert {kind: found for kind, found in shown_by.items() if found} == {}
    assert len(shown_by) > 20
