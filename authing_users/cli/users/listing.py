"""List, search, find and show users."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._choices import SortBy
from .._completion import complete_groups, complete_roles
from .._context import Call, api_command
from .._errors import CommandError, ExitCode, UsageProblem, show_error
from .._members import Limit, WithCustomData, requested_fields, shows_custom_data
from .._named_users import NamedUser, NamedUsers, takes_users

if TYPE_CHECKING:
    from authing_graphql.fragments import User

__all__ = ["COLUMNS", "find", "list_users", "search", "show"]

COLUMNS = ("id", "username", "email", "phone", "status", "createdAt")


@api_command(result="User", columns=COLUMNS)
def list_users(
    call: Call,
    *,
    limit: Limit = None,
    sort: Annotated[
        SortBy, typer.Option(metavar="ORDER", help="newest, oldest, last-updated or first-updated.")
    ] = SortBy.NEWEST,
    custom_data: WithCustomData = False,
    archived: Annotated[
        bool, typer.Option("--archived", help="List the archived users instead.")
    ] = False,
    outside_organisations: Annotated[
        bool, typer.Option("--no-org", help="Omit members of organisations.")
    ] = False,
) -> None:
    """List the users of the pool, newest first.

    Examples:

      authing-users users list --limit 20

      authing-users users list --csv --fields id,email > users.csv
    """
    rows: Iterable[User]
    if archived:
        if custom_data or outside_organisations:
            raise UsageProblem("--archived cannot be combined with --custom-data or --no-org")
        rows = call.client.users.iter_archived_users(fields=requested_fields(call))
    else:
        rows = call.client.users.iter_list(
            min(limit or 100, 100),
            with_custom_data=custom_data or shows_custom_data(call),
            sort_by=sort.api_name,
            exclude_users_in_org=outside_organisations,
            fields=requested_fields(call),
        )
    call.emit_list(islice(rows, limit))


@api_command(result="User", columns=COLUMNS)
def search(
    call: Call,
    text: Annotated[
        str, typer.Argument(help="Text that a field must contain. Optional with --group or --role.")
    ] = "",
    *,
    fields_to_search: Annotated[
        list[str] | None,
        typer.Option(
            "--in",
            metavar="FIELD",
            help="Search this field, such as email. Can be repeated. Default: names, e-mail"
            " address, phone number and company.",
        ),
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option(
            "--group",
            metavar="CODE",
            help="Only members of this group.",
            autocompletion=complete_groups,
        ),
    ] = None,
    roles: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            metavar="CODE",
            help="Only users with this role.",
            autocompletion=complete_roles,
        ),
    ] = None,
    departments: Annotated[
        list[str] | None,
        typer.Option("--department", metavar="ID", help="Only members of this department."),
    ] = None,
    limit: Limit = None,
    custom_data: WithCustomData = False,
) -> None:
    """Search for users by a part of a name, e-mail address or other field.

    Examples:

      authing-users users search lovelace

      authing-users users search @example.com --in email --limit 50

      authing-users users search --group staff --jsonl
    """
    options: dict[str, Any] = {
        "group_opts": [{"code": code} for code in groups or ()] or None,
        "role_opts": [{"code": code} for code in roles or ()] or None,
        "department_opts": [{"departmentId": item} for item in departments or ()] or None,
    }
    if not text and not any(options.values()):
        raise UsageProblem(
            "there is nothing to search for",
            hint="Give a text, or --group, --role or --department.",
        )
    rows = call.client.users.iter_search(
        text,
        fields_to_search,
        with_custom_data=custom_data or shows_custom_data(call),
        fields=requested_fields(call),
        **options,
    )
    call.emit_list(islice(rows, limit))


@api_command(result="User", columns=COLUMNS)
def find(
    call: Call,
    *,
    username: Annotated[str | None, typer.Option(metavar="NAME", help="Username.")] = None,
    email: Annotated[str | None, typer.Option(metavar="ADDRESS", help="E-mail address.")] = None,
    phone: Annotated[str | None, typer.Option(metavar="NUMBER", help="Phone number.")] = None,
    external_id: Annotated[
        str | None, typer.Option(metavar="ID", help="ID in another system.")
    ] = None,
) -> None:
    """Find the one user who has all the given identifiers.

    Exits with 1 if there is none.

    Examples:

      authing-users users find --email ada@example.com

      authing-users users find --username ada --jq id
    """
    names = {"username": username, "email": email, "phone": phone, "externalId": external_id}
    given = {name: value for name, value in names.items() if value}
    if not given:
        raise UsageProblem(
            "no user is named", hint="Give --username, --email, --phone or --external-id."
        )
    user = call.client.users.find(
        username=username, email=email, phone=phone, external_id=external_id, with_custom_data=True
    )
    if user is None:
        identifiers = " and the ".join(f"{name} {value}" for name, value in given.items())
        raise CommandError(
            f"there is no user with the {identifiers}",
            hint="Find users by a part of it: authing-users users search --help",
        )
    call.emit_one(user)


@api_command(result="User", columns=COLUMNS)
@takes_users
def show(
    call: Call,
    named: NamedUsers,
    *,
    memberships: Annotated[
        bool, typer.Option("--memberships", help="Include the codes of groups and roles.")
    ] = False,
) -> None:
    """Show users with all their fields.

    Examples:

      authing-users users show 5f0e3a7c9b1d2e4f6a8c0b5d

      authing-users users show --email ada@example.com --memberships
    """
    found = _Found(named.find(call, with_custom_data=True))
    rows: Iterable[object] = found
    if memberships:
        rows = (_with_memberships(call, user) for user in found)
    first_two = list(islice(rows, 2))
    if len(first_two) == 1 and not found.missing:
        call.emit_one(first_two[0])
    elif first_two:
        call.emit_list(_chain(first_two, rows))
    for item in found.missing:
        show_error(item.problem, _HINT if found.number == 1 else None)
    if found.missing:
        raise typer.Exit(ExitCode.SOME_FAILED if first_two else ExitCode.FAILED)


_HINT = "Find users by other identifiers: authing-users users find --help"


class _Found:
    """The users that exist; remembers the others."""

    def __init__(self, named: Iterable[NamedUser]) -> None:
        self._named = named
        self.missing: list[NamedUser] = []
        self.number = 0

    def __iter__(self) -> "Iterator[User]":
        for item in self._named:
            self.number += 1
            if item.user is None:
                self.missing.append(item)
            else:
                yield item.user


def _chain(first: Iterable[object], rest: Iterable[object]) -> Iterator[object]:
    yield from first
    yield from rest


def _with_memberships(call: Call, user: "User") -> dict[str, Any]:
    from .._rows import to_data

    users = call.client.users
    return {
        **to_data(user),
        "groups": [group.code for group in users.list_groups(user.id).list],
        "roles": [role.code for role in users.list_roles(user.id).list],
    }
