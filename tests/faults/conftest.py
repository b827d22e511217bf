"""The fault server, and the report of what it did."""

from collections.abc import Iterator

import pytest

from .control import FaultServer, running
from .report import Notes


@pytest.fixture(scope="session")
def fault_server() -> Iterator[FaultServer]:
    """A fault server in a process of its own."""
    with running() as server:
        yield server


@pytest.fixture
def fault_report(request: pytest.FixtureRequest) -> Notes:
    """Takes the outcomes that the table at the end of the run shows."""
    return Notes(request.node.user_properties)
