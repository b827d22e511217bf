"""Interleaved rounds of calls, and the figures that they give."""

import random
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel

from .contenders import OPERATIONS, USERS_IN_RESPONSE, Contender, Timing
from .server import Counts, Server

SEED = 20_210_311
# Least calls of each task or thread in a turn; with one, few calls would overlap.
CALLS_OF_EACH_TASK = 4


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and quartiles of some figures."""

    median: float
    lower: float
    upper: float

    @classmethod
    def of(cls, figures: Iterable[float]) -> "Spread":
        """Return the spread of at least two figures."""
        lower, median, upper = statistics.quantiles(figures, n=4, method="inclusive")
        return cls(median, lower, upper)


@dataclass(frozen=True, slots=True)
class Series:
    """The rounds of one contender with one operation.

    Attributes:
        calls: Calls in each round.
        rounds: Time of all calls of each round.
        counts: What the server received in all rounds.
    """

    calls: int
    rounds: Sequence[Timing]
    counts: Counts

    def cpu(self) -> Spread:
        """Return the CPU time of a call, in seconds."""
        return Spread.of(timing.cpu / self.calls for timing in self.rounds)

    def wall(self) -> Spread:
        """Return the wall time of all calls in seconds, divided by their number."""
        return Spread.of(timing.wall / self.calls for timing in self.rounds)

    def cpu_ratio(self, baseline: "Series") -> Spread:
        """Return the ratio of the CPU time to that of a baseline in the same round."""
        return Spread.of(
            (ours.cpu / self.calls) / (theirs.cpu / baseline.calls)
            for ours, theirs in zip(self.rounds, baseline.rounds, strict=True)
        )

    def requests(self) -> float:
        """Return the HTTP requests of a call."""
        return self.counts.requests / self._all_calls

    def connections(self) -> float:
        """Return the TCP connections of a call."""
        return self.counts.connections / self._all_calls

    def sent(self) -> float:
        """Return the bytes of the request bodies of a call."""
        return self.counts.received / self._all_calls

    @property
    def _all_calls(self) -> int:
        return self.calls * len(self.rounds)


# By operation, then by name of the contender.
Results = Mapping[str, Mapping[str, Series]]


def measure(
    server: Server,
    contenders: Sequence[Contender],
    *,
    rounds: int,
    seconds: float,
    operations: Sequence[str] = OPERATIONS,
) -> Results:
    """Measure all contenders with all operations, in turns.

    Args:
        server: The server that they use.
        contenders: The contenders.
        rounds: Turns of each contender, at least two.
        seconds: Least duration of a turn; determines the number of its calls.
        operations: The operations.
    """
    order = random.Random(SEED)
    results: dict[str, dict[str, Series]] = {}
    for operation in operations:
        calls = {one.name: _prepared(one, operation, seconds) for one in contenders}
        timings: dict[str, list[Timing]] = {one.name: [] for one in contenders}
        counts = {one.name: Counts() for one in contenders}
        for _ in range(rounds):
            # In a new order each time, so that none always follows the same one.
            for one in order.sample(contenders, len(contenders)):
                one.time(operation, one.in_flight)  # reopens connections that have expired
                before = server.counts()
                timings[one.name].append(one.time(operation, calls[one.name]))
                counts[one.name] += server.counts() - before
        results[operation] = {
            name: Series(calls[name], timings[name], counts[name]) for name in calls
        }
    return results


def _prepared(contender: Contender, operation: str, seconds: float) -> int:
    """Check what a contender returns, warm it up, and return the number of calls of its turn."""
    users = users_in(contender.response(operation))
    if users != USERS_IN_RESPONSE[operation]:
        raise RuntimeError(f"{contender.name} returned {users} users for {operation}")
    calls = contender.in_flight
    if calls > 1:
        calls *= CALLS_OF_EACH_TASK
    while contender.time(operation, calls).wall < seconds:
        calls *= 2
    return calls


def users_in(response: object) -> int:
    """Count the users in a response of models or dicts."""
    if isinstance(response, BaseModel):
        response = response.model_dump(by_alias=True)
    if isinstance(response, list):
        return sum(users_in(item) for item in cast("list[object]", response))
    if isinstance(response, dict):
        fields = cast("dict[str, object]", response)
        return 1 if "username" in fields else users_in([*fields.values()])
    return 0
