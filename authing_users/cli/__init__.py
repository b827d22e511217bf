"""The command line, ``authing-users``."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .application import app

__all__ = ["app", "main"]

INTERRUPTED = 130  # exit code


def main() -> None:
    """Run the command line."""
    try:
        from .application import app
    except ModuleNotFoundError as error:
        if error.name not in {"typer", "rich"}:
            raise
        sys.exit(
            f"authing-users needs {error.name} for its command line: "
            "pip install 'authing-users[cli]'"
        )
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)  # while modules were loaded; commands handle it themselves
    app()


def __getattr__(name: str) -> object:
    # Loaded on first use, so that a missing extra gives a message instead of a traceback.
    if name == "app":
        from .application import app

        return app
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
