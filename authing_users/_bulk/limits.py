"""When a run has too many failures."""

import re

from ..errors import InvalidInputError

# A percentage counts against at least this number of items.
FEWEST = 20
_PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?) ?%")


class FailureLimit:
    """Tells when a run must stop.

    Args:
        number: The most failures, or ``None``.
        percentage: The most failures, in per cent of the items, or ``None``.
    """

    def __init__(self, number: int | None = None, percentage: float | None = None) -> None:
        self._number = number
        self._percentage = percentage

    def is_exceeded(self, failures: int, done: int, total: int | None) -> bool:
        """Return whether there are too many failures.

        Args:
            failures: Number of failures.
            done: Number of items that have an outcome.
            total: Number of all items, if it is known.
        """
        if self._number is not None:
            return failures > self._number
        if self._percentage is None:
            return False
        base = max(done, FEWEST) if total is None else total
        return failures * 100 > self._percentage * base


def failure_limit(value: object, name: str = "max_failures") -> FailureLimit:
    """Return the limit that an argument stands for: a number, ``"5%"`` or ``None``."""
    if value is None:
        return FailureLimit()
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return FailureLimit(number=value)
    match = _PERCENTAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None and float(match[1]) <= 100:
        return FailureLimit(percentage=float(match[1]))
    given = repr(value) if isinstance(value, int | float | str) else type(value).__name__
    raise InvalidInputError(
        f"{name} must be a whole number from 0 or a percentage such as '5%', not {given}"
    )
