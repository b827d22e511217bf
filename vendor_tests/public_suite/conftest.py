"""The fixture of the runs."""

from operator import attrgetter
from typing import Any

import httpx
import pytest
from tests.emulator.server import Server

from authing_users import ManagementClient

from ..sdk_drivers import Driver
from .sdk_under_test import SdkName, SdkUnderTest


@pytest.fixture(scope="module")
def empty_pool(emulator: Server) -> None:
    """Reset the user pool before the first run of a module."""
    reset = httpx.post(f"{emulator.url}/emulator/v1/reset", json={})
    reset.raise_for_status()


@pytest.fixture(params=["vendor", "authing_users"])
def sdk(
    request: pytest.FixtureRequest,
    emulator: Server,
    python_sdk: Driver,
    client: ManagementClient,
    empty_pool: None,
) -> SdkUnderTest:
    def call_client(path: str, *args: Any, **kwargs: Any) -> Any:
        return attrgetter(path)(client)(*args, **kwargs)

    name: SdkName = request.param
    send = python_sdk.call if name == "vendor" else call_client
    return SdkUnderTest(name, send, emulator, client)
