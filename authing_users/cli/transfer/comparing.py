"""Compare a file with the pool, and make the pool match it."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._context import Call, Yes, api_command
from .._errors import CommandError, ExitCode, UsageProblem
from ._input import Input, Reading, key_name, open_input
from ._interrupts import stoppable
from ._options import (
    RUN_PANEL,
    AnyDates,
    Concurrency,
    CreateGroups,
    CreateRoles,
    DelimiterOption,
    DryRun,
    EncodingOption,
    FailedOption,
    FormatOption,
    InputFile,
    Key,
    KeyOption,
    MapOption,
    MaxFailures,
    Missing,
    ResultsOption,
    Verbose,
)
from ._plans import PLAN_FIELDS, print_plan, with_rows
from ._progress import progress
from ._report import SUMMARY_FIELDS, RowReport, check_report_paths
from ._runs import failure_limit_of, finish, limit_of
from ._target import plain_client, pool_of, target_pool

if TYPE_CHECKING:
    from ..._sync.management import ManagementClient
    from ...bulk import BulkItem, BulkKey, BulkProgress, BulkResult
    from ...plans import Plan

__all__ = ["diff", "sync"]

DEFAULT_LIMIT = "5%"


@api_command(result=PLAN_FIELDS)
def diff(
    call: Call,
    file: InputFile,
    *,
    key: KeyOption = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 if there is a difference.")
    ] = False,
    format: FormatOption = None,
    columns: MapOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    any_dates: AnyDates = False,
) -> None:
    """Show how the pool differs from a file, field by field.

    Only the fields of the file are compared. Nothing is changed.

    Examples:

      authing-users users diff hr.csv --key externalId

      authing-users users diff hr.csv --key externalId --jq counts
    """
    chosen = _required(key, "diff")
    with ExitStack() as resources:
        client = plain_client(call, resources)
        reading = Reading(format, columns, encoding, delimiter, any_dates)
        found = open_input(call, client, file, reading)
        resources.enter_context(closing(found.file))
        plan = with_rows(client.users.plan(found.items(), key=chosen), found)
        print_plan(call, plan, verbose=True)
    if exit_code and (plan or plan.conflicts or plan.only_in_pool):
        raise typer.Exit(ExitCode.FAILED)


@api_command(result=(*SUMMARY_FIELDS, *PLAN_FIELDS), columns=SUMMARY_FIELDS)
def sync(
    call: Call,
    file: InputFile,
    *,
    key: KeyOption = None,
    dry_run: DryRun = False,
    verbose: Verbose = False,
    delete_missing: Annotated[
        Missing | None,
        typer.Option(
            help="Suspend or delete the users of the pool who have the key and are not in the"
            " file.",
            rich_help_panel=RUN_PANEL,
            show_default=False,
        ),
    ] = None,
    max_deletes: Annotated[
        str | None,
        typer.Option(
            metavar="N|P%",
            help="With --delete-missing: do nothing at all if it concerns more users. Default:"
            f" {DEFAULT_LIMIT} of the users who have the key.",
            rich_help_panel=RUN_PANEL,
        ),
    ] = None,
    create_groups: CreateGroups = False,
    create_roles: CreateRoles = False,
    concurrency: Concurrency = 8,
    max_failures: MaxFailures = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Continue. That is what sync always does, because it compares with the pool"
            " first.",
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
) -> None:
    """Make the users of the pool match a file: create, update, and suspend or delete them.

    The file is compared with the pool first. Only differences are sent, and only to users who
    have not changed since. After an interruption, the same command does the rest.

    Examples:

      authing-users users sync hr.csv --key externalId --dry-run -v

      authing-users users sync hr.csv --key externalId --delete-missing suspend --max-deletes 2%
    """
    del resume
    chosen = _required(key, "sync")
    check_report_paths(results, failed, file)
    limit = failure_limit_of(max_failures)
    deletes = limit_of(max_deletes, "--max-deletes")
    if deletes is not None and delete_missing is None:
        raise UsageProblem("--max-deletes has no effect without --delete-missing suspend|delete")
    with ExitStack() as resources:
        client, is_temporary = target_pool(call, resources)
        reading = Reading(format, columns, encoding, delimiter, any_dates)
        found = open_input(call, client, file, reading)
        resources.enter_context(closing(found.file))
        rules: dict[str, Any] = {"create_groups": create_groups, "create_roles": create_roles}
        if delete_missing is not None:
            rules["missing"] = delete_missing.value
            rules["max_missing"] = DEFAULT_LIMIT if deletes is None else deletes
        plan = _plan(client, found, chosen, rules)
        if dry_run:
            print_plan(call, plan, verbose=verbose)
            call.note("Nothing was changed.")
        else:
            _show(call, plan, verbose=verbose)
            if plan:
                call.confirm(f"Change the {pool_of(client)}", yes=yes or is_temporary)
            report = RowReport(call, found, results=results, failed=failed, in_order=False)
            with closing(report):
                _report_plan(report, plan, found)
                result = _apply(call, client, plan, report, concurrency, limit)
            finish(call, result, report)
    if plan.conflicts:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _required(key: Key | None, command: str) -> "BulkKey":
    name = key_name(key)
    if name is None:
        raise UsageProblem(
            f"{command} needs the field by which users are recognized",
            hint="Example: --key externalId",
        )
    return name


def _plan(
    client: "ManagementClient", found: Input, key: "BulkKey", rules: dict[str, Any]
) -> "Plan":
    """Compare a file with the pool.

    Raises:
        CommandError: Too many users would be suspended or deleted.
        UsageProblem: They cannot be known, because a row has no key, or cannot be read.
    """
    from ...errors import DeletionLimitError

    items = found.items()
    if "missing" in rules:
        items = _complete(found, key)
    try:
        plan = client.users.plan(items, key=key, **rules)
    except DeletionLimitError as error:
        number = "all" if error.count is None else f"{error.count:,}"
        allowed = f"--max-deletes allows {error.limit:,}" if error.limit is not None else "too many"
        raise CommandError(
            f"{found.name} lacks {number} of {error.total or 0:,} users of the pool; {allowed}."
            " Nothing was changed",
            hint="Is the file complete? If it is, raise the limit: --max-deletes N|P%",
        ) from None
    return with_rows(plan, found)


def _complete(found: Input, key: str) -> Iterator[Any]:
    """Yield the records. Each must be valid, since its user would count as missing otherwise.

    Raises:
        UsageProblem: A row cannot be read, or has no key.
    """
    for number, item in enumerate(found.items(), 1):
        error = found.error_of(number - 1)
        if error is not None or not item.get(key):
            problem = error or f"{found.name}, row {number}: it has no {key}"
            raise UsageProblem(
                str(problem),
                hint="Correct the row. With --delete-missing, its user would count as missing.",
            )
        yield item


def _show(call: Call, plan: "Plan", *, verbose: bool) -> None:
    """Show people what will be done."""
    if call.output.is_for_people:
        print_plan(call, plan, verbose=verbose)


def _report_plan(report: RowReport, plan: "Plan", found: Input) -> None:
    """Report the rows for which nothing is sent."""
    for index in plan.unchanged:
        report.record(index + 1, "unchanged")
    for conflict in plan.conflicts:
        row = conflict.index + 1
        reason = conflict.reason.removeprefix(f"{found.name}, row {row}: ")
        key = None if conflict.key is None else f"{plan.key}={conflict.key}"
        report.record(row, "failed", key=key, error=reason)


def _apply(
    call: Call,
    client: "ManagementClient",
    plan: "Plan",
    report: RowReport,
    concurrency: int,
    max_failures: int | str | None,
) -> "BulkResult":
    steps = list(plan)

    def on_item(item: "BulkItem") -> None:
        index = getattr(steps[item.index], "index", None)
        row = None if index is None else index + 1
        report.record(row, item.outcome, user_id=item.user_id, key=item.key, error=item.error)

    with progress("Synchronizing", len(steps)) as show, stoppable(call) as stop:

        def on_progress(state: "BulkProgress") -> None:
            show(state.done)

        return client.users.apply(
            plan,
            concurrency=concurrency,
            max_failures=max_failures,
            stop=stop,
            on_item=on_item,
            on_progress=on_progress,
        )
