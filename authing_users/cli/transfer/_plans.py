"""Print plans: what a run would change."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._context import Call
from ._input import Input
from ._report import in_rows, reason_of

if TYPE_CHECKING:
    from ...plans import Plan, PlanConflict

PLAN_FIELDS = (
    "key",
    "userPoolId",
    "counts",
    "missing",
    "conflicts",
    "unwritable",
    "create",
    "update",
    "onlyInPool",
)
"""The fields of plans that commands print for programs."""

_LISTS = ("conflicts", "unwritable", "create", "update", "onlyInPool")
# Programs get these with --verbose only, since they have an entry for each user.
_DETAILS = ("create", "update", "onlyInPool")


def with_rows(plan: "Plan", found: Input) -> "Plan":
    """Return a plan whose conflicts name the file and the row."""

    def located(conflict: "PlanConflict") -> "PlanConflict":
        error = found.error_of(conflict.index)
        row = conflict.index + 1
        reason = in_rows(conflict.reason, row) if error is None else reason_of(error, row)
        return replace(conflict, reason=f"{found.name}, row {row}: {reason}")

    return replace(plan, conflicts=tuple(map(located, plan.conflicts)))


def plan_data(plan: "Plan", *, verbose: bool) -> dict[str, Any]:
    """Return a plan for programs. Positions of the input are row numbers, from 1."""
    data: dict[str, Any] = plan.to_dict()
    names = [name for name in PLAN_FIELDS if verbose or name not in _DETAILS]
    return {name: [*map(_row, data[name])] if name in _LISTS else data[name] for name in names}


def print_plan(call: Call, plan: "Plan", *, verbose: bool) -> None:
    """Print a plan: as text for people, or as JSON."""
    if call.output.is_for_people:
        call.emit_message("\n".join(_lines(plan, verbose=verbose)))
    else:
        call.emit_one(plan_data(plan, verbose=verbose))


def _lines(plan: "Plan", *, verbose: bool) -> Iterator[str]:
    yield plan.summary(details=verbose)
    if plan and not verbose:
        yield "Each difference: --verbose"


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    """Replace a position by the number of the row."""
    if "index" not in entry:
        return entry
    rest = {name: value for name, value in entry.items() if name != "index"}
    return {"row": entry["index"] + 1, **rest}
