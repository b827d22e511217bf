"""The pattern of all commands: how they get a client, and how they print results.

A command is a function whose first parameter is a ``Call``, with a decorator that says what it
prints::

    roles: typer.Typer = typer.Typer(name="roles", no_args_is_help=True, help="Manage roles.")

    @roles.command("list")
    @api_command(result="Role", columns=("code", "description", "createdAt"))
    def list_roles(call: Call, *, namespace: Annotated[str | None, typer.Option()] = None) -> None:
        '''List the roles.'''
        call.emit_list(call.client.roles.iter_list(namespace=namespace))

    @roles.command()
    @api_command
    def delete(call: Call, codes: Annotated[list[str], typer.Argument()], *, yes: Yes = False):
        '''Delete roles.'''
        call.confirm(f"Delete {len(codes)} roles: {', '.join(codes)}", yes=yes)
        call.client.roles.delete_many(codes)
        call.emit_message("Deleted.")

- The decorator adds the options of the connection (``--profile``, ``--host``, ``--target``,
  ``--timeout``, ``--rps``) and, if the command has a ``result``, those of the output (``--json``,
  ``--jsonl``, ``--csv``, ``--table``, ``--fields``, ``--jq``). ``local_command`` adds only those of
  the output, for commands that call no API.
- ``call.client`` is built by its first use and closed at the end. ``call.client_options()`` are its
  options, for an ``AsyncManagementClient``.
- Results go to ``call.emit_list`` (any iterable; rows are printed as they arrive) or
  ``call.emit_one``. Sentences go to ``call.emit_message``, remarks to ``call.note``.
- Errors are raised, not printed: those of the library, or ``CommandError`` and ``UsageProblem`` of
  ``_errors``. ``raise typer.Exit(ExitCode.SOME_FAILED)`` ends with another code.
- Heavy modules are imported inside of functions, and the module is named in
  ``application.COMMANDS``, which loads it when it is needed.
"""

import inspect
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Any, overload

import typer

from ._completion import complete_profiles, fields_completer
from ._connection import Connection, ConnectionOptions, Target, resolve_connection
from ._errors import CommandError, ExitCode, UsageProblem
from ._output import FORMATS, Format, Output, OutputOptions
from ._text import sentence

if TYPE_CHECKING:
    from .._sync.management import ManagementClient
    from ..options import ClientOptionsDict

__all__ = ["Call", "Yes", "api_command", "local_command"]

CONNECTION_PANEL = "Connection"
OUTPUT_PANEL = "Output"

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
"""The option of commands that ask before they change something."""


Query = Annotated[
    str | None,
    typer.Option(
        "--jq",
        metavar="EXPR",
        help="Print what a JMESPath expression selects from the JSON: '[].email'.",
        rich_help_panel=OUTPUT_PANEL,
    ),
]


def _output_flag(name: str, text: str) -> tuple[Any, object]:
    return Annotated[bool, typer.Option(name, help=text, rich_help_panel=OUTPUT_PANEL)], False


Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAME",
        help="Profile to use. Default: AUTHING_PROFILE, then the environment, then the default"
        " profile.",
        autocompletion=complete_profiles,
        rich_help_panel=CONNECTION_PANEL,
    ),
]
Host = Annotated[
    str | None,
    typer.Option(metavar="URL", help="URL of the service.", rich_help_panel=CONNECTION_PANEL),
]
TargetOption = Annotated[
    Target | None,
    typer.Option(
        "--target",
        help="live: the service, even if AUTHING_EMULATOR_HOST is set. emulator: the emulator on"
        " this machine.",
        rich_help_panel=CONNECTION_PANEL,
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        help="Time to wait for each response.",
        rich_help_panel=CONNECTION_PANEL,
    ),
]
RequestsPerSecond = Annotated[
    float | None,
    typer.Option(
        "--rps",
        metavar="N",
        help="Most requests to send per second.",
        rich_help_panel=CONNECTION_PANEL,
    ),
]

CONNECTION_OPTIONS: dict[str, tuple[Any, object]] = {
    "profile": (Profile, None),
    "host": (Host, None),
    "target": (TargetOption, None),
    "timeout": (Timeout, None),
    "requests_per_second": (RequestsPerSecond, None),
}


