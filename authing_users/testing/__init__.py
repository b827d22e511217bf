"""Tools for tests: cassettes, fixtures of the emulator, stubbed responses, no waits.

The pytest plugin is loaded wherever this library is installed. Tests marked with
``@pytest.mark.vcr`` record their requests without secrets, and replay them matched by operation and
variables; ``authing_cassette("name.yaml")`` does the same in a ``with`` block. The fixtures are
``authing_emulator``, ``authing_emulator_server``, ``authing``, ``async_authing``,
``authing_user``, ``authing_role``, ``authing_group`` and ``authing_stub``. Requests to the real
service are stopped. See ``docs/testing.md``.

Within ``with skip_waits():``, clients retry without waiting. ``log_in`` logs a user in.
"""

import importlib
from typing import TYPE_CHECKING

from .._runtime.clock import skip_waits
from .logins import log_in

if TYPE_CHECKING:
    from .cassettes import (
        CassetteError,
        CassetteMismatchError,
        StaleDocumentWarning,
        authing_cassette,
        cassette_settings,
    )
    from .emulator.control import (
        EmulatorCall,
        EmulatorClock,
        EmulatorFault,
        EmulatorMail,
    )
    from .emulator.emulator import AuthingEmulator, AuthingEmulatorServer
    from .emulator.factories import GroupFactory, RoleFactory, UserFactory
    from .emulator.guard import RealServiceError
    from .emulator.snapshots import Snapshots
    from .stub.builders import group, page_of, role, user
    from .stub.expectations import Stub
    from .stub.operations import StubCall
    from .stub.stub import AuthingStub, UnexpectedCallError, UnusedStubError

__all__ = [
    "AuthingEmulator",
    "AuthingEmulatorServer",
    "AuthingStub",
    "CassetteError",
    "CassetteMismatchError",
    "EmulatorCall",
    "EmulatorClock",
    "EmulatorFault",
    "EmulatorMail",
    "GroupFactory",
    "RealServiceError",
    "RoleFactory",
    "Snapshots",
    "StaleDocumentWarning",
    "Stub",
    "StubCall",
    "UnexpectedCallError",
    "UnusedStubError",
    "UserFactory",
    "authing_cassette",
    "cassette_settings",
    "group",
    "log_in",
    "page_of",
    "role",
    "skip_waits",
    "user",
]

_MODULES = {
    "cassettes": (
        "CassetteError CassetteMismatchError StaleDocumentWarning authing_cassette "
        "cassette_settings"
    ),
    "emulator.control": "EmulatorCall EmulatorClock EmulatorFault EmulatorMail",
    "emulator.emulator": "AuthingEmulator AuthingEmulatorServer",
    "emulator.factories": "GroupFactory RoleFactory UserFactory",
    "emulator.guard": "RealServiceError",
    "emulator.snapshots": "Snapshots",
    "stub.builders": "group page_of role user",
    "stub.expectations": "Stub",
    "stub.operations": "StubCall",
    "stub.stub": "AuthingStub UnexpectedCallError UnusedStubError",
}
"""The exported names by the module that defines them, which is imported when one is first used."""

_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import the module that defines a name when the name is first used."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
