"""Fixtures for the tests of the schema tools."""

from collections.abc import Iterator

import pytest

from ..support.introspection_server import IntrospectionServer, running_introspection_server


@pytest.fixture
def server() -> Iterator[IntrospectionServer]:
    """A server whose introspection can be restricted."""
    with running_introspection_server() as running:
        yield running
