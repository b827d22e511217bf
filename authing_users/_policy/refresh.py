"""A refresh in flight, for which several callers wait."""

from concurrent.futures import Future
from typing import Protocol, TypeVar

OutcomeT = TypeVar("OutcomeT")


class Refresh(Protocol[OutcomeT]):
    """A refresh that one caller makes: of the management token, or of keys.

    Attributes:
        outcome: The outcome, or ``None`` if the caller has given up.
    """

    outcome: Future[OutcomeT | None]

    def may_end(self, now: float) -> bool:
        """Whether the caller that makes it may still end it."""
        ...
