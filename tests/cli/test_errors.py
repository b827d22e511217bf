"""Messages on stderr, and exit codes."""

import contextlib
import subprocess
import sys
import warnings

import pytest
import typer

from authing_users import (
    AuthenticationError,
    AuthingError,
    ConfigurationError,
    ConflictError,
    InvalidInputError,
    InvalidResponseError,
    NotFoundError,
    PartialFailureError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from authing_users.cli._errors import CommandError, UsageProblem, exit_code_for, run_guarded
from authing_users.testing import skip_waits

from .support.in_process import InProcess

CONFLICT = ConflictError("Email taken", code=2026, field="email")


@pytest.mark.parametrize(
    ("error", "code", "shown"),
    [
        (CommandError("not done", hint="Do it."), 1, "error: not done\nhint: Do it.\n"),
        (UsageProblem("wrong"), 2, "error: wrong\n"),
        (InvalidInputError("id is empty"), 2, "error: id is empty\n"),
        (ConfigurationError("lang is unknown"), 2, "error: lang is unknown\n"),
        (AuthenticationError("Wrong secret", code=1001), 4, "authing-users doctor"),
        (PermissionDeniedError("No"), 1, "console"),
        (NotFoundError("No user", code=2004), 1, "No user (code 2004)"),
        (CONFLICT, 1, "has this email"),
        (RateLimitError("Too many"), 1, "--rps"),
        (ServerError("Down"), 1, "Retry later"),
        (TransportTimeoutError("No response"), 1, "--timeout"),
        (TransportError("Reset"), 1, "proxy"),
        (TransportError("Cannot connect to http://127.0.0.1:4466"), 1, "emulator serve"),
        (ConfigurationError("host= names https://a"), 2, "error: --host names https://a\n"),
        (
            InvalidInputError("a.csv: columns={'a}': 'email'} (--map 'a}=email')."),
            2,
            "error: a.csv: --map 'a}=email'.\n",
        ),
        (
            InvalidInputError("a.csv: such as encoding='gb18030' (--encoding gb18030)"),
            2,
            "error: a.csv: such as --encoding gb18030\n",
        ),
        (InvalidResponseError("HTML"), 1, "address of the Authing service"),
        (
            PartialFailureError("Groups", user_id="U1", completed="CreateUser", error=CONFLICT),
            1,
            "The user U1 exists: CreateUser was done.",
        ),
        (AuthingError("Other"), 1, "error: Other\n"),
        (
            ModuleNotFoundError("No module", name="rich.table"),
            1,
            "pip install 'authing-users[cli]'",
        ),
        (FileNotFoundError(2, "No such file", "users.csv"), 1, "users.csv: No such file"),
        (typer.Abort(), 130, "Interrupted."),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (typer.BadParameter("not a number"), 2, "error: Invalid value: not a number"),
    ],
)
def test_every_error_becomes_a_message_and_an_exit_code(
    error: BaseException, code: int, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code_for(error) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert shown in printed.err
    assert "Traceback" not in printed.err


def test_an_authentication_error_in_a_second_request_has_its_exit_code() -> None:
    inner = AuthenticationError("Wrong secret")
    error = PartialFailureError("Groups", user_id="U1", completed="CreateUser", error=inner)
    assert exit_code_for(error) == 4


def test_an_unexpected_error_shows_its_place_only_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("boom")

    assert run_guarded(fail) == 1
    assert "Traceback" not in capsys.readouterr().err
    monkeypatch.setenv("AUTHING_TRACEBACK", "1")
    assert run_guarded(fail) == 1
    assert "Traceback" in capsys.readouterr().err


def test_the_exit_code_of_a_command_is_kept() -> None:
    assert [run_guarded(lambda: None), run_guarded(lambda: 3), run_guarded(lambda: True)] == [
        0,
        3,
        0,
    ]


def test_messages_cannot_control_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code_for(ServerError("\x1b[2Jgone\nsecond line"))
    assert "\\x1b[2Jgone\nsecond line" in capsys.readouterr().err


def test_warnings_are_shown_without_lines_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        run_guarded(lambda: warnings.warn("The schema differs", UserWarning, stacklevel=1))
    assert capsys.readouterr().err == "warning: The schema differs\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["user", "list"], "No such command 'user'. Did you mean 'users'?"),
        (["users", "lst"], "No such command 'lst'. Did you mean 'list'?"),
        (["users", "list", "--feilds", "id"], "No such option: --feilds. Did you mean --fields?"),
        (["groups", "show"], "Missing argument"),
        (["users", "list", "--limit", "x"], "Invalid value for '--limit'"),
    ],
)
def test_wrong_use_is_explained(
    command_line: InProcess, arguments: list[str], problem: str
) -> None:
    result = command_line.run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"error: {problem}" in result.stderr
    assert "--help" in result.stderr


