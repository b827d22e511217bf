"""Results, progress and checkpoints of methods that process many users."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, Self, TypedDict, get_args

from .errors import AuthingError

if TYPE_CHECKING:
    pass

__all__ = [
    "BulkItem",
    "BulkKey",
    "BulkOptionsDict",
    "BulkOutcome",
    "BulkProgress",
    "BulkResult",
    "BulkStop",
    "Checkpoint",
    "ItemState",
    "OnConflict",
    "StopSignal",
]

BulkKey = Literal["externalId", "username", "email", "phone"]
"""The fields by which bulk methods recognize a user."""
BulkOutcome = Literal[
    "created", "updated", "deleted", "unchanged", "skipped", "failed", "unknown", "not_sent"
]
"""The outcomes of an item.

``unchanged``: the user is already as wanted. ``skipped``: the user exists, and
``on_conflict="skip"``. ``unknown``: the request failed in a way that leaves open whether it was
executed, and the user could not be looked up. ``not_sent``: the run stopped before.
"""
BulkStop = Literal["cancelled", "stopped", "max_failures", "input", "error"]
"""Why a run ended early.

``cancelled``: Ctrl+C, or the task was cancelled. ``stopped``: ``stop`` was set. ``max_failures``:
too many items failed. ``input``: the iterable raised an exception. ``error``: a failure concerns
all items, such as an invalid secret.
"""
OnConflict = Literal["fail", "skip", "update"]
"""The ways in which ``create_many`` can treat users that exist."""

FAILURES: tuple[BulkOutcome, ...] = ("failed", "unknown")
_ATTRIBUTE = "_authing_users_bulk_result"


@dataclass(frozen=True, slots=True)
class BulkItem:
    """The outcome of one item of a run.

    Attributes:
        index: Position in the input, from 0.
        key: What identifies the user, such as ``externalId=E1``. ``None`` if it has no such field.
        outcome: The outcome.
        user_id: ID of the user, as far as it is known.
        error: Why the item failed, or why its outcome is unknown. ``None`` for other outcomes.
        input: The item as given, without passwords and tokens.
        resumed: Whether the outcome is from the checkpoint. Nothing was sent in this run then.
    """

    index: int
    key: str | None
    outcome: BulkOutcome
    user_id: str | None
    error: AuthingError | None
    input: Mapping[str, object]
    resumed: bool = False

    @property
    def is_failure(self) -> bool:
        """Whether the item failed, or its outcome is unknown."""
        return self.outcome in FAILURES


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """How far a run is.

    Attributes:
        done: Number of items that have an outcome.
        total: Number of all items. ``None`` if it is not known.
        failed: Number of items that failed or whose outcome is unknown.
        seconds: Seconds since the start.
    """

    done: int
    total: int | None
    failed: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Items per second, on average."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds that the rest takes at this rate. ``None`` if that is not known."""
        if self.total is None or not self.per_second:
            return None
        return max(0, self.total - self.done) / self.per_second


