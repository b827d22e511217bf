"""Fixtures of the client tests."""

import pytest

from authing_users._runtime.clock import CLOCK


@pytest.fixture
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make delays before retries as long as they can be, such as 0.5 and 1 second."""
    monkeypatch.setattr(CLOCK, "random", lambda: 0.0)
