"""``authing-users cassettes``: check, scrub, show and tidy up recorded cassettes."""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..testing.cassettes.files import CassetteFile
    from ..testing.cassettes.summary import Line

cassettes: typer.Typer = typer.Typer(
    name="cassettes", no_args_is_help=True, help="Check, scrub, show and tidy up cassettes."
)

FOUND, FAILED = 1, 2

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", help="Cassettes, or folders that hold them.")
]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--name", metavar="NAME", help="Another field, header or parameter with a secret value."
    ),
]


@cassettes.command()
def check(
    paths: Paths,
    allow: Annotated[
        str, typer.Option(metavar="REGEX", help="Values that are not reported, such as 'bob|eve'.")
    ] = "",
    names: Names = None,
    *,
    secrets_only: Annotated[
        bool, typer.Option("--secrets-only", help="Do not report personal data.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the findings as a JSON list.")
    ] = False,
) -> None:
    """Find secrets and personal data in cassettes of any origin, and print where they are.

    The secrets of AUTHING_USERPOOL_SECRET and AUTHING_ACCESS_TOKEN are found wherever they stand.
    Exits with 1 if something is found, and with 2 if a file cannot be read.
    """
    from ..testing.cassettes.check import check_cassette, grouped, totals

    try:
        re.compile(allow)
    except re.error as error:
        raise typer.BadParameter(f"{allow!r} is not a regular expression: {error}") from None
    files, failed = _read(paths)
    findings = [
        finding
        for file in files
        for finding in check_cassette(
            file, personal=not secrets_only, names=names or (), allow=allow
        )
    ]
    if as_json:
        typer.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False))
    else:
        for finding in grouped(findings):
            typer.echo(str(finding))
    if findings:
        typer.echo(
            f"{totals(findings)} `authing-users cassettes scrub` masks the secrets,"
            " and with --pseudonymize it replaces personal data.",
            err=True,
        )
    raise typer.Exit(FAILED if failed else FOUND if findings else 0)


@cassettes.command()
def scrub(
    paths: Paths,
    names: Names = None,
    *,
    pseudonymize: Annotated[
        bool,
        typer.Option(
            "--pseudonymize", help="Replace personal data by fakes of the same form, too."
        ),
    ] = False,
) -> None:
    """Mask the secrets in cassettes. Files in which nothing is found stay as they are."""
    from ..testing.cassettes.check import scrub_cassette

    files, failed = _read(paths)
    for file in files:
        try:
            if scrub_cassette(file, pseudonymize=pseudonymize, names=names or ()):
                typer.echo(f"{file.path}: scrubbed")
        except OSError as error:
            failed = True
            typer.echo(f"{file.path}: the file cannot be written: {error.strerror}", err=True)
    raise typer.Exit(FAILED if failed else 0)


@cassettes.command()
def show(paths: Paths) -> None:
    """Print the interactions of cassettes as a table, without secrets."""
    from ..testing.cassettes.summary import summarize

    files, failed = _read(paths)
    for file in files:
        typer.echo(str(file.path))
        _print_table(summarize(file))
    raise typer.Exit(FAILED if failed else 0)


@cassettes.command()
def unused(paths: Paths) -> None:
    """Print cassettes that no test uses. Exits with 1 if there are any.

    Test modules are parsed, not imported.
    """
    from ..testing.cassettes.unused import unused_cassettes

    for path in paths:
        if not path.exists():
            typer.echo(f"{path}: the path does not exist", err=True)
            raise typer.Exit(FAILED)
    found = unused_cassettes(paths)
    for path in found:
        typer.echo(str(path))
    raise typer.Exit(FOUND if found else 0)


def _read(paths: Sequence[Path]) -> tuple[list["CassetteFile"], bool]:
    """Return the cassettes among files and folders, and whether one cannot be read."""
    from ..testing.cassettes.files import CassetteFile, cassette_paths
    from ..testing.cassettes.places import UnreadableCassetteError

    files: list[CassetteFile] = []
    failed = False
    for path in paths:
        try:
            inner = list(cassette_paths(path))
        except UnreadableCassetteError as error:
            failed = True
            typer.echo(str(error), err=True)
            continue
        for file in inner:
            try:
                cassette = CassetteFile(file)
                if not cassette.is_cassette and file == path:
                    raise UnreadableCassetteError(f"{file}: the file is not a cassette of vcrpy")
            except UnreadableCassetteError as error:
                failed = True
                typer.echo(str(error), err=True)
            except ModuleNotFoundError as error:
                package = (error.name or "vcr").partition(".")[0]
                typer.echo(
                    f"The command needs {package}, which is not installed: "
                    "pip install 'authing-users[testing]'",
                    err=True,
                )
                raise typer.Exit(FAILED) from None
            else:
                # Folders hold other files, too.
                files += [cassette] if cassette.is_cassette else []
    return files, failed


def _print_table(lines: Sequence["Line"]) -> None:
    head = ("#", "operation", "variables", "status", "bytes")
    rows = [
        (str(number), line.operation, line.variables, line.status, str(line.size))
        for number, line in enumerate(lines, 1)
    ]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*head)
        for row in rows:
            table.add_row(*map(Text, row))
        Console().print(table)
        return
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        typer.echo("  ".join(cells).rstrip())
