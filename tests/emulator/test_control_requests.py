"""Faults, clock, snapshots and calls over the control paths."""

import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import h11
import pytest
import uvicorn

from authing_users.emulator import create_app
from authing_users.emulator.connections import ConnectionProtocol
from authing_users.emulator.faults import Fault, FaultKind
from authing_users.emulator.serving import bind
from authing_users.emulator.web.control_requests import CLOCK_FIELDS, FAULT_FIELDS

from .api import LIST, START_TIME, Api

FAULTS, CLOCK = "/emulator/v1/faults", "/emulator/v1/clock"
SNAPSHOTS, CALLS = "/emulator/v1/snapshots", "/emulator/v1/calls"


async def post(api: Api, path: str, **content: object) -> Any:
    response = await api.http.post(path, json=content)
    assert response.status_code == 200, response.text
    return response.json()


async def get(api: Api, path: str) -> Any:
    response = await api.http.get(path)
    assert response.status_code == 200, response.text
    return response.json()


async def rejection(api: Api, path: str, content: object) -> str:
    response = await api.http.post(path, json=content)
    assert response.status_code == 400, response.text
    message: str = response.json()["message"]
    return message


async def test_faults(api: Api) -> None:
    fault = {"kind": "fail", "operation": "createUser", "code": 2034, "times": 2}
    created = await post(api, FAULTS, **fault, afterCommit=True)
    assert created == {
        "fault": {
            "id": 1,
            "kind": "fail",
            "operation": "createUser",
            "hits": 0,
            "remaining": 2,
            "description": "fail createUser with code 2034 after the commit (0 of 2 hit)",
        }
    }
    assert await api.create_error_code(username="a") == 2034
    assert await api.usernames() == ["a"]
    (listed,) = (await get(api, FAULTS))["faults"]
    assert (listed["hits"], listed["remaining"]) == (1, 1)
    assert (await api.http.delete(FAULTS)).json() == {"faults": []}
    assert await get(api, FAULTS) == {"faults": []}
    assert (await post(api, FAULTS, **fault))["fault"]["id"] == 2
    await api.http.delete(FAULTS)
    await api.create(username="b")


async def test_all_kinds_with_all_fields(api: Api) -> None:
    values: dict[str, object] = {
        "operation": "createUser",
        "times": 3,
        "code": 4711,
        "status": 500,
        "message": "m",
        "afterCommit": True,
        "retryAfter": 0.5,
        "mean": 0.25,
        "jitter": 0,
        "requests": 5,
        "per": 1.5,
    }
    for kind in FaultKind:
        names = [name for name in FAULT_FIELDS[kind] if name != "kind"]
        await post(api, FAULTS, kind=kind.value, **{name: values[name] for name in names})
        (fault,) = api.app.control.faults
        for name in names:
            attribute = {"afterCommit": "after_commit", "retryAfter": "retry_after"}.get(name, name)
            assert getattr(fault.effect, attribute) == values[name], (kind, name)
        api.app.control.clear_faults()


async def test_times_without_limit(api: Api) -> None:
    await post(api, FAULTS, kind="drop", times=None)
    await post(api, FAULTS, kind="drop")
    await post(api, FAULTS, kind="slow", mean=0)
    assert [fault.remaining for fault in api.app.control.faults] == [None, 1, None]


def test_every_field_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE))
    for kind, names in FAULT_FIELDS.items():
        documented = set(re.findall(r"`(\w+)`", rows[kind.value].rpartition("|")[2]))
        assert documented == set(names) - {"kind"}, kind
    assert all(f'{{"{name}"' in page for name in CLOCK_FIELDS)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({}, 'needs the field "kind"'),
        ({"kind": "fial"}, "Did you mean 'fail'?"),
        ({"kind": 1}, "Known names: fail, drop"),
        ({"kind": "fail", "after_commit": True}, "Did you mean 'afterCommit'?"),
        ({"kind": "drop", "code": 1}, "Known names: kind, operation, times, afterCommit"),
        ({"kind": "fail", "operation": "createUsr", "code": 500}, "Did you mean 'createUser'?"),
        ({"kind": "fail", "operation": 1, "code": 500}, '"operation" must be a string'),
        ({"kind": "fail"}, "needs code="),
        ({"kind": "fail", "operation": "*", "code": "500"}, '"code" must be an integer'),
        ({"kind": "fail", "operation": "*", "code": True}, '"code" must be an integer'),
        ({"kind": "fail", "operation": "*", "code": 500, "times": 0}, "times=0"),
        ({"kind": "drop", "afterCommit": 1}, '"afterCommit" must be true or false'),
        ({"kind": "slow"}, '"mean" must be a number'),
        ({"kind": "slow", "mean": "1"}, '"mean" must be a number'),
        ({"kind": "rate_limit", "requests": 1}, '"per" must be a number'),
    ],
)
async def test_invalid_faults_are_rejected(
    api: Api, content: dict[str, object], reason: str
) -> None:
    assert reason in await rejection(api, FAULTS, content)
    assert api.app.control.faults == ()


