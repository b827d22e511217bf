"""``authing-users emulator``: serve the local emulator, and control a running one."""

import typer

from . import control, serving

__all__ = ["emulator"]

emulator: typer.Typer = typer.Typer(
    name="emulator",
    help="Serve a local emulator of the API, and control a running one.\n\n"
    "Without a command, the emulator is served: the options are those of `serve`.",
)
snapshot: typer.Typer = typer.Typer(
    name="snapshot",
    no_args_is_help=True,
    help="Keep copies of all data of a running emulator, and restore them.",
)

emulator.callback(invoke_without_command=True)(serving.serve_without_command)
emulator.command("serve")(serving.serve)
emulator.command("seed")(control.seed)
emulator.command("reset")(control.reset)
emulator.add_typer(snapshot)
emulator.command("requests")(control.requests)

snapshot.command("create")(control.create_snapshot)
snapshot.command("restore")(control.restore_snapshot)
snapshot.command("list")(control.list_snapshots)
