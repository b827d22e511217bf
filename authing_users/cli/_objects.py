"""The parts that the commands for groups, roles and policies have in common."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from ._completion import complete_codes
from ._context import Call
from ._each import count_of, plural_of
from ._errors import CommandError, ExitCode, show_error

__all__ = ["Codes", "Namespace", "confirm_objects", "delete_objects", "show_objects"]

Codes = Annotated[
    list[str], typer.Argument(metavar="CODE", help="Codes.", autocompletion=complete_codes)
]
Namespace = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Permission namespace. Default: chosen by the service."),
]


def show_objects(
    call: Call,
    codes: Sequence[str],
    find: Callable[[str], object | None],
    noun: str,
) -> None:
    """Show objects by their codes.

    Args:
        call: The use of the command.
        codes: The codes.
        find: Returns an object, or ``None`` if it does not exist.
        noun: The word for one of them, such as ``group``.

    Raises:
        CommandError: The only object does not exist.
        typer.Exit: Some objects do not exist.
    """
    objects = {code: find(code) for code in dict.fromkeys(codes)}
    missing = [code for code, item in objects.items() if item is None]
    if len(objects) == 1 and not missing:
        call.emit_one(next(iter(objects.values())))
        return
    if len(objects) == 1:
        raise CommandError(
            f"there is no {noun} with the code {missing[0]}",
            hint=f"List all: authing-users {plural_of(noun)} list",
        )
    call.emit_list(item for item in objects.values() if item is not None)
    for code in missing:
        show_error(f"there is no {noun} with the code {code}")
    if missing:
        raise typer.Exit(ExitCode.FAILED if len(missing) == len(objects) else ExitCode.SOME_FAILED)


def confirm_objects(call: Call, codes: Sequence[str], noun: str, *, yes: bool) -> None:
    """Say which objects will be deleted, and ask whether to go on."""
    call.confirm(f"Delete {count_of(len(codes), noun)}: {', '.join(codes)}", yes=yes)


def delete_objects(
    call: Call,
    codes: Sequence[str],
    delete: Callable[[Sequence[str]], object],
    noun: str,
) -> None:
    """Delete objects, all or none, and say so."""
    delete(codes)
    call.emit_message(f"Deleted {count_of(len(codes), noun)}.")
