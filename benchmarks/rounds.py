"""Interleaved rounds of calls, and what they say."""

import random
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel

from .contenders import OPERATIONS, USERS_IN_ANSWER, Contender, Timing
from .server import Counts, Server

SEED = 20_210_311


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
    """What the rounds of a contender at an operation took.

    Attributes:
        calls: Calls in each round.
        rounds: What the calls of each round took together.
        counts: What the server saw of all rounds.
    """

    calls: int
    rounds: Sequence[Timing]
    counts: Counts

    def cpu(self) -> Spread:
        """Return the CPU seconds of a call."""
        return Spread.of(timing.cpu / self.calls for timing in self.rounds)

    def wall(self) -> Spread:
        """Return the seconds of a call."""
        return Spread.of(timing.wall / self.calls for timing in self.rounds)

    def cpu_ratio(self, baseline: "Series") -> Spread:
        """Return how many times the CPU time of a baseline a call takes, round by round."""
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
    """Let all contenders make all calls, in turns.

    Args:
        server: The server that they talk to.
        contenders: The contenders.
        rounds: How often each has its turn; at least two.
        seconds: How long a turn takes at least, when it is found how many calls it has.
        operations: The calls.
    """
    chance = random.Random(SEED)
    results: dict[str, dict[str, Series]] = {}
    for operation in operations:
        calls = {one.name: _prepared(one, operation, seconds) for one in contenders}
        timings: dict[str, list[Timing]] = {one.name: [] for one in contenders}
        counts = {one.name: Counts() for one in contenders}
        for _ in range(rounds):
            # In a new order each time, so that nobody always comes after the same one.
            for one in chance.sample(contenders, len(contenders)):
                one.time(operation, 1)  # opens a connection anew that idled for too long
                before = server.counts()
                timings[one.name].append(one.time(operation, calls[one.name]))
                counts[one.name] += server.counts() - before
        results[operation] = {
            name: Series(calls[name], timings[name], counts[name]) for name in calls
        }
    return results


def _prepared(contender: Contender, operation: str, seconds: float) -> int:
    """Check that a contender does the work, warm it up, and return the calls of its turn."""
    users = users_in(contender.answer(operation))
    if users != USERS_IN_ANSWER[operation]:
        raise RuntimeError(f"{contender.name} made {users} users out of {operation}")
    calls = 1
    while contender.time(operation, calls).wall < seconds:
        calls *= 2
    return calls


def users_in(answer: object) -> int:
    """Count the users in an answer, of models or of dicts."""
    if isinstance(answer, BaseModel):
        answer = answer.model_dump(by_alias=True)
    if isinstance(answer, list):
        return sum(users_in(item) for item in cast("list[object]", answer))
    if isinstance(answer, dict):
        fields = cast("dict[str, object]", answer)
        return 1 if "username" in fields else users_in([*fields.values()])
    return 0
