"""Stop a run cleanly at Ctrl+C."""

import shlex
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from .._context import Call
from ..application import NAME


@contextmanager
def stoppable(call: Call) -> Generator[threading.Event]:
    """Let the first Ctrl+C, or a SIGTERM, set an event, and only the next one interrupt.

    Yields:
        The event.
    """
    stop = threading.Event()

    def handle(number: int, frame: Any) -> None:
        del frame
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()
        call.note("Stopping once the requests in flight have ended. Ctrl+C again stops at once.")

    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, handle) for number in signals]
    try:
        yield stop
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def this_command(*added: str) -> str:
    """Return the command line of this process with further options, to be typed in a shell."""
    options = [option for option in sys.argv[1:] if option not in ("--restart", *added)]
    return shlex.join([NAME, *options, *added])