class BulkResult:
    """The outcomes of a run, in the order of the input.

    The items are in a temporary file, so that their number does not matter. It is deleted with the
    result; ``close`` and a ``with`` block delete it earlier. Clients create results.

    Attributes:
        items: All items that were read from the input.
        succeeded: Those that are done: created, updated, deleted, unchanged and skipped ones.
        failed: Those that failed or whose outcome is unknown.
        not_sent: Those that were read, but not processed before the run stopped.
        stopped: Why the run ended early, or ``None``.
        error: The exception of the input, or the failure that concerns all items. ``None`` unless
            ``stopped`` is ``input`` or ``error``.
        seconds: Duration of the run, in seconds.
    """

    def __init__(self) -> None:
        from ._runtime.spool import Spool, SpooledList  # which most programs do not need

        self._spool: Spool[BulkItem] = Spool()
        self._counts: Counter[BulkOutcome] = Counter()
        self._lists = tuple(SpooledList(self._spool) for _ in range(4))
        self.stopped: BulkStop | None = None
        self.error: Exception | None = None
        self.seconds: float = 0.0

    @property
    def items(self) -> Sequence[BulkItem]:
        """All items that were read from the input."""
        return self._lists[0]

    @property
    def succeeded(self) -> Sequence[BulkItem]:
        """The items that are done."""
        return self._lists[1]

    @property
    def failed(self) -> Sequence[BulkItem]:
        """The items that failed, or whose outcome is unknown."""
        return self._lists[2]

    @property
    def not_sent(self) -> Sequence[BulkItem]:
        """The items that were read, but not processed before the run stopped."""
        return self._lists[3]

    @property
    def counts(self) -> Mapping[BulkOutcome, int]:
        """The number of items with each outcome, ``0`` included."""
        return MappingProxyType(
            {outcome: self._counts[outcome] for outcome in get_args(BulkOutcome)}
        )

    @property
    def total(self) -> int:
        """The number of items that were read from the input."""
        return len(self._lists[0])

    def __bool__(self) -> bool:
        """Whether the run reached the end of the input, and no item failed."""
        return self.stopped is None and not self._lists[2]

    def __repr__(self) -> str:
        counts = [f"{outcome}={number}" for outcome, number in self.counts.items() if number]
        stopped = [] if self.stopped is None else [f"stopped={self.stopped!r}"]
        return f"BulkResult({', '.join([f'total={self.total}', *counts, *stopped])})"

    def raise_for_failures(self) -> None:
        """Do nothing if the result is true, else raise an error.

        Raises:
            AuthingError: The error of the first failed item, with a note that says how many failed
                or why the run stopped.
            Exception: The exception of the input, if there is no failed item.
        """
        if self:
            return
        error: Exception | None = self._lists[2][0].error if self._lists[2] else self.error
        if error is None:
            error = AuthingError(f"The run ended early ({self.stopped})")
        error.add_note(repr(self))
        raise error

    def close(self) -> None:
        """Delete the temporary file. Counts stay available, items do not."""
        for items in self._lists:
            items.close()
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @classmethod
    def from_exception(cls, error: BaseException | None) -> "BulkResult | None":
        """Return the result of the run that an exception interrupted.

        Args:
            error: A ``KeyboardInterrupt``, a ``CancelledError``, or an exception of a callback or
                of a checkpoint. Those that it was raised from are searched too.

        Returns:
            The outcomes until then. Items that were in flight are ``unknown``. ``None`` if the
            exception did not interrupt a run.
        """
        seen: set[int] = set()
        waiting = [error]
        while waiting:
            one = waiting.pop()
            if one is None or id(one) in seen:
                continue
            seen.add(id(one))
            result = getattr(one, _ATTRIBUTE, None)
            if isinstance(result, cls):
                return result
            waiting += [one.__context__, one.__cause__]
        return None

    def _add(self, item: BulkItem) -> None:
        """Append an item."""
        offset = self._spool.add(item)
        self._counts[item.outcome] += 1
        self._lists[0].add(offset)
        kind = 3 if item.outcome == "not_sent" else 2 if item.is_failure else 1
        self._lists[kind].add(offset)

    def _check_files(self) -> None:
        """Do nothing if the outcomes could be stored.

        Raises:
            AuthingError: A temporary file could not be written.
        """
        for failure in (self._spool.failure, *(one.failure for one in self._lists)):
            if failure is not None:
                reason = failure.strerror or failure
                raise AuthingError(
                    f"Cannot write a temporary file with the outcomes: {reason}. Free space, or "
                    "set TMPDIR to another folder"
                )

    def _attach(self, error: BaseException) -> None:
        """Let ``from_exception`` find this result."""
        setattr(error, _ATTRIBUTE, self)


class ItemState(NamedTuple):
    """The state of an item in a checkpoint.

    Attributes:
        outcome: The text that ``finished`` recorded. ``None``: the item was only started.
    """

    outcome: str | None


class Checkpoint(Protocol):
    """Remembers the outcomes of a run, so that a later run can continue it.

    A change must be durable once the method returns. Methods are called by one thread at a time.
    ``SQLiteCheckpoint`` is an implementation.
    """

    def states(self, items: Sequence[str]) -> Mapping[str, ItemState]:
        """Return the states of those items that were started or finished."""
        ...

    def started(self, items: Sequence[str]) -> None:
        """Record items that are about to be sent."""
        ...

    def finished(self, outcomes: Mapping[str, str]) -> None:
        """Record the outcomes of items, each as a JSON text without secrets."""
        ...


class StopSignal(Protocol):
    """Says that a run must stop, such as ``threading.Event`` and ``asyncio.Event``."""

    def is_set(self) -> bool:
        """Whether no further item may be started."""
        ...


class BulkOptionsDict(TypedDict, total=False):
    """Keyword arguments that all methods take which process many users."""

    concurrency: int
    """The most requests in flight. Default: 8."""
    on_progress: Callable[[BulkProgress], object] | None
    """Called whenever items were reported."""
    on_item: Callable[[BulkItem], object] | None
    """Called with each item, in the order of the input."""
    max_failures: int | str | None
    """The most failures, as a number or as a percentage such as ``"5%"``."""
    total: int | None
    """Number of items, if the input has no length."""
    checkpoint: Checkpoint | None
    """Remembers the outcomes, so that a later run with the same input can continue."""
    stop: StopSignal | None
    """No further item is started once it is set."""
