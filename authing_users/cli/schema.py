"""``authing-users schema``: fetch, compare and check schemas."""

import importlib.util
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ..options import DEFAULT_TIMEOUT

if TYPE_CHECKING:
    from .._schema.fetching import Connection
    from .._schema.operations import Operation
    from .._schema.severity import Severity

schema: typer.Typer = typer.Typer(
    name="schema", no_args_is_help=True, help="Fetch, compare and check GraphQL schemas."
)

FAILED = 3
CONFIG_FILE = Path("codegen.toml")


class Format(StrEnum):
    """The formats of reports."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


class FailOn(StrEnum):
    """The mildest severity for which ``diff`` does not exit with 0."""

    BREAKING = "breaking"
    DANGEROUS = "dangerous"
    ANY = "any"
    NEVER = "never"


Host = Annotated[
    str | None,
    typer.Option(help="URL of the server. Default: AUTHING_EMULATOR_HOST or AUTHING_HOST."),
]
Token = Annotated[
    bool | None,
    typer.Option(
        "--token/--no-token",
        help="Send a management token, with the ID in AUTHING_USERPOOL_ID and the secret in "
        "AUTHING_USERPOOL_SECRET, or the token in AUTHING_ACCESS_TOKEN. Default: only if the "
        "server requires it.",
        show_default=False,
    ),
]
Timeout = Annotated[float, typer.Option(metavar="SECONDS", help="Timeout of a request.")]
CAFile = Annotated[
    Path | None,
    typer.Option("--ca-file", metavar="FILE", help="CA certificates to verify the server with."),
]
Queries = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Operations of your own: .graphql files, or one file."),
]
AsJSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@schema.command()
def pull(
    host: Host = None,
    out: Annotated[
        str, typer.Option(metavar="FILE", help="File to write; - prints the schema.")
    ] = "schema.graphql",
    token: Token = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    ca_file: CAFile = None,
) -> None:
    """Fetch the schema of a server by introspection, and write it as sorted SDL.

    The same schema always gives the same file. Exits with 3 if the server cannot be reached, or
    does not describe its schema.
    """
    _require_graphql()
    from .._schema.errors import SchemaToolError
    from .._schema.fetching import fetch_schema
    from .._schema.sources import write_atomically

    try:
        text = fetch_schema(_connection(host, token, timeout, ca_file)).text
        if out == "-":
            typer.echo(text, nl=False)
            return
        path = Path(out)
        is_unchanged = path.is_file() and path.read_bytes() == text.encode()
        if not is_unchanged:
            write_atomically(path, text)
    except SchemaToolError as error:
        _fail(error)
    typer.echo(f"{out} is up to date." if is_unchanged else f"Wrote {out}.", err=True)


@schema.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The schema before.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The schema after.")],
    queries: Queries = None,
    output: Annotated[Format, typer.Option("--format", help="Format of the report.")] = Format.TEXT,
    fail_on: Annotated[
        FailOn, typer.Option(help="The mildest severity for which the exit code is not 0.")
    ] = FailOn.ANY,
    severity: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE=SEVERITY", help="breaking, dangerous or safe for a rule."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="TOML file with the table tool.authing-users.schema.severity. "
            "Default: codegen.toml, if it exists.",
        ),
    ] = None,
    token: Token = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    ca_file: CAFile = None,
    *,
    as_json: AsJSON = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown for a pull request.")
    ] = False,
    only_used: Annotated[
        bool, typer.Option("--used", help="Report only changes that touch an operation.")
    ] = False,
    descriptions: Annotated[
        bool, typer.Option("--descriptions", help="Report changed descriptions, too.")
    ] = False,
) -> None:
    """Compare two schemas, and print what each change means for the client and its methods.

    A schema is a file, a folder of .graphql files, host:URL, host: (the host of the environment),
    package: (the schema of this library) or package:NAME (the schema in a generated package).

    Exits with 0 if nothing changed, 1 if all changes are compatible, 2 if one is breaking, and 3 if
    a schema cannot be read.
    """
    _require_graphql()
    from .._schema import diff_report
    from .._schema.errors import SchemaToolError
    from .._schema.impact import assess
    from .._schema.severity import severities
    from .._schema.sources import load_schema
    from .._schema.verdicts import Effect

    if config is None and CONFIG_FILE.is_file():
        config = CONFIG_FILE
    connection = _connection(None, token, timeout, ca_file)
    try:
        impacts = assess(
            load_schema(old, connection),
            load_schema(new, connection),
            _operations(queries),
            severities(severity or [], config),
            descriptions=descriptions,
        )
    except SchemaToolError as error:
        _fail(error)
    if only_used:
        impacts = [impact for impact in impacts if impact.effect > Effect.UNUSED]
    if as_json or output is Format.JSON:
        report = diff_report.as_json(impacts, old, new)
    elif as_markdown or output is Format.MARKDOWN:
        report = diff_report.as_markdown(impacts, old, new)
    else:
        report = diff_report.as_text(impacts, old, new, _style)
    typer.echo(report)
    raise typer.Exit(diff_report.exit_code(impacts, fail_on))


@schema.command()
def check(
    host: Host = None,
    queries: Queries = None,
    token: Token = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    ca_file: CAFile = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Check the operations of this library, and your own, against the schema of a server.

    Exits with 0 if all work, 1 if some work with less, 2 if one cannot be called, and 3 if the
    server does not describe its schema.
    """
    _require_graphql()
    from .._schema import check_report
    from .._schema.check import check_host
    from .._schema.errors import SchemaToolError

    try:
        outcome = check_host(_connection(host, token, timeout, ca_file), queries)
    except SchemaToolError as error:
        _fail(error)
    report = check_report.as_json if as_json else check_report.as_text
    typer.echo(report(outcome))
    raise typer.Exit(outcome.exit_code)


def _require_graphql() -> None:
    if importlib.util.find_spec("graphql") is None:
        _fail(
            "The command needs graphql-core, which is not installed: "
            "pip install 'authing-users[codegen]'"
        )


def _connection(
    host: str | None, token: bool | None, timeout: float, ca_file: Path | None
) -> "Connection":
    from .._schema.fetching import Connection

    return Connection(host, token, timeout, ca_file)


def _operations(queries: Path | None) -> "tuple[Operation, ...]":
    from .._schema.operations import user_operations

    return () if queries is None else user_operations(queries)


def _style(text: str, severity: "Severity") -> str:
    if not sys.stdout.isatty():
        return text
    colours = {"breaking": "red", "dangerous": "yellow", "safe": "green"}
    return typer.style(text, fg=colours[severity], bold=True)


def _fail(problem: object) -> NoReturn:
    typer.echo(str(problem), err=True)
    raise typer.Exit(FAILED)
