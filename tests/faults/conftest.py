"""Fixtures for the fault server and its report."""

from collections.abc import Iterator

import pytest

from .control import FaultServer, run_fault_server
from .report import OutcomeRecorder


@pytest.fixture(scope="session")
def fault_server() -> Iterator[FaultServer]:
    """A fault server in a process of its own."""
    with run_fault_server() as server:
        yield server


@pytest.fixture
def outcome_recorder(request: pytest.FixtureRequest) -> OutcomeRecorder:
    """Records outcomes for the table at the end of the test run."""
    return OutcomeRecorder(request.node.user_properties)
