"""Items of a run on their way from the input to their outcome."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, cast
from uuid import UUID

from .._runtime.secret import MASK, SECRET_ENDINGS
from ..bulk import BulkItem, BulkOutcome
from ..errors import (
    AuthenticationError,
    AuthingError,
    ConfigurationError,
    PartialFailureError,
    PermissionDeniedError,
)

# Values that are nested deeper are masked.
MAX_DEPTH = 20
_FATAL = (AuthenticationError, PermissionDeniedError, ConfigurationError)
_PLAIN = (int, float, date, time, Decimal, UUID)


class Description(NamedTuple):
    """How an item is shown, whether it is valid or not.

    Attributes:
        key: What identifies the user, such as ``externalId=E1``.
        shown: The item without secrets.
    """

    key: str | None
    shown: Mapping[str, object]


class Prepared(NamedTuple):
    """A valid item.

    Attributes:
        payload: The checked item, for the handler.
        identifiers: What no other item of the run may have, such as ``email=ada@example.com``.
        is_batchable: Whether it can be processed with other items at once.
    """

    payload: Any
    identifiers: tuple[str, ...] = ()
    is_batchable: bool = False


@dataclass(slots=True)
class Task:
    """A valid item that waits for its outcome, or is in flight.

    Attributes:
        index: Position in the input.
        description: How the item is shown.
        prepared: The checked item.
        was_started: Whether an earlier run started it, and did not record an outcome.
    """

    index: int
    description: Description
    prepared: Prepared
    was_started: bool = False

    @property
    def payload(self) -> Any:
        """The checked item."""
        return self.prepared.payload


class Done(NamedTuple):
    """The outcome of a task.

    Attributes:
        outcome: The outcome.
        user_id: ID of the user, as far as it is known.
        error: Why it failed.
    """

    outcome: BulkOutcome
    user_id: str | None = None
    error: AuthingError | None = None

    def item(self, index: int, description: Description, *, resumed: bool = False) -> BulkItem:
        """Return the item of the result."""
        key, shown = description
        return BulkItem(index, key, self.outcome, self.user_id, self.error, shown, resumed)


def failed(error: AuthingError, user_id: str | None = None) -> Done:
    """Return the outcome of an item that failed with an error."""
    return Done("failed", user_id, error)


def is_fatal(error: AuthingError | None) -> bool:
    """Return whether an error concerns all items of a run."""
    if isinstance(error, PartialFailureError):
        error = error.error
    return isinstance(error, _FATAL)


def shown(value: object, name: str = "", depth: int = 0) -> object:
    """Return a copy of a value for people and files: picklable, and without secrets.

    Args:
        value: The value.
        name: The field that has it.
        depth: How deeply it is nested.
    """
    if value is None or type(value) in (bool, int, float):
        return value
    if isinstance(value, str | bytes | bytearray):
        # Strings of other classes are secrets, which show as asterisks.
        is_secret = type(value) is not str and not isinstance(value, Enum)
        if is_secret or name.lower().endswith(SECRET_ENDINGS):
            return MASK
        return str(value.value) if isinstance(value, Enum) else value
    if isinstance(value, Enum):
        return shown(value.value, name, depth)
    if isinstance(value, _PLAIN):
        return value
    if depth > MAX_DEPTH:
        return MASK
    if isinstance(value, Mapping):
        fields = cast("Mapping[Any, object]", value).items()
        return {str(key): shown(one, str(key), depth + 1) for key, one in fields}
    if isinstance(value, set | frozenset):
        # Else, the order would be another one in each process.
        return sorted(
            (shown(one, name, depth + 1) for one in cast("Iterable[object]", value)), key=repr
        )
    if isinstance(value, list | tuple):
        return [shown(one, name, depth + 1) for one in cast("Iterable[object]", value)]
    return f"<{type(value).__name__}>"
