"""``authing-users policies``: policies, and what they are assigned to."""

from functools import partial
from typing import Annotated, Any

import typer

from . import _values
from ._choices import AssignmentTarget
from ._context import Call, Yes, api_command
from ._each import count_of
from ._errors import UsageProblem
from ._objects import Codes, Namespace, confirm_objects, delete_objects, show_objects

__all__ = ["policies"]

policies: typer.Typer = typer.Typer(
    name="policies", no_args_is_help=True, help="Manage policies, and what they are assigned to."
)
assignments: typer.Typer = typer.Typer(
    name="assignments",
    no_args_is_help=True,
    help="List, add, remove, enable and disable assignments of policies.",
)
policies.add_typer(assignments)

COLUMNS = ("code", "namespace", "description", "assignmentsCount", "createdAt")

Code = Annotated[str, typer.Argument(metavar="CODE", help="Code of the policy.")]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="Description.")]
Statements = Annotated[
    str | None,
    typer.Option(
        "--statements",
        metavar="FILE",
        help='JSON file with a list of statements, such as [{"resource": "books:*", "actions":'
        ' ["books:read"], "effect": "ALLOW"}]; - reads stdin.',
    ),
]
Target = Annotated[
    AssignmentTarget,
    typer.Option(
        "--to", metavar="KIND", help="Kind of the targets: user, role, group or department."
    ),
]
Identifiers = Annotated[
    list[str],
    typer.Argument(
        metavar="TARGET", help="IDs of users and departments, or codes of roles and groups."
    ),
]
Identifier = Annotated[
    str,
    typer.Argument(
        metavar="TARGET", help="ID of the user or department, or code of the role or group."
    ),
]


@policies.command("list")
@api_command(result="Policy", columns=COLUMNS)
def list_policies(
    call: Call,
    *,
    namespace: Namespace = None,
    own: Annotated[bool, typer.Option("--own", help="Omit the policies of the service.")] = False,
) -> None:
    """List the policies.

    Example:

      authing-users policies list --own
    """
    call.emit_list(call.client.policies.iter_list(namespace=namespace, exclude_default=own))


@policies.command()
@api_command(result="Policy", columns=COLUMNS)
def show(call: Call, codes: Codes, *, namespace: Namespace = None) -> None:
    """Show policies with their statements.

    Example:

      authing-users policies show read-books --json
    """
    show_objects(call, codes, partial(call.client.policies.detail, namespace=namespace), "policy")


@policies.command()
@api_command(result="Policy", columns=COLUMNS)
def create(
    call: Call,
    code: Code,
    *,
    statements: Statements = None,
    description: Description = None,
    namespace: Namespace = None,
) -> None:
    """Create a policy.

    Example:

      authing-users policies create read-books --statements read-books.json
    """
    if statements is None:
        raise UsageProblem(
            "a policy needs statements", hint="Give a JSON file with --statements, or - for stdin."
        )
    rules: Any = _values.read_list(statements, "--statements")
    call.emit_one(call.client.policies.create(code, rules, description, namespace=namespace))


@policies.command()
@api_command(result="Policy", columns=COLUMNS)
def update(
    call: Call,
    code: Code,
    *,
    statements: Statements = None,
    description: Description = None,
    new_code: Annotated[str | None, typer.Option(metavar="CODE", help="New code.")] = None,
    namespace: Namespace = None,
) -> None:
    """Change a policy. Given statements replace all earlier ones.

    Example:

      authing-users policies update read-books --description "Read all books"
    """
    if statements is None and description is None and new_code is None:
        raise UsageProblem(
            "there is nothing to change", hint="Give --statements, --description or --new-code."
        )
    rules: Any = None if statements is None else _values.read_list(statements, "--statements")
    call.emit_one(
        call.client.policies.update(
            code, rules, description, new_code=new_code, namespace=namespace
        )
    )


@policies.command()
@api_command
def delete(call: Call, codes: Codes, *, namespace: Namespace = None, yes: Yes = False) -> None:
    """Delete policies and their assignments.

    If any code is unknown, no policy is deleted.

    Example:

      authing-users policies delete read-books
    """
    confirm_objects(call, codes, "policy", yes=yes)
    delete_objects(
        call,
        codes,
        partial(call.client.policies.delete_many, namespace=namespace),
        "policy",
    )


@assignments.command("list")
@api_command(result="PolicyAssignment", columns=("code", "targetType", "targetIdentifier"))
def list_assignments(call: Call, code: Code, *, namespace: Namespace = None) -> None:
    """List what a policy is assigned to.

    Example:

      authing-users policies assignments list read-books
    """
    call.emit_list(call.client.policies.iter_assignments(code, namespace=namespace))


@assignments.command()
@api_command
def add(
    call: Call,
    code: Code,
    targets: Identifiers,
    *,
    kind: Target = AssignmentTarget.USER,
    namespace: Namespace = None,
) -> None:
    """Assign a policy to users, roles, groups or departments.

    Example:

      authing-users policies assignments add read-books admin auditor --to role
    """
    call.client.policies.add_assignments([code], kind.api_name, targets, namespace=namespace)
    call.emit_message(f"Assigned the policy {code} to {count_of(len(targets), kind.value)}.")


@assignments.command()
@api_command
def remove(
    call: Call,
    code: Code,
    targets: Identifiers,
    *,
    kind: Target = AssignmentTarget.USER,
    namespace: Namespace = None,
    yes: Yes = False,
) -> None:
    """Remove a policy from users, roles, groups or departments.

    Example:

      authing-users policies assignments remove read-books admin --to role
    """
    number = count_of(len(targets), kind.value)
    call.confirm(f"Remove the policy {code} from {number}: {', '.join(targets)}", yes=yes)
    call.client.policies.remove_assignments([code], kind.api_name, targets, namespace=namespace)
    call.emit_message(f"Removed the policy {code} from {number}.")


@assignments.command()
@api_command
def enable(
    call: Call,
    code: Code,
    identifier: Identifier,
    *,
    kind: Target = AssignmentTarget.USER,
    namespace: Namespace = None,
) -> None:
    """Let an assignment that was disabled have an effect again.

    Example:

      authing-users policies assignments enable read-books admin --to role
    """
    call.client.policies.enable_assignment(code, kind.api_name, identifier, namespace)
    call.emit_message(f"Enabled the policy {code} for the {kind.value} {identifier}.")


@assignments.command()
@api_command
def disable(
    call: Call,
    code: Code,
    identifier: Identifier,
    *,
    kind: Target = AssignmentTarget.USER,
    namespace: Namespace = None,
) -> None:
    """Let an assignment have no effect, without removing it.

    Example:

      authing-users policies assignments disable read-books admin --to role
    """
    call.client.policies.disable_assignment(code, kind.api_name, identifier, namespace)
    call.emit_message(f"Disabled the policy {code} for the {kind.value} {identifier}.")
