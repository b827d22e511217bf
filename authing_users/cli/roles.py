"""``authing-users roles``: roles, the users who have them, and their policies."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import typer

from ._completion import complete_policies, complete_roles
from ._context import Call, Yes, api_command
from ._each import count_of
from ._errors import UsageProblem
from ._members import Limit, WithCustomData, add_members, list_members, remove_members
from ._named_users import NamedUsers, takes_users
from ._objects import Codes, Namespace, confirm_objects, delete_objects, show_objects
from .users.listing import COLUMNS as USER_COLUMNS

__all__ = ["roles"]

roles: typer.Typer = typer.Typer(
    name="roles", no_args_is_help=True, help="Manage roles, and who has them."
)
members: typer.Typer = typer.Typer(
    name="members", no_args_is_help=True, help="List, add and remove the users with a role."
)
policies: typer.Typer = typer.Typer(
    name="policies", no_args_is_help=True, help="List, assign and remove the policies of a role."
)
roles.add_typer(members)
roles.add_typer(policies)

COLUMNS = ("code", "namespace", "description", "createdAt")

Code = Annotated[
    str, typer.Argument(metavar="CODE", help="Code of the role.", autocompletion=complete_roles)
]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="Description.")]
PolicyCodes = Annotated[
    list[str],
    typer.Argument(
        metavar="POLICY", help="Codes of the policies.", autocompletion=complete_policies
    ),
]


@roles.command("list")
@api_command(result="Role", columns=COLUMNS)
def list_roles(call: Call, *, namespace: Namespace = None) -> None:
    """List the roles, newest first.

    Example:

      authing-users roles list --namespace default
    """
    call.emit_list(call.client.roles.iter_list(namespace=namespace))


@roles.command()
@api_command(result="Role", columns=COLUMNS)
def show(call: Call, codes: Codes, *, namespace: Namespace = None) -> None:
    """Show roles.

    Example:

      authing-users roles show admin
    """
    show_objects(call, codes, partial(call.client.roles.detail, namespace=namespace), "role")


@roles.command()
@api_command(result="Role", columns=COLUMNS)
def create(
    call: Call,
    code: Code,
    *,
    description: Description = None,
    parent: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="Code of the role above it.", autocompletion=complete_roles
        ),
    ] = None,
    namespace: Namespace = None,
) -> None:
    """Create a role.

    Example:

      authing-users roles create auditor --description "May read everything"
    """
    call.emit_one(call.client.roles.create(code, description, parent, namespace))


@roles.command()
@api_command(result="Role", columns=COLUMNS)
def update(
    call: Call,
    code: Code,
    *,
    new_code: Annotated[str | None, typer.Option(metavar="CODE", help="New code.")] = None,
    description: Description = None,
    namespace: Namespace = None,
) -> None:
    """Change a role.

    Example:

      authing-users roles update auditor --description "May read the logs"
    """
    if new_code is None and description is None:
        raise UsageProblem("there is nothing to change", hint="Give --description or --new-code.")
    given: dict[str, Any] = {} if description is None else {"description": description}
    call.emit_one(call.client.roles.update(code, newCode=new_code, namespace=namespace, **given))


@roles.command()
@api_command
def delete(call: Call, codes: Codes, *, namespace: Namespace = None, yes: Yes = False) -> None:
    """Delete roles. The users with the roles are not deleted.

    If any code is unknown, no role is deleted.

    Example:

      authing-users roles delete auditor
    """
    confirm_objects(call, codes, "role", yes=yes)
    delete_objects(call, codes, partial(call.client.roles.delete_many, namespace=namespace), "role")


@members.command("list")
@api_command(result="User", columns=USER_COLUMNS)
def list_role_members(
    call: Call,
    code: Code,
    *,
    namespace: Namespace = None,
    limit: Limit = None,
    custom_data: WithCustomData = False,
) -> None:
    """List the users with a role.

    Example:

      authing-users roles members list admin
    """
    rows = partial(call.client.roles.iter_users, code, namespace=namespace)
    list_members(call, rows, limit, custom_data=custom_data)


@members.command("add")
@api_command
@takes_users
def add_role_members(
    call: Call, named: NamedUsers, code: Code, *, namespace: Namespace = None
) -> None:
    """Give users a role.

    If a user does not exist, no user gets the role.

    Example:

      authing-users roles members add admin --username ada
    """

    def add_users(ids: Sequence[str]) -> object:
        return call.client.roles.add_users(code, ids, namespace)

    number = add_members(call, named, add_users)
    call.emit_message(f"Gave {count_of(number)} the role {code}.")


@members.command("remove")
@api_command
@takes_users
def remove_role_members(
    call: Call,
    named: NamedUsers,
    code: Code,
    *,
    namespace: Namespace = None,
    yes: Yes = False,
) -> None:
    """Take a role from users. The users are not deleted.

    Example:

      authing-users roles members remove admin --username ada
    """

    def remove_users(ids: Sequence[str]) -> object:
        return call.client.roles.remove_users(code, ids, namespace)

    number = remove_members(call, named, remove_users, f"the role {code}", yes=yes)
    call.emit_message(f"Removed {count_of(number)} from the role {code}.")


@policies.command("list")
@api_command(result="PolicyAssignment", columns=("code",))
def list_role_policies(call: Call, code: Code) -> None:
    """List the policies of a role in the default namespace.

    Example:

      authing-users roles policies list admin
    """
    call.emit_list(call.client.roles.iter_policies(code))


@policies.command("add")
@api_command
def add_role_policies(call: Call, code: Code, codes: PolicyCodes) -> None:
    """Assign policies to a role in the default namespace.

    Example:

      authing-users roles policies add admin read-books write-books
    """
    call.client.roles.add_policies(code, codes)
    number = count_of(len(codes), "policy")
    call.emit_message(f"Assigned {number} to the role {code}.")


@policies.command("remove")
@api_command
def remove_role_policies(call: Call, code: Code, codes: PolicyCodes, *, yes: Yes = False) -> None:
    """Remove policies from a role. The policies are not deleted.

    Example:

      authing-users roles policies remove admin write-books
    """
    number = count_of(len(codes), "policy")
    call.confirm(f"Remove {number} from the role {code}: {', '.join(codes)}", yes=yes)
    call.client.roles.remove_policies(code, codes)
    call.emit_message(f"Removed {number} from the role {code}.")
