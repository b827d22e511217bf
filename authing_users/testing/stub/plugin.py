"""The fixture ``authing_stub``."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from ..environment import client_environment

if TYPE_CHECKING:
    from .stub import AuthingStub

_STUB = pytest.StashKey["AuthingStub"]()


@pytest.fixture
def authing_stub(request: pytest.FixtureRequest) -> "Generator[AuthingStub]":
    """Clients whose calls get the responses of the test, without HTTP and without an emulator.

    Clients that the code under test creates without options use the stub, too.
    """
    from .stub import AuthingStub

    stub = AuthingStub()
    with client_environment("authing_stub", stub.host, stub.user_pool_id, stub.secret):
        request.node.stash[_STUB] = stub
        try:
            yield stub
        finally:
            stub.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that made unexpected calls, or did not make the stubbed ones."""
    result = yield
    if (stub := item.stash.get(_STUB, None)) is not None:
        stub.verify()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test whose fixtures made unexpected calls when they ended."""
    stub = item.stash.get(_STUB, None)
    before = 0 if stub is None else len(stub.unexpected)
    result = yield
    if stub is not None and len(stub.unexpected) > before:
        raise stub.unexpected[before]
    return result
