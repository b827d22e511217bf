"""Stop a run cleanly at Ctrl+C."""

import os
import shlex
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from .._context import Call
from .._errors import ExitCode
from ..application import NAME


@contextmanager
def stoppable(call: Call, *options: str) -> Generator[threading.Event]:
    """Let the first Ctrl+C, or a SIGTERM, set an event, and the next one end the process.

    The journal is on the disk, so that nothing is lost at any moment.

    Args:
        call: The use of the command.
        options: The options that continue the run.

    Yields:
        The event.
    """
    stop = threading.Event()

    def handle(number: int, frame: Any) -> None:
        del frame
        if stop.is_set() and number == signal.SIGINT:
            show_how_to_continue(call, *options)
            os._exit(ExitCode.INTERRUPTED)  # not waiting for the requests in flight
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


def show_how_to_continue(call: Call, *options: str) -> None:
    """Print the command that continues an interrupted run."""
    call.note(f"To continue: {this_command(*options)}")
