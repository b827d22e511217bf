"""Fixtures of the tests of bulk runs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from authing_users import User
from authing_users.testing import skip_waits

from ..support.emulator_pool import EmulatorPool


@pytest.fixture
def stored(emulator_pool: EmulatorPool) -> Iterator[Callable[[], list[User]]]:
    """Return a function that removes all faults, and reads all users, the oldest first."""
    with emulator_pool.plain_client() as client:

        def read() -> list[User]:
            emulator_pool.remove_faults()
            return [*client.users.iter_list(sort_by="CREATEDAT_ASC", with_custom_data=True)]

        yield read


@pytest.fixture
def faults(emulator_pool: EmulatorPool) -> Iterator[Callable[..., None]]:
    """Return a function that adds a fault of the emulator. Waits before retries are skipped."""

    def add(kind: str, operation: str, **content: Any) -> None:
        emulator_pool.control("faults", kind=kind, operation=operation, **content)

    with skip_waits():
        yield add
