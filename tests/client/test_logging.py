"""The log: a line for each try of a call, when somebody asks for it, and never a secret."""

import json
import logging
import os
import subprocess
import sys
from typing import Any

import httpx
import pytest

from authing_users._telemetry.logging import configure_from_env
from authing_users.testing import skip_waits

from ..support.client_kinds import SECRET, Mode, close, run
from ..support.emulator_pool import Stage
from ..support.scripted_server import ScriptedServer, api_error, data

NO_USERS = data(users={"totalCount": 0, "list": []})

PROGRAM = """
import asyncio, json, sys

kind = sys.argv[1]
from authing_users import AsyncManagementClient, AuthingError, ManagementClient

async def main():
    client = ManagementClient() if kind == "sync" else AsyncManagementClient()

    async def run(outcome):
        return outcome if kind == "sync" else await outcome

    user = await run(client.users.create({"username": "canary-bob", "password": "canary-password"}))
    await run(client.users.detail(user.id))
    await run(client.users.check_login_status(user.id))
    print(json.dumps([client._transport._tokens._token.value.reveal(), user.id]))
    client.close() if kind == "sync" else await client.aclose()

asyncio.run(main())
"""


def logged(stage: Stage, mode: Mode, **environment: str) -> tuple[list[str], list[str]]:
    """Make some calls in a process of its own; return its log, and what must not be in it."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, mode],
        env={**os.environ, **stage.emulator.environment, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    canaries = [*json.loads(finished.stdout), stage.emulator.secret, "canary"]
    return finished.stderr.splitlines(), canaries


def fields(line: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in line.split() if "=" in part)


def test_the_environment_switches_it_on(mode: Mode, stage: Stage) -> None:
    lines, canaries = logged(stage, mode, AUTHING_LOG="debug")
    assert all(" DEBUG authing_users operation=" in line for line in lines)
    read = [fields(line) for line in lines]
    assert [line["operation"] for line in read] == [
        "WellKnown",
        "GetAccessToken",
        "CreateUser",
        "GetUser",
        "CheckUserLoginStatus",
    ]
    for line in read:
        assert set(line) == {"operation", "attempt", "status", "ms"}
        assert (line["attempt"], line["status"]) == ("1", "200")
        assert 0 < float(line["ms"]) < 60_000
    for canary in canaries:
        assert canary not in "\n".join(lines)


@pytest.mark.parametrize("level", ["", "warning", "loud"])
def test_it_is_off_otherwise(mode: Mode, stage: Stage, level: str) -> None:
    lines, _ = logged(stage, mode, **({"AUTHING_LOG": level} if level else {}))
    assert lines == []


async def test_records_carry_the_fields(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    server = ScriptedServer(
        httpx.ReadTimeout("slow"),
        httpx.Response(503, headers={"x-request-id": "r-1"}),
        NO_USERS,
    )
    client = server.client(mode, retries=2)
    with caplog.at_level(logging.DEBUG, "authing_users"), skip_waits():
        await run(client.users.list())
    assert [named(record) for record in caplog.records] == [
        {"operation": "GetAccessToken", "attempt": 1, "status": 200},
        {"operation": "ListUsers", "attempt": 1, "error": "TransportTimeoutError"},
        {"operation": "ListUsers", "attempt": 1},
        {"operation": "ListUsers", "attempt": 2, "status": 503, "request_id": "r-1"},
        {"operation": "ListUsers", "attempt": 2},
        {"operation": "ListUsers", "attempt": 3, "status": 200},
    ]
    for record in caplog.records:
        attributes = vars(record)
        is_wait = "authing_retry_in" in attributes
        assert is_wait is not ("authing_ms" in attributes)
        for name, value in attributes.items():
            if name.startswith("authing_"):
                assert f"{name.removeprefix('authing_')}={value}" in record.getMessage()
    await close(client)


def named(record: logging.LogRecord) -> dict[str, Any]:
    """The fields of a record but those that chance decides."""
    found = {
        name.removeprefix("authing_"): value
        for name, value in vars(record).items()
        if name.startswith("authing_")
    }
    return {name: value for name, value in found.items() if name not in ("ms", "retry_in")}


async def test_what_the_api_refuses_is_not_in_it(
    mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    server = ScriptedServer(api_error(2026, f"canary-bob is taken, {SECRET}"))
    client = server.client(mode)
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception, match="taken"):
        await run(client.users.update("canary-id", {"nickname": "canary-nick"}))
    assert len(caplog.records) >= 2
    for record in caplog.records:
        assert "canary" not in record.getMessage() + repr(vars(record))
    await close(client)


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """The logger as it is in a program that shows no logs."""
    logger = logging.Logger("authing_users")
    logger.parent = logging.Logger("root")
    monkeypatch.setattr("authing_users._telemetry.logging.LOG", logger)
    monkeypatch.setenv("AUTHING_LOG", "debug")
    return logger


def test_a_handler_is_added_once(unconfigured: logging.Logger) -> None:
    configure_from_env()
    configure_from_env()
    assert len(unconfigured.handlers) == 1
    assert unconfigured.level == logging.DEBUG


def test_a_logger_that_has_a_handler_and_a_level_stays_as_it_is(
    unconfigured: logging.Logger,
) -> None:
    handler = logging.NullHandler()
    unconfigured.addHandler(handler)
    unconfigured.setLevel(logging.WARNING)
    configure_from_env()
    assert unconfigured.handlers == [handler]
    assert unconfigured.level == logging.WARNING


def test_where_the_program_shows_all_logs_each_line_is_shown_once(
    unconfigured: logging.Logger,
) -> None:
    assert unconfigured.parent is not None
    unconfigured.parent.addHandler(logging.NullHandler())
    configure_from_env()
    assert unconfigured.handlers == []
    assert unconfigured.level == logging.DEBUG
