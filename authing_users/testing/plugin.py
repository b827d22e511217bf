"""A pytest plugin that makes ``pytest-recording`` record and match calls of this API."""

from typing import Any

import pytest

from .cassettes import cassette_settings, same_call


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    """Settings of ``pytest-recording`` for cassettes of this API.

    Override it to add to them: ``{**cassette_settings(), …}``.
    """
    return cassette_settings()


def pytest_recording_configure(vcr: Any) -> None:
    """Teach ``vcr`` to compare calls of this API."""
    vcr.register_matcher("authing_call", same_call)
