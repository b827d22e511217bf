"""A local server of the user-management API, for development, tests and recording.

``create_app`` builds the ASGI application. ``authing-users emulator`` serves it on a port.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .app import EmulatorApp, create_app
    from .seed.errors import SeedError

__all__ = ["EmulatorApp", "SeedError", "create_app"]


def __getattr__(name: str) -> object:
    # Loaded on first use: ariadne and Starlette are slow to import.
    if name in __all__:
        try:
            from . import app
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] == "authing_users":
                raise
            message = (
                f"The emulator needs {error.name}, which is not installed: "
                "pip install 'authing-users[emulator]'"
            )
            raise ModuleNotFoundError(message, name=error.name) from None
        return getattr(app, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
