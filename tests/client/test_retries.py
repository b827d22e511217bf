"""Which calls are tried again, when, and how often."""

from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from authing_users import (
    APIError,
    AuthenticationError,
    AuthingError,
    ConfigurationError,
    ConflictError,
    DeadlineExceededError,
    InvalidRequestError,
    InvalidResponseError,
    ManagementClient,
    ManagementClientOptions,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from authing_users._policy.retry import (
    FIRST_DELAY,
    JITTER,
    LONGEST_DELAY,
    LONGEST_RETRY_AFTER,
    retry_delay as decide,
)
from authing_users._runtime.clock import CLOCK
from authing_users.options import RequestOptions
from authing_users.testing import skip_waits

from ..support.client_kinds import POOL_ID, SECRET, Mode, close, http_client, management_client, run
from ..support.scripted_server import Reply, ScriptedServer, api_error, data, token

NO_USERS = data(users={"totalCount": 0, "list": []})
DELETED = data(deleteUser={"code": 200, "message": "ok"})

# The decision.


def an_api_error(
    kind: type[APIError], code: int | None, status: int, retry_after: float | None
) -> AuthingError:
    return kind("refused", code=code, http_status=status, retry_after=retry_after)


def a_transport_error(kind: type[TransportError], maybe_sent: bool) -> AuthingError:
    return kind("no answer", maybe_sent=maybe_sent)


API_ERRORS: list[type[APIError]] = [
    AuthenticationError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
]
STATUSES = [200, 400, 401, 404, 408, 409, 429, 500, 501, 502, 503, 504]
failures: st.SearchStrategy[AuthingError] = st.one_of(
    st.builds(
        an_api_error,
        st.sampled_from(API_ERRORS),
        st.sampled_from([None, 500, 1000, 2004, 2020]),
        st.sampled_from(STATUSES),
        st.none() | st.floats(0, 300) | st.floats(0, 1e6),
    ),
    st.builds(
        a_transport_error,
        st.sampled_from([TransportError, TransportTimeoutError, DeadlineExceededError]),
        st.booleans(),
    ),
    st.builds(InvalidResponseError, st.just("broken")),
)
attempts = st.integers(0, 10) | st.integers(0, 10**6)
time_left = st.none() | st.floats(-10, 200)
chances = st.floats(0, 1, exclude_max=True)


def wait(
    failure: AuthingError,
    attempt: int = 0,
    *,
    retries: int = 10**7,
    changes: bool = False,
    retry_mutations: bool = False,
    left: float | None = None,
    chance: float = 0.0,
) -> float | None:
    settings = RequestOptions(retries=retries, retry_mutations=retry_mutations)
    return decide(
        failure,
        attempt,
        options=settings,
        is_mutation=changes,
        time_left=left,
        random=lambda: chance,
    )


@given(failure=failures, attempt=attempts, retries=attempts, changes=st.booleans())
def test_there_are_never_more_retries_than_asked_for(
    failure: AuthingError, attempt: int, retries: int, changes: bool
) -> None:
    decision = wait(failure, attempt, retries=retries, changes=changes)
    assert decision is None or attempt < retries


@given(failure=failures, attempt=attempts)
def test_a_change_whose_fate_is_unknown_is_never_repeated(
    failure: AuthingError, attempt: int
) -> None:
    if wait(failure, attempt, changes=True) is not None:
        if isinstance(failure, APIError):
            assert isinstance(failure, RateLimitError) or failure.http_status == 503
            assert failure.retry_after is not None
        else:
            assert isinstance(failure, TransportError)
            assert not failure.maybe_sent


@given(failure=failures, attempt=attempts, left=time_left, chance=chances)
def test_a_change_is_like_a_query_once_the_caller_says_so(
    failure: AuthingError, attempt: int, left: float | None, chance: float
) -> None:
    query = wait(failure, attempt, left=left, chance=chance)
    opted_in = wait(failure, attempt, changes=True, retry_mutations=True, left=left, chance=chance)
    assert opted_in == query


@given(failure=failures, attempt=attempts, changes=st.booleans(), chance=chances)
def test_a_wait_is_what_the_server_asks_for_or_lies_between_its_bounds(
    failure: AuthingError, attempt: int, changes: bool, chance: float
) -> None:
    decision = wait(failure, attempt, changes=changes, chance=chance)
    asked = failure.retry_after if isinstance(failure, APIError) else None
    if asked is not None and asked > LONGEST_RETRY_AFTER:
        assert decision is None
    elif decision is not None and asked is not None:
        assert decision == asked
    elif decision is not None:
        longest = LONGEST_DELAY if attempt >= 4 else FIRST_DELAY * 2**attempt
        assert longest * (1 - JITTER) <= decision <= longest


@pytest.mark.parametrize(("asked", "expected"), [(0.0, 0.0), (120.0, 120.0), (120.1, None)])
def test_retry_after_is_obeyed_up_to_two_minutes(asked: float, expected: float | None) -> None:
    assert wait(RateLimitError("slower", retry_after=asked), changes=True) == expected


@given(failure=failures, attempt=attempts, changes=st.booleans(), left=st.floats(-10, 200))
def test_no_wait_reaches_the_deadline(
    failure: AuthingError, attempt: int, changes: bool, left: float
) -> None:
    decision = wait(failure, attempt, changes=changes, left=left)
    assert decision is None or decision < left
    without_deadline = wait(failure, attempt, changes=changes)
    assert decision in (None, without_deadline)
    if without_deadline is not None and without_deadline < left:
        assert decision == without_deadline


@given(
    failure=failures,
    attempt=attempts,
    retries=attempts,
    changes=st.booleans(),
    left=time_left,
    chance=chances,
)
def test_each_wait_is_at_least_as_long_as_the_one_before_and_the_last_stays_the_last(
    failure: AuthingError,
    attempt: int,
    retries: int,
    changes: bool,
    left: float | None,
    chance: float,
) -> None:
    def nth(number: int) -> float | None:
        return wait(failure, number, retries=retries, changes=changes, left=left, chance=chance)

    earlier, later = nth(attempt), nth(attempt + 1)
    assert later is None or (earlier is not None and earlier <= later)


@given(attempt=attempts, chance=chances, other=chances)
def test_chance_only_shortens_a_wait(attempt: int, chance: float, other: float) -> None:
    less, more = sorted([chance, other])
    longer = wait(ServerError("busy", code=1000), attempt, chance=less)
    shorter = wait(ServerError("busy", code=1000), attempt, chance=more)
    assert longer is not None
    assert shorter is not None
    assert shorter <= longer


@pytest.mark.parametrize(
    ("failure", "is_retried"),
    [
        *[(ServerError("", http_status=status), True) for status in (500, 502, 503, 504)],
        (InvalidRequestError("", http_status=408), True),
        (RateLimitError("", http_status=429), True),
        (RateLimitError("", http_status=200, code=2100), True),
        (ServerError("", http_status=200, code=1000), True),
        (TransportError(""), True),
        (InvalidResponseError("", http_status=200), True),
        (ServerError("", http_status=501), False),
        (ServerError("", http_status=200, code=500), False),
        (NotFoundError("", http_status=200, code=2004), False),
        (AuthenticationError("", http_status=401), False),
        (ConflictError("", http_status=409), False),
    ],
)
def test_a_query_is_repeated_after_what_may_pass(failure: AuthingError, is_retried: bool) -> None:
    assert (wait(failure) is not None) is is_retried


# The same through a client.


def busy(status: int = 503, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.fixture(autouse=True)
def no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CLOCK, "random", lambda: 0.0)


PASSING: dict[str, Reply] = {
    "503": busy(503),
    "429": busy(429),
    "408": busy(408),
    "busy": api_error(1000, "busy"),
    "no answer of the API": httpx.Response(200, text="<html>"),
    "timeout": httpx.ReadTimeout("slow"),
    "refused": httpx.ConnectError("refused"),
    "cut": httpx.RemoteProtocolError("cut"),
}


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING)
async def test_a_query_is_tried_again_and_then_good(mode: Mode, failure: Reply) -> None:
    server = ScriptedServer(failure, failure, NO_USERS)
    client = server.client(mode, retries=2)
    with skip_waits() as waits:
        assert (await run(client.users.list())).total_count == 0
    assert waits == [0.5, 1.0]
    assert server.operations == ["GetAccessToken", *["ListUsers"] * 3]
    await close(client)


