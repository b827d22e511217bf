"""Fixtures of the tests of the command line."""

from pathlib import Path

import pytest

from ..support.emulator_pool import EmulatorPool
from .support.in_process import InProcess


@pytest.fixture
def command_line(
    emulator_pool: EmulatorPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> InProcess:
    """The command line in this process, with an empty user pool."""
    return InProcess(emulator_pool, tmp_path / "config", monkeypatch)
