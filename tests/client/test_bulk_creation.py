"""Creating many users: requests of 100, and an error for each user that was not created."""

import json
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from authing_users import (
    APIError,
    AuthingError,
    ConflictError,
    CreatedUser,
    InvalidInputError,
    InvalidRequestError,
    InvalidResponseError,
    RateLimitError,
    TransportError,
    TransportTimeoutError,
    User,
)

from ..support.client_kinds import (
    SECRET,
    ClientKind,
    MakeClient,
    Management,
    close,
    management_client,
    run,
)
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import create_user
from ..support.scripted_server import ScriptedServer, rest

PASSWORD = "canary-password"


def numbered(start: int, end: int) -> Iterator[dict[str, Any]]:
    return ({"username": f"user-{number}"} for number in range(start, end))


def created(request: dict[str, Any]) -> httpx.Response:
    """Return the response that all users of a request were created."""
    names = [user["username"] for user in request["users"]]
    return rest([{"success": True, "user": {"id": name, "username": name}} for name in names])


def sizes(server: ScriptedServer) -> list[int]:
    """Return how many users each request contained."""
    bodies = [json.loads(request.content) for request in server.requests]
    return [len(body["users"]) for body in bodies if "users" in body]


async def create(client: Management, users: Any) -> list[CreatedUser]:
    outcomes: list[CreatedUser] = await run(client.users.create_users(users))
    return outcomes


async def test_users_of_a_generator_are_created_with_requests_of_100(
    make_client: MakeClient, emulator_pool: EmulatorPool
) -> None:
    client = make_client(emulator_pool)
    await create(client, [{"username": "user-107"}])
    before = emulator_pool.request_count
    outcomes = await create(client, numbered(0, 230))
    assert emulator_pool.request_count - before == 3
    assert [outcome.index for outcome in outcomes] == list(range(230))
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    assert [outcome.index for outcome in failed] == [107]
    for outcome in outcomes:
        if outcome.error is None:
            assert outcome.user is not None
            assert outcome.user.username == f"user-{outcome.index}"
        else:
            assert not outcome.success
            assert outcome.user is None
    assert (await run(client.users.list())).total_count == 230


@pytest.mark.parametrize("lang", ["en-US", "zh-CN"])
async def test_each_failed_user_has_an_error_of_its_class(
    client_kind: ClientKind, emulator_pool: EmulatorPool, lang: str
) -> None:
    pool = emulator_pool.emulator
    client = management_client(
        client_kind,
        user_pool_id=pool.user_pool_id,
        secret=pool.secret,
        host=emulator_pool.host,
        lang=lang,
    )
    taken = {"username": "ada", "email": "a@b.c", "phone": "18800000000", "externalId": "1"}
    await create_user(client, **taken)
    outcomes = await create(
        client,
        [{"username": "new"}, *({name: value} for name, value in taken.items()), {"email": "no"}],
    )
    assert outcomes[0].error is None
    for outcome, field in zip(outcomes[1:5], taken, strict=True):
        error = outcome.error
        assert type(error) is ConflictError
        assert (error.field, error.code, error.operation) == (field, None, "CreateUsers")
        assert error.message == outcome.err_msg
        assert error.index == outcome.index
        assert f"users[{outcome.index}]" in str(error)
        assert not error.maybe_executed
    assert type(outcomes[5].error) is InvalidRequestError
    await close(client)


async def test_all_users_are_checked_before_the_first_request(make_client: MakeClient) -> None:
    server = ScriptedServer()
    client = make_client(server)
    users = [*numbered(0, 150), {"usrname": "x"}]
    with pytest.raises(InvalidInputError, match=r"Unknown key 'usrname' in users\[150\]"):
        await create(client, users)
    assert server.requests == []