def _fields_option(known: Callable[[], Sequence[str]] | None) -> tuple[Any, object]:
    option = typer.Option(
        "--fields",
        metavar="A,B",
        help="Print these fields, by the API's names: id,email.",
        autocompletion=None if known is None else fields_completer(known),
        rich_help_panel=OUTPUT_PANEL,
    )
    return Annotated[str | None, option], None


OUTPUT_OPTIONS: dict[str, tuple[Any, object]] = {
    "as_json": _output_flag("--json", "Print JSON."),
    "as_jsonl": _output_flag("--jsonl", "Print JSON Lines: one object a line."),
    "as_csv": _output_flag("--csv", "Print CSV."),
    "as_table": _output_flag("--table", "Print a table, even into a pipe."),
    "fields": _fields_option(None),
    "jq": (Query, None),
}


@dataclass(frozen=True, slots=True)
class Result:
    """The kind of results that a command prints.

    Attributes:
        fields: Names of the fields of a result, or the name of its model in ``authing_graphql`` or
            ``authing_users.models``.
        columns: The columns of tables and of CSV by default.
    """

    fields: str | Sequence[str]
    columns: Sequence[str]

    def known(self) -> Sequence[str]:
        """Return the fields of a result by the API's names."""
        return known_fields(self.fields)


def known_fields(fields: str | Sequence[str]) -> Sequence[str]:
    """Return the fields of a model by the API's names.

    Args:
        fields: The name of the model, or the fields themselves.
    """
    if not isinstance(fields, str):
        return fields
    import authing_graphql

    from .. import models

    model = getattr(authing_graphql, fields, None) or getattr(models, fields)
    return [field.alias or name for name, field in model.model_fields.items()]


class Call:
    """One use of a command.

    Attributes:
        connection_options: The options of the connection.
        output: Prints the results.
    """

    def __init__(
        self, connection_options: ConnectionOptions, output: Output, resources: ExitStack
    ) -> None:
        """Prepare the call. Nothing is read or sent before it is needed."""
        self.connection_options = connection_options
        self.output = output
        self._resources = resources

    @cached_property
    def connection(self) -> Connection:
        """The user pool to use, from the options, the profile and the environment."""
        connection = resolve_connection(self.connection_options)
        if connection.ignores_emulator:
            # The client reads the variable itself.
            os.environ.pop("AUTHING_EMULATOR_HOST", None)
        return connection

    @cached_property
    def client(self) -> "ManagementClient":
        """The client, which is closed when the command ends.

        Raises:
            ConfigurationError: The connection is not complete, or not valid.
        """
        from .._sync.management import ManagementClient

        options: ClientOptionsDict = {**self.client_options()}
        http_client = _fast_client(self.connection_options.timeout)
        if http_client is not None:
            options["http_client"] = self._resources.enter_context(http_client)
            options.pop("timeout", None)
        return self._resources.enter_context(ManagementClient(**options))

    def client_options(self) -> "ClientOptionsDict":
        """Return the options of the client, without an HTTP client."""
        options: ClientOptionsDict = {**self.connection.client_options()}
        if self.connection_options.timeout is not None:
            options["timeout"] = self.connection_options.timeout
        if self.connection_options.requests_per_second is not None:
            options["requests_per_second"] = self.connection_options.requests_per_second
        return options

    def emit_list(self, rows: Any, *, columns: Sequence[str] | None = None) -> int:
        """Print rows as they arrive, and return their number. See ``Output.emit_list``."""
        return self.output.emit_list(rows, columns)

    def emit_one(self, result: object) -> None:
        """Print one result."""
        self.output.emit_one(result)

    def emit_message(self, text: str) -> None:
        """Print a sentence for people: to stdout beside tables, else to stderr."""
        is_output = self.output.is_for_people
        stream = sys.stdout if is_output else sys.stderr
        print(sentence(text, stream), file=stream)

    def note(self, text: str) -> None:
        """Print a remark to stderr."""
        # Not typer.echo, which would write into the line of a progress bar.
        print(sentence(text, sys.stderr), file=sys.stderr)

    def confirm(self, what: str, *, yes: bool) -> None:
        """Say what will be done, and ask whether to do it.

        Args:
            what: What will be done, without a full stop: ``Delete 3 users: …``.
            yes: Whether the option ``--yes`` was given: nothing is asked.

        Raises:
            UsageProblem: Nobody can be asked, because stdin is not a terminal.
            CommandError: The reply was no.
        """
        if yes:
            return
        if not sys.stdin.isatty():
            raise UsageProblem(
                f"{what}? There is no terminal to ask in",
                hint="Add --yes to do it without being asked.",
            )
        if not typer.confirm(sentence(f"{what}. Continue?", sys.stderr), err=True):
            raise CommandError("nothing was changed, because the reply was no")