async def test_after_the_last_try_the_error_is_raised(mode: Mode) -> None:
    server = ScriptedServer(busy(503), busy(503), busy(502))
    client = server.client(mode, retries=2)
    with skip_waits() as waits, pytest.raises(ServerError) as caught:
        await run(client.users.list())
    assert caught.value.http_status == 502
    assert len(waits) == 2
    await close(client)


UNKNOWN_FATE: dict[str, Reply] = {
    "500": busy(500),
    "503": busy(503),
    "429": busy(429),
    "500, later": busy(500, retry_after="1"),
    "busy": api_error(1000, "busy"),
    "no answer of the API": httpx.Response(200, text="<html>"),
    "timeout": httpx.ReadTimeout("slow"),
    "cut while reading": httpx.ReadError("cut"),
    "cut while writing": httpx.WriteError("cut"),
    "cut": httpx.RemoteProtocolError("cut"),
    "unknown": OSError("who knows"),
}


@pytest.mark.parametrize("failure", UNKNOWN_FATE.values(), ids=UNKNOWN_FATE)
async def test_a_change_is_not_repeated_when_it_may_have_been_made(
    mode: Mode, failure: Reply
) -> None:
    server = ScriptedServer(failure, DELETED)
    client = server.client(mode, retries=2)
    with skip_waits() as waits, pytest.raises(AuthingError):
        await run(client.users.delete("u"))
    assert server.operations == ["GetAccessToken", "DeleteUser"]
    assert waits == []
    await close(client)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx.ConnectError("refused"), 0.5),
        (httpx.ConnectTimeout("slow"), 0.5),
        (httpx.PoolTimeout("busy"), 0.5),
        (httpx.ProxyError("502"), 0.5),
        (busy(429, retry_after="7"), 7.0),
        (busy(503, retry_after="0"), 0.0),
    ],
    ids=["refused", "no connection", "no free connection", "proxy", "429", "503"],
)
async def test_a_change_is_repeated_when_it_was_certainly_not_made(
    mode: Mode, failure: Reply, expected: float
) -> None:
    server = ScriptedServer(failure, DELETED)
    client = server.client(mode, retries=2)
    with skip_waits() as waits:
        assert (await run(client.users.delete("u"))).code == 200
    assert waits == [expected]
    assert server.operations == ["GetAccessToken", "DeleteUser", "DeleteUser"]
    await close(client)