async def test_clock(api: Api) -> None:
    running = {"now": START_TIME, "time": "2023-11-14T22:13:20.250Z", "stopped": False}
    assert await get(api, CLOCK) == running
    assert (await post(api, CLOCK, advance=0.5))["now"] == START_TIME + 0.5
    stopped = await post(api, CLOCK, set="2030-01-31T12:00:00Z")
    assert stopped == {"now": 1_896_091_200.0, "time": "2030-01-31T12:00:00.000Z", "stopped": True}
    assert api.app.control.clock() == datetime(2030, 1, 31, 12, tzinfo=UTC).timestamp()
    assert (await post(api, CLOCK, set=5))["now"] == 5
    assert await post(api, CLOCK, reset=True) == running


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({}, "exactly one of"),
        ({"set": 1, "advance": 1}, "exactly one of"),
        ({"advanced": 1}, "Did you mean 'advance'?"),
        ({"advance": "1"}, '"advance" must be a number'),
        ({"advance": None}, '"advance" must be a number'),
        ({"advance": -1}, "0 or more seconds"),
        ({"set": "tomorrow"}, "2030-01-31T12:00:00Z"),
        ({"set": "2030-01-31T12:00:00"}, "time zone"),
        ({"set": None}, '"set" must be a number'),
        ({"set": 1e300}, "1970 to 2037"),
        ({"reset": 1}, '"reset" must be true'),
        ({"reset": False}, '"reset" must be true'),
    ],
)
async def test_invalid_times_are_rejected(
    api: Api, content: dict[str, object], reason: str
) -> None:
    assert reason in await rejection(api, CLOCK, content)
    assert api.app.control.clock() == START_TIME


async def test_snapshots(api: Api) -> None:
    await api.create(username="a")
    assert await post(api, f"{SNAPSHOTS}/signed%20up") == {"snapshots": ["signed up"]}
    await api.create(username="b")
    assert await post(api, f"{SNAPSHOTS}/signed%20up/restore") == {"snapshots": ["signed up"]}
    assert await api.usernames() == ["a"]
    assert await get(api, SNAPSHOTS) == {"snapshots": ["signed up"]}
    message = await rejection(api, f"{SNAPSHOTS}/signed-up/restore", {})
    assert message == "Unknown snapshot 'signed-up'. Did you mean 'signed up'?"
    assert "printable" in await rejection(api, f"{SNAPSHOTS}/%20", {})
    assert "Unknown field 'name'" in await rejection(api, f"{SNAPSHOTS}/a", {"name": "a"})


async def test_calls(api: Api) -> None:
    await api.create(username="a", password=api.encrypt("a password"))
    await api.post("{ nonsense }")
    content = await get(api, f"{CALLS}?operation=createUser")
    assert content == {
        "calls": [
            {
                "kind": "graphql",
                "operation": "createUser",
                "operationName": None,
                "method": "POST",
                "path": "/graphql/v2",
                "variables": {"i": {"username": "a", "password": "**********"}},
                "status": 200,
                "code": None,
                "time": START_TIME,
            }
        ],
        "unserved": ["Query.nonsense"],
    }
    assert len((await get(api, CALLS))["calls"]) == 3
    for query, reason in (("operation=createUsr", "createUser"), ("operatio=x", "operation")):
        response = await api.http.get(f"{CALLS}?{query}")
        assert (response.status_code, f"Did you mean {reason!r}?" in response.text) == (400, True)


async def test_calls_that_are_not_logged(api: Api) -> None:
    api.app._emulator.call_log.is_enabled = False
    response = await api.http.get(CALLS)
    assert (response.status_code, "log_calls=True" in response.text) == (400, True)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in (FAULTS, CLOCK, SNAPSHOTS, CALLS)),
        *(("POST", path) for path in (FAULTS, CLOCK, f"{SNAPSHOTS}/a", f"{SNAPSHOTS}/a/restore")),
        ("DELETE", FAULTS),
    ],
)
async def test_requests_of_other_machines_and_web_pages_are_rejected(
    api: Api, method: str, path: str
) -> None:
    api.app.control.fail("createUser", code=500)
    api.app.control.snapshot("a")
    json_type = {"content-type": "application/json"}
    rejected = [{**json_type, "host": "x.example"}, {**json_type, "origin": "https://x.example"}]
    if method == "POST":
        rejected.append({"content-type": "text/plain"})
    for headers in rejected:
        content = b'{"kind": "drop"}' if path == FAULTS else b'{"advance": 1}'
        response = await api.http.request(method, path, headers=headers, content=content)
        assert response.status_code == 403, (headers, response.text)
    assert len(api.app.control.faults) == 1
    assert api.app.control.clock() == START_TIME
    assert api.app.control.snapshots == ("a",)


async def test_broken_connections_of_a_server(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server closes the connection, and logs nothing about it."""
    is_hit = anyio.Event()
    delay = Fault.delay

    def report_delay(fault: Fault) -> float:
        anyio.from_thread.run_sync(is_hit.set)
        return delay(fault)

    monkeypatch.setattr(Fault, "delay", report_delay)
    app = create_app()
    body = json.dumps({"query": LIST}).encode()
    head = f"POST /graphql/v2 HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    request = head.encode() + body
    with bind("127.0.0.1", 0, allow_remote=False) as listener:
        config = uvicorn.Config(app, http=ConnectionProtocol, lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        received: list[bytes] = []
        async with anyio.create_task_group() as group:
            group.start_soon(server.serve, [listener])
            for fault in (app.control.drop, app.control.truncate):
                fault("users")
                stream = await anyio.connect_tcp("127.0.0.1", listener.getsockname()[1])
                async with stream:
                    await stream.send(request)
                    received.append(b"".join([part async for part in stream]))
            app.control.slow(600)
            async with await anyio.connect_tcp("127.0.0.1", listener.getsockname()[1]) as stream:
                await stream.send(request)
                await is_hit.wait()
            server.should_exit = True  # which waits for requests whose client is connected
    app.close()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    dropped, truncated = received
    assert dropped == b""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    connection.receive_data(truncated)
    response, data = connection.next_event(), connection.next_event()
    assert isinstance(response, h11.Response)
    assert isinstance(data, h11.Data)
    size = int(dict(response.headers)[b"content-length"])
    assert len(data.data) == size // 2 > 0
