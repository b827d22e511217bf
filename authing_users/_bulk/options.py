"""The options of a run."""

from collections.abc import Callable, Sized
from dataclasses import dataclass, field

from ..bulk import BulkItem, BulkProgress, Checkpoint, StopSignal
from .limits import FailureLimit


@dataclass(frozen=True, slots=True)
class BulkOptions:
    """The checked options of a run, and its user pool; see ``BulkOptionsDict``."""

    concurrency: int = 8
    on_progress: Callable[[BulkProgress], object] | None = None
    on_item: Callable[[BulkItem], object] | None = None
    limit: FailureLimit = field(default_factory=FailureLimit)
    total: int | None = None
    checkpoint: Checkpoint | None = None
    stop: StopSignal | None = None
    user_pool_id: str = ""

    def total_of(self, items: object) -> int | None:
        """Return the number of items, if it is known."""
        return len(items) if self.total is None and isinstance(items, Sized) else self.total
