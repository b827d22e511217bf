"""The fixture of the runs."""

from operator import attrgetter
from typing import Any

import httpx
import pytest
from tests.emulator.server import Server

from authing_users import ManagementClient

from ..sdk_drivers import Driver
from .stage import SdkName, Stage


@pytest.fixture(scope="module")
def empty_pool(emulator: Server) -> None:
    """Reset the user pool before the first run of a module."""
    reset = httpx.post(f"{emulator.url}/emulator/v1/reset", json={})
    reset.raise_for_status()


@pytest.fixture(params=["vendor", "authing_users"])
def sdk(request: pytest.FixtureRequest) -> SdkName:
    name: SdkName = request.param
    return name


@pytest.fixture
def stage(
    sdk: SdkName,
    emulator: Server,
    python_sdk: Driver,
    client: ManagementClient,
    empty_pool: None,
) -> Stage:
    def call_client(path: str, *args: Any, **kwargs: Any) -> Any:
        return attrgetter(path)(client)(*args, **kwargs)

    send = python_sdk.call if sdk == "vendor" else call_client
    return Stage(sdk, send, emulator, client)
