"""No error, log, cassette, command output or ``repr`` contains a secret, whatever the fault."""

import base64
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
from authing_users.testing import cassette_settings

from ..emulator import server as emulator_process
from ..support.client_kinds import (
    POOL_ID,
    SECRET,
    ClientKind,
    Management,
    close,
    management_client,
    run,
)
from ..support.senders import SENDERS, Sender
from .clients import client_for
from .control import FaultServer, run_fault_server
from .expectations import SHORT
from .faults import FAULTS

pytestmark = pytest.mark.slow

PASSWORD = "canary-user-password"
MANAGEMENT_TOKEN = "canary-management-token"
USER_TOKEN = "canary-user-token"
SECRETS = {
    "pool secret": SECRET,
    "password": PASSWORD,
    "management token": MANAGEMENT_TOKEN,
    "user token": USER_TOKEN,
}


def leaks(*outputs: str | bytes, secrets: dict[str, str] = SECRETS) -> set[str]:
    """Return the names of the secrets that some output contains, as plain text or in base64."""
    leaked: set[str] = set()
    for output in outputs:
        content = output.encode("utf-8", "surrogatepass") if isinstance(output, str) else output
        for name, secret in secrets.items():
            plain = secret.encode()
            # The base64 text depends on the offset of the secret; its middle part does not.
            encoded = [base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)]
            if any(form in content for form in (plain, *encoded)):
                leaked.add(name)
    return leaked


def representations(error: BaseException) -> list[str | bytes]:
    """Return an error as text, ``repr``, attributes, traceback with locals, and pickle."""
    formatted = traceback.TracebackException.from_exception(error, capture_locals=True)
    return [
        str(error),
        repr(error),
        repr(vars(error)),
        "".join(formatted.format()),
        pickle.dumps(error),
    ]


def test_leaks_finds_secrets() -> None:
    assert leaks("nothing") == set()
    assert leaks(f"x{SECRET}", USER_TOKEN.encode()) == {"pool secret", "user token"}
    for shift in range(3):
        assert leaks(base64.b64encode(b"x" * shift + PASSWORD.encode() + b"yz")) == {"password"}
    with pytest.raises(ValueError, match=r"^$") as caught:
        _raise_with_a_secret_in_a_local()
    assert leaks(str(caught.value), repr(caught.value)) == set()
    assert leaks(*representations(caught.value)) == {"password"}


def _raise_with_a_secret_in_a_local() -> None:
    password = PASSWORD
    try:
        raise KeyError(len(password))
    except KeyError as error:
        raise ValueError from error


# Errors, and the logs of failed calls.


@pytest.fixture(scope="module")
def fault_server() -> Iterator[FaultServer]:
    with run_fault_server() as server:
        yield server


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> Sender:
    sender: Sender = request.param
    return sender


CALLS_WITH_SECRETS: list[Callable[[Any], Any]] = [
    lambda client: client.users.list(),
    lambda client: client.users.update("u", {"password": PASSWORD}),
    lambda client: client.users.update("u", UpdateUserInput(password=PASSWORD)),
    lambda client: client.users.create({"username": "u", "password": PASSWORD, "city": "x"}),
    lambda client: client.users.create_users([{"username": "u", "password": PASSWORD}]),
    lambda client: client.users.kick(["u"]),
    lambda client: client.check_login_status(USER_TOKEN),
]


def short_timeout_client(
    server: FaultServer, client_kind: ClientKind, sender: Sender
) -> Management:
    return client_for(
        server, client_kind, sender, SHORT, enc_public_key=DEFAULT_PUBLIC_KEY, retries=0
    )


