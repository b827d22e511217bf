"""The order in which interactions are written."""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timing:
    """When a request was made, and by whom.

    Attributes:
        start: Number of its start, among the starts and ends of all requests.
        end: Number of its end.
        thread: The thread.
        sort_key: What requests that overlapped are ordered by.
    """

    start: int
    end: int
    thread: Hashable
    sort_key: tuple[str, ...]


def in_stable_order(items: list[T], timing: Callable[[T], Timing], main: Hashable) -> list[T]:
    """Return interactions in an order that does not depend on the timing of concurrent requests.

    Requests that overlapped are ordered by what they ask for. Sequential ones stay in sequence.

    Args:
        items: The interactions.
        timing: Returns the timing of an interaction.
        main: The thread of the test. Requests of other threads are always taken for concurrent.
    """
    groups: list[list[T]] = []
    latest = -1
    for item in sorted(items, key=lambda item: timing(item).start):
        of_workers = timing(item).thread != main
        follows_workers = bool(groups) and all(timing(one).thread != main for one in groups[-1])
        if groups and (timing(item).start < latest or (of_workers and follows_workers)):
            groups[-1].append(item)
        else:
            groups.append([item])
        latest = max(latest, timing(item).end)
    # Sorting keeps the order of equal calls, whose responses may differ.
    return [
        item for group in groups for item in sorted(group, key=lambda item: timing(item).sort_key)
    ]


def numbers_as_text(text: str) -> str:
    """Return a sort key in which numbers are ordered by their value."""
    return re.sub(r"\d+", lambda number: number[0].rjust(12, "0"), text)
