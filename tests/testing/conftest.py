"""Fixtures for the tests of the pytest plugin."""

from collections.abc import Callable
from importlib import import_module

import pytest

# Else each session within a test would import them.
for module in (
    "authing_users._async.users",
    "authing_users._sync.users",
    "authing_users.emulator.app",
    "authing_users.testing.emulator.emulator",
    "authing_users.testing.stub.stub",
):
    import_module(module)

pytest_plugins = ["pytester"]

# Each session would import hypothesis at its end.
OPTIONS = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-W", "error")

RunTests = Callable[..., pytest.RunResult]


@pytest.fixture
def run_tests(pytester: pytest.Pytester) -> RunTests:
    """Run tests, given as source, in a pytest session of their own within this process."""

    def run(source: str, *arguments: str, conftest: str = "") -> pytest.RunResult:
        if conftest:
            pytester.makeconftest(conftest)
        pytester.makepyfile(source)
        return pytester.runpytest_inprocess(*OPTIONS, *arguments)

    return run
