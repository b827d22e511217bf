"""Tools for tests: cassettes of recorded calls, and retries without waits.

With the extra ``testing``, pytest loads the plugin of this library by itself. Tests marked with
``@pytest.mark.vcr`` then record their requests without secrets, and replay them matched by
operation and variables. ``authing_cassette("name.yaml")`` does the same in a ``with`` block.

Within ``with skip_waits():``, clients retry without waiting.
"""

from typing import TYPE_CHECKING, Any

from .._runtime.clock import skip_waits

if TYPE_CHECKING:
    from .cassettes import (
        CassetteError,
        CassetteMismatchError,
        StaleDocumentWarning,
        authing_cassette,
        cassette_settings,
    )

__all__ = [
    "CassetteError",
    "CassetteMismatchError",
    "StaleDocumentWarning",
    "authing_cassette",
    "cassette_settings",
    "skip_waits",
]

_MODULES = {
    "CassetteError": "cassettes",
    "CassetteMismatchError": "cassettes",
    "StaleDocumentWarning": "cassettes",
    "authing_cassette": "cassettes",
    "cassette_settings": "cassettes",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
