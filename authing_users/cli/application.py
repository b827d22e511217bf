"""The application with all commands."""

from typing import Annotated

import typer

from .._version import __version__
from .cassettes import cassettes
from .emulator import emulator
from .generate import generate
from .schema import schema

app: typer.Typer = typer.Typer(
    name="authing-users",
    no_args_is_help=True,
    # Pretty tracebacks show the values of variables, which include secrets.
    pretty_exceptions_enable=False,
)


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(f"authing-users {__version__}")
        raise typer.Exit


@app.callback()
def authing_users(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Manage the users of Authing user pools."""


app.command()(emulator)
app.command()(generate)
app.add_typer(cassettes)
app.add_typer(schema)