async def errors_of_calls(
    server: FaultServer, client: Management, fault: str
) -> list[AuthingError]:
    """Make calls that meet a fault, the first one in its token request; return the errors."""
    errors: list[AuthingError] = []
    server.script(tokens=[fault])
    for call in CALLS_WITH_SECRETS:
        try:
            await run(call(client))
        except AuthingError as error:
            errors.append(error)
        server.script([fault] * 2)
    return errors


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"ok", "slow bytes"}))
async def test_errors_and_logs_contain_no_secret(
    fault_server: FaultServer,
    caplog: pytest.LogCaptureFixture,
    client_kind: ClientKind,
    sender: Sender,
    fault: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = short_timeout_client(fault_server, client_kind, sender)
    errors = await errors_of_calls(fault_server, client, fault)
    await close(client)
    for error in errors:
        assert leaks(*representations(error)) == set()
    assert leaks(repr(client), caplog.text, *(repr(vars(item)) for item in caplog.records)) == set()


async def test_the_searched_logs_include_those_of_httpx(
    fault_server: FaultServer, caplog: pytest.LogCaptureFixture, client_kind: ClientKind
) -> None:
    caplog.set_level(logging.DEBUG)
    client = short_timeout_client(fault_server, client_kind, "httpx")
    assert len(await errors_of_calls(fault_server, client, "401")) == len(CALLS_WITH_SECRETS)
    await close(client)
    assert {record.name.partition(".")[0] for record in caplog.records} >= {"httpx", "httpcore"}


async def test_a_secret_with_a_revealing_repr_is_detected(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, client_kind: ClientKind
) -> None:
    monkeypatch.setattr(Secret, "__repr__", Secret.reveal)
    client = short_timeout_client(fault_server, client_kind, "httpx")
    leaked = set[str]()
    for error in await errors_of_calls(fault_server, client, "500"):
        leaked |= leaks(*representations(error))
    await close(client)
    assert leaked >= {"password", "user token"}


async def test_an_http_client_that_logs_its_requests_is_detected(
    fault_server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    def log(request: httpx.Request) -> None:
        logging.getLogger("leaky").debug("%s %s", request.headers.raw, request.content)

    caplog.set_level(logging.DEBUG)
    with httpx.Client(event_hooks={"request": [log]}, trust_env=False) as http:
        client = management_client("sync", host=fault_server.url, http_client=http, retries=0)
        await errors_of_calls(fault_server, client, "500")
        await close(client)
    assert leaks(caplog.text) == set(SECRETS)


# Cassettes.


def record(path: Path, recorder: Any) -> dict[str, str]:
    """Record calls to a cassette; return the secrets that they sent or received."""
    with (
        emulator_process.running("--user-pool-id", POOL_ID, secret=SECRET) as emulator,
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
        **SECRETS,
        "management token": management_token.value.reveal(),
        "user token": session.token,
    }


def test_a_cassette_contains_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "cassette.yaml"
    secrets = record(path, vcr.VCR(**cassette_settings()))
    assert "CreateUser" in path.read_text("utf-8")
    assert leaks(path.read_bytes(), secrets=secrets) == set()


def test_secrets_in_an_unfiltered_cassette_are_detected(tmp_path: Path) -> None:
    path = tmp_path / "cassette.yaml"
    secrets = record(path, vcr.VCR())
    assert leaks(path.read_bytes(), secrets=secrets) == set(SECRETS)


# The command line.


def test_the_command_line_prints_the_pool_secret_only_in_the_line_to_export() -> None:
    emulator = emulator_process.start("--user-pool-id", POOL_ID, "--secret", SECRET)
    with ManagementClient(user_pool_id=POOL_ID, secret=SECRET, host=emulator.url) as client:
        user = client.users.create({"username": "bob", "password": PASSWORD})
        with pytest.raises(APIError):
            client.users.create({"username": "bob", "password": PASSWORD})
        session = client.users.refresh_token(user.id)
    httpx.post(f"{emulator.url}/graphql/v2", content=SECRET, trust_env=False)
    assert emulator.secret == SECRET  # parsed from the line to export
    emulator.process.terminate()
    stdout, stderr = emulator.process.communicate(timeout=30)
    assert leaks(stdout, stderr, secrets={**SECRETS, "user token": session.token or ""}) == set()


@pytest.mark.parametrize(
    "arguments",
    [("--port", "x"), ("--db", "/nowhere/at/all.db"), ("--host", "0.0.0.0"), ("--nothing",)],
)
def test_errors_of_the_command_line_contain_no_secret(arguments: tuple[str, ...]) -> None:
    process = emulator_process.run("--secret", SECRET, *arguments)
    assert process.returncode != 0
    assert process.stderr
    assert leaks(process.stdout, process.stderr) == set()


# Representations of our objects in debuggers and logs.


def objects() -> Iterator[object]:
    """Yield objects of every public type that hold a secret, directly or indirectly."""
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


def test_representations_of_objects_contain_no_secret() -> None:
    leaks_by_type = {type(item): leaks(repr(item), str(item)) for item in objects()}
    assert {kind: leaked for kind, leaked in leaks_by_type.items() if leaked} == {}
    assert len(leaks_by_type) > 20
