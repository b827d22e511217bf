"""The application with all commands."""

import typer

from .cassettes import cassettes
from .emulator import emulator
from .schema import schema

app: typer.Typer = typer.Typer(
    name="authing-users",
    no_args_is_help=True,
    # Pretty tracebacks show the values of variables, which include secrets.
    pretty_exceptions_enable=False,
)


@app.callback()
def authing_users() -> None:
    """Manage the users of Authing user pools."""


app.command()(emulator)
app.add_typer(cassettes)
app.add_typer(schema)
