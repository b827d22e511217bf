"""The pytest plugin: it loads its parts, which pytest can also turn off one by one."""

from typing import Any

import pytest

from .cassettes import cassette_settings, same_call

pytest_plugins: list[str] = [
    "authing_users.testing.emulator.plugin",
    "authing_users.testing.stub.plugin",
]


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    """Return the ``vcr`` settings for cassettes of this API.

    To change settings, override this fixture and return ``{**cassette_settings(), …}``.
    """
    return cassette_settings()


@pytest.hookimpl(optionalhook=True)
def pytest_recording_configure(vcr: Any) -> None:
    """Register the matcher for requests of this API."""
    vcr.register_matcher("authing_call", same_call)