async def test_a_failed_first_request_raises(make_client: MakeClient) -> None:
    server = ScriptedServer(httpx.ReadTimeout("slow"))
    with pytest.raises(TransportTimeoutError) as caught:
        await create(make_client(server), numbered(0, 150))
    assert caught.value.maybe_sent
    assert caught.value.index is None
    assert sizes(server) == [100]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.ReadTimeout("slow"), TransportTimeoutError),
        (httpx.ConnectError("refused"), TransportError),
        (rest(None, "too often", 2100), RateLimitError),
        (rest([]), InvalidResponseError),
        (httpx.Response(200, content=b"<html>"), InvalidResponseError),
    ],
    ids=["timeout", "no connection", "rate limit", "no outcomes", "no JSON"],
)
async def test_nothing_is_lost_if_a_later_request_fails(
    make_client: MakeClient, failure: Any, kind: type[AuthingError]
) -> None:
    server = ScriptedServer(created, failure)
    outcomes = await create(make_client(server), numbered(0, 350))
    assert sizes(server) == [100, 100]  # neither repeated nor continued
    assert [outcome.index for outcome in outcomes] == list(range(350))
    assert all(outcome.success and outcome.error is None for outcome in outcomes[:100])
    for outcome in outcomes[100:]:
        error = outcome.error
        assert error is not None
        assert (outcome.success, outcome.user) == (False, None)
        assert (error.index, error.operation) == (outcome.index, "CreateUsers")
        assert error.message == outcome.err_msg
    first, last = outcomes[100].error, outcomes[199].error
    assert type(first) is type(last) is kind
    assert first is not last
    if isinstance(first, TransportError):
        assert first.maybe_sent is isinstance(first, TransportTimeoutError)
    for outcome in outcomes[200:]:
        assert type(outcome.error) is TransportError
        assert not outcome.error.maybe_sent
        assert "users[100] to users[199] failed" in outcome.error.message


async def test_a_response_with_another_number_of_users_is_rejected(
    make_client: MakeClient,
) -> None:
    server = ScriptedServer(rest([{"success": True, "user": {"id": "a"}}]))
    with pytest.raises(InvalidResponseError, match="outcomes of 1 users, not of 2"):
        await create(make_client(server), numbered(0, 2))


async def test_on_error_is_called_once_for_a_failed_request(make_client: MakeClient) -> None:
    calls: list[tuple[int | None, str]] = []

    def on_error(code: int | None, message: str) -> None:
        calls.append((code, message))

    server = ScriptedServer(created, rest(None, "busy", 1000))
    client = make_client(server, on_error=on_error)
    outcomes = await create(client, numbered(0, 101))
    assert calls == [(1000, "busy")]
    assert isinstance(outcomes[100].error, APIError)
    assert outcomes[100].error.code == 1000


async def test_passwords_and_secrets_are_masked_in_messages(make_client: MakeClient) -> None:
    message = f"{PASSWORD} is too weak, {SECRET}"
    server = ScriptedServer(rest([{"success": False, "errMsg": message}, {"success": False}]))
    users = [{"username": "a", "password": PASSWORD}, {"username": "b"}]
    first, second = await create(make_client(server), users)
    shown = [repr(first), str(first.err_msg), repr(first.error), str(first.error)]
    try:
        assert first.error is not None
        raise first.error
    except AuthingError as error:
        shown.append("".join(traceback.TracebackException.from_exception(error).format()))
    assert "canary" not in "".join(shown)
    assert "is too weak" in shown[1]
    assert second.error is not None
    assert second.error.message == "The API does not say why it did not create the user"


async def test_outcomes_can_be_pickled(make_client: MakeClient) -> None:
    failed = rest([{"success": False, "errMsg": "已存在"}] * 100)
    server = ScriptedServer(failed, httpx.ReadTimeout("slow"))
    outcomes = await create(make_client(server), numbered(0, 101))
    for outcome in (outcomes[0], outcomes[100]):
        other: CreatedUser = pickle.loads(pickle.dumps(outcome))
        assert other.error is not None
        assert repr(other.error) == repr(outcome.error)
        assert other.error.__dict__ == outcome.error.__dict__
    assert type(outcomes[0].error) is ConflictError
    assert type(outcomes[100].error) is TransportTimeoutError


def test_an_outcome_that_a_test_builds_has_its_error() -> None:
    failed = CreatedUser[User](success=False, err_msg="The phone number is already in use")
    assert isinstance(failed.error, ConflictError)
    assert failed.error.field == "phone"
    assert CreatedUser[User](success=True).error is None


async def test_the_emulator_and_create_agree_on_the_error(client: Management) -> None:
    await create_user(client, username="ada")
    (outcome,) = await create(client, [{"username": "ada"}])
    with pytest.raises(ConflictError) as caught:
        await run(client.users.create({"username": "ada"}))
    assert isinstance(outcome.error, ConflictError)
    assert outcome.error.field == caught.value.field == "username"
