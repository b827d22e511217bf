"""Runs that follow each other, and count as one: items of a later stage need the earlier ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..bulk import BulkItem, BulkProgress, BulkResult, Checkpoint, ItemState
from .limits import FailureLimit
from .options import BulkOptions


class StagedRun:
    """The outcomes of several runs as one result.

    Args:
        options: The options of the whole. Their ``total`` is the number of all items.
    """

    def __init__(self, options: BulkOptions) -> None:
        self._options = options
        self.result = BulkResult()

    def options(self, total: int) -> BulkOptions:
        """Return the options of the next run.

        Args:
            total: Number of its items.
        """
        done, result, options = self.result.total, self.result, self._options
        on_item, on_progress, checkpoint = (
            options.on_item,
            options.on_progress,
            options.checkpoint,
        )
        return replace(
            options,
            total=total,
            limit=_RestOfLimit(options.limit, result, options.total),
            on_item=None if on_item is None else _shifted(on_item, done),
            on_progress=None if on_progress is None else self._progress(on_progress),
            checkpoint=None if checkpoint is None else _ShiftedCheckpoint(checkpoint, done),
        )

    def add(self, result: BulkResult) -> None:
        """Add the outcomes of a run."""
        start = self.result.total
        for item in result.items:
            self.result._add(replace(item, index=start + item.index))
        self.result.stopped, self.result.error = result.stopped, result.error
        self.result.seconds += result.seconds
        result.close()

    def interrupt(self, error: BaseException) -> None:
        """Add the outcomes of a run that an exception interrupted, and attach all of them to it."""
        result = BulkResult.from_exception(error)
        if result is not None:
            self.add(result)
            self.result._attach(error)

    def _progress(
        self, on_progress: Callable[[BulkProgress], object]
    ) -> Callable[[BulkProgress], object]:
        done, failed = self.result.total, len(self.result.failed)
        seconds, total = self.result.seconds, self._options.total

        def report(progress: BulkProgress) -> object:
            return on_progress(
                BulkProgress(
                    done + progress.done,
                    total,
                    failed + progress.failed,
                    seconds + progress.seconds,
                )
            )

        return report


class _RestOfLimit(FailureLimit):
    """A limit of failures that counts those of earlier runs."""

    def __init__(self, limit: FailureLimit, earlier: BulkResult, total: int | None) -> None:
        super().__init__()
        self._limit = limit
        self._failures, self._done, self._total = len(earlier.failed), earlier.total, total

    def is_exceeded(self, failures: int, done: int, total: int | None) -> bool:  # noqa: ARG002
        """Return whether there are too many failures."""
        return self._limit.is_exceeded(self._failures + failures, self._done + done, self._total)


class _ShiftedCheckpoint:
    """A checkpoint that knows the items of a later run by their positions in the whole."""

    def __init__(self, checkpoint: Checkpoint, start: int) -> None:
        self._checkpoint = checkpoint
        self._start = start

    def states(self, items: Sequence[str]) -> Mapping[str, ItemState]:
        """Return the states of items."""
        states = self._checkpoint.states([self._outer(item) for item in items])
        return {item: states[self._outer(item)] for item in items if self._outer(item) in states}

    def started(self, items: Sequence[str]) -> None:
        """Record items that are about to be sent."""
        self._checkpoint.started([self._outer(item) for item in items])

    def finished(self, outcomes: Mapping[str, str]) -> None:
        """Record the outcomes of items."""
        self._checkpoint.finished({self._outer(item): text for item, text in outcomes.items()})

    def _outer(self, item: str) -> str:
        return str(self._start + int(item))


def _shifted(on_item: Callable[[BulkItem], object], start: int) -> Callable[[BulkItem], object]:
    def report(item: BulkItem) -> object:
        return on_item(replace(item, index=start + item.index))

    return report
