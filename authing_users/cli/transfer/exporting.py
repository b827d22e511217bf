"""Export all users to a file."""

import io
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, cast

import typer

from .._context import Call, api_command
from .._each import count_of
from .._errors import CommandError, UsageProblem
from ._export_spool import ExportSpool
from ._input import custom_field_types
from ._options import DelimiterOption, EncodingOption, FileFormatName, FormatOption, OutputFile
from ._progress import progress
from ._target import plain_client

if TYPE_CHECKING:
    from authing_graphql import User

    from ..._inputs.users import SortBy
    from ..._sync.management import ManagementClient

__all__ = ["export_users", "read_pool"]

STDOUT = "-"
USERS_PER_PAGE = 100
# Pages in flight.
PREFETCH = 8
OLDEST_FIRST: "SortBy" = "CREATEDAT_ASC"


@api_command
def export_users(
    call: Call,
    file: OutputFile = STDOUT,
    *,
    fields: Annotated[
        str | None,
        typer.Option(
            "--fields",
            metavar="A,B",
            help="Write only these fields: username,email,custom.level,groups.",
        ),
    ] = None,
    ids: Annotated[
        bool,
        typer.Option("--ids", help="Include the IDs of users, which an import ignores."),
    ] = False,
    password_hashes: Annotated[
        bool,
        typer.Option(
            "--password-hashes", help="Include the hashes of passwords, if the service sends them."
        ),
    ] = False,
    format: FormatOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
) -> None:
    """Write all users of the pool to a file that can be imported.

    With custom data, groups, roles and identities. Users are sorted by external ID, username,
    e-mail and phone number, so that the same users always give the same file. The number of users
    is compared with the one that the service counts: a file that lacks users is not written.

    Examples:

      authing-users users export users.jsonl

      authing-users users export --format csv --fields username,email > users.csv
    """
    chosen = output_format(file, format)
    names = None
    if fields is not None:
        names = [name.strip() for name in fields.split(",") if name.strip()]
    with_id = ids or "id" in (names or ())
    spool = ExportSpool(with_id=with_id, with_password_hash=password_hashes)
    with closing(spool), ExitStack() as resources:
        client = plain_client(call, resources)
        options: dict[str, Any] = {
            "format": chosen.value,
            "fields": names,
            "custom_fields": custom_field_types(client),
            "delimiter": delimiter,
            **({} if encoding is None else {"encoding": encoding}),
        }
        check_target(file, options)
        unwritable = read_pool(client, spool)
        if with_id:
            del unwritable["id"]  # the file has it
        write(file, spool, options)
        where = "" if file == STDOUT else f" to {file}"
        call.note(f"Exported {count_of(len(spool))}{where}, all that the service counts.")
    if unwritable:
        shown = ", ".join(f"{name} ({number:,})" for name, number in sorted(unwritable.items()))
        call.note(f"Left out, because no import can set it: {shown}.")


def output_format(path: str, format: FileFormatName | None) -> FileFormatName:
    """Return the format of a file to write; JSON Lines for stdout by default.

    Raises:
        UsageProblem: The suffix is not that of a format.
    """
    if format is not None:
        return format
    if path == STDOUT:
        return FileFormatName.JSONL
    suffix = path.rpartition(".")[2].lower().replace("ndjson", "jsonl")
    try:
        return FileFormatName(suffix)
    except ValueError:
        raise UsageProblem(
            f"{path}: the suffix does not say the format", hint="Name it: --format jsonl, or csv"
        ) from None


def read_pool(client: "ManagementClient", spool: ExportSpool) -> Counter[str]:
    """Read all users, and what groups and roles they have.

    Returns:
        How many users have a value of a field that no file can have, by field.

    Raises:
        CommandError: The service counts another number of users than it has returned, or users
            were deleted meanwhile.
    """
    from ...files import unwritable_values

    unwritable: Counter[str] = Counter()

    def add(user: "User") -> None:
        spool.add(user)
        unwritable.update(unwritable_values(user))

    total = client.users.list(1, 1, fields=["id"]).total_count
    users = client.users.iter_list(
        USERS_PER_PAGE, with_custom_data=True, sort_by=OLDEST_FIRST, prefetch=PREFETCH
    )
    with progress("Reading users", total) as show, closing(users):
        for number, user in enumerate(users, 1):
            add(user)
            show(number)
    # If one user is deleted and another one is created, the count stays the same, but a user can
    # have moved to a page that was read before. So the IDs are read once more.
    with progress("Comparing users", total) as show:
        missing, deleted = spool.compare(_ids(client, show))
    if deleted:
        were = "of them was" if deleted == 1 else "of them were"
        raise CommandError(
            f"the service returned {len(spool):,} users, but {deleted:,} {were} deleted meanwhile:"
            " nothing was written",
            hint="Export again.",
        )
    for user in client.users.iter_batch(missing, with_custom_data=True):
        add(user)
    total = client.users.list(1, 1, fields=["id"]).total_count
    if len(spool) != total:
        raise CommandError(
            f"the service counts {total:,} users, but returned {len(spool):,}: nothing was written",
            hint="Users may have been created or deleted meanwhile. Export again.",
        )
    for group in client.groups.iter_list():
        if group.code:
            members = client.groups.iter_users(group.code, fields=["id"])
            spool.add_members("groups", group.code, (user.id for user in members))
    for role in client.roles.iter_list():
        if role.code:
            holders = client.roles.iter_users(role.code, fields=["id"])
            spool.add_members("roles", role.code, (user.id for user in holders))
    return unwritable


def _ids(client: "ManagementClient", show: Callable[[int], object]) -> Iterator[str]:
    """Yield the IDs of all users."""
    users = client.users.iter_list(
        USERS_PER_PAGE, sort_by=OLDEST_FIRST, fields=["id"], prefetch=PREFETCH
    )
    with closing(users):
        for number, user in enumerate(users, 1):
            yield user.id
            show(number)


def check_target(path: str, options: dict[str, Any]) -> None:
    """Check the options of a file, and that it can be written, before anything is read.

    Raises:
        FileError: The file cannot be written.
        InvalidInputError: An option is invalid.
    """
    from ...files import UserWriter

    has_device = os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)
    if path == STDOUT or has_device:
        UserWriter(cast("BinaryIO", io.BytesIO()), **options).discard()
    else:
        UserWriter(path, **options).discard()


def write(path: str, spool: ExportSpool, options: dict[str, Any]) -> None:
    """Write the users to a file, or to stdout once all of them are complete."""
    from ...files import write_users

    if path != STDOUT:
        write_users(path, spool.records(), **options)
        return
    with tempfile.TemporaryFile() as complete:
        target = cast("BinaryIO", complete)
        write_users(target, spool.records(), **options)
        target.seek(0)
        shutil.copyfileobj(target, sys.stdout.buffer)
        sys.stdout.buffer.flush()
