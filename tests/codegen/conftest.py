"""Fixtures for tests of the generator."""

from collections.abc import Iterator

import pytest

from .generator import GeneratorProcess, running_generator


@pytest.fixture(scope="session")
def generator() -> Iterator[GeneratorProcess]:
    with running_generator() as process:
        yield process
