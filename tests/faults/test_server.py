"""The fault server itself: what it does is what its names say, and what it counts is true."""

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .control import Attempts, FaultServer
from .fake_service import USER_ID
from .faults import FAULTS

UPDATE = {"id": USER_ID, "input": {"nickname": "Bo"}}
SECONDS = 0.2


@pytest.fixture
def http(fault_server: FaultServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fault_server.url, timeout=SECONDS, trust_env=False) as client:
        token = graphql(client, "GetAccessToken").json()["data"]["accessToken"]["accessToken"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client


def graphql(http: httpx.Client, operation: str, **variables: object) -> httpx.Response:
    content = {"query": "…", "operationName": operation, "variables": variables}
    return http.post("/graphql/v2", json=content)


def test_good_answers_are_true(fault_server: FaultServer, http: httpx.Client) -> None:
    fault_server.script()
    created = graphql(http, "CreateUser", userInfo={"username": "eve"}).json()["data"]["createUser"]
    assert created["username"] == "eve"
    updated = graphql(http, "UpdateUser", **UPDATE).json()["data"]["updateUser"]
    assert graphql(http, "GetUser", id=USER_ID).json()["data"]["user"] == updated
    assert updated["nickname"] == "Bo"
    page = graphql(http, "ListUsers").json()["data"]["users"]
    assert (page["totalCount"], page["list"]) == (2, [updated, created])
    assert graphql(http, "DeleteUser", id=created["id"]).json()["data"]["deleteUser"]["code"] == 200
    assert graphql(http, "GetUser", id=created["id"]).json() == {"data": {"user": None}}
    assert http.get("/api/v2/users/login-status?userId=x").json()["data"]["isLogin"] is True
    assert http.post("/api/v2/users/kick", json={"userIds": [USER_ID]}).json()["code"] == 200
    counts = fault_server.counts()
    assert (counts.opened, counts.open) == (0, 1)
    assert counts.requests["GetUser"] == 2
    assert counts.requests["GET /api/v2/users/login-status"] == 1
    assert counts.executions == {
        "CreateUser": 1,
        "UpdateUser": 1,
        "DeleteUser": 1,
        "POST /api/v2/users/kick": 1,
    }


def test_a_change_that_is_made_twice_is_counted_twice(
    fault_server: FaultServer, http: httpx.Client
) -> None:
    fault_server.script(["reset after acting", "reset after reading", "good"])
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            graphql(http, "UpdateUser", **UPDATE)
    assert graphql(http, "UpdateUser", **UPDATE).is_success
    counts = fault_server.counts()
    assert counts.requests == {"UpdateUser": 3}
    assert counts.executions == {"UpdateUser": 2}


def test_a_revoked_token_is_refused_from_then_on(
    fault_server: FaultServer, http: httpx.Client
) -> None:
    fault_server.script(["401"])
    assert graphql(http, "ListUsers").status_code == 401
    (error,) = graphql(http, "ListUsers").json()["errors"]
    assert error["message"]["code"] == 2206


RAISED: dict[str, type[httpx.TransportError]] = {
    "reset before reading": httpx.TransportError,  # the reset may meet the body on its way
    "reset after reading": httpx.ReadError,
    "reset after acting": httpx.ReadError,
    "reset in the body": httpx.ReadError,
    "closed after acting": httpx.RemoteProtocolError,
    "closed in the head": httpx.RemoteProtocolError,
    "closed in the body": httpx.RemoteProtocolError,
    "no HTTP": httpx.RemoteProtocolError,
    "never answers": httpx.ReadTimeout,
    "never ends": httpx.ReadTimeout,
}


@pytest.mark.parametrize("name", RAISED)
def test_a_connection_fails_as_its_name_says(
    fault_server: FaultServer, http: httpx.Client, name: str
) -> None:
    fault_server.script([name])
    with pytest.raises(RAISED[name]):
        graphql(http, "UpdateUser", **UPDATE)
    counts = fault_server.counts()
    assert sum(counts.requests.values()) == 1
    assert sum(counts.executions.values()) == FAULTS[name].acts
    assert graphql(http, "ListUsers").is_success


def test_bytes_come_one_by_one(fault_server: FaultServer) -> None:
    fault_server.script(tokens=["endless drip"])
    with socket.create_connection(("127.0.0.1", fault_server.port), 5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert [connection.recv(1000) for _ in range(4)] == [b"H", b"T", b"T", b"P"]
    assert fault_server.settled().open == 0


def test_a_redirect_that_is_followed_is_counted(
    fault_server: FaultServer, http: httpx.Client
) -> None:
    fault_server.script(["307 to elsewhere"])
    with pytest.raises(httpx.TransportError):
        http.get("/api/v2/users/login-status", follow_redirects=True)
    assert fault_server.counts().elsewhere == 1


@pytest.mark.parametrize(
    ("does", "raised"), [("refuses", httpx.ConnectError), ("ignores", httpx.ConnectTimeout)]
)
def test_a_port_that_takes_no_connections(
    fault_server: FaultServer,
    http: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    does: Any,
    raised: type[httpx.TransportError],
) -> None:
    fault_server.script()
    attempts = Attempts(fault_server, monkeypatch)
    fault_server.hang_up()
    fault_server.port_that(does)
    attempts.listen_before = 3
    for _ in range(2):
        with pytest.raises(raised):
            graphql(http, "ListUsers")
    assert graphql(http, "ListUsers").is_success
    assert attempts.number == 3
    assert fault_server.counts().requests == {"ListUsers": 1}


def test_an_unknown_fault_is_no_fault(fault_server: FaultServer) -> None:
    with pytest.raises(AssertionError, match="no fault 'typo'"):
        fault_server.script(["good", "typo"])
