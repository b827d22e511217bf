"""Programs that run in a process of their own."""

import os
import subprocess
import sys

from .emulator_pool import EmulatorPool


def run_program(pool: EmulatorPool, program: str, *, warnings: str = "error") -> list[str]:
    """Run a program that finds the emulator in its environment, and return the lines it prints.

    Args:
        pool: The pool of the emulator.
        program: Source code of the program.
        warnings: What Python does with warnings: its option ``-W``.
    """
    finished = subprocess.run(
        [sys.executable, "-W", warnings, "-c", program],
        env={**os.environ, **pool.emulator.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()
