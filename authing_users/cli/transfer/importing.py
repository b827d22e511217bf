"""Import a file of users."""

import os
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from .._context import Call, Yes, api_command
from .._each import count_of
from .._errors import ExitCode, UsageProblem
from .._text import printable
from ._input import Input, Reading, key_name, open_input
from ._interrupts import show_how_to_continue, stoppable
from ._journal import Journal, open_journal
from ._options import (
    RUN_PANEL,
    AnyDates,
    Concurrency,
    Conflict,
    CreateGroups,
    CreateRoles,
    DelimiterOption,
    DryRun,
    EncodingOption,
    FailedOption,
    FormatOption,
    InputFile,
    KeepPassword,
    KeyOption,
    MapOption,
    MaxFailures,
    ResultsOption,
    Resume,
    Verbose,
)
from ._plans import PLAN_FIELDS, print_plan, with_rows
from ._progress import progress
from ._references import References, check_references
from ._report import SUMMARY_FIELDS, RowReport, check_report_paths
from ._runs import failure_limit_of, finish
from ._target import pool_of, target_pool

if TYPE_CHECKING:
    from ..._sync.management import ManagementClient
    from ...bulk import BulkKey, BulkProgress, BulkResult

__all__ = ["import_users"]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How rows become users.

    Attributes:
        key: Field by which users are recognized, or ``None``.
        on_conflict: How users who exist are treated.
        keep_password: Whether passwords are hashes.
        concurrency: Most requests in flight.
        max_failures: When to stop, or ``None``.
    """

    key: "BulkKey | None"
    on_conflict: Conflict
    keep_password: bool
    concurrency: int
    max_failures: int | str | None


@api_command(result=(*SUMMARY_FIELDS, *PLAN_FIELDS), columns=SUMMARY_FIELDS)
def import_users(
    call: Call,
    file: InputFile,
    *,
    key: KeyOption = None,
    on_conflict: Annotated[
        Conflict,
        typer.Option(
            help="How to treat users who exist: their rows fail, are skipped, or update them.",
            rich_help_panel=RUN_PANEL,
        ),
    ] = Conflict.FAIL,
    create_groups: CreateGroups = False,
    create_roles: CreateRoles = False,
    dry_run: DryRun = False,
    verbose: Verbose = False,
    concurrency: Concurrency = 8,
    max_failures: MaxFailures = None,
    journal: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="File that remembers which rows are done. Default: a file in your state folder,"
            " named by the user pool and the content of the input.",
            rich_help_panel=RUN_PANEL,
        ),
    ] = None,
    resume: Resume = False,
    restart: Annotated[
        bool,
        typer.Option(
            "--restart",
            help="Forget an interrupted run of the same file.",
            rich_help_panel=RUN_PANEL,
        ),
    ] = False,
    yes: Yes = False,
    results: ResultsOption = None,
    failed: FailedOption = None,
    format: FormatOption = None,
    columns: MapOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    any_dates: AnyDates = False,
    keep_password: KeepPassword = False,
) -> None:
    """Create the users of a file, or update existing users.

    The import remembers each row. After an interruption, even a power failure, --resume
    continues it: rows that are done are skipped, and no user is created twice.

    Examples:

      authing-users users import users.csv --dry-run

      authing-users users import users.csv --map "Work e-mail=email" --failed failed.csv

      authing-users users import hr.jsonl --key externalId --on-conflict update --yes
    """
    if resume and restart:
        raise UsageProblem("--resume and --restart exclude each other")
    if on_conflict is Conflict.UPDATE and key is None:
        raise UsageProblem(
            "--on-conflict update needs the field by which users are recognized",
            hint="Example: --key externalId",
        )
    check_report_paths(results, failed, file, journal)
    options = ImportOptions(
        key_name(key),
        on_conflict,
        keep_password,
        concurrency,
        failure_limit_of(max_failures),
    )
    with ExitStack() as resources:
        client, is_temporary = target_pool(call, resources)
        reading = Reading(format, columns, encoding, delimiter, any_dates)
        found = open_input(call, client, file, reading)
        resources.enter_context(closing(found.file))
        references = check_references(
            client, found, create_groups=create_groups, create_roles=create_roles
        )
        if dry_run:
            _print_dry_run(call, client, found, options, references, verbose=verbose)
            return
        if on_conflict is Conflict.UPDATE:
            where = pool_of(client)
            call.confirm(
                f"Create or update {count_of(found.total)} in the {where}", yes=yes or is_temporary
            )
        found.reading["keep-password"] = keep_password
        opened = resources.enter_context(
            _journal(client, journal, found, is_temporary=is_temporary)
        )
        done = opened.resumed(found, resume=resume, restart=restart)
        report = RowReport(call, found, results=results, failed=failed)
        with _continuable(call), closing(report):
            if done:
                call.note(f"Continuing: {done:,} of {count_of(found.total, 'row')} are done.")
            references.create(client)
            opened.start(found, is_new=not resume)
            result = _import(call, client, found, options, opened, report)
        if result.stopped is None:
            opened.finish(found)
        finish(call, result, report, "--resume")


def _import(
    call: Call,
    client: "ManagementClient",
    found: Input,
    options: ImportOptions,
    journal: Journal,
    report: RowReport,
) -> "BulkResult":
    """Send the rows, and return the result."""
    with (
        progress("Importing", found.total) as show,
        stoppable(call, "--resume") as stop,
    ):

        def on_progress(state: "BulkProgress") -> None:
            show(state.done)

        return client.users.create_many(
            found.items(),
            key=options.key,
            on_conflict=options.on_conflict.value,
            keep_password=options.keep_password,
            concurrency=options.concurrency,
            max_failures=options.max_failures,
            total=found.total,
            checkpoint=journal.checkpoint,
            stop=stop,
            on_item=report.add,
            on_progress=on_progress,
        )


@contextmanager
def _continuable(call: Call) -> Generator[None]:
    """Print the command that continues the import if an error ends it, such as a full disk."""
    try:
        yield
    except Exception:
        show_how_to_continue(call, "--resume")
        raise


@contextmanager
def _journal(
    client: "ManagementClient", path: str | None, found: Input, *, is_temporary: bool
) -> Generator[Journal]:
    """Open the journal. A rehearsal has one of its own, which is removed with its users."""
    config = client._transport.config
    with ExitStack() as resources:
        if is_temporary:
            folder = resources.enter_context(TemporaryDirectory())
            path = os.path.join(folder, "journal.db")
        journal = open_journal(path, config.host, config.user_pool_id, found)
        resources.enter_context(closing(journal))
        yield journal


def _print_dry_run(
    call: Call,
    client: "ManagementClient",
    found: Input,
    options: ImportOptions,
    references: References,
    *,
    verbose: bool,
) -> None:
    """Compare the file with the pool, and say what would happen."""
    key = options.key or found.key_of_all()
    plan = client.users.plan(
        found.items(),
        key=key,
        create_groups=bool(references.groups),
        create_roles=bool(references.roles),
    )
    plan = with_rows(plan, found)
    counts = plan.counts
    existing = counts["update"] + counts["unchanged"]
    if call.output.is_for_people and options.on_conflict is not Conflict.UPDATE:
        verb = "fail" if options.on_conflict is Conflict.FAIL else "be skipped"
        call.emit_message(
            f"create {counts['create']}, conflict {counts['conflict']}, existing {existing}"
            f" (these rows would {verb})"
        )
        for conflict in plan.conflicts:
            call.emit_message(printable(f"conflict: {conflict.reason}"))
        if verbose:
            for step in plan.create:
                call.emit_message(printable(f"create {key}={step.key}"))
    else:
        print_plan(call, plan, verbose=verbose)
    call.note("Nothing was changed.")
    if counts["conflict"] or (existing and options.on_conflict is Conflict.FAIL):
        raise typer.Exit(ExitCode.SOME_FAILED)
