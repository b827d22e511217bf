"""Values that the shell completes: names of profiles, fields, and codes of groups and roles.

Functions for ``typer.Option(autocompletion=…)``. They are silent: whatever fails completes nothing.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress

__all__ = ["complete_profiles"]


def complete_profiles(incomplete: str) -> list[str]:
    """Return the names of profiles that start with a text."""

    def names() -> Iterable[str]:
        from ._profiles import ProfileFile

        return ProfileFile().profiles

    return _starting(incomplete, names)


def _starting(incomplete: str, values: Callable[[], Iterable[str]]) -> list[str]:
    with suppress(Exception):
        return sorted(value for value in values() if value.startswith(incomplete))
    return []
