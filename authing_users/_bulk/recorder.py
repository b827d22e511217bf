"""Reads and writes the checkpoint of a run."""

import json
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, get_args

from ..bulk import BulkOutcome, Checkpoint, ItemState
from ..errors import (
    APIError,
    AuthingError,
    ConflictError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
)
from .items import Done, Task
from .settling import cause_of, may_have_been_executed

# States that are read at once.
BLOCK = 500
# Failures that come again whenever the same item is sent to the same pool.
_DEFINITE = (InvalidInputError, ConflictError, InvalidRequestError, NotFoundError)


class Recorder:
    """Remembers the outcomes of a run. An item is known by its position.

    Args:
        checkpoint: Stores the outcomes, or ``None``.
    """

    def __init__(self, checkpoint: Checkpoint | None) -> None:
        self._checkpoint = checkpoint
        self._lock = Lock()
        self._block: Mapping[str, ItemState] = {}
        self._block_end = 0

    def state(self, index: int) -> ItemState | None:
        """Return the state of an item. Positions must be asked for in order."""
        if self._checkpoint is None:
            return None
        if index >= self._block_end:
            names = [str(one) for one in range(index, index + BLOCK)]
            with self._lock:
                self._block = self._checkpoint.states(names)
            self._block_end = index + BLOCK
        return self._block.get(str(index))

    def started(self, tasks: Sequence[Task]) -> None:
        """Record that tasks are about to be sent."""
        if self._checkpoint is not None:
            with self._lock:
                self._checkpoint.started([str(task.index) for task in tasks])

    def finished(self, tasks: Sequence[Task], outcomes: Sequence[Done]) -> None:
        """Record the outcomes that later runs need not check."""
        if self._checkpoint is None:
            return
        texts = {
            str(task.index): to_json(done, task.description.key)
            for task, done in zip(tasks, outcomes, strict=True)
            if is_final(done)
        }
        if texts:
            with self._lock:
                self._checkpoint.finished(texts)


def is_final(done: Done) -> bool:
    """Return whether a later run need not process the item again."""
    if done.outcome != "failed":
        return done.outcome not in ("unknown", "not_sent")
    error = None if done.error is None else cause_of(done.error)
    return isinstance(error, _DEFINITE) and not may_have_been_executed(error)


def to_json(done: Done, key: str | None) -> str:
    """Return the text that stands for an outcome in a checkpoint."""
    fields: dict[str, object] = {"outcome": done.outcome, "id": done.user_id, "key": key}
    if done.error is not None:
        fields |= {"code": done.error.code, "reason": done.error.message}
        fields["error"] = type(done.error).__name__
    return json.dumps({name: value for name, value in fields.items() if value is not None})


def from_json(text: str, index: int) -> Done:
    """Return the outcome that a text of a checkpoint stands for.

    Args:
        text: The text.
        index: Position of the item.

    Raises:
        InvalidInputError: The text is not one of this library.
    """
    try:
        fields: Any = json.loads(text)
        outcome: BulkOutcome = fields["outcome"]
        user_id, error, code = fields.get("id"), fields.get("error"), fields.get("code")
        reason = fields.get("reason")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _invalid(index) from None
    if outcome not in get_args(BulkOutcome):
        raise _invalid(index)
    return Done(outcome, user_id, None if reason is None else _error(error, str(reason), code))


def _invalid(index: int) -> InvalidInputError:
    return InvalidInputError(f"The checkpoint has an invalid outcome of item {index}")


def _error(name: object, message: str, code: int | None) -> AuthingError:
    kinds: dict[object, type[APIError]] = {
        kind.__name__: kind for kind in (ConflictError, InvalidRequestError, NotFoundError)
    }
    if name in kinds:
        return kinds[name](message, code=code)
    error = InvalidInputError(message) if name == "InvalidInputError" else AuthingError(message)
    error.code = code
    return error
