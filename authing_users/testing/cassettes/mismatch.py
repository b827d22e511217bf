"""Says why a call is not in a cassette."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from .calls import Call
from .index import Interaction
from .json_text import canonical_json

MOST_SHOWN = 3
_MOST_DIFFERENCES = 4
_LONGEST_VALUE = 60
_LONGEST_MESSAGE = 1100
_ABSENT = object()


def mismatch_message(
    call: Call, same: Sequence[Interaction], others: Sequence[Interaction], where: str, hint: str
) -> str:
    """Describe a call that cannot be replayed.

    Args:
        call: The call.
        same: Recorded calls that are equal to it. They have been played, or are of another pool.
        others: All other recorded calls, in order.
        where: The cassette.
        hint: How to record it again.
    """
    name = call.operation or "An operation without a name"
    lines: list[str] = []
    if same:
        number = len(same)
        times = "once" if number == 1 else f"{number} times"
        if all(one.is_played for one in same):
            lines.append(f"{name} was recorded {times}, and has been played {times} already.")
        else:
            lines.append(f"{name} was recorded for another user pool.")
    else:
        lines.append(f"{name} is not in the cassette.")
    lines.append(f"Cassette: {where}")
    if not same:
        nearest = _nearest(call, others)
        if nearest:
            lines.append("Nearest recorded calls:")
        for one in nearest:
            played = " (already played)" if one.is_played else ""
            lines.append(f"- {one.call.operation}{played}: {_describe(call, one.call)}")
        if not nearest and others:
            names = list(dict.fromkeys(one.call.operation for one in others))
            more = ", …" if len(names) > 8 else ""
            lines.append(f"Recorded operations: {', '.join(names[:8])}{more}")
        if not others:
            lines.append("It contains no calls.")
    tail = f"\n{hint}"
    head = "\n".join(lines)
    if len(head) > _LONGEST_MESSAGE - len(tail):
        head = head[: _LONGEST_MESSAGE - len(tail) - 1] + "…"
    return head + tail


def differences(wanted: Any, recorded: Any, path: str = "") -> Iterator[str]:
    """Yield where the content of a call differs from a recorded one."""
    if isinstance(wanted, dict) and isinstance(recorded, dict):
        left, right = cast("dict[str, Any]", wanted), cast("dict[str, Any]", recorded)
        for name in dict.fromkeys([*left, *right]):
            below = f"{path}.{name}" if path else name
            yield from differences(left.get(name, _ABSENT), right.get(name, _ABSENT), below)
    elif isinstance(wanted, list) and isinstance(recorded, list):
        items: list[Any] = [*wanted]
        others: list[Any] = [*recorded]
        for number in range(max(len(items), len(others))):
            one = items[number] if number < len(items) else _ABSENT
            other = others[number] if number < len(others) else _ABSENT
            yield from differences(one, other, f"{path}[{number}]")
    elif wanted is _ABSENT or recorded is _ABSENT or _text(wanted) != _text(recorded):
        yield f"{path}: {_shown(wanted)}, recorded {_shown(recorded)}"


def _text(value: Any) -> str:
    return canonical_json(value)


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    text = repr(value) if isinstance(value, str) else canonical_json(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _nearest(call: Call, others: Sequence[Interaction]) -> list[Interaction]:
    """Return the calls of the same operation that differ least."""
    same_operation = [one for one in others if one.call.operation == call.operation]
    ranked = sorted(
        same_operation,
        key=lambda one: (
            sum(1 for _ in differences(call.content, one.call.content)),
            one.is_played,
        ),
    )
    return ranked[:MOST_SHOWN]


def _describe(call: Call, recorded: Call) -> str:
    found = list(differences(call.content, recorded.content))
    more = len(found) - _MOST_DIFFERENCES
    shown = "; ".join(found[:_MOST_DIFFERENCES])
    return f"{shown}; and {more} more" if more > 0 else shown or "recorded for another user pool"
