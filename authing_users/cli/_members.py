"""Lists of users, and the members of groups and roles."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Annotated

import typer

from ._context import Call
from ._each import confirm_users
from ._errors import CommandError, ExitCode, show_error
from ._named_users import NamedUser, NamedUsers

__all__ = [
    "Limit",
    "WithCustomData",
    "add_members",
    "list_members",
    "remove_members",
    "requested_fields",
    "shows_custom_data",
]

USERS_PER_REQUEST = 100
CUSTOM_DATA = "customData"

Limit = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Most users to print. Default: all.")
]
WithCustomData = Annotated[
    bool, typer.Option("--custom-data", help="Include the values of custom fields.")
]


def shows_custom_data(call: Call) -> bool:
    """Return whether ``--fields`` names values of custom fields."""
    return any(field.split(".")[0] == CUSTOM_DATA for field in call.output.fields or ())


def requested_fields(call: Call) -> list[str] | None:
    """Return the fields of users to request: those of ``--fields``, or all."""
    if call.output.fields is None:
        return None
    names = dict.fromkeys(field.split(".")[0] for field in call.output.fields)
    return [name for name in names if name != CUSTOM_DATA]


def list_members(
    call: Call, iter_users: Callable[..., Iterable[object]], limit: int | None, *, custom_data: bool
) -> None:
    """Print users.

    Args:
        call: The use of the command.
        iter_users: The method that returns them.
        limit: The most users to print.
        custom_data: Whether to include the values of custom fields.
    """
    rows = iter_users(
        with_custom_data=custom_data or shows_custom_data(call), fields=requested_fields(call)
    )
    call.emit_list(islice(rows, limit))


def add_members(call: Call, named: NamedUsers, add: Callable[[Sequence[str]], object]) -> int:
    """Add users, and return their number.

    Raises:
        CommandError: A user does not exist: nobody is added.
    """
    ids = _existing(list(named.find(call)))
    _in_parts(ids, add)
    return len(ids)


def remove_members(
    call: Call,
    named: NamedUsers,
    remove: Callable[[Sequence[str]], object],
    owner: str,
    *,
    yes: bool,
) -> int:
    """Show users, ask, remove them, and return their number.

    Args:
        call: The use of the command.
        named: The users.
        remove: Removes users with these IDs.
        owner: What they are removed from.
        yes: Whether not to ask.

    Raises:
        CommandError: A user does not exist: nobody is removed.
    """
    users = list(named.find(call))
    ids = _existing(users)
    confirm_users(call, users, "Remove", f" from {owner}", yes=yes)
    _in_parts(ids, remove)
    return len(ids)


def _existing(users: Sequence[NamedUser]) -> list[str]:
    missing = [item for item in users if item.user is None]
    for item in missing[:-1]:
        show_error(item.problem)
    if missing:
        raise CommandError(missing[-1].problem, hint="Nothing was changed.", code=ExitCode.FAILED)
    return [item.user.id for item in users if item.user is not None]


def _in_parts(ids: Sequence[str], change: Callable[[Sequence[str]], object]) -> None:
    for start in range(0, len(ids), USERS_PER_REQUEST):
        change(ids[start : start + USERS_PER_REQUEST])
