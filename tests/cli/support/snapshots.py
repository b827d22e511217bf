"""Stored outputs of commands, and how they are compared."""

import os
import re
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

import authing_users
from authing_users.testing.emulator.emulator import AuthingEmulatorServer
from scripts.terminal import TerminalRun

from .cases import Case, Mode
from .runner import CommandLine, PipeRun, prepare

FOLDER = Path(__file__).parents[1] / "snapshots"
UPDATE = "UPDATE_SNAPSHOTS"


def path_of(case: Case, mode: Mode) -> Path:
    """Return the path of a snapshot."""
    return FOLDER / f"{case.name}.{mode}.txt"


def run_case(command_line: CommandLine, case: Case, mode: Mode) -> str:
    """Run the command of a case, and return its snapshot."""
    prepared = prepare(command_line, case)
    run: PipeRun | TerminalRun
    if mode == "pipe":
        run = command_line.pipe(*prepared.arguments, stdin=case.stdin, environment=case.environment)
        parts = {"stdout": run.stdout, "stderr": run.stderr}
    else:
        run = command_line.terminal(
            *prepared.arguments,
            environment=case.environment,
            replies=prepared.replies,
            width=case.width,
            height=case.height,
        )
        parts = {"screen": str(run.screen)}
    for name in case.shows:
        path = command_line.folder / name
        parts[name] = path.read_text("utf-8") if path.exists() else "(no such file)"
    shown = " ".join(["authing-users", case.command, case.arguments]).split()
    lines = [f"$ {' '.join(shown)}", f"--- exit code: {run.exit_code}"]
    for name, text in parts.items():
        if text:
            lines += [f"--- {name}", text.removesuffix("\n")]
    # Editors and tools of repositories remove spaces at the end of lines.
    text = "".join(f"{line.rstrip()}\n" for line in "\n".join(lines).split("\n"))
    return normalized(text, command_line.emulator, command_line.folder, case.varying)


def normalized(
    text: str, emulator: AuthingEmulatorServer, folder: Path, varying: Mapping[str, str]
) -> str:
    """Replace what differs from run to run by something of the same width where it can."""
    port = emulator.url.rpartition(":")[2]
    text = re.sub(rf"(?<=127\.0\.0\.1:){port}\b", "4466".ljust(len(port), "6"), text)
    text = text.replace(str(folder), "/work")
    text = text.replace(authing_users.__version__, "VERSION")
    for pattern, replacement in varying.items():
        text = re.sub(pattern, replacement, text)
    return text


def check_snapshot(case: Case, mode: Mode, text: str) -> None:
    """Compare the output of a command with its snapshot, or store it.

    Raises:
        AssertionError: They differ.
    """
    path = path_of(case, mode)
    if os.environ.get(UPDATE) == "yes":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return
    stored = path.read_text("utf-8") if path.exists() else ""
    difference = "\n".join(
        unified_diff(stored.splitlines(), text.splitlines(), "stored", "now", lineterm="")
    )
    assert not difference, f"Read the change, then set {UPDATE}=yes:\n{difference}"
