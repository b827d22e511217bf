"""The user pool that a command changes: the live one, or a rehearsal in an emulator."""

import os
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from .. import _connection
from .._connection import EMULATOR_VARIABLE, Target, resolve_connection
from .._context import Call
from .._each import count_of
from .._errors import CommandError, UsageProblem
from ._export_spool import ExportSpool
from ._input import custom_field_types

if TYPE_CHECKING:
    from ..._sync.management import ManagementClient

__all__ = ["plain_client", "pool_of", "target_pool"]


def pool_of(client: "ManagementClient") -> str:
    """Return how messages name the user pool of a client."""
    config = client._transport.config
    return f"user pool {config.user_pool_id} at {config.host}"


class TargetPool(NamedTuple):
    """The user pool that a command changes.

    Attributes:
        client: A client of it.
        is_temporary: Whether it ends with the command.
    """

    client: "ManagementClient"
    is_temporary: bool


def target_pool(call: Call, resources: ExitStack) -> TargetPool:
    """Return the pool that a command changes.

    With ``--target emulator``, that is the pool of the emulator on this machine. If none runs, one
    is started for this command. It gets a copy of the user pool that the command would use
    otherwise.

    Args:
        call: The use of the command.
        resources: Closes the client, and ends the emulator.
    """
    options = call.connection_options
    has_own = options.host or os.environ.get(EMULATOR_VARIABLE)
    if options.target is Target.EMULATOR and not has_own and not _default_emulator_runs():
        return TargetPool(_rehearsal(call, resources), is_temporary=True)
    return TargetPool(plain_client(call, resources), is_temporary=False)


def _default_emulator_runs() -> bool:
    """Return whether an emulator listens where the options of the connection expect it."""
    from ..emulator._running import RunningEmulator

    try:
        RunningEmulator(_connection.EMULATOR_ADDRESS).counts()
    except CommandError:
        return False
    return True


def plain_client(call: Call, resources: ExitStack) -> "ManagementClient":
    """Return the client of the pool that the options name.

    With many threads, the client of the extra ``fast`` needs twice as much memory. Bulk work takes
    as long as the server does.
    """
    from ..._sync.management import ManagementClient

    return resources.enter_context(ManagementClient(**call.client_options()))


def _rehearsal(call: Call, resources: ExitStack) -> "ManagementClient":
    from ..._sync.management import ManagementClient
    from ...testing.emulator.server import EmulatorStartError, serve

    try:
        process = resources.enter_context(serve())
    except EmulatorStartError as error:
        raise UsageProblem(f"the emulator did not start: {error}") from None
    emulator = ManagementClient(
        user_pool_id=process.user_pool_id, secret=process.secret, host=process.url, lang="en-US"
    )
    resources.enter_context(emulator)
    live = _live_client(call)
    if live is None:
        call.note("Rehearsing in an empty emulator, since no user pool is configured.")
        return emulator
    with live:
        pool = pool_of(live)
        call.note(f"Rehearsing in an emulator with a copy of the {pool}.")
        copy_pool(call, live, emulator)
    resources.callback(call.note, f"This was a rehearsal: nothing was changed in the {pool}.")
    return emulator


def _live_client(call: Call) -> "ManagementClient | None":
    """Return a client of the pool that the command would change without ``--target``."""
    from ..._sync.management import ManagementClient
    from ...errors import ConfigurationError

    if not call.connection_options.profile and not _has_pool():
        return None
    connection = resolve_connection(replace(call.connection_options, target=None))
    try:
        return ManagementClient(**connection.client_options())
    except ConfigurationError as error:
        raise UsageProblem(
            f"the user pool to copy is not usable: {error.message}",
            hint="Correct it, or unset AUTHING_USERPOOL_ID to rehearse in an empty emulator.",
        ) from None


def _has_pool() -> bool:
    """Return whether the environment or a default profile names a user pool."""
    from .._profiles import ProfileFile

    names = ("AUTHING_PROFILE", "AUTHING_USERPOOL_ID")
    return any(map(os.environ.get, names)) or ProfileFile().default is not None


def copy_pool(call: Call, source: "ManagementClient", target: "ManagementClient") -> None:
    """Copy custom fields, groups, roles and users to an empty pool."""
    from .exporting import read_pool

    for key, data_type in custom_field_types(source).items():
        target.udf.set("USER", key, data_type, key)
    for group in source.groups.iter_list():
        if group.code:
            target.groups.create(group.code, group.name or group.code)
    for role in source.roles.iter_list():
        if role.code and not role.is_system:
            target.roles.create(role.code, role.description)
    with closing(ExportSpool()) as spool:
        read_pool(source, spool)
        result = target.users.create_many(spool.records(), concurrency=8, total=len(spool))
    with result:
        for item in result.failed:
            call.note(f"Not copied: {item.key or 'a user'}: {item.error}")
        call.note(f"Copied {count_of(result.counts['created'])}.")