def _fast_client(timeout: float | None) -> Any:
    """Return an HTTP client of the extra ``fast``, or ``None`` if that is not installed."""
    from ..errors import ConfigurationError

    try:
        from .. import fast
        from ._interruptible import InterruptibleClient

        return InterruptibleClient(
            fast.Client() if timeout is None else fast.Client(timeout=timeout)
        )
    except (ModuleNotFoundError, ConfigurationError):
        return None


def selected_connection(context: typer.Context) -> Connection:
    """Return the user pool that the options before a value to complete select."""
    options = ConnectionOptions()
    parent: Any = context
    while parent is not None:
        given = {name: parent.params.get(name) for name in ("profile", "host", "target")}
        options = options.or_else(ConnectionOptions(**given))
        parent = parent.parent
    return resolve_connection(options)


Command = Callable[..., object]


@overload
def api_command(function: Command) -> Command: ...
@overload
def api_command(
    *, result: str | Sequence[str] | None = None, columns: Sequence[str] = ()
) -> Callable[[Command], Command]: ...
def api_command(
    function: Command | None = None,
    *,
    result: str | Sequence[str] | None = None,
    columns: Sequence[str] = (),
) -> Any:
    """Make a command that calls the API of a function with a ``Call``.

    Args:
        function: The function. Its other parameters are those of the command.
        result: What the command prints: the name of a model that ``authing_users`` exports, or the
            names of the fields. ``None`` for a command that only prints sentences.
        columns: Columns of tables and of CSV, by the API's names.
    """
    shown = None if result is None else Result(result, columns)
    if function is None:
        return partial(_command, result=shown, connects=True)
    return _command(function, result=shown, connects=True)


def local_command(
    *, result: str | Sequence[str] | None = None, columns: Sequence[str] = ()
) -> Callable[[Command], Command]:
    """Make a command that calls no API of a function with a ``Call``. See ``api_command``."""
    shown = None if result is None else Result(result, columns)
    return partial(_command, result=shown, connects=False)


def _command(function: Command, *, result: Result | None, connects: bool) -> Command:
    """Return a function with the parameters of a command and the options of its kind."""

    def command(**values: Any) -> None:
        context: typer.Context = values.pop("context")
        connection = ConnectionOptions(
            **({name: values.pop(name) for name in CONNECTION_OPTIONS} if connects else {})
        )
        output = {} if result is None else {name: values.pop(name) for name in OUTPUT_OPTIONS}
        root = context.find_root().obj
        with ExitStack() as resources:
            call = Call(
                connection.or_else(root if isinstance(root, ConnectionOptions) else None),
                _output(output, result),
                resources,
            )
            try:
                function(call, **values)
            except KeyboardInterrupt:
                call.note("Interrupted.")
                raise typer.Exit(ExitCode.INTERRUPTED) from None

    parameters = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    added = {
        **(CONNECTION_OPTIONS if connects else {}),
        **({} if result is None else OUTPUT_OPTIONS | {"fields": _fields_option(result.known)}),
    }
    parameters += [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        for name, (annotation, default) in added.items()
    ]
    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    command.__module__ = function.__module__
    setattr(  # noqa: B010
        command, "__signature__", inspect.Signature([context, *parameters])
    )
    command.__annotations__ = {
        parameter.name: parameter.annotation for parameter in [context, *parameters]
    }
    return command


def _output(values: dict[str, Any], result: Result | None) -> Output:
    if result is None:
        return Output(OutputOptions())
    formats: tuple[Format, ...] = tuple(name for name in FORMATS if values[f"as_{name}"])
    options = OutputOptions(formats, values["fields"], values["jq"])
    return Output(options, known=result.known, columns=result.columns)
