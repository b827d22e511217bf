"""Runs that a signal interrupts. As a program, it interrupts runs at many moments.

It is a program since an exception that a trace function raises can become the context of all later
exceptions of its thread.
"""

import gc
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from authing_users import BulkResult
from authing_users._inputs.bulk import bulk_options
from authing_users._sync.users.bulk_engine import BulkRun

from .engine import FakeHandler, MemoryCheckpoint, Work, succeed

# Lines, calls and returns from one moment to the next.
STEP = 7


def new_run(
    work: Work, number: int, checkpoint: MemoryCheckpoint | None = None, **options: Any
) -> BulkRun:
    """Return a run of two threads.

    Args:
        work: Called with each task.
        number: Number of items.
        checkpoint: Remembers what is done.
        **options: Options of the run.
    """
    options = {"concurrency": 2, "checkpoint": checkpoint, **options}
    return BulkRun(FakeHandler(work), iter(range(number)), bulk_options("create_many", options))


def check_result(error: BaseException, checkpoint: MemoryCheckpoint) -> None:
    """Check that an interrupted run knows all outcomes, and that nothing is in flight."""
    result = BulkResult.from_exception(error)
    assert result is not None
    assert result.stopped in ("cancelled", None)  # None: everything was done
    assert result.counts["unknown"] == 0
    assert result.counts["created"] == len(checkpoint.recorded)
    assert result.counts["created"] + result.counts["not_sent"] == result.total
    assert [item.index for item in result.items] == [*range(result.total)]
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith("authing-users-bulk")]


@contextmanager
def interrupted_at(moment: int) -> Generator[None]:
    """Interrupt a run.

    Args:
        moment: Number of lines, calls and returns until then.
    """
    left = moment

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        if (frame.f_code, event) == (BulkRun.run.__code__, "return"):
            sys.settrace(None)
            return None
        left -= 1
        if left == 0:
            signal.raise_signal(signal.SIGINT)
        return trace

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(None)


def main() -> None:
    """Interrupt runs at one moment after the other, until one ends first."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.disable()  # an exception in a finalizer has no effect
    moment = 0
    result: BulkResult | None = None
    while result is None:
        moment += STEP
        checkpoint = MemoryCheckpoint()
        run = new_run(succeed, 3, checkpoint)
        try:
            with interrupted_at(moment):
                result = run.run()
        except KeyboardInterrupt as error:
            if checkpoint.recorded:  # else, perhaps before the run
                check_result(error, checkpoint)
    assert result.counts["created"] == 3
    print(moment)


if __name__ == "__main__":
    main()
