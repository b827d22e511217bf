"""Collects what a cassette records, in a form that does not depend on the run."""

import copy
import itertools
import threading
import time
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from .index import RecordedCalls
from .order import Timing, in_stable_order, numbers_as_text
from .pools import alias, is_alias
from .timestamps import Span, fixed_times, next_fixed


@dataclass(slots=True, eq=False)
class Recorded:
    """An interaction that was recorded just now.

    Attributes:
        request: The request, as it is written.
        response: The response, as it is written.
        timing: When it was made.
        is_ours: Whether it is a call of this API.
    """

    request: Any
    response: Any
    timing: Timing
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Start:
    """The start of a request: its number among all starts and ends, and its thread."""

    number: int
    thread: Hashable


class Recorder:
    """Collects new interactions.

    Its methods are called while the lock of the cassette is held.

    Attributes:
        recorded: The interactions, in the order of their responses.
    """

    def __init__(self) -> None:
        self.recorded: list[Recorded] = []
        self._main: Hashable = threading.get_ident()
        self._started = time.time()
        self._events = 0

    def start(self) -> Start:
        """Note the start of a request."""
        self._events += 1
        return Start(self._events, threading.get_ident())

    def add(self, request: Any, response: Any, start: Start | None, *, is_ours: bool) -> None:
        """Note a response."""
        end = self.start()
        start = start or end
        key = (request.method, request.uri, str(request.body or ""))
        sort_key = tuple(map(numbers_as_text, key))
        timing = Timing(start.number, end.number, start.thread, sort_key)
        self.recorded.append(Recorded(request, response, timing, is_ours))

    def interactions(self, kept: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        """Return what was recorded, in a stable order and with fixed times.

        Args:
            kept: What is in the cassette already; the new times are later than those in it.
        """
        recorded = in_stable_order(self.recorded, lambda one: one.timing, self._main)
        ours = [one for one in recorded if one.is_ours]
        texts = [body_of(part) for one in ours for part in (one.request, one.response)]
        first = next_fixed(body_of(part) for pair in kept for part in pair)
        fixed = iter(fixed_times(texts, Span(self._started, time.time()), first))
        for one in ours:
            one.request = with_body(one.request, next(fixed))
            one.response = with_body(one.response, next(fixed))
        return [(one.request, one.response) for one in recorded]


def alias_for(pool: str, calls: RecordedCalls, *, starts_anew: bool) -> str:
    """Return the alias for a pool that is recorded.

    Args:
        pool: Its ID.
        calls: The recorded calls.
        starts_anew: Whether none of them is kept.
    """
    known = calls.alias_of(pool)
    if known is not None and is_alias(known):
        return known
    loaded = [] if starts_anew else [one for one in calls.pools if is_alias(one)]
    if len(loaded) == 1 and not calls.assigned:
        chosen = loaded[0]  # the only pool of the cassette
    else:
        used = calls.assigned.union(loaded)
        chosen = next(one for one in map(alias, itertools.count(1)) if one not in used)
    calls.assign(pool, chosen)
    return chosen


def body_of(part: Any) -> bytes:
    """Return the body of a request or response of ``vcrpy``."""
    is_response = isinstance(part, dict)
    body: Any = cast("dict[str, Any]", part)["body"].get("string") if is_response else part.body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return body if isinstance(body, bytes) else b""


def with_body(part: Any, body: bytes) -> Any:
    """Return a request or response with another body."""
    if body_of(part) == body:
        return part
    if isinstance(part, dict):
        return {**cast("dict[str, Any]", part), "body": {"string": body}}
    changed = copy.copy(part)
    changed.body = body
    return changed
