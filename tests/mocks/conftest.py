"""Fixtures for tests with tools that replace sockets."""

import gc
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def collect_unclosed_sockets() -> Iterator[None]:
    """Collect the sockets that a tool leaves unclosed, before they warn in another test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
