"""``authing-users generate``: generate a typed package from a schema and operations."""

import shlex
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

_FAILED = 1


def generate(
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="TOML file with the table tool.ariadne-codegen. Default: codegen.toml, if there"
            " is one.",
        ),
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="GraphQL schema: a file, a folder of files, or the JSON response to an"
            " introspection query.",
        ),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Folder, or file, with the operations."),
    ] = None,
    package: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Name of the package, such as acme_authing."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder that the package is written into. Default: the working directory.",
        ),
    ] = None,
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing. Exit with 1 if the package is out of date."),
    ] = False,
) -> None:
    """Generate a typed Python package from a GraphQL schema and operations.

    If there are problems, all of them are printed with their places, and nothing is written.
    """
    try:
        from .._codegen.config import read_settings
        from .._codegen.generate import generate as generate_package
        from .._codegen.problems import GenerationError
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"authing_users", "authing_graphql"}:
            raise
        _fail(
            f"The generator needs {error.name}, which is not installed: "
            "pip install 'authing-users[codegen]'"
        )
    # Temporary files are removed also when the process is told to stop.
    signal.signal(signal.SIGTERM, _stop)
    try:
        settings = read_settings(config, schema=schema, queries=queries, package=package, out=out)
        outcome = generate_package(settings, check=check)
    except GenerationError as error:
        number = len(error.problems)
        noun = "problem" if number == 1 else "problems"
        _fail("\n".join([*map(str, error.problems), f"{number} {noun}. Nothing was written."]))
    except OSError as error:
        file = f"{error.filename}: " if error.filename else ""
        _fail(f"The package cannot be written: {file}{error.strerror}. Nothing was changed.")
    for warning in outcome.warnings:
        typer.echo(
            f"{warning.file}:{warning.line}:{warning.column}: warning: {warning.message}", err=True
        )
    name = outcome.target.as_posix()
    if check and outcome.differences:
        options = {
            "--config": config,
            "--schema": schema,
            "--queries": queries,
            "--package": package,
            "--out": out,
        }
        given = [f"{option}={value}" for option, value in options.items() if value is not None]
        command = shlex.join(["authing-users", "generate", *given])
        _fail("\n".join([*outcome.differences, f"{name} is out of date: run `{command}`"]))
    if not outcome.differences:
        typer.echo(f"{name} is up to date.")
        return
    number = outcome.number_of_operations
    noun = "operation" if number == 1 else "operations"
    typer.echo(
        f"{name}: written from {settings.schema} and {settings.queries}, with {number} {noun}."
    )


def _stop(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(_FAILED)
