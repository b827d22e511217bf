"""Limit the number of log lines, so that a flood of bad requests does not fill the disk."""

import logging
from dataclasses import dataclass

_PERIOD = 60.0  # seconds
_MAX_RECORDS = 10  # from one place in the code, for each period


@dataclass(slots=True)
class _Period:
    start: float
    logged: int = 0
    omitted: int = 0


class LogLimit(logging.Filter):
    """Omits log records after the first ten of a minute from the same place in the code.

    The next record from that place says how many were omitted.
    """

    def __init__(self) -> None:
        super().__init__()
        self._periods: dict[tuple[str, int], _Period] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log a record. A handler calls this with its lock held."""
        place = record.pathname, record.lineno
        period = self._periods.setdefault(place, _Period(record.created))
        if record.created - period.start >= _PERIOD:
            if period.omitted:
                text = f"{record.getMessage()} ({period.omitted:,} similar messages were omitted)"
                record.msg, record.args = text, None
            period = self._periods[place] = _Period(record.created)
        if period.logged == _MAX_RECORDS:
            period.omitted += 1
            return False
        period.logged += 1
        return True
