"""Named states of the emulator that many tests start from."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

if TYPE_CHECKING:
    from .emulator import AuthingEmulator, BaseEmulator

Snapshots: TypeAlias = "Mapping[str, Callable[[BaseEmulator], object]]"
"""The type of the fixture ``authing_snapshots``."""


class SnapshotFiles:
    """The snapshots of emulators in this process, which do not outlive a test, in files.

    Args:
        folders: Creates the folder for the files.
    """

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._files: dict[tuple[str, bool, Path | None], Path] = {}

    def start_from(
        self,
        emulator: "AuthingEmulator",
        name: str,
        is_deterministic: bool,
        schema: Path | None,
        snapshots: Snapshots,
    ) -> None:
        """Fill a new emulator with the content of a snapshot.

        Args:
            emulator: The emulator.
            name: Name of the snapshot.
            is_deterministic: Whether the IDs of the emulator are the same in every run.
            schema: Path of the schema that the emulator serves; ``None`` for that of the API.
            snapshots: The functions that create the snapshots.
        """
        fill = _function(name, snapshots)
        key = (name, is_deterministic, schema)
        file = self._files.get(key)
        if file is None:
            file = self._folders.mktemp("authing-snapshot") / "pool.db"
            fill(emulator)
            emulator.export(file)
            emulator.reset()  # the requests, faults and clock of the function
            self._files[key] = file
        emulator.load(file)


def start_from(emulator: "BaseEmulator", name: str, snapshots: Snapshots) -> None:
    """Fill an emulator that keeps its snapshots with the content of one."""
    fill = _function(name, snapshots)
    if name not in emulator.snapshots:
        fill(emulator)
        emulator.snapshot(name)
        emulator.reset()  # the requests, faults and clock of the function
    emulator.restore(name)


def _function(name: str, snapshots: Snapshots) -> "Callable[[BaseEmulator], object]":
    if name in snapshots:
        return snapshots[name]
    close = get_close_matches(name, snapshots, n=1)
    known = f"It has {', '.join(snapshots)}." if snapshots else "It is empty: override it."
    hint = f"Did you mean {close[0]!r}?" if close else known
    pytest.fail(f"The fixture authing_snapshots has no snapshot {name!r}. {hint}", pytrace=False)
