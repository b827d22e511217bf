"""Fixtures for all tests."""

import logging
import os
import signal
from collections.abc import Iterator

import pytest

from authing_users.emulator import operation_errors

from .faults.report import Report
from .support.clients import client, client_kind, make_client
from .support.emulator_pool import emulator, emulator_pool

__all__ = ["client", "client_kind", "emulator", "emulator_pool", "make_client"]


pytest_plugins = ["pytester"]

# A shell lets commands in the background ignore Ctrl+C, and so do the programs that they start. The
# programs of tests do not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the settings of the developer's shell."""
    names = (
        "USERPOOL_ID USERPOOL_SECRET ACCESS_TOKEN HOST EMULATOR_HOST EMULATOR_SECRET LANG PROFILE"
    )
    for name in names.split():
        monkeypatch.delenv(f"AUTHING_{name}", raising=False)


class _Records(logging.Handler):
    """Keeps the messages of a logger."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture(autouse=True)
def no_undeclared_error_codes() -> Iterator[None]:
    """Fail if an emulator in this process returns an error code that it does not declare.

    An emulator in another process writes it to stderr, which ``running`` checks.
    """
    records, logger = _Records(), logging.getLogger(operation_errors.__name__)
    logger.addHandler(records)
    yield
    logger.removeHandler(records)
    assert records.messages == []


def pytest_xdist_auto_num_workers() -> int:
    """Use one worker more than there are processors: many tests wait for a timeout."""
    return (os.cpu_count() or 1) + 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the outcome of every fault.

    This hook must be here: with several workers, the reporting process loads no other ``conftest``.
    """
    report = Report()
    for outcome in ("passed", "failed"):
        for test in terminalreporter.getreports(outcome):
            if test.when == "call":
                report.add(test.user_properties)
    if lines := list(report.lines()):
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)
