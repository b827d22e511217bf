"""Logging: one line for each attempt, on request, without secrets."""

import json
import logging
import os
import subprocess
import sys
from typing import Any

import httpx
import pytest

from authing_users import APIError
from authing_users._telemetry.logging import configure_from_env
from authing_users.testing import skip_waits

from ..support.client_kinds import SECRET, ClientKind, MakeClient, run
from ..support.emulator_pool import EmulatorPool
from ..support.scripted_server import NO_USERS, ScriptedServer, api_error, data

CODE_LIKE_SECRET = "1234567890"

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


def run_program(
    emulator_pool: EmulatorPool, client_kind: ClientKind, **environment: str
) -> tuple[list[str], list[str]]:
    """Make calls in a new process. Return its log, and the secrets that must not be in it."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, client_kind],
        env={**os.environ, **emulator_pool.emulator.environment, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    secrets = [*json.loads(finished.stdout), emulator_pool.emulator.secret, "canary"]
    return finished.stderr.splitlines(), secrets


def fields(line: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in line.split() if "=" in part)


def test_authing_log_enables_logging(client_kind: ClientKind, emulator_pool: EmulatorPool) -> None:
    lines, secrets = run_program(emulator_pool, client_kind, AUTHING_LOG="debug")
    assert all(" DEBUG authing_users operation=" in line for line in lines)
    entries = [fields(line) for line in lines]
    assert [entry["operation"] for entry in entries] == [
        "WellKnown",
        "GetAccessToken",
        "CreateUser",
        "GetUser",
        "CheckUserLoginStatus",
    ]
    for entry in entries:
        assert set(entry) == {"operation", "attempt", "status", "ms"}
        assert (entry["attempt"], entry["status"]) == ("1", "200")
        assert 0 < float(entry["ms"]) < 60_000
    for secret in secrets:
        assert secret not in "\n".join(lines)


@pytest.mark.parametrize("level", ["", "warning", "loud"])
def test_logging_stays_disabled_for_any_other_level(
    client_kind: ClientKind, emulator_pool: EmulatorPool, level: str
) -> None:
    lines, _ = run_program(emulator_pool, client_kind, **({"AUTHING_LOG": level} if level else {}))
    assert lines == []


async def test_records_carry_the_fields_of_the_message(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    server = ScriptedServer(
        httpx.ReadTimeout("slow"),
        httpx.Response(503, headers={"x-request-id": "r-1"}),
        NO_USERS,
    )
    client = make_client(server, retries=2)
    with caplog.at_level(logging.DEBUG, "authing_users"), skip_waits():
        await run(client.users.list())
    assert [fields_of(record) for record in caplog.records] == [
        {"operation": "GetAccessToken", "attempt": 1, "status": 200},
        {"operation": "ListUsers", "attempt": 1, "error": "TransportTimeoutError"},
        {"operation": "ListUsers", "attempt": 1},
        {"operation": "ListUsers", "attempt": 2, "status": 503, "request_id": "r-1"},
        {"operation": "ListUsers", "attempt": 2},
        {"operation": "ListUsers", "attempt": 3, "status": 200},
    ]
    for record in caplog.records:
        attributes = vars(record)
        is_retry = "authing_retry_in" in attributes
        assert is_retry is not ("authing_ms" in attributes)
        for name, value in attributes.items():
            if name.startswith("authing_"):
                assert f"{name.removeprefix('authing_')}={value}" in record.getMessage()


async def test_the_code_of_an_api_error_is_logged(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    failed = data(deleteUser={"code": 1001, "message": "no"})
    server = ScriptedServer(api_error(1000, "busy"), failed, api_error(int(CODE_LIKE_SECRET), "no"))
    client = make_client(server, retries=1, secret=CODE_LIKE_SECRET)
    with caplog.at_level(logging.DEBUG, "authing_users"), skip_waits():
        for _ in range(2):
            with pytest.raises(APIError):
                await run(client.users.delete("u"))
    assert [fields_of(record) for record in caplog.records] == [
        {"operation": "GetAccessToken", "attempt": 1, "status": 200},
        {"operation": "DeleteUser", "attempt": 1, "status": 200, "code": 1000},
        {"operation": "DeleteUser", "attempt": 1, "status": 200, "code": 1001},
    ]
    with caplog.at_level(logging.DEBUG, "authing_users"), pytest.raises(APIError):
        await run(client.users.delete("u"))
    assert fields_of(caplog.records[-1]) == {
        "operation": "DeleteUser",
        "attempt": 1,
        "status": 200,
    }


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return the fields of a record except for times, which vary."""
    fields = {
        name.removeprefix("authing_"): value
        for name, value in vars(record).items()
        if name.startswith("authing_")
    }
    return {name: value for name, value in fields.items() if name not in ("ms", "retry_in")}


async def test_error_messages_of_the_api_are_not_logged(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    server = ScriptedServer(api_error(2026, f"canary-bob is taken, {SECRET}"))
    client = make_client(server)
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception, match="taken"):
        await run(client.users.update("canary-id", {"nickname": "canary-nick"}))
    assert len(caplog.records) >= 2
    for record in caplog.records:
        assert "canary" not in record.getMessage() + repr(vars(record))


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """The logger of a program that does not configure logging."""
    logger = logging.Logger("authing_users")
    logger.parent = logging.Logger("root")
    monkeypatch.setattr("authing_users._telemetry.logging.LOG", logger)
    monkeypatch.setenv("AUTHING_LOG", "debug")
    return logger


def test_configuring_twice_adds_one_handler(unconfigured: logging.Logger) -> None:
    configure_from_env()
    configure_from_env()
    assert len(unconfigured.handlers) == 1
    assert unconfigured.level == logging.DEBUG


def test_a_configured_logger_is_left_unchanged(unconfigured: logging.Logger) -> None:
    handler = logging.NullHandler()
    unconfigured.addHandler(handler)
    unconfigured.setLevel(logging.WARNING)
    configure_from_env()
    assert unconfigured.handlers == [handler]
    assert unconfigured.level == logging.WARNING


def test_no_handler_is_added_if_the_root_logger_has_one(unconfigured: logging.Logger) -> None:
    assert unconfigured.parent is not None
    unconfigured.parent.addHandler(logging.NullHandler())
    configure_from_env()
    assert unconfigured.handlers == []
    assert unconfigured.level == logging.DEBUG


@pytest.mark.parametrize("is_root", [True, False], ids=["root", "own"])
def test_handlers_that_are_added_later_take_precedence(
    unconfigured: logging.Logger, capsys: pytest.CaptureFixture[str], is_root: bool
) -> None:
    configure_from_env()
    unconfigured.debug("before")
    logger = unconfigured.parent if is_root else unconfigured
    assert logger is not None
    logger.addHandler(logging.NullHandler())
    unconfigured.debug("after")
    shown = capsys.readouterr().err
    assert "before" in shown
    assert "after" not in shown
