"""Fixtures: one emulator behind a recording proxy, both SDKs, and a scene for each test."""

from collections.abc import Iterator

import httpx
import pytest
from tests.emulator.server import Server, running

from authing_users import ManagementClient

from .drivers import Driver, Sdk, driving
from .proxy import RecordingProxy, recording
from .report import report
from .scene import Scene
from .sides import Sides

_SIDES = pytest.StashKey[Sides]()


@pytest.fixture(scope="session")
def emulator() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def proxy(emulator: Server) -> Iterator[RecordingProxy]:
    with recording(emulator.authority) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def settings(emulator: Server, proxy: RecordingProxy) -> dict[str, str]:
    answer = httpx.get(f"{emulator.url}/api/v2/.well-known").json()
    return {
        "userPoolId": emulator.user_pool_id,
        "secret": emulator.secret,
        "host": proxy.url,
        "publicKey": answer["data"]["publicKey"],
    }


@pytest.fixture(scope="session")
def python(settings: dict[str, str]) -> Iterator[Driver]:
    with driving("python", settings) as driver:
        yield driver


@pytest.fixture(scope="session")
def javascript(settings: dict[str, str]) -> Iterator[Driver]:
    with driving("javascript", settings) as driver:
        yield driver


@pytest.fixture(scope="session")
def ours(settings: dict[str, str]) -> Iterator[ManagementClient]:
    with ManagementClient(
        user_pool_id=settings["userPoolId"],
        secret=settings["secret"],
        host=settings["host"],
        enc_public_key=settings["publicKey"],
        lang="en-US",
    ) as client:
        yield client


@pytest.fixture
def scene(emulator: Server) -> Iterator[Scene]:
    scene = Scene(emulator)
    yield scene
    scene.close()


@pytest.fixture(scope="session")
def sides(
    pytestconfig: pytest.Config,
    emulator: Server,
    proxy: RecordingProxy,
    python: Driver,
    javascript: Driver,
    ours: ManagementClient,
) -> Sides:
    drivers: dict[Sdk, Driver] = {"python": python, "javascript": javascript}
    sides = pytestconfig.stash[_SIDES] = Sides(emulator, proxy, drivers, ours)
    return sides


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Look back at all calls only when all have been made."""
    items.sort(key=lambda item: item.path.name == "test_whole.py")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print one line for each method."""
    sides = config.stash.get(_SIDES, None)
    if sides is not None:
        terminalreporter.section("vendor's call, our call, whether they agree, requests")
        for line in report(sides.outcomes()):
            terminalreporter.line(line)
