"""How runs end: what is printed, and the exit code."""

from typing import TYPE_CHECKING

import typer

from .._context import Call
from .._errors import CommandError, ExitCode, UsageProblem
from ._interrupts import show_how_to_continue
from ._report import RowReport

if TYPE_CHECKING:
    from ...bulk import BulkResult


def finish(call: Call, result: "BulkResult", report: RowReport, *to_continue: str) -> None:
    """Say how a run ended, and raise what leads to its exit code.

    Args:
        call: The use of the command.
        result: The result.
        report: The outcomes of the rows.
        to_continue: The options that continue an interrupted run.
    """
    with result:
        if call.output.is_for_people:
            call.emit_message(report.text(result.seconds))
        else:
            call.emit_one(report.summary(result.seconds))
        for hint in report.hints():
            call.note(hint)
        if result.stopped is None:
            if report.failures:
                raise typer.Exit(ExitCode.SOME_FAILED)
            return
        if report.left:
            call.note(f"Not sent: {report.left:,} of {report.total:,} rows.")
        show_how_to_continue(call, *to_continue)
        if result.stopped == "stopped":
            raise typer.Exit(ExitCode.INTERRUPTED)
        if result.error is not None:
            raise result.error
        raise CommandError("stopped, because too many rows failed", code=ExitCode.SOME_FAILED)


def failure_limit_of(text: str | None) -> int | str | None:
    """Return the limit of failures that ``--max-failures`` names.

    Raises:
        UsageProblem: It is neither a number nor a percentage.
    """
    return limit_of(text, "--max-failures")


def limit_of(text: str | None, option: str) -> int | str | None:
    """Return a number or a percentage that an option names.

    Raises:
        UsageProblem: It is neither.
    """
    from ..._bulk.limits import failure_limit
    from ...errors import InvalidInputError

    if text is None:
        return None
    value: int | str = int(text) if text.strip().isdecimal() else text
    try:
        failure_limit(value)
    except InvalidInputError:
        problem = f"{option}: expected a number or a percentage such as 5%, not {text!r}"
    else:
        return value
    raise UsageProblem(problem)
