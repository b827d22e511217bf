"""``authing-users groups``: groups and their members."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from ._completion import complete_groups
from ._context import Call, Yes, api_command
from ._each import count_of
from ._errors import UsageProblem
from ._members import Limit, WithCustomData, add_members, list_members, remove_members
from ._named_users import NamedUsers, takes_users
from ._objects import Codes, confirm_objects, delete_objects, show_objects
from .users.listing import COLUMNS as USER_COLUMNS

__all__ = ["groups"]

groups: typer.Typer = typer.Typer(
    name="groups", no_args_is_help=True, help="Manage groups and their members."
)
members: typer.Typer = typer.Typer(
    name="members", no_args_is_help=True, help="List, add and remove the members of a group."
)
groups.add_typer(members)

COLUMNS = ("code", "name", "description", "createdAt")

Code = Annotated[
    str, typer.Argument(metavar="CODE", help="Code of the group.", autocompletion=complete_groups)
]
Name = Annotated[str | None, typer.Option(metavar="TEXT", help="Name for people.")]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="Description.")]


@groups.command("list")
@api_command(result="Group", columns=COLUMNS)
def list_groups(call: Call) -> None:
    """List the groups, newest first.

    Example:

      authing-users groups list --jq '[].code'
    """
    call.emit_list(call.client.groups.iter_list())


@groups.command()
@api_command(result="Group", columns=COLUMNS)
def show(call: Call, codes: Codes) -> None:
    """Show groups.

    Example:

      authing-users groups show staff
    """
    show_objects(call, codes, call.client.groups.detail, "group")


@groups.command()
@api_command(result="Group", columns=COLUMNS)
def create(call: Call, code: Code, *, name: Name = None, description: Description = None) -> None:
    """Create a group.

    Example:

      authing-users groups create staff --name Staff --description "All employees"
    """
    call.emit_one(call.client.groups.create(code, name or code, description))


@groups.command()
@api_command(result="Group", columns=COLUMNS)
def update(
    call: Call,
    code: Code,
    *,
    new_code: Annotated[str | None, typer.Option(metavar="CODE", help="New code.")] = None,
    name: Name = None,
    description: Description = None,
) -> None:
    """Change a group.

    Example:

      authing-users groups update staff --name Employees
    """
    if new_code is None and name is None and description is None:
        raise UsageProblem(
            "there is nothing to change", hint="Give --name, --description or --new-code."
        )
    client = call.client.groups
    if description is None:
        call.emit_one(client.update(code, new_code, name))
    else:
        call.emit_one(client.update(code, new_code, name, description))


@groups.command()
@api_command
def delete(call: Call, codes: Codes, *, yes: Yes = False) -> None:
    """Delete groups. Their members are not deleted.

    If any code is unknown, no group is deleted.

    Example:

      authing-users groups delete guests visitors
    """
    confirm_objects(call, codes, "group", yes=yes)
    delete_objects(call, codes, call.client.groups.delete_many, "group")


@members.command("list")
@api_command(result="User", columns=USER_COLUMNS)
def list_group_members(
    call: Call, code: Code, *, limit: Limit = None, custom_data: WithCustomData = False
) -> None:
    """List the members of a group.

    Example:

      authing-users groups members list staff --csv
    """
    rows = partial(call.client.groups.iter_users, code)
    list_members(call, rows, limit, custom_data=custom_data)


@members.command()
@api_command
@takes_users
def add(call: Call, named: NamedUsers, code: Code) -> None:
    """Add users to a group.

    If a user does not exist, no user is added.

    Example:

      authing-users groups members add staff --email ada@example.com --email bob@example.com
    """

    def add_users(ids: Sequence[str]) -> object:
        return call.client.groups.add_users(code, ids)

    number = add_members(call, named, add_users)
    call.emit_message(f"Added {count_of(number)} to the group {code}.")


@members.command()
@api_command
@takes_users
def remove(call: Call, named: NamedUsers, code: Code, *, yes: Yes = False) -> None:
    """Remove users from a group. The users are not deleted.

    Example:

      authing-users groups members remove staff --username bob
    """

    def remove_users(ids: Sequence[str]) -> object:
        return call.client.groups.remove_users(code, ids)

    number = remove_members(call, named, remove_users, f"the group {code}", yes=yes)
    call.emit_message(f"Removed {count_of(number)} from the group {code}.")
