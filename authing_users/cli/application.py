"""The application with all commands."""

import importlib
import os
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from .._version import __version__
from ._connection import ConnectionOptions
from ._context import Host, Profile, TargetOption
from ._errors import run_guarded
from ._help import simplify_help, simplify_own_help

NAME = "authing-users"
COMPLETION_VARIABLE = "_AUTHING_USERS_COMPLETE"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command or a group of commands, whose module is loaded when it is used.

    Attributes:
        module: Module of this package.
        attribute: The group, or the function of the command.
        help: The first sentence of its help.
    """

    module: str
    attribute: str
    help: str


COMMANDS = {
    "users": Entry("users", "users", "Find, show and change users."),
    "groups": Entry("groups", "groups", "Manage groups and their members."),
    "roles": Entry("roles", "roles", "Manage roles, and who has them."),
    "policies": Entry("policies", "policies", "Manage policies, and what they are assigned to."),
    "udf": Entry("udf", "udf", "Define custom fields, and read and set their values."),
    "actions": Entry(
        "actions", "actions", "Print the log of what users and administrators did, latest first."
    ),
    "api": Entry(
        "api", "api", "Call any operation of the API, and print the JSON of the response."
    ),
    "login": Entry("login", "login", "Save a user pool as a profile, so that commands find it."),
    "profiles": Entry(
        "profiles",
        "profiles",
        "List, show, select and remove the user pools that login saved.",
    ),
    "token": Entry("token", "token", "Request and check management tokens."),
    "doctor": Entry(
        "doctor",
        "doctor",
        "Check versions, settings, connection and credentials, and say what to do.",
    ),
    "completion": Entry(
        "completion",
        "completion",
        "Print the lines that make a shell complete commands, options, codes and fields.",
    ),
    "emulator": Entry(
        "emulator", "emulator", "Serve a local emulator of the API, and control a running one."
    ),
    "schema": Entry("schema", "schema", "Fetch, compare and check GraphQL schemas."),
    "generate": Entry(
        "generate",
        "generate",
        "Generate a typed Python package from a GraphQL schema and operations.",
    ),
    "cassettes": Entry("cassettes", "cassettes", "Check, scrub, show and tidy up cassettes."),
}
"""The commands, in the order of the help. The help must equal that of the module."""


class LazyCommands(MutableMapping[str, Any]):
    """The commands by name. A command is loaded when it is looked up."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _load(name, COMMANDS[name])
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class LazyGroup(TyperGroup):
    """The root: loads the module of a command when the command is used."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Build the group without its commands."""
        super().__init__(*args, **options)
        commands: Any = LazyCommands()
        self.commands = commands
        simplify_own_help(self)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load a command. The help of the group needs only its name and its first sentence."""
        if getattr(ctx, "formats_help", False) and cmd_name in COMMANDS:
            return _command_of(_placeholder(COMMANDS[cmd_name]), cmd_name)
        return self.commands.get(cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help without loading the commands."""
        ctx.formats_help = True
        super().format_help(ctx, formatter)

    def main(  # type: ignore[override]
        self, args: Any = None, *, standalone_mode: bool = True, **options: Any
    ) -> Any:
        """Run the command line; every error becomes a message and an exit code."""
        options["prog_name"] = NAME  # not `python -m authing_users`
        if os.environ.get(COMPLETION_VARIABLE):
            # Without the options that install it, the application has to prepare it.
            getattr(importlib.import_module("typer.completion"), "completion_init")()  # noqa: B009
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **options)
        run = super().main
        if os.environ.get(COMPLETION_VARIABLE, "").startswith("complete_"):
            # The shell would show a message in the middle of what is typed.
            with suppress(Exception):
                run(args, standalone_mode=False, **options)
            raise SystemExit(0)
        raise SystemExit(run_guarded(lambda: run(args, standalone_mode=False, **options)))


def _load(name: str, entry: Entry) -> Any:
    module = importlib.import_module(f".{entry.module}", __package__)
    loaded = getattr(module, entry.attribute)
    if isinstance(loaded, typer.Typer):
        return simplify_help(typer.main.get_group(loaded))
    return simplify_help(_command_of(loaded, name))


def _command_of(function: Any, name: str) -> Any:
    parent = typer.Typer(add_completion=False)
    parent.command(name)(function)
    return typer.main.get_command(parent)


def _placeholder(entry: Entry) -> Any:
    def placeholder() -> None: ...

    placeholder.__doc__ = entry.help
    return placeholder


app: typer.Typer = typer.Typer(
    name=NAME,
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,  # see the command completion
    # Pretty tracebacks show the values of variables, which include secrets.
    pretty_exceptions_enable=False,
)


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(f"authing-users {__version__}")
        raise typer.Exit


@app.callback()
def authing_users(
    context: typer.Context,
    *,
    profile: Profile = None,
    host: Host = None,
    target: TargetOption = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Manage the users of Authing user pools."""
    context.obj = ConnectionOptions(profile, host, target)
