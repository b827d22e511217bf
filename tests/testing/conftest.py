"""Fixtures for the tests of the pytest plugin."""

from collections.abc import Callable

import pytest

import authing_users._async.users
import authing_users._sync.users
import authing_users.emulator.app
import authing_users.testing.emulator.emulator
import authing_users.testing.stub.stub  # noqa: F401 - else each session within a test would import them

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
