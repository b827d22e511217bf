"""The fault server, and the report of what it did."""

from collections.abc import Iterator

import pytest

from .control import FaultServer, running
from .report import Report

_REPORT = pytest.StashKey[Report]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_REPORT] = Report()


@pytest.fixture(scope="session")
def fault_server() -> Iterator[FaultServer]:
    """A fault server in a process of its own."""
    with running() as server:
        yield server


@pytest.fixture
def fault_report(pytestconfig: pytest.Config) -> Report:
    """Takes the outcomes that the table at the end of the run shows."""
    return pytestconfig.stash[_REPORT]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    lines = list(config.stash[_REPORT].lines())
    if lines:
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)
