"""The changes of a schema as text, Markdown and JSON."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from .impact import Impact
from .severity import Severity
from .text import code, count, markdown, wrapped
from .verdicts import Effect

# The words for what happens to a method or an operation.
_HEADINGS = {
    Effect.BREAKS: "breaks",
    Effect.DEGRADES: "works with less",
    Effect.GAINS: "gains",
    Effect.HARMLESS: "not affected",
}
_UNUSED = "No operation uses it."


def exit_code(impacts: Iterable[Impact], fail_on: str) -> int:
    """Return 2 for breaking and 1 for compatible changes.

    Args:
        impacts: The changes.
        fail_on: The mildest severity that counts: ``breaking``, ``dangerous``, ``any`` or
            ``never``.
    """
    levels = {"breaking": [Severity.BREAKING], "never": []}
    counted = levels.get(fail_on, [Severity.BREAKING, Severity.DANGEROUS])
    found = {impact.severity for impact in impacts}
    if Severity.BREAKING in found and counted:
        return 2
    is_reached = bool(found) if fail_on == "any" else bool(found & set(counted))
    return 1 if is_reached else 0


def as_json(impacts: Sequence[Impact], old: str, new: str) -> str:
    """Return the changes as JSON."""
    content = {
        "old": old,
        "new": new,
        "summary": {**_numbers(impacts), "methods": _named(_worst_by_method(impacts))},
        "changes": [
            {
                "rule": impact.change.rule,
                "severity": impact.severity.value,
                "effect": impact.effect.name.lower(),
                "coordinate": impact.change.coordinate,
                "message": impact.change.message,
                "operations": _named(impact.operations),
                "user_operations": _named(impact.user_operations),
                "methods": _named(impact.methods),
                "attributes": impact.attributes,
                "keys": impact.keys,
                "notes": impact.notes,
            }
            for impact in impacts
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def as_text(
    impacts: Sequence[Impact],
    old: str,
    new: str,
    style: Callable[[str, Severity], str] = lambda text, _: text,
) -> str:
    """Return the changes as text for a terminal.

    Args:
        impacts: The changes.
        old: The source of the schema before.
        new: The source of the schema after.
        style: Colours a text by a severity.
    """
    lines = [wrapped(f"{_summary(impacts)} from {old} to {new}.", 0)]
    lines += [wrapped(sentence, 0) for sentence in _method_summary(impacts)]
    for severity, grouped in _by_severity(impacts):
        lines += ["", style(severity.upper(), severity)]
        for group in grouped:
            first = group[0]
            for impact in group:
                lines.append(wrapped(f"{impact.change.message} [{impact.change.rule}]", 2, 2))
            lines += [wrapped(line, 6, 2) for line in _details(first, group, ", ".join)]
    return "\n".join(lines)


def as_markdown(impacts: Sequence[Impact], old: str, new: str) -> str:
    """Return the changes as Markdown for a pull request."""
    lines = [f"### Schema: {_summary(impacts)}", "", f"From {code([old])} to {code([new])}."]
    for sentence in _method_summary(impacts, code):
        lines += ["", sentence]
    for severity, grouped in _by_severity(impacts):
        lines += ["", f"**{severity.capitalize()}**", ""]
        for group in grouped:
            messages = " ".join(markdown(impact.change.message) for impact in group)
            lines.append(f"- {messages}")
            for detail in _details(group[0], group, code):
                lines.append(f"  - {detail}")
    return "\n".join(lines)


def _numbers(impacts: Iterable[Impact]) -> dict[str, int]:
    severities = [impact.severity for impact in impacts]
    return {severity.value: severities.count(severity) for severity in Severity}


def _summary(impacts: Sequence[Impact]) -> str:
    if not impacts:
        return "no changes"
    numbers = [f"{number} {name}" for name, number in _numbers(impacts).items() if number]
    return f"{', '.join(numbers)} {'change' if len(impacts) == 1 else 'changes'}"


def _worst_by_method(impacts: Iterable[Impact]) -> dict[str, Effect]:
    worst: dict[str, Effect] = {}
    for impact in impacts:
        for method, effect in impact.methods.items():
            worst[method] = max(effect, worst.get(method, effect))
    return worst


def _method_summary(
    impacts: Iterable[Impact], names: Callable[[list[str]], str] = ", ".join
) -> Iterator[str]:
    worst = _worst_by_method(impacts)
    for effect, verb in ((Effect.BREAKS, "break"), (Effect.DEGRADES, "work with less")):
        methods = sorted(method for method, found in worst.items() if found is effect)
        if methods:
            verb = verb.replace("work", "works") if len(methods) == 1 else verb
            verb = "breaks" if verb == "break" and len(methods) == 1 else verb
            yield f"{count(len(methods), 'method')} {verb}: {names(methods)}."


def _by_severity(impacts: Iterable[Impact]) -> Iterator[tuple[Severity, list[list[Impact]]]]:
    """Yield the changes by severity. Changes of one type with the same meaning are grouped."""
    order = [*Severity]
    ordered = sorted(impacts, key=lambda one: (order.index(one.severity), -one.effect))
    for severity, of_severity in groupby(ordered, key=lambda impact: impact.severity):
        groups: dict[object, list[Impact]] = {}
        for impact in of_severity:
            key = (
                impact.change.type,
                impact.change.rule,
                tuple(impact.operations.items()),
                tuple(impact.user_operations.items()),
                *impact.notes,
            )
            groups.setdefault(key, []).append(impact)
        yield severity, [*groups.values()]


def _details(
    first: Impact, group: Iterable[Impact], names: Callable[[list[str]], str]
) -> Iterator[str]:
    """Yield what a group of changes means, line by line."""
    if first.effect is Effect.UNUSED:
        yield _UNUSED
        return
    for effect, heading in _HEADINGS.items():
        methods = sorted(name for name, found in first.methods.items() if found is effect)
        operations = sorted(
            name for name, found in first.user_operations.items() if found is effect
        )
        if methods:
            yield f"{heading}: {names(methods)}"
        if operations:
            yield f"{heading}, your operations: {names(operations)}"
    if attributes := [name for impact in group for name in impact.attributes]:
        yield f"public types: {names(attributes)}"
    if keys := [name for impact in group for name in impact.keys]:
        yield f"keys: {names(keys)}"
    yield from first.notes


def _named(effects: Mapping[str, Effect]) -> dict[str, str]:
    return {name: effect.name.lower() for name, effect in sorted(effects.items())}
