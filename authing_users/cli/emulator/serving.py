"""Serve the local emulator."""

import functools
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from .._errors import UsageProblem

__all__ = ["serve", "serve_without_command"]

_MAX_TOKEN_LIFETIME = 10 * 365 * 24 * 60 * 60  # seconds; the API's Int cannot hold times after 2038


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Host name or address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 selects a free port.")
    ] = 4466,
    db: Annotated[
        str, typer.Option(metavar="FILE", help="SQLite file, or :memory: to store nothing on disk.")
    ] = ":memory:",
    user_pool_id: Annotated[
        str | None, typer.Option(metavar="ID", help="User pool ID of a new database.")
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(
            metavar="S",
            envvar="AUTHING_EMULATOR_SECRET",
            help="New secret of the user pool. Default: the stored secret, or a fixed one.",
        ),
    ] = None,
    seed: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Create the users, roles, groups and organisations of a YAML or JSON file.",
        ),
    ] = None,
    seed_users: Annotated[
        int,
        typer.Option(
            min=0, max=1_000_000, metavar="N", help="Create generated users until there are N."
        ),
    ] = 0,
    token_lifetime: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=_MAX_TOKEN_LIFETIME,
            metavar="SECONDS",
            help="Lifetime of management tokens. Default: 15 days.",
        ),
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="GraphQL schema to serve: a file or a folder. Default: that of the API. A file"
            " with extensions only, such as `extend type User`, extends it.",
        ),
    ] = None,
    import_file: Annotated[
        Path | None,
        typer.Option(
            "--import", metavar="FILE", help="Start with an exported user pool, in a new database."
        ),
    ] = None,
    export_on_exit: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write the user pool to a file when the emulator is stopped."
        ),
    ] = None,
    *,
    deterministic: Annotated[
        bool,
        typer.Option(
            "--deterministic",
            help="Make IDs, times and keys depend on the order of the requests only.",
        ),
    ] = False,
    allow_remote: Annotated[
        bool,
        typer.Option(
            "--allow-remote",
            help="Allow connections from other machines. A random secret replaces the fixed one.",
        ),
    ] = False,
) -> None:
    """Serve a local emulator of the user management API until Ctrl+C.

    Prints its address and the variables that a client needs.
    """
    try:
        from ...emulator.app import create_app
        from ...emulator.errors import UnusableSchemaError
        from ...emulator.seed.errors import SeedError
        from ...emulator.serving import (
            UnusableAddressError,
            bind,
            serve as serve_until_stopped,
            startup_message,
        )
        from ...emulator.store.database import UnusableDatabaseError
        from ...emulator.store.pool_files import check_export_path
        from ...emulator.store.userpool import TOKEN_LIFETIME
    except ModuleNotFoundError as error:
        _fail(
            f"The emulator needs {error.name}, which is not installed: "
            "pip install 'authing-users[emulator]'",
            1,
        )
    source = context.get_parameter_source("secret")
    if source is not None and source.name == "COMMANDLINE":
        typer.echo(
            "Warning: other users of this machine can read the secret in the list of processes."
            " Set AUTHING_EMULATOR_SECRET instead of --secret.",
            err=True,
        )
    if deterministic and allow_remote:
        _fail(
            "The keys of --deterministic are public, so other machines must not connect: remove"
            " --allow-remote.",
            2,
        )
    try:
        listener = bind(host, port, allow_remote=allow_remote)
    except PermissionError:
        _fail(
            f"Other machines can connect to {host!r}. Add --allow-remote to allow that.",
            2,
        )
    except UnusableAddressError as error:
        _fail(str(error), 1)
    with listener:
        try:
            if export_on_exit is not None:
                check_export_path(str(export_on_exit))
            app = create_app(
                db,
                user_pool_id=user_pool_id,
                secret=secret,
                allow_development_secret=not allow_remote,
                token_lifetime=TOKEN_LIFETIME if token_lifetime is None else token_lifetime,
                own_hosts={host.lower()},
                schema=schema,
                seed=seed,
                deterministic=deterministic,
                import_file=import_file,
            )
        except SeedError as error:
            _fail(str(error), 1)
        except UnusableSchemaError as error:
            _fail(f"{schema} cannot be served: {error}", 1)
        except UnusableDatabaseError as error:
            _fail(str(error), 1)
        try:
            _seed(app.seed_users, seed_users)
            serve_until_stopped(app, listener, lambda: _print(startup_message(listener, app)))
            if export_on_exit is not None:
                app.control.export(export_on_exit)
        except UnusableDatabaseError as error:
            _fail(str(error), 1)
        finally:
            app.close()


@functools.wraps(serve)
def serve_without_command(context: typer.Context, **options: Any) -> None:
    """Serve the emulator, unless a command of the group follows."""
    if context.invoked_subcommand is None:
        serve(context, **options)
        return
    for name in options:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            option = "--import" if name == "import_file" else f"--{name.replace('_', '-')}"
            raise UsageProblem(
                f"{option} is an option of serve, not of {context.invoked_subcommand}",
                hint="Serve the emulator first: authing-users emulator serve --help",
            )


def _seed(seed: Callable[[int], None], number: int) -> None:
    try:
        seed(number)
    except (sqlite3.Error, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        _fail(f"The users of --seed-users cannot be created: {reason}.", 1)


def _print(message: str) -> None:
    try:
        print(message, flush=True)
    except OSError as error:
        # Python writes the rest of the output again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _fail(f"The address of the emulator cannot be written to stdout: {error.strerror}.", 1)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
