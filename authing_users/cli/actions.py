"""``authing-users actions``: the log of what users and administrators did."""

import re
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Annotated

import typer

from ._context import Call, api_command
from ._errors import CommandError, UsageProblem
from ._named_users import NamedUsers, takes_optional_users

__all__ = ["actions"]

COLUMNS = ("timestamp", "operation_name", "operator_arn", "clientip")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@api_command(result="UserAction", columns=COLUMNS)
@takes_optional_users
def actions(
    call: Call,
    named: NamedUsers,
    *,
    operations: Annotated[
        list[str] | None,
        typer.Option(
            "--operation",
            metavar="NAME",
            help="Only this operation, such as login. Can be repeated.",
        ),
    ] = None,
    ip: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Only actions from this IP address.")
    ] = None,
    apps: Annotated[
        list[str] | None,
        typer.Option(
            "--app", metavar="ID", help="Only actions in this application. Can be repeated."
        ),
    ] = None,
    app_only: Annotated[
        bool, typer.Option("--app-only", help="Omit actions that belong to no application.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Earliest time: 2026-01-31, 2026-01-31T12:00:00Z, or 30m, 12h, 7d or 2w ago.",
        ),
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Latest time.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Most entries to print. Default: all.")
    ] = None,
) -> None:
    """Print the log of what users and administrators did, latest first.

    Examples:

      authing-users actions --since 7d --limit 20

      authing-users actions --username ada --operation login --csv > logins.csv
    """
    start, end = _milliseconds("--since", since), _milliseconds("--until", until)
    rows = call.client.users.iter_user_actions(
        client_ip=ip,
        operation_name=operations,
        user_ids=_ids(call, named),
        app_ids=apps,
        exclude_non_app_records=app_only,
        start=start,
        end=end,
    )
    call.emit_list(islice(rows, limit))


def _ids(call: Call, named: NamedUsers) -> list[str] | None:
    if not named.is_given:
        return None
    ids: list[str] = []
    for item in named.find(call):
        if item.user is not None:
            ids.append(item.user.id)
        elif item.kind == "id":
            ids.append(item.identifier)  # a deleted user has a log, too
        else:
            raise CommandError(item.problem)
    return ids


def _milliseconds(option: str, text: str | None) -> int | None:
    """Return the Unix time in milliseconds that a text describes.

    Raises:
        UsageProblem: It describes none.
    """
    if text is None:
        return None
    if ago := re.fullmatch(r"(\d+)([mhdw])", text):
        time = datetime.now(UTC) - timedelta(**{UNITS[ago[2]]: int(ago[1])})
        return int(time.timestamp() * 1000)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise UsageProblem(
            f"{option}: {text!r} is not a time",
            hint="Examples: 2026-01-31, 2026-01-31T12:00:00Z, 12h, 7d.",
        ) from None
    # Without a time zone, it is the local time.
    return int(time.timestamp() * 1000)
