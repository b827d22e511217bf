"""The pytest plugin as a whole: it is loaded everywhere, so it must cost little."""

import json
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from authing_users.testing import AuthingEmulator

from .conftest import RunTests

MODULES = (
    "authing_users.testing",
    "authing_users.testing.plugin",
    "authing_users.testing.emulator.plugin",
    "authing_users.testing.stub.plugin",
)
HEAVY = ("ariadne", "cryptography", "graphql", "httpx", "pydantic", "starlette", "typer", "vcr")


def test_the_plugin_imports_little() -> None:
    program = f"""
import json, sys
before = set(sys.modules)
for name in {MODULES!r}:
    __import__(name)
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""
    command = [sys.executable, "-c", program]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    imported = set(json.loads(printed))
    assert "authing_users" in imported
    assert imported.isdisjoint({*HEAVY, "authing_graphql", "asyncio", "ssl"})


def test_pytest_loads_the_plugin_by_its_entry_point() -> None:
    names = [entry.name for entry in entry_points(group="pytest11", module=MODULES[1])]
    # The name is that of the module, so that an old `pytest_plugins` line loads it only once.
    assert set(names) == {"authing_users.testing.plugin"}


def test_an_old_line_in_a_conftest_does_no_harm(run_tests: RunTests) -> None:
    run_tests(
        "def test_it(authing_stub, vcr_config): pass",
        conftest='pytest_plugins = ["authing_users.testing.plugin"]',
    ).assert_outcomes(passed=1)


def test_fixtures_are_documented(run_tests: RunTests) -> None:
    result = run_tests("", "--fixtures")
    for name in ("authing_emulator", "authing", "async_authing", "authing_user", "authing_stub"):
        result.stdout.fnmatch_lines([f"{name} -- *testing/*plugin.py:*"])
    result.stdout.no_fnmatch_line("*no docstring available*testing/*")


# asyncio does not close an event loop that it could not open.
@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_tools_that_block_sockets_have_their_say(monkeypatch: pytest.MonkeyPatch) -> None:
    def blocked() -> None:
        raise PermissionError("sockets are blocked")

    with AuthingEmulator() as emulator:
        with monkeypatch.context() as patch:
            patch.setattr("socket.socketpair", blocked)
            with pytest.raises(PermissionError, match="sockets are blocked"):
                emulator.seed(users=1)
        emulator.seed(users=1)
        assert emulator.client().users.list().total_count == 1
