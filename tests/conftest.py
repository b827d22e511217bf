"""Fixtures for all tests."""

import pytest

from .modes import Mode
from .stage import emulator, stage

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
