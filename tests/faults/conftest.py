"""The fault server, for all tests of this folder."""

from collections.abc import Iterator

import pytest

from .control import FaultServer, running


@pytest.fixture(scope="session")
def fault_server() -> Iterator[FaultServer]:
    """A fault server in a process of its own."""
    with running() as server:
        yield server
