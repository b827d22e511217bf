"""Control a running emulator: seed, reset, snapshots and requests."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from .._context import Call, Yes, local_command
from .._each import count_of
from .._errors import CommandError, UsageProblem

if TYPE_CHECKING:
    from ._running import RunningEmulator

__all__ = [
    "create_snapshot",
    "list_snapshots",
    "requests",
    "reset",
    "restore_snapshot",
    "seed",
]

REQUEST_FIELDS = ("time", "operation", "method", "path", "status", "code", "variables")
REQUEST_COLUMNS = ("time", "operation", "status", "code", "variables")

Address = Annotated[
    str | None,
    typer.Option(
        "--emulator",
        metavar="HOST:PORT",
        envvar="AUTHING_EMULATOR_HOST",
        help="Address of the emulator. Default: 127.0.0.1:4466.",
        show_default=False,
    ),
]
SnapshotName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the snapshot.")]


@local_command()
def seed(
    call: Call,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="YAML or JSON file: see docs/emulator.md."),
    ] = None,
    *,
    users: Annotated[
        int,
        typer.Option(
            min=0, max=1_000_000, metavar="N", help="Create generated users until there are N."
        ),
    ] = 0,
    address: Address = None,
) -> None:
    """Create test data in a running emulator. Existing objects stay as they are.

    Examples:

      authing-users emulator seed seed.yaml

      authing-users emulator seed --users 100
    """
    if file is None and not users:
        raise UsageProblem("there is nothing to create", hint="Give a file, or --users N.")
    running = _running(address)
    if file is not None:
        running.seed(_seed_content(file), name=str(file))
    if users:
        running.seed({"users": users})
    call.emit_message(f"The emulator has {_counts(running.counts())}.")


@local_command()
def reset(call: Call, *, yes: Yes = False, address: Address = None) -> None:
    """Delete all data of a running emulator, and reset its clock.

    The ID, the secret and the keys of the user pool stay, and so do the snapshots.

    Example:

      authing-users emulator reset --yes
    """
    running = _running(address)
    if not yes:
        counts = _counts(running.counts())
        call.confirm(f"Delete all data of the emulator at {running.url}: {counts}", yes=False)
    running.reset()
    call.emit_message("The emulator is empty.")


@local_command()
def create_snapshot(call: Call, name: SnapshotName, *, address: Address = None) -> None:
    """Keep a copy of all data under a name.

    Example:

      authing-users emulator snapshot create before-import
    """
    _running(address).snapshot(name)
    call.emit_message(f"Created the snapshot {name}.")


@local_command()
def restore_snapshot(call: Call, name: SnapshotName, *, address: Address = None) -> None:
    """Replace all data by a snapshot.

    Example:

      authing-users emulator snapshot restore before-import
    """
    _running(address).restore(name)
    call.emit_message(f"Restored the snapshot {name}.")


@local_command(result=("name",), columns=("name",))
def list_snapshots(call: Call, *, address: Address = None) -> None:
    """List the snapshots, oldest first.

    Example:

      authing-users emulator snapshot list
    """
    call.emit_list({"name": name} for name in _running(address).snapshots)


@local_command(result=REQUEST_FIELDS, columns=REQUEST_COLUMNS)
def requests(
    call: Call,
    *,
    operation: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only this operation, such as createUser."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only the last N requests.")
    ] = None,
    address: Address = None,
) -> None:
    """Print the requests that a running emulator received, oldest first. Secrets are masked.

    Examples:

      authing-users emulator requests --limit 10

      authing-users emulator requests --operation createUser --json
    """
    from datetime import UTC, datetime

    calls = _running(address).calls(operation)
    call.emit_list(
        {
            "time": datetime.fromtimestamp(item.time, UTC).isoformat(timespec="milliseconds"),
            "operation": item.operation_name or item.operation,
            "method": item.method,
            "path": item.path,
            "status": item.status,
            "code": item.code,
            "variables": item.variables,
        }
        for item in (calls if limit is None else calls[-limit:])
    )


def _running(address: str | None) -> "RunningEmulator":
    from ._running import RunningEmulator

    return RunningEmulator(address or "127.0.0.1:4466")


def _seed_content(file: Path) -> Mapping[str, Any]:
    try:
        from ...emulator.seed.errors import SeedError
        from ...emulator.seed.files import read_seed_file
    except ModuleNotFoundError as error:
        raise CommandError(
            f"reading a seed needs {error.name}, which is not installed",
            hint="Install it: pip install 'authing-users[emulator]'",
        ) from None
    try:
        return cast("Mapping[str, Any]", read_seed_file(file).content)
    except SeedError as error:
        raise CommandError(str(error)) from None


def _counts(counts: Mapping[str, int]) -> str:
    names = {"users": "user", "roles": "role", "groups": "group"}
    return ", ".join(count_of(counts.get(name, 0), noun) for name, noun in names.items())
