"""Faults: requests that fail, are cut off or are slow, because a test wants them to."""

import math
import random
import threading
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

from .errors import ApiError, ErrorCode
from .operations import ANY


class FaultKind(Enum):
    """The effect of a fault."""

    FAIL = "fail"
    DROP = "drop"
    TRUNCATE = "truncate"
    SLOW = "slow"
    RATE_LIMIT = "rate_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The settings of a fault.

    Attributes:
        kind: The effect.
        operation: The operation, as the test named it, or ``*``.
        times: How many requests are affected; all when ``None``.
        after_commit: The request is executed before it fails.
        code: Error code of the API.
        status: HTTP status.
        message: Message of the error; that of the code when ``None``.
        retry_after: Value of the header ``Retry-After``, in seconds.
        mean: Mean delay in seconds.
        jitter: The most that a delay differs from the mean, in seconds.
        requests: How many requests are allowed in each period.
        per: Length of a period in seconds.
    """

    kind: FaultKind
    operation: str = ANY
    times: int | None = None
    after_commit: bool = False
    code: int | None = None
    status: int | None = None
    message: str | None = None
    retry_after: float | None = None
    mean: float = 0.0
    jitter: float = 0.0
    requests: int = 0
    per: float = 0.0


class Fault:
    """A fault of the emulator.

    Attributes:
        effect: The settings.
        id: Its number, from 1, among all faults that were added to the emulator.
    """

    def __init__(self, effect: Effect, name: str) -> None:
        self.effect = effect
        self.id = 0
        self._name = name
        self._hits = 0
        self._random = random.Random(0)  # the same delays in every run
        self._allowed: deque[float] = deque()  # times of the requests of the current period

    @property
    def operation(self) -> str:
        """The operation, or ``*`` for all."""
        return self.effect.operation

    @property
    def hits(self) -> int:
        """How many requests were affected."""
        return self._hits

    @property
    def remaining(self) -> int | None:
        """How many more requests will be affected; ``None`` means without limit."""
        times = self.effect.times
        return None if times is None else times - self._hits

    def describe(self) -> str:
        """Describe the fault in one line, such as ``fail createUser with code 2026 (1 of 2)``."""
        effect = self.effect
        limit = "" if effect.times is None else f" of {effect.times}"
        return f"{_describe(effect)} ({self._hits}{limit} hit)"

    def __repr__(self) -> str:
        return f"<Fault: {self.describe()}>"

    def matches(self, names: Collection[str]) -> bool:
        """Return whether the fault can affect a request with these operation names."""
        return (self._name == ANY or self._name in names) and self.remaining != 0

    def hit(self) -> None:
        """Count a request."""
        self._hits += 1

    def delay(self) -> float:
        """Return the next delay in seconds."""
        effect = self.effect
        return max(0.0, effect.mean + effect.jitter * self._random.uniform(-1, 1))

    def wait_for_rate(self, now: float) -> float | None:
        """Count a request towards the rate.

        Returns:
            ``None`` if the request is allowed, or else the seconds until one is allowed.
        """
        allowed = self._allowed
        while allowed and not 0 <= now - allowed[0] < self.effect.per:
            allowed.popleft()
        if len(allowed) < self.effect.requests:
            allowed.append(now)
            return None
        return allowed[0] + self.effect.per - now if allowed else self.effect.per


@dataclass(slots=True)
class Disruption:
    """The effect of all faults on one request.

    Attributes:
        effect: The effect that replaces the response, if there is one.
        delay: Seconds to wait before the response.
        retry_after: Seconds for the header ``Retry-After``.
    """

    effect: Effect | None = None
    delay: float = 0.0
    retry_after: float | None = None

    @property
    def prevents_execution(self) -> bool:
        """Whether the request is not executed."""
        effect = self.effect
        return (
            effect is not None and not effect.after_commit and effect.kind is not FaultKind.TRUNCATE
        )

    @property
    def failure(self) -> Effect | None:
        """The effect, if it replaces the response by an error."""
        effect = self.effect
        if effect is None or effect.kind not in (FaultKind.FAIL, FaultKind.RATE_LIMIT):
            return None
        return effect

    @property
    def truncates_response(self) -> bool:
        """Whether the connection is closed after half of the body."""
        return self.effect is not None and self.effect.kind is FaultKind.TRUNCATE


def drops_connection(disruption: Disruption | None) -> bool:
    """Return whether the connection of a request is closed without a response."""
    effect = None if disruption is None else disruption.effect
    return effect is not None and effect.kind is FaultKind.DROP


class Faults:
    """The faults of one emulator, in the order in which they were added. Thread-safe."""

    def __init__(self) -> None:
        self._faults: tuple[Fault, ...] = ()
        self._added = 0
        self._lock = threading.Lock()

    @property
    def all(self) -> tuple[Fault, ...]:
        """All faults, including used ones."""
        return self._faults

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, fault: Fault) -> Fault:
        """Add a fault."""
        with self._lock:
            self._added += 1
            fault.id = self._added
            self._faults = (*self._faults, fault)
        return fault

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults = ()

    def next(self, names: Collection[str], now: float) -> Disruption | None:
        """Return the disruption of a request, and count the faults that it consists of.

        All delays add up. Only the first other fault that matches takes effect.

        Args:
            names: The normalized names of the operations.
            now: The current time of the emulator, in Unix seconds.
        """
        disruption = Disruption()
        with self._lock:
            for fault in self._faults:
                if fault.matches(names):
                    _apply(fault, disruption, now)
        return disruption if disruption.effect is not None or disruption.delay else None


def _apply(fault: Fault, disruption: Disruption, now: float) -> None:
    effect = fault.effect
    if effect.kind is FaultKind.SLOW:
        disruption.delay += fault.delay()
        fault.hit()
        return
    if disruption.effect is not None:
        return
    if effect.kind is FaultKind.RATE_LIMIT:
        wait = fault.wait_for_rate(now)
        if wait is None:
            return
        disruption.retry_after = math.ceil(wait)
    else:
        disruption.retry_after = effect.retry_after
    disruption.effect = effect
    fault.hit()


def _describe(effect: Effect) -> str:
    operation = "all operations" if effect.operation == ANY else effect.operation
    after = " after the commit" if effect.after_commit else ""
    match effect.kind:
        case FaultKind.FAIL:
            values = {"code": effect.code, "HTTP status": effect.status}
            reason = " and ".join(f"{name} {value}" for name, value in values.items() if value)
            return f"fail {operation} with {reason}{after}"
        case FaultKind.DROP:
            return f"drop the connection of {operation}{after}"
        case FaultKind.TRUNCATE:
            return f"truncate the response of {operation}"
        case FaultKind.SLOW:
            return f"slow {operation} by {effect.mean:g} ± {effect.jitter:g} seconds"
        case FaultKind.RATE_LIMIT:
            return f"rate limit of {effect.requests} requests for each {effect.per:g} seconds"


def failure_error(effect: Effect) -> ApiError | None:
    """Return the API error of a failing request, or ``None`` if it fails with an HTTP status."""
    code = ErrorCode.RATE_LIMITED if effect.kind is FaultKind.RATE_LIMIT else effect.code
    if code is None:
        return None
    return ApiError(code, _SUBJECTS.get(code, effect.operation), message=effect.message)


def status_message(effect: Effect, status: int) -> str:
    """Return the message of a request that fails with an HTTP status."""
    if effect.message is not None:
        return effect.message
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP status {status}"


_SUBJECTS: dict[int, str] = {
    ErrorCode.USER_EXISTS: "username",
    ErrorCode.TAKEN: "code",
    ErrorCode.FIELD_IN_USE: "dataType",
}
