"""Every command, as a process in a pipe and in a terminal, compared with stored snapshots.

After a change on purpose, ``UPDATE_SNAPSHOTS=yes make slow-tests ARGS="-k snapshots"`` stores the
outputs again. Read the difference before it is committed.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from authing_users.testing.emulator.emulator import AuthingEmulatorServer

from .cases import all_cases
from .support.cases import Case, Mode
from .support.commands import application, commands
from .support.runner import CommandLine, serving
from .support.snapshots import FOLDER, check_snapshot, path_of, run_case

CASES = all_cases()
MODES: tuple[Mode, ...] = ("pipe", "terminal")


@pytest.fixture(scope="module")
def emulator() -> Iterator[AuthingEmulatorServer]:
    """A deterministic emulator in a process of its own."""
    with serving() as emulator:
        yield emulator


@pytest.mark.parametrize(
    ("case", "mode"),
    [
        pytest.param(
            case,
            mode,
            id=f"{case.name}-{mode}",
            marks=[] if case.is_quick else pytest.mark.slow,
        )
        for case in CASES
        for mode in case.modes
    ],
)
def test_output_equals_the_snapshot(
    case: Case, mode: Mode, emulator: AuthingEmulatorServer, tmp_path: Path
) -> None:
    check_snapshot(case, mode, run_case(CommandLine(emulator, tmp_path), case, mode))


def test_every_command_has_a_snapshot_of_a_pipe_and_of_a_terminal() -> None:
    existing = dict(commands(application()))
    covered = {(case.command, mode) for case in CASES for mode in case.modes}
    needed = {(command, mode) for command, runs in existing.items() if runs for mode in MODES}
    assert needed - covered == set()
    assert {command for command, _ in covered} - existing.keys() == {""}


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)


def test_every_stored_snapshot_belongs_to_a_case() -> None:
    stored = {path for path in FOLDER.rglob("*") if path.is_file()}
    assert stored == {path_of(case, mode) for case in CASES for mode in case.modes}