async def test_a_change_over_rest_is_not_repeated_and_a_read_is(mode: Mode) -> None:
    answer = httpx.Response(200, json={"code": 200, "message": "ok", "data": {"isLogin": False}})
    server = ScriptedServer(busy(503), answer, busy(503), answer)
    client = server.client(mode, retries=2)
    with skip_waits():
        await run(client.users.check_login_status("u", "a"))
        with pytest.raises(ServerError):
            await run(client.users.logout("u"))
    assert [path.split("?")[0].split()[0] for path in server.paths] == ["GET", "GET", "GET"]
    await close(client)


async def test_a_server_that_asks_for_too_long_a_wait_is_an_error_that_says_so(
    mode: Mode,
) -> None:
    server = ScriptedServer(busy(429, retry_after="500"))
    client = server.client(mode, retries=2)
    with skip_waits() as waits, pytest.raises(RateLimitError) as caught:
        await run(client.users.list())
    assert caught.value.retry_after == 500
    assert waits == []
    await close(client)


@pytest.mark.parametrize("where", ["client", "call"])
async def test_a_change_is_repeated_when_the_caller_says_so(mode: Mode, where: str) -> None:
    server = ScriptedServer(httpx.ReadTimeout("slow"), api_error(1000, "busy"), DELETED)
    if where == "client":
        client = server.client(mode, retries=2, retry_mutations=True)
        users = client.users
    else:
        client = server.client(mode, retries=2)
        users = client.users.with_options(retry_mutations=True)
    with skip_waits():
        assert (await run(users.delete("u"))).code == 200
    assert server.operations.count("DeleteUser") == 3
    await close(client)


async def test_no_wait_begins_that_would_not_end_before_the_deadline(mode: Mode) -> None:
    server = ScriptedServer(busy(503), busy(503))
    client = server.client(mode, retries=2, deadline=0.9)
    with skip_waits() as waits, pytest.raises(ServerError):
        await run(client.users.with_options(retries=9).list())
    assert waits == [0.5]  # the next one would take a second
    await close(client)


