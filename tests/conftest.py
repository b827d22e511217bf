"""Fixtures for all tests."""

import pytest

from .faults.report import Report
from .support.client_kinds import Mode
from .support.emulator_pool import emulator, stage

__all__ = ["emulator", "stage"]

pytest_plugins = ["authing_users.testing.plugin"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in ("USERPOOL_ID", "USERPOOL_SECRET", "HOST", "EMULATOR_HOST"):
        monkeypatch.delenv(f"AUTHING_{name}", raising=False)


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """Either kind of client."""
    mode: Mode = request.param
    return mode


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what became of every fault.

    It stands here since the process that reports for several others loads no other ``conftest``.
    """
    report = Report()
    for outcome in ("passed", "failed"):
        for test in terminalreporter.getreports(outcome):
            if test.when == "call":
                report.read(test.user_properties)
    if lines := list(report.lines()):
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)
