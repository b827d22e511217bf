"""Ctrl+C and other signals during a run of threads: nothing is lost, and nothing waits forever."""

import _thread
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from authing_users import BulkItem
from authing_users._bulk.items import Done, Task

from .engine import PATIENCE, MemoryCheckpoint, succeed
from .interrupted_runs import check_result, new_run


@contextmanager
def handler(number: int, handle: Any = signal.default_int_handler) -> Generator[None]:
    """Handle a signal, by default with ``KeyboardInterrupt``."""
    before = signal.signal(number, handle)
    try:
        yield
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_for_what_is_in_flight(number: signal.Signals) -> None:
    interrupted = threading.Event()

    def work(tasks: Sequence[Task]) -> list[Done]:
        if tasks[0].payload == 5:
            _thread.interrupt_main(number)
            interrupted.set()
        elif tasks[0].payload > 5:
            assert interrupted.wait(PATIENCE)
        return succeed(tasks)

    checkpoint = MemoryCheckpoint()
    with handler(number), pytest.raises(KeyboardInterrupt) as caught:
        new_run(work, 100_000, checkpoint).run()
    check_result(caught.value, checkpoint)
    assert len(checkpoint.recorded) >= 6


def test_a_signal_at_any_moment_loses_nothing() -> None:
    """At the wrong moment, it would leave a lock locked, or lose outcomes."""
    command = [sys.executable, "-m", "tests.bulk.interrupted_runs"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert int(finished.stdout) > 1000


def test_the_handler_of_the_caller_is_restored() -> None:
    def callers(*_: object) -> None:
        calls.append("caller's")

    def other(*_: object) -> None:
        calls.append("other")

    def on_item(item: BulkItem) -> None:
        signal.raise_signal(signal.SIGINT)
        if item.index == 1:
            signal.signal(signal.SIGINT, other)

    calls: list[str] = []
    with handler(signal.SIGINT, callers):
        result = new_run(succeed, 1, on_item=on_item).run()
        assert (result.stopped, calls) == (None, ["caller's"])
        assert signal.getsignal(signal.SIGINT) is callers
        new_run(succeed, 3, on_item=on_item).run()
        assert calls == ["caller's", "caller's", "caller's", "other"]
        assert signal.getsignal(signal.SIGINT) is other


def test_runs_work_where_signals_cannot_be_handled(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("signal only works in main thread of the main interpreter")

    with handler(signal.SIGINT):
        monkeypatch.setattr(signal, "signal", fail)
        assert new_run(succeed, 3).run().counts["created"] == 3
        monkeypatch.undo()
