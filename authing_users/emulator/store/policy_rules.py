"""What rules allow: a pure function of the rules of all policies that somebody has.

Resources and actions are texts (``book:123``, ``book:read``), and in a rule ``*`` stands for any
text. Nothing is allowed unless a rule allows it, and a rule that denies wins over all others.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One statement of a policy."""

    resource: str
    actions: tuple[str, ...]
    denies: bool = False

    def covers(self, resource: str, action: str) -> bool:
        """Whether the rule speaks of an action on a resource."""
        return covers(self.resource, resource) and any(
            covers(pattern, action) for pattern in self.actions
        )


def covers(pattern: str, text: str) -> bool:
    """Whether a text is one that a pattern stands for.

    A ``*`` of the text is a letter like any other: a pattern that covers ``book:*`` covers
    whatever that stands for.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, last = rest
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:  # each as early as it can be, which leaves most for the next
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def denied(rules: Iterable[Rule], resource: str, action: str) -> bool:
    """Whether a rule denies an action on a resource."""
    return any(rule.denies and rule.covers(resource, action) for rule in rules)


def allowed(rules: Collection[Rule], resource: str, action: str) -> bool:
    """Whether a rule allows an action on a resource, and none denies it."""
    return any(not rule.denies and rule.covers(resource, action) for rule in rules) and not denied(
        rules, resource, action
    )


def actions_on(rules: Collection[Rule], resource: str) -> list[str]:
    """The actions on a resource that are allowed, as the rules spell them, in order.

    An action with ``*`` is left out when it is denied as a whole; when only a part of it is, it
    stays, as the list cannot tell.
    """
    granted = {
        action
        for rule in rules
        if not rule.denies and covers(rule.resource, resource)
        for action in rule.actions
    }
    return sorted(action for action in granted if not denied(rules, resource, action))


def resources(rules: Collection[Rule]) -> dict[str, list[str]]:
    """The resources on which something is allowed, as the rules spell them, with the actions."""
    named = sorted({rule.resource for rule in rules if not rule.denies})
    found = {resource: actions_on(rules, resource) for resource in named}
    return {resource: actions for resource, actions in found.items() if actions}


def resource_type(code: str) -> str | None:
    """The ResourceType of a resource, where its code tells.

    Data are known by a type and an id (``book:123``, ``book:*``, ``*``). Of the rest, such as a
    menu, the code says nothing.
    """
    return "DATA" if code == "*" or ":" in code else None


def is_of_kind(code: str, kind: str) -> bool:
    """Whether a resource is of a kind: ``book:123`` is of the kind ``book`` or ``book:*``."""
    return covers(code.partition(":")[0], kind.partition(":")[0])


def suffices(rules: Collection[Rule], resource: str, wanted: Sequence[str], *, every: bool) -> bool:
    """Whether some wanted actions on a resource are allowed: every one, or any."""
    answers = [allowed(rules, resource, action) for action in wanted]
    return all(answers) if every else any(answers)
