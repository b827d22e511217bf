"""Fixtures: the emulator behind a recording proxy, the vendor's SDKs, our client, a seeded pool."""

from collections.abc import Iterator

import pytest
from tests.emulator.server import Server, running

from authing_users import ManagementClient

from .pair_runner import PairRunner
from .proxy import RecordingProxy, run_proxy
from .report import REPORT_TITLE, report_lines
from .sdk_drivers import Driver, Sdk, run_driver, sdk_settings
from .seeded_pool import SeededPool

_RUNNER = pytest.StashKey[PairRunner]()


@pytest.fixture(scope="session")
def emulator() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def proxy(emulator: Server) -> Iterator[RecordingProxy]:
    with run_proxy(emulator.authority) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def settings(emulator: Server, proxy: RecordingProxy) -> dict[str, str]:
    return sdk_settings(emulator, host=proxy.url)


@pytest.fixture(scope="session")
def python_sdk(settings: dict[str, str]) -> Iterator[Driver]:
    with run_driver("python", settings) as driver:
        yield driver


@pytest.fixture(scope="session")
def javascript_sdk(settings: dict[str, str]) -> Iterator[Driver]:
    with run_driver("javascript", settings) as driver:
        yield driver


@pytest.fixture(scope="session")
def client(settings: dict[str, str]) -> Iterator[ManagementClient]:
    with ManagementClient(
        user_pool_id=settings["userPoolId"],
        secret=settings["secret"],
        host=settings["host"],
        enc_public_key=settings["publicKey"],
        lang="en-US",
    ) as client:
        yield client


@pytest.fixture
def pool(emulator: Server) -> Iterator[SeededPool]:
    with SeededPool(emulator) as pool:
        yield pool


@pytest.fixture(scope="session")
def runner(
    pytestconfig: pytest.Config,
    emulator: Server,
    proxy: RecordingProxy,
    python_sdk: Driver,
    javascript_sdk: Driver,
    client: ManagementClient,
) -> PairRunner:
    drivers: dict[Sdk, Driver] = {"python": python_sdk, "javascript": javascript_sdk}
    runner = pytestconfig.stash[_RUNNER] = PairRunner(emulator, proxy, drivers, client)
    return runner


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run ``test_completeness.py`` last: it checks the requests of all other tests."""
    items.sort(key=lambda item: item.path.name == "test_completeness.py")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print one line for each compared method."""
    runner = config.stash.get(_RUNNER, None)
    if runner is not None:
        terminalreporter.section(REPORT_TITLE)
        for line in report_lines(runner.outcomes):
            terminalreporter.line(line)
