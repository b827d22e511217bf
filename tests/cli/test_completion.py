"""Completion in shells."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from authing_users.cli._profiles import Profile, ProfileFile, SecretPlace

from .support.in_process import InProcess


def complete(
    command_line: InProcess, *words: str, settings: Mapping[str, str] | None = None
) -> list[str]:
    """Return what bash would offer for the last word."""
    result = command_line.run(
        settings=settings,
        _AUTHING_USERS_COMPLETE="complete_bash",
        COMP_WORDS=" ".join(["authing-users", *words]),
        COMP_CWORD=str(len(words)),
    )
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.split()


def test_commands_and_options_are_completed(command_line: InProcess) -> None:
    assert complete(command_line, "us") == ["users"]
    assert complete(command_line, "users", "li") == ["list"]
    assert complete(command_line, "users", "list", "--js") == ["--json", "--jsonl"]


def test_the_last_of_several_fields_is_completed(command_line: InProcess) -> None:
    offered = complete(command_line, "users", "list", "--fields", "email,em")
    assert offered == ["email,emailVerified"]
    assert complete(command_line, "profiles", "list", "--fields", "na") == ["name"]


def test_codes_are_completed(command_line: InProcess) -> None:
    command_line.pool.seed_groups("staff", "students", "guests")
    command_line.pool.seed_roles("admin")
    assert complete(command_line, "groups", "show", "st") == ["staff", "students"]
    assert complete(command_line, "roles", "show", "a") == ["admin"]
    assert complete(command_line, "users", "search", "--group", "g") == ["guests"]


def test_profiles_are_completed(command_line: InProcess) -> None:
    file = ProfileFile(command_line.profile_file)
    file.store(Profile("staging", "P", "https://core.authing.cn", SecretPlace.ENVIRONMENT))
    assert complete(command_line, "--profile", "s") == ["staging"]
    assert complete(command_line, "profiles", "use", "s") == ["staging"]


@pytest.mark.parametrize(
    "settings",
    [
        {"AUTHING_EMULATOR_HOST": "127.0.0.1:1"},
        {"AUTHING_USERPOOL_SECRET": "wrong"},
        {"AUTHING_PROFILE": "nope"},
    ],
)
def test_failures_offer_nothing_and_are_silent(
    command_line: InProcess, settings: dict[str, str]
) -> None:
    assert complete(command_line, "groups", "show", "s", settings=settings) == []


def test_a_broken_file_of_profiles_is_silent(command_line: InProcess) -> None:
    command_line.config.mkdir()
    command_line.profile_file.write_text("nonsense", "utf-8")
    assert complete(command_line, "--profile", "s") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_lines_to_load(command_line: InProcess, shell: str) -> None:
    result = command_line.run("completion", shell)
    assert result.exit_code == 0
    assert f"_AUTHING_USERS_COMPLETE=complete_{shell}" in result.stdout


@pytest.mark.slow
def test_bash_completes_with_the_printed_lines(command_line: InProcess, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(command_line.run("completion", "bash").stdout, "utf-8")
    program = tmp_path / "authing-users"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m authing_users "$@"\n', "utf-8")
    program.chmod(0o755)
    finished = subprocess.run(
        [
            "bash",
            "-c",
            f"source {script}; COMP_WORDS=({program} prof); COMP_CWORD=1;"
            f' _authing_users_completion {program}; echo "${{COMPREPLY[@]}}"',
        ],
        capture_output=True,
        text=True,
        check=True,
        env=command_line.environment(),
    )
    assert finished.stdout.split() == ["profiles"]
