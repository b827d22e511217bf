"""Evaluate the rules of policies.

Resources and actions are strings (``book:123``, ``book:read``). In a rule, ``*`` matches any text.
An action is allowed if a rule allows it and no rule denies it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One statement of a policy, or a grant.

    Attributes:
        resource: Pattern of resources.
        actions: Patterns of actions.
        denies: The actions are denied instead of allowed.
        is_grant: It is a grant. Its resource can be a kind, which stands for all of that kind.
        kind: The ResourceType of the resource, if a grant names it.
    """

    resource: str
    actions: tuple[str, ...]
    denies: bool = False
    is_grant: bool = False
    kind: str | None = None

    def covers(self, resource: str) -> bool:
        """Return whether the rule applies to a resource."""
        if pattern_matches(self.resource, resource):
            return True
        is_kind = self.is_grant and ":" not in self.resource
        return is_kind and pattern_matches(f"{self.resource}:*", resource)

    def matches(self, resource: str, action: str) -> bool:
        """Return whether the rule applies to an action on a resource."""
        return self.covers(resource) and any(
            pattern_matches(pattern, action) for pattern in self.actions
        )


def pattern_matches(pattern: str, text: str) -> bool:
    """Return whether a pattern matches the whole text.

    A ``*`` in the text is an ordinary character. So a pattern that matches the text ``book:*`` also
    matches everything that the pattern ``book:*`` matches.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, last = rest
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    start, end = len(first), len(text) - len(last)
    for part in middle:  # the earliest match leaves the most text for the next part
        position = text.find(part, start, end)
        if position < 0:
            return False
        start = position + len(part)
    return True


def is_denied(rules: Iterable[Rule], resource: str, action: str) -> bool:
    """Return whether a rule denies an action on a resource."""
    return any(rule.denies and rule.matches(resource, action) for rule in rules)


def is_allowed(rules: Collection[Rule], resource: str, action: str) -> bool:
    """Return whether a rule allows an action on a resource, and no rule denies it."""
    return any(
        not rule.denies and rule.matches(resource, action) for rule in rules
    ) and not is_denied(rules, resource, action)


def allowed_actions(rules: Collection[Rule], resource: str) -> list[str]:
    """Return the sorted action patterns that rules allow on a resource.

    A pattern is omitted if a rule denies all of it. A pattern that is denied in part stays,
    because the list cannot express the difference.
    """
    granted = {
        action
        for rule in rules
        if not rule.denies and rule.covers(resource)
        for action in rule.actions
    }
    return sorted(action for action in granted if not is_denied(rules, resource, action))


def allowed_resources(rules: Collection[Rule]) -> dict[str, list[str]]:
    """Return the resource patterns with allowed actions, and these actions."""
    patterns = sorted({rule.resource for rule in rules if not rule.denies})
    actions_by_pattern = {pattern: allowed_actions(rules, pattern) for pattern in patterns}
    return {pattern: actions for pattern, actions in actions_by_pattern.items() if actions}


def resource_type(code: str) -> str | None:
    """Return the ResourceType of a resource, or ``None`` if the code does not reveal it.

    The code of DATA has a type and an ID (``book:123``, ``book:*``, ``*``). The codes of other
    types, such as MENU, have no common format.
    """
    return "DATA" if code == "*" or ":" in code else None


def is_of_kind(code: str, kind: str) -> bool:
    """Return whether a resource has a kind: ``book:123`` has the kind ``book`` or ``book:*``."""
    return pattern_matches(code.partition(":")[0], kind.partition(":")[0])


def allows_actions(
    rules: Collection[Rule], resource: str, actions: Sequence[str], *, require_all: bool
) -> bool:
    """Return whether all actions on a resource are allowed, or any of them."""
    results = [is_allowed(rules, resource, action) for action in actions]
    return all(results) if require_all else any(results)
