"""The outcome of a check as text and JSON."""

import json
from collections.abc import Iterable, Iterator

from .check import OperationCheck, SchemaCheck
from .text import count, wrapped


def as_json(check: SchemaCheck) -> str:
    """Return the outcome as JSON."""
    content = {
        "host": check.host,
        "summary": {
            "operations": len(check.operations),
            "reduced": len(check.reduced),
            "failing": len(check.failing),
            "additional": check.additional,
        },
        "operations": [
            {
                "name": one.name,
                "own": one.is_own,
                "status": _status(one),
                "methods": [*one.methods],
                "missing": one.missing,
                "changes": one.changes,
                "problems": one.problems,
            }
            for one in check.operations
        ],
        "lacks": [
            {"type": lack.type, "kind": lack.kind, "missing": [*lack.missing], "total": lack.total}
            for lack in check.lacks
        ],
        "deprecated": [
            {"coordinate": one.coordinate, "reason": one.reason, "operations": [*one.operations]}
            for one in check.deprecated
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def as_text(check: SchemaCheck) -> str:
    """Return the outcome as text for a terminal."""
    working = len(check.operations) - len(check.failing) - len(check.reduced)
    outcomes = [f"{working} of {count(len(check.operations), 'operation')} work completely"]
    if check.reduced:
        outcomes.append(f"{len(check.reduced)} with less")
    if check.failing:
        outcomes.append(f"{len(check.failing)} cannot be called")
    lines = [wrapped(f"{check.host}: {', '.join(outcomes)}.", 0)]
    lines += [wrapped(str(lack), 0, 2) for lack in check.lacks]
    if check.additional:
        names = count(check.additional, "name")
        lines.append(f"It has {names} that this release does not know.")
    lines += _section("Cannot be called", check.failing)
    lines += _section("Work with less", check.reduced)
    if check.deprecated:
        lines += ["", "Deprecated"]
        for one in check.deprecated:
            lines.append(wrapped(f"{one.coordinate}: {one.reason}", 2, 2))
            lines.append(wrapped(f"used by {', '.join(one.operations)}", 6, 2))
    return "\n".join(lines)


def _status(operation: OperationCheck) -> str:
    if operation.problems:
        return "fails"
    return "reduced" if operation.missing or operation.changes else "works"


def _reductions(operation: OperationCheck) -> tuple[str, ...]:
    missing = [f"without {', '.join(operation.missing)}"] if operation.missing else []
    return (*missing, *operation.changes)


def _section(heading: str, operations: Iterable[OperationCheck]) -> Iterator[str]:
    """Yield operations and their methods. Those with the same reasons are grouped."""
    groups: dict[tuple[str, ...], list[OperationCheck]] = {}
    for operation in operations:
        reasons = tuple(operation.problems) or _reductions(operation)
        groups.setdefault(reasons, []).append(operation)
    if groups:
        yield ""
        yield heading
    for reasons, group in groups.items():
        methods = sorted({method for one in group for method in one.methods})
        names = methods + [f"{one.name} (your operation)" for one in group if not one.is_own]
        yield wrapped(", ".join(names), 2, 2)
        for reason in reasons:
            yield wrapped(reason, 6, 2)
