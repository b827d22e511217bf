"""Reads and writes the checkpoint of a run."""

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
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
from .items import Description, Done, Task
from .settling import cause_of, may_have_been_executed

# States that are read at once.
BLOCK = 500
# Failures that come again whenever the same item is sent to the same pool.
_DEFINITE = (InvalidInputError, ConflictError, InvalidRequestError, NotFoundError)


class Recorder:
    """Remembers the outcomes of a run. An item is known by its position.

    A digest of its content tells whether the item there is still the same.

    Args:
        checkpoint: Stores the outcomes, or ``None``.
        user_pool_id: ID of the user pool, which is a part of the content.
    """

    def __init__(self, checkpoint: Checkpoint | None, user_pool_id: str = "") -> None:
        self._checkpoint = checkpoint
        self._user_pool_id = user_pool_id
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

    def outcome(self, index: int, description: Description) -> Done | None:
        """Return the recorded outcome of an item, or ``None`` if it must be processed.

        An item that failed and was corrected must be processed again.

        Raises:
            InvalidInputError: The outcome is that of another item.
        """
        state = self.state(index)
        if state is None or state.outcome is None:
            return None
        done, digest = _parsed(state.outcome, index)
        if digest is None or digest == self._digest(description):
            return done
        if done.outcome == "failed":
            return None
        raise InvalidInputError(
            f"Item {index} ({description.key or 'without a key'}) is not the item that the "
            f"checkpoint has as {done.outcome}: the input has changed, or was for another user "
            "pool. Use a new run of the checkpoint for it"
        )

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
            str(task.index): to_json(done, task.description.key, self._digest(task.description))
            for task, done in zip(tasks, outcomes, strict=True)
            if is_final(done)
        }
        if texts:
            with self._lock:
                self._checkpoint.finished(texts)

    def _digest(self, description: Description) -> str:
        """Return a short text that is another one for other content. It contains no secrets."""
        content = json.dumps([self._user_pool_id, *description], sort_keys=True, default=str)
        return blake2b(content.encode(), digest_size=9).hexdigest()


def is_final(done: Done) -> bool:
    """Return whether a later run need not process the item again."""
    if done.outcome != "failed":
        return done.outcome not in ("unknown", "not_sent")
    error = None if done.error is None else cause_of(done.error)
    return isinstance(error, _DEFINITE) and not may_have_been_executed(error)


def to_json(done: Done, key: str | None, digest: str | None = None) -> str:
    """Return the text that stands for an outcome in a checkpoint."""
    fields: dict[str, object] = {"outcome": done.outcome, "id": done.user_id, "key": key}
    fields["digest"] = digest
    if done.error is not None:
        fields |= {"code": done.error.code, "reason": done.error.message}
        fields["error"] = type(done.error).__name__
    return json.dumps({name: value for name, value in fields.items() if value is not None})


def _parsed(text: str, index: int) -> tuple[Done, str | None]:
    """Return the outcome that a text of a checkpoint stands for, and the digest of the item.

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
        reason, digest = fields.get("reason"), fields.get("digest")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _invalid(index) from None
    if outcome not in get_args(BulkOutcome):
        raise _invalid(index)
    failure = None if reason is None else _error(error, str(reason), code)
    return Done(outcome, user_id, failure), digest


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
