"""``authing-users emulator``: serve the local emulator."""

from typing import Annotated, NoReturn

import typer

_LONGEST_LIFETIME = 10 * 365 * 24 * 60 * 60  # seconds; the API's Int ends in 2038


def emulator(
    host: Annotated[str, typer.Option(help="Name or address to listen at.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any free one.")
    ] = 4466,
    db: Annotated[
        str, typer.Option(metavar="FILE", help="SQLite file, or :memory: to keep nothing.")
    ] = ":memory:",
    user_pool_id: Annotated[
        str | None, typer.Option(metavar="ID", help="Id of the user pool of a new database.")
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(metavar="S", help="Secret of the user pool, from now on. Default: its own."),
    ] = None,
    seed_users: Annotated[
        int,
        typer.Option(min=0, max=1_000_000, metavar="N", help="Fill up to N made-up users."),
    ] = 0,
    token_lifetime: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=_LONGEST_LIFETIME,
            metavar="SECONDS",
            help="How long management tokens live. Default: 15 days.",
        ),
    ] = None,
    *,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let other machines connect.")
    ] = False,
) -> None:
    """Serve a local emulator of the user-management API until Ctrl+C.

    Prints its address, and the variables to export so that a client finds it.
    """
    try:
        from ..emulator.app import create_app
        from ..emulator.serving import (
            UnusableAddressError,
            announcement,
            bind,
            serve,
        )
        from ..emulator.store.database import UnusableDatabaseError
        from ..emulator.store.userpool import TOKEN_LIFETIME
    except ModuleNotFoundError as error:
        _fail(
            f"The emulator needs {error.name}, which is not installed: "
            "pip install 'authing-users[emulator]'",
            1,
        )
    try:
        listener = bind(host, port, allow_remote=allow_remote)
    except PermissionError:
        _fail(
            f"{host!r} can be reached from other machines, and whoever knows the secret could "
            "use the emulator. Add --allow-remote if you mean it.",
            2,
        )
    except UnusableAddressError as error:
        _fail(str(error), 1)
    with listener:
        try:
            app = create_app(
                db,
                user_pool_id=user_pool_id,
                secret=secret,
                token_lifetime=TOKEN_LIFETIME if token_lifetime is None else token_lifetime,
                own_hosts={host.lower()},
            )
        except UnusableDatabaseError as error:
            _fail(str(error), 1)
        try:
            app.seed_users(seed_users)
            serve(app, listener, lambda: print(announcement(listener, app), flush=True))
        finally:
            app.close()


def _fail(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
