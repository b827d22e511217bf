"""The fault server simulates the faults that it is told to, and its counts are correct."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from .control import AttemptCounter, FaultServer
from .fake_service import USER_ID
from .faults import FAULTS, PortState

UPDATE = {"id": USER_ID, "input": {"nickname": "Bo"}}
TIMEOUT = 0.2


@pytest.fixture
def http(fault_server: FaultServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fault_server.url, timeout=TIMEOUT, trust_env=False) as client:
        token = graphql(client, "GetAccessToken").json()["data"]["accessToken"]["accessToken"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client


def graphql(http: httpx.Client, operation: str, **variables: object) -> httpx.Response:
    content = {"query": "…", "operationName": operation, "variables": variables}
    return http.post("/graphql/v2", json=content)


def test_responses_without_a_fault_reflect_the_state_of_the_server(
    fault_server: FaultServer, http: httpx.Client
) -> None:
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


def test_each_execution_of_a_mutation_is_counted(
    fault_server: FaultServer, http: httpx.Client
) -> None:
    fault_server.script(["reset after executing", "reset after reading", "ok"])
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            graphql(http, "UpdateUser", **UPDATE)
    assert graphql(http, "UpdateUser", **UPDATE).is_success
    counts = fault_server.counts()
    assert counts.requests == {"UpdateUser": 3}
    assert counts.executions == {"UpdateUser": 2}


def test_a_revoked_token_is_rejected(fault_server: FaultServer, http: httpx.Client) -> None:
    fault_server.script(["401"])
    assert graphql(http, "ListUsers").status_code == 401
    (error,) = graphql(http, "ListUsers").json()["errors"]
    assert error["message"]["code"] == 2206


EXPECTED_ERRORS: dict[str, type[httpx.TransportError]] = {
    "reset before reading": httpx.TransportError,  # the reset can arrive while the body is sent
    "reset after reading": httpx.ReadError,
    "reset after executing": httpx.ReadError,
    "reset in the body": httpx.ReadError,
    "closed after executing": httpx.RemoteProtocolError,
    "closed in the headers": httpx.RemoteProtocolError,
    "closed in the body": httpx.RemoteProtocolError,
    "not HTTP": httpx.RemoteProtocolError,
    "no response": httpx.ReadTimeout,
    "incomplete response": httpx.ReadTimeout,
}


@pytest.mark.parametrize("name", EXPECTED_ERRORS)
def test_a_connection_fault_raises_its_error(
    fault_server: FaultServer, http: httpx.Client, name: str
) -> None:
    fault_server.script([name])
    with pytest.raises(EXPECTED_ERRORS[name]):
        graphql(http, "UpdateUser", **UPDATE)
    counts = fault_server.counts()
    assert sum(counts.requests.values()) == 1
    assert sum(counts.executions.values()) == FAULTS[name].executes
    assert graphql(http, "ListUsers").is_success


def test_slow_responses_are_sent_byte_by_byte(fault_server: FaultServer) -> None:
    fault_server.script(tokens=["slow bytes"])
    with socket.create_connection(("127.0.0.1", fault_server.port), 5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert [connection.recv(1000) for _ in range(4)] == [b"H", b"T", b"T", b"P"]
    assert fault_server.wait_until_idle().open == 0


def test_a_followed_redirect_is_counted(fault_server: FaultServer, http: httpx.Client) -> None:
    fault_server.script(["307 to another host"])
    with pytest.raises(httpx.TransportError):
        http.get("/api/v2/users/login-status", follow_redirects=True)
    assert fault_server.counts().redirected == 1


@pytest.mark.parametrize(
    ("state", "error"), [("closed", httpx.ConnectError), ("unresponsive", httpx.ConnectTimeout)]
)
def test_connections_fail_until_the_server_accepts_them(
    fault_server: FaultServer,
    http: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    state: PortState,
    error: type[httpx.TransportError],
) -> None:
    fault_server.script()
    attempts = AttemptCounter(fault_server, monkeypatch)
    fault_server.close_connections()
    fault_server.set_port_state(state)
    attempts.listen_at_attempt = 3
    for _ in range(2):
        with pytest.raises(error):
            graphql(http, "ListUsers")
    assert graphql(http, "ListUsers").is_success
    assert attempts.count == 3
    assert fault_server.counts().requests == {"ListUsers": 1}


def test_an_unknown_fault_name_is_rejected(fault_server: FaultServer) -> None:
    with pytest.raises(AssertionError, match="unknown fault 'typo'"):
        fault_server.script(["ok", "typo"])