def test_wrong_credentials_have_an_exit_code_of_their_own(command_line: InProcess) -> None:
    result = command_line.run("users", "list", AUTHING_USERPOOL_SECRET="canary-wrong")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "Wrong user pool secret" in result.stderr
    assert "canary" not in result.stderr


def test_without_settings_the_next_step_is_named(command_line: InProcess) -> None:
    result = command_line.run("users", "list", connected=False)
    assert result.exit_code == 2
    assert "no user pool is selected" in result.stderr
    assert "authing-users login" in result.stderr
    for name in ("AUTHING_USERPOOL_ID", "AUTHING_USERPOOL_SECRET"):
        emulator = command_line.run("users", "list", settings={name: None})
        assert emulator.exit_code == 2
        assert f"AUTHING_EMULATOR_HOST names an emulator, but {name} is not set" in emulator.stderr
        assert "--target emulator" in emulator.stderr
        live = command_line.run("users", "list", settings={name: None}, AUTHING_EMULATOR_HOST=None)
        assert f"error: {name} is not set" in live.stderr


def test_failures_of_the_service_are_reported(command_line: InProcess) -> None:
    command_line.pool.control("faults", kind="fail", operation="users", status=500, times=None)
    with skip_waits():
        result = command_line.run("users", "list")
    assert result.exit_code == 1
    assert "hint: Retry later." in result.stderr
    refused = command_line.run("users", "list", AUTHING_EMULATOR_HOST="127.0.0.1:1")
    assert refused.exit_code == 1
    assert "authing-users emulator serve" in refused.stderr


def test_an_error_after_the_first_rows_fails(command_line: InProcess) -> None:
    command_line.pool.seed_users(150)
    # The token, and the first of two pages.
    command_line.pool.control("faults", kind="rate_limit", requests=2, per=3600)
    with skip_waits():
        result = command_line.run("users", "list", "--jsonl")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 100
    assert "--rps" in result.stderr


@pytest.mark.parametrize("arguments", [("--timeout", "0"), ("--rps", "-1"), ("--rps", "nan")])
def test_limits_must_be_positive(command_line: InProcess, arguments: tuple[str, str]) -> None:
    result = command_line.run("users", "list", *arguments)
    assert result.exit_code == 2
    assert f"{arguments[0]} must be a number greater than 0" in result.stderr


@pytest.mark.slow
def test_ctrl_c_ends_a_command_quietly(command_line: InProcess) -> None:
    command_line.pool.control("faults", kind="slow", operation="users", mean=60)
    with subprocess.Popen(
        [sys.executable, "-m", "authing_users", "users", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=command_line.environment(),
    ) as process:
        # The emulator has seen the request, so that the command waits for the response.
        while not any(
            call["operation"] == "users" for call in command_line.pool.read("calls")["calls"]
        ):
            assert process.poll() is None
        process.send_signal(2)
        stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stdout, stderr.decode().strip()) == (130, b"", "Interrupted.")
    with contextlib.suppress(Exception):
        command_line.pool.control("reset")
