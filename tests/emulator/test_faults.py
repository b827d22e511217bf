"""Faults: requests that fail, are cut off or are slow."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import anyio
import httpx
import pytest

from authing_users.emulator import create_app
from authing_users.emulator.control import InvalidFaultError
from authing_users.emulator.errors import ErrorCode
from authing_users.emulator.faults import Effect, Fault, FaultKind, Faults
from authing_users.emulator.operations import UnknownOperationError

from . import rest
from .api import CREATE, LIST, Api

NAMED_CREATE = CREATE.replace("mutation(", "mutation CreateUser(", 1)


async def create(api: Api, username: str, document: str = CREATE) -> httpx.Response:
    return await api.post(document, {"i": {"username": username}})


async def test_api_error_before_the_commit(api: Api) -> None:
    fault = api.app.control.fail("createUser", code=2026, times=2)
    assert (fault.operation, fault.hits, fault.remaining) == ("createUser", 0, 2)
    for _ in range(2):
        assert await api.create_error_code(username="a") == 2026
    assert (fault.hits, fault.remaining) == (2, 0)
    assert (await api.create(username="a"))["username"] == "a"
    assert (fault.hits, fault.describe()) == (2, "fail createUser with code 2026 (2 of 2 hit)")


async def test_api_error_after_the_commit(api: Api) -> None:
    api.app.control.fail("createUser", code=500, after_commit=True)
    assert await api.create_error_code(username="a") == 500
    assert await api.usernames() == ["a"]


async def test_message_in_the_language_of_the_client(api: Api) -> None:
    api.app.control.fail("createUser", code=2034, times=None)
    for language, message in (("en-US", "The username is already in use"), ("", "用户名已被使用")):
        headers = {"authorization": f"Bearer {api.token}", "x-authing-lang": language}
        response = await api.post(CREATE, {"i": {"username": "a"}}, headers)
        assert response.json()["errors"][0]["message"]["message"] == message


async def test_every_code_has_a_complete_message(api: Api) -> None:
    for code in ErrorCode:
        api.app.control.fail("createUser", code=code)
        error = (await create(api, "a")).json()["errors"][0]
        assert error["message"]["code"] == code
        assert "{" not in error["message"]["message"]


async def test_own_code_and_message(api: Api) -> None:
    api.app.control.fail("createUser", code=4711, message="Out of order")
    error = (await create(api, "a")).json()["errors"][0]
    assert error["message"] == {"code": 4711, "message": "Out of order", "data": None}
    assert error["path"] == ["createUser"]


async def test_http_status(api: Api) -> None:
    api.app.control.fail("createUser", status=503, retry_after=1.5)
    response = await create(api, "a")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1.5")
    assert response.json() == {"errors": [{"message": "Service Unavailable"}]}
    api.app.control.fail("createUser", status=500, code=500, message="Broken")
    response = await create(api, "a")
    assert (response.status_code, response.json()["errors"][0]["extensions"]) == (
        500,
        {"code": "500"},
    )
    assert await api.usernames() == []


@pytest.mark.parametrize("name", ["createUser", "CREATEUSER", "CreateUser", " createuser ", "*"])
async def test_names_of_graphql_operations(api: Api, name: str) -> None:
    api.app.control.fail(name, code=2026)
    assert (await create(api, "a")).json()["data"] is None


async def test_name_of_the_operation_of_a_document(api: Api) -> None:
    fault = api.app.control.fail("ListUsers", code=500)
    await api.execute(LIST)
    assert fault.hits == 0
    response = await api.post(LIST.replace("query(", "query ListUsers(", 1), {})
    assert "errors" in response.json()
    assert fault.hits == 1


@pytest.mark.parametrize(
    "name",
    [
        *("/api/v2/users/{id}", "GET /api/v2/users/{id}", "get /api/v2/users/{userId}", "*"),
    ],
)
async def test_names_of_rest_endpoints(api: Api, name: str) -> None:
    user = await api.create(username="a")
    fault = api.app.control.fail(name, code=2004)
    assert await rest.rejection_code(api, "GET", f"/api/v2/users/{user['id']}") == 2004
    assert (await rest.get(api, f"/api/v2/users/{user['id']}"))["username"] == "a"
    assert fault.hits == 1


async def test_rest_faults_by_method_and_after_the_commit(api: Api) -> None:
    user = await api.create(username="a")
    path = f"/api/v2/users/{user['id']}"
    api.app.control.fail("POST /api/v2/users/{id}", code=500, after_commit=True)
    assert (await rest.get(api, path))["nickname"] is None
    assert await rest.rejection_code(api, "POST", path, {"nickname": "n"}) == 500
    assert (await rest.get(api, path))["nickname"] == "n"
    api.app.control.fail("POST /api/v2/users/{id}", code=500)
    assert await rest.rejection_code(api, "POST", path, {"nickname": "m"}) == 500
    assert (await rest.get(api, path))["nickname"] == "n"


async def test_rest_errors_have_the_format_of_the_endpoint(api: Api) -> None:
    headers = {"authorization": f"Bearer {api.token}", "x-authing-lang": "en-US"}
    path = "/api/v3/resign-user"
    api.app.control.fail(path, code=2004)
    response = await api.http.post(path, json={"userId": "x"}, headers=headers)
    assert response.json() == {
        "statusCode": 499,
        "apiCode": 2004,
        "message": "The user does not exist",
        "data": None,
    }
    api.app.control.fail(path, status=502)
    response = await api.http.post(path, json={"userId": "x"}, headers=headers)
    assert (response.status_code, response.json()["message"]) == (502, "Bad Gateway")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("createUsr", "Did you mean 'createUser'?"),
        ("LisUsers", "Did you mean 'ListUsers'?"),
        ("/api/v2/user/{id}", "Did you mean '/api/v2/users/{id}'?"),
        ("PUT /api/v2/users/{id}", "Did you mean 'POST /api/v2/users/{id}'?"),
        ("", "docs/emulator-coverage.md"),
        ("zzzzzzzzz", "docs/emulator-coverage.md"),
    ],
)
def test_unknown_operations_are_rejected_with_a_suggestion(name: str, hint: str) -> None:
    app = create_app()
    control = app.control
    requests: list[Callable[[str], object]] = [
        partial(control.fail, code=500),
        *(control.drop, control.truncate, control.calls),
    ]
    for request in requests:
        with pytest.raises(UnknownOperationError, match="Unknown operation") as error:
            request(name)
        assert hint in str(error.value)
    assert control.faults == ()
    app.close()


async def test_operations_that_the_emulator_does_not_support_can_fail(api: Api) -> None:
    api.app.control.fail("resetPassword", code=2004)
    document = 'mutation { resetPassword(code: "1", newPassword: "2") { code } }'
    assert await api.error_code(document) == 2004
    assert api.app.control.unserved == ()
    assert await api.error_code(document) == ErrorCode.UNSUPPORTED


@pytest.mark.parametrize(("after_commit", "users"), [(False, []), (True, ["a"])])
async def test_dropped_connection(api: Api, *, after_commit: bool, users: list[str]) -> None:
    api.app.control.drop("createUser", after_commit=after_commit)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await create(api, "a")
    assert await api.usernames() == users


async def test_truncated_response(api: Api) -> None:
    api.app.control.truncate("createUser")
    with pytest.raises(httpx.RemoteProtocolError, match=r"received \d+ bytes, expected \d+"):
        await create(api, "a")
    assert await api.usernames() == ["a"]
    api.app.control.truncate("/api/v2/env")
    with pytest.raises(httpx.RemoteProtocolError):
        await rest.get(api, "/api/v2/env")


async def test_delays(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[float] = []

    async def sleep(seconds: float) -> None:
        delays.append(seconds)

    monkeypatch.setattr(anyio, "sleep", sleep)
    fault = api.app.control.slow(0.3, 0.1, times=20)
    for _ in range(20):
        await api.usernames()
    await api.usernames()
    assert fault.hits == len(delays) == 20
    assert 0.2 <= min(delays) < 0.27 < 0.33 < max(delays) <= 0.4
    first, delays[:] = delays[:], []
    api.app.control.slow(0.3, 0.1, operation="users", times=20)  # the same in every run
    for _ in range(20):
        await api.usernames()
    assert delays == first


async def test_delays_add_up_with_one_other_fault(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    delays: list[float] = []

    async def sleep(seconds: float) -> None:
        delays.append(seconds)

    monkeypatch.setattr(anyio, "sleep", sleep)
    control = api.app.control
    control.slow(0.25, operation="createUser")
    control.slow(0.5)
    first = control.fail("createUser", code=2034)
    second = control.fail("createUser", code=2035)
    assert await api.create_error_code(username="a") == 2034
    assert (delays, first.hits, second.hits) == ([0.75], 1, 0)
    assert await api.create_error_code(username="a") == 2035


async def test_rate_limit_follows_the_clock(api: Api) -> None:
    fault = api.app.control.rate_limit(3, per=60)
    for _ in range(3):
        await api.usernames()
    api.clock.now += 20
    for _ in range(2):
        response = await api.post(LIST, {})
        assert response.json()["errors"][0]["message"]["code"] == 2100
        assert response.headers["retry-after"] == "40"
    assert await rest.rejection_code(api, "GET", "/api/v2/env") == 2100
    assert fault.hits == 3
    api.app.control.clock.advance(40)
    for _ in range(3):
        await api.usernames()
    assert await api.error_code(LIST) == 2100


async def test_a_rate_of_zero_allows_nothing(api: Api) -> None:
    fault = api.app.control.rate_limit(0, per=60)
    response = await api.post(LIST, {})
    assert response.headers["retry-after"] == "60"
    assert fault.hits == 1


async def test_faults_are_counted_exactly_with_concurrent_requests(api: Api) -> None:
    fault = api.app.control.fail("createUser", code=2034, times=2)
    responses: list[httpx.Response] = []

    async def send(number: int) -> None:
        responses.append(await create(api, f"user{number}"))

    async with anyio.create_task_group() as group:
        for number in range(32):
            group.start_soon(send, number)
    assert sum("errors" in response.json() for response in responses) == fault.hits == 2
    assert len(await api.usernames(limit=100)) == 30


def test_faults_are_counted_exactly_in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = Faults()
    faults.add(Fault(Effect(kind=FaultKind.FAIL, code=500, times=2), "*"))
    start = threading.Barrier(32)
    hit = Fault.hit

    def yield_and_hit(fault: Fault) -> None:
        time.sleep(0)  # let other threads run
        hit(fault)

    def send(_: int) -> bool:
        start.wait()
        return faults.next(["x"], 0.0) is not None

    monkeypatch.setattr(Fault, "hit", yield_and_hit)
    with ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(send, range(32))) == 2


async def test_clear_faults(api: Api) -> None:
    fault = api.app.control.fail("createUser", code=2034, times=None)
    assert [*api.app.control.faults] == [fault]
    api.app.control.clear_faults()
    assert not api.app.control.faults
    await api.create(username="a")


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("fail", {}),
        ("fail", {"status": 200}),
        ("fail", {"status": 600}),
        ("fail", {"code": 4711}),
        ("fail", {"code": 500, "times": 0}),
        ("fail", {"code": 500, "retry_after": -1}),
        ("fail", {"code": 500, "retry_after": float("nan")}),
        ("drop", {"times": -1}),
        ("truncate", {"times": 0}),
        ("slow", {"mean": -1}),
        ("slow", {"mean": 601}),
        ("slow", {"mean": 1, "jitter": float("inf")}),
        ("rate_limit", {"requests": -1, "per": 1}),
        ("rate_limit", {"requests": 1, "per": 0}),
        ("rate_limit", {"requests": 1, "per": float("nan")}),
    ],
)
def test_invalid_arguments_are_rejected(method: str, arguments: dict[str, Any]) -> None:
    app = create_app()
    if method == "fail":
        arguments = {"operation": "createUser", **arguments}
    with pytest.raises(InvalidFaultError, match=r"expected|needs|message"):
        getattr(app.control, method)(**arguments)
    assert app.control.faults == ()
    app.close()


def test_descriptions() -> None:
    app = create_app()
    control = app.control
    control.fail("*", status=503, code=1000, message="Busy", times=None, after_commit=True)
    control.drop("createUser")
    control.truncate()
    control.slow(0.5, 0.25)
    control.rate_limit(10, per=1)
    assert [fault.describe() for fault in control.faults] == [
        "fail all operations with code 1000 and HTTP status 503 after the commit (0 hit)",
        "drop the connection of createUser (0 of 1 hit)",
        "truncate the response of all operations (0 of 1 hit)",
        "slow all operations by 0.5 ± 0.25 seconds (0 hit)",
        "rate limit of 10 requests for each 1 seconds (0 hit)",
    ]
    assert repr(control.faults[1]) == "<Fault: drop the connection of createUser (0 of 1 hit)>"
    app.close()