async def test_a_deadline_that_comes_in_the_middle_of_a_try_is_an_error_of_its_own(
    mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(CLOCK, "monotonic", lambda: now)

    def slow(_: dict[str, Any]) -> httpx.Response:
        nonlocal now
        now += 3
        raise httpx.ReadTimeout("slow")

    server = ScriptedServer(busy(503), slow)
    client = server.client(mode, retries=2, deadline=3)
    with skip_waits() as waits, pytest.raises(DeadlineExceededError) as caught:
        await run(client.users.list())
    assert caught.value.maybe_sent
    assert waits == [0.5]
    await close(client)


async def test_a_request_for_a_token_is_tried_again(mode: Mode) -> None:
    server = ScriptedServer(NO_USERS)
    server.tokens = [busy(503), httpx.ReadTimeout("slow"), token()]
    client = server.client(mode, retries=2)
    with skip_waits() as waits:
        await run(client.users.list())
    assert waits == [0.5, 1.0]
    assert server.operations == [*["GetAccessToken"] * 3, "ListUsers"]
    await close(client)


async def test_a_token_that_cannot_be_had_is_not_asked_for_again_by_the_call(mode: Mode) -> None:
    server = ScriptedServer()
    server.tokens = [busy(503)]
    client = server.client(mode, retries=2)
    with skip_waits(), pytest.raises(ServerError):
        await run(client.users.list())
    assert server.operations == ["GetAccessToken"] * 3
    await close(client)


@pytest.mark.parametrize("refusal", [api_error(2206, "over"), busy(401)], ids=["2206", "401"])
async def test_a_refused_token_is_replaced_once_however_many_retries_there_are(
    mode: Mode, refusal: Reply
) -> None:
    server = ScriptedServer(refusal, refusal, refusal)
    client = server.client(mode, retries=5, retry_mutations=True)
    with skip_waits() as waits, pytest.raises(AuthenticationError):
        await run(client.users.delete("u"))
    assert server.operations == ["GetAccessToken", "DeleteUser"] * 2
    assert waits == []
    await close(client)


async def test_a_refused_token_uses_up_no_retry(mode: Mode) -> None:
    server = ScriptedServer(busy(503), busy(401), busy(503), NO_USERS)
    client = server.client(mode, retries=2)
    with skip_waits() as waits:
        await run(client.users.list())
    assert waits == [0.5, 1.0]
    assert server.operations.count("ListUsers") == 4
    await close(client)


def test_waits_take_time_again_after_the_block_however_it_ends() -> None:
    before = {CLOCK.sleep, CLOCK.async_sleep}

    def fail() -> None:
        with skip_waits():
            assert not {CLOCK.sleep, CLOCK.async_sleep} & before
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert {CLOCK.sleep, CLOCK.async_sleep} == before


# Options.


@pytest.mark.parametrize(
    "options",
    [
        {"retries": -1},
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
def test_options_that_make_no_sense_are_refused(mode: Mode, options: dict[str, Any]) -> None:
    client: Any = ScriptedServer().client(mode)
    for part in (client, client.users, client.users.with_options(deadline=1)):
        with pytest.raises(ConfigurationError, match=next(iter(options))):
            part.with_options(**options)


def test_an_unknown_option_is_refused_with_those_that_there_are(mode: Mode) -> None:
    client: Any = ScriptedServer().client(mode)
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
def test_options_of_a_client_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    (name,) = options
    given = ManagementClientOptions(POOL_ID, SECRET, **options)
    with pytest.raises(ConfigurationError, match=name):
        ManagementClient(given)
    with pytest.raises(ConfigurationError, match=name):
        management_client("sync", **options)


async def test_options_hold_for_one_call_and_leave_the_client_as_it_is(mode: Mode) -> None:
    server = ScriptedServer(busy(503), NO_USERS, busy(503), busy(503), NO_USERS)
    client = server.client(mode, retries=0)
    patient = client.with_options(retries=1)
    with skip_waits():
        await run(patient.users.list())
        with pytest.raises(ServerError):
            await run(client.users.list())
        await run(patient.users.list())
    assert server.operations.count("GetAccessToken") == 1
    await close(client)


async def test_options_add_to_those_before_them(mode: Mode) -> None:
    server = ScriptedServer(*[httpx.ReadTimeout("slow")] * 3, DELETED)
    client = server.client(mode, retries=0)
    users = client.with_options(retries=3).with_options(retry_mutations=True).users
    with skip_waits():
        await run(users.delete("u"))
    assert server.operations.count("DeleteUser") == 4
    await close(client)


@pytest.mark.parametrize(("retries", "sent"), [(0, 1), (1, 2), (4, 5)])
async def test_options_in_one_object_are_the_same(mode: Mode, retries: int, sent: int) -> None:
    server = ScriptedServer(*[busy(503)] * sent)
    http = http_client(mode, httpx.MockTransport(server))
    options = ManagementClientOptions(POOL_ID, SECRET, retries=retries, http_client=http)
    client = type(server.client(mode))(options)
    with skip_waits(), pytest.raises(ServerError):
        await run(client.users.list())
    assert server.operations.count("ListUsers") == sent
    await close(client)


def test_two_retries_are_the_default() -> None:
    assert ManagementClientOptions().retries == RequestOptions().retries == 2
