"""The application: its start, its help and its commands."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from authing_users import __version__
from authing_users.cli import app
from authing_users.cli.application import COMMANDS

ROOT: Any = typer.main.get_command(app)
# They take long to import, and the help and the version do not need them.
HEAVY = "httpx aiohttp pyreqwest keyring tomlkit jmespath platformdirs graphql starlette pyarrow"


def commands(group: Any = ROOT, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield all commands and groups with their names."""
    for name, command in group.commands.items():
        yield " ".join([*path, name]), command
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


ALL = dict(commands())


def test_the_help_of_the_root_equals_that_of_the_modules() -> None:
    for name, entry in COMMANDS.items():
        text = str(ALL[name].help)
        assert " ".join(text.partition("\n\n")[0].split()) == entry.help, name


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_has_a_help(name: str) -> None:
    command = ALL[name]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), parameter.name


def test_the_help_and_the_version_start_quickly() -> None:
    program = (
        "import sys\n"
        "from authing_users.cli import main\n"
        "for arguments in (['--version'], ['--help']):\n"
        "    sys.argv = ['authing-users', *arguments]\n"
        "    try:\n"
        "        main()\n"
        "    except SystemExit as exit:\n"
        "        assert not exit.code\n"
        f"print(sorted(set('{HEAVY}'.split()) & sys.modules.keys()), file=sys.stderr)\n"
        "print([m for m in sys.modules if m.startswith('authing_users.cli.')"
        " and m.rpartition('.')[2] in ('users', 'schema', 'doctor')], file=sys.stderr)\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert finished.stdout.startswith(f"authing-users {__version__}\n")
    assert finished.stderr == "[]\n[]\n"


def test_the_help_does_not_name_how_it_was_started() -> None:
    result = CliRunner().invoke(app, ["users", "list", "--help"], prog_name="python -m anything")
    assert "Usage: authing-users users list" in result.stdout


def test_options_of_the_connection_stand_before_or_after_the_command() -> None:
    runner = CliRunner(env={"AUTHING_USERPOOL_ID": "P", "AUTHING_USERPOOL_SECRET": "S"})
    for arguments in (
        ["--host", "http://example.com", "users", "list"],
        ["users", "list", "--host", "http://example.com"],
        ["--host", "http://127.0.0.1:1", "users", "list", "--host", "http://example.com"],
    ):
        result = runner.invoke(app, arguments)
        assert result.exit_code == 2
        assert "'http://example.com': use https" in result.stderr
