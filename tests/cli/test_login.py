"""``authing-users login``."""

from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from authing_users.cli._profiles import ProfileFile, SecretPlace
from authing_users.testing import skip_waits

from .support.in_process import InProcess
from .support.keyrings import NO_KEYRING, NULL_KEYRING, FileKeyring, LockedKeyring, PlaintextKeyring


def log_in(
    command_line: InProcess, *arguments: str, secret: str | None = None, user_pool_id: str = ""
) -> tuple[int, str]:
    """Log in with the secret from stdin; return the exit code and the output."""
    server = command_line.pool.emulator
    result = command_line.run(
        "login",
        "--host",
        server.url,
        "--user-pool-id",
        user_pool_id or server.user_pool_id,
        "--secret-stdin",
        *arguments,
        stdin=f"{server.secret if secret is None else secret}\n",
        connected=False,
    )
    return result.exit_code, result.output


def test_the_secret_is_stored_in_the_keyring_and_used_from_there(
    command_line: InProcess, tmp_path: Path
) -> None:
    keyring = FileKeyring(tmp_path / "keyring.json")
    command_line.use_keyring(keyring)
    code, output = log_in(command_line, "--profile", "staging")
    assert code == 0
    assert "Saved the profile staging: the user pool Emulator at" in output
    assert "stored in the keyring" in output
    assert list(keyring.entries.values()) == [command_line.pool.emulator.secret]
    assert command_line.pool.emulator.secret not in command_line.profile_file.read_text("utf-8")
    result = command_line.run("users", "list", connected=False)
    assert (result.exit_code, result.stdout) == (0, "[]\n")


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (NO_KEYRING, "this system has no keyring"),
        (NULL_KEYRING, "this system has no keyring"),
        (LockedKeyring(Path("unused")), "The collection is locked"),
        (PlaintextKeyring(Path("unused")), "stores secrets unencrypted"),
    ],
)
def test_without_a_keyring_the_secret_is_left_to_the_environment(
    command_line: InProcess, backend: KeyringBackend, reason: str
) -> None:
    command_line.use_keyring(backend)
    code, output = log_in(command_line)
    assert code == 0
    assert f"The secret was not stored, because {reason}" in output.replace(
        f"the keyring {type(backend).__module__}.{type(backend).__qualname__} ", ""
    ).replace("cannot be used: ", "")
    profile = ProfileFile(command_line.profile_file).profiles["default"]
    assert profile.secret is SecretPlace.ENVIRONMENT
    secret = command_line.pool.emulator.secret
    without = command_line.run("users", "list", connected=False)
    assert without.exit_code == 2
    assert "the secret of the profile 'default' is not set" in without.stderr
    result = command_line.run("users", "list", connected=False, AUTHING_USERPOOL_SECRET=secret)
    assert result.stdout == "[]\n"


def test_a_wrong_secret_saves_nothing(command_line: InProcess, tmp_path: Path) -> None:
    keyring = FileKeyring(tmp_path / "keyring.json")
    command_line.use_keyring(keyring)
    code, output = log_in(command_line, secret="canary-wrong-secret")
    assert code == 4
    assert "Wrong user pool secret" in output
    assert "Nothing was saved." in output
    assert "canary" not in output
    assert keyring.entries == {}
    assert not command_line.profile_file.exists()


def test_a_service_that_cannot_be_reached_saves_nothing(command_line: InProcess) -> None:
    with skip_waits():
        result = command_line.run(
            "login",
            *("--host", "http://127.0.0.1:1"),
            *("--user-pool-id", "P"),
            connected=False,
            AUTHING_USERPOOL_SECRET="canary",
        )
    assert result.exit_code == 1
    assert "Cannot connect to http://127.0.0.1:1: " in result.stderr
    assert "--no-check" in result.stderr
    assert not command_line.profile_file.exists()


def test_login_can_skip_the_check(command_line: InProcess) -> None:
    code, output = log_in(command_line, "--no-check", secret="canary-wrong-secret")
    assert code == 0
    assert "It was not checked" in output


def test_the_secret_of_the_environment_is_used(command_line: InProcess) -> None:
    server = command_line.pool.emulator
    result = command_line.run(
        "login",
        *("--host", server.url),
        *("--user-pool-id", server.user_pool_id),
        connected=False,
        AUTHING_USERPOOL_SECRET=server.secret,
    )
    assert result.exit_code == 0
    assert "The secret is that of AUTHING_USERPOOL_SECRET." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "stdin", "problem"),
    [
        ([], "", "the ID of the user pool is missing"),
        (["--user-pool-id", "P"], "", "the secret is missing"),
        (["--user-pool-id", "P", "--secret-stdin"], "\n", "stdin is not a secret"),
        (["--user-pool-id", "P", "--secret-stdin"], "a\nb", "stdin is not a secret"),
        (["--user-pool-id", " ", "--secret-stdin"], "a", "the ID of the user pool is empty"),
        (["--profile", "a b"], "", "'a b' is not a name for a profile"),
        (["--host", "http://example.com"], "", "use https"),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    command_line: InProcess, arguments: list[str], stdin: str, problem: str
) -> None:
    result = command_line.run("login", *arguments, stdin=stdin, connected=False)
    assert result.exit_code == 2
    assert problem in result.stderr
    assert not command_line.profile_file.exists()


def test_a_profile_is_replaced_by_another_pool_only_with_consent(command_line: InProcess) -> None:
    other = ["--no-check", "--profile", "default"]
    assert log_in(command_line, *other)[0] == 0
    assert log_in(command_line, *other)[0] == 0  # the same pool again
    code, output = log_in(command_line, *other, user_pool_id="OTHER")
    assert code == 2
    assert "Replace the profile default" in output
    assert log_in(command_line, *other, "--yes", user_pool_id="OTHER")[0] == 0
    assert ProfileFile(command_line.profile_file).profiles["default"].user_pool_id == "OTHER"
