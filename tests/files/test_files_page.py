"""The examples of the page about files print what the page says."""

import re
from pathlib import Path

import pytest

from ..support.emulator_pool import EmulatorPool
from ..support.programs import run_program

PAGE = Path(__file__).parents[2] / "docs" / "files.md"


def test_the_examples_print_what_they_say(
    emulator_pool: EmulatorPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(examples) >= 7
    program = "\n".join(examples)
    expected = re.findall(r"^# (.*)$", program, re.MULTILINE)
    assert run_program(emulator_pool, program) == expected
