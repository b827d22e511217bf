"""Fixtures for tests of the generator."""

from collections.abc import Iterator

import pytest

from .generator import GeneratorProcess, running_generator
from .odd_api import api


@pytest.fixture(scope="session")
def generator() -> Iterator[GeneratorProcess]:
    with running_generator() as process:
        yield process


__all__ = ["api", "generator"]
