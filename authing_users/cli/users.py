"""``authing-users users``: list, show and change users."""

from typing import TYPE_CHECKING, Annotated

import typer

from ._context import Call, api_command
from ._errors import CommandError

if TYPE_CHECKING:
    from authing_graphql import User

users: typer.Typer = typer.Typer(
    name="users", no_args_is_help=True, help="List, show and change users."
)

COLUMNS = ("id", "username", "email", "phone", "status", "createdAt")

IDs = Annotated[list[str], typer.Argument(metavar="ID...", help="IDs of users.")]


@users.command("list")
@api_command(result="User", columns=COLUMNS)
def list_users(
    call: Call,
    *,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Most users to print. Default: all.")
    ] = None,
) -> None:
    """List the users of the pool, newest first.

    Examples:

      authing-users users list --limit 20

      authing-users users list --csv --fields id,email > users.csv
    """
    from itertools import islice

    rows = call.client.users.iter_list()
    call.emit_list(rows if limit is None else islice(rows, limit))


@users.command()
@api_command(result="User", columns=COLUMNS)
def show(call: Call, ids: IDs) -> None:
    """Show users with all their fields."""
    found = [_required(call, user_id) for user_id in ids]
    if len(found) == 1:
        call.emit_one(found[0])
    else:
        call.emit_list(found)


def _required(call: Call, user_id: str) -> "User":
    user = call.client.users.detail(user_id, with_custom_data=True)
    if user is None:
        raise CommandError(
            f"there is no user with the ID {user_id}",
            hint="Find users by other identifiers: authing-users users find --help",
        )
    return user
