"""The examples of the page about many users print what the page says."""

import re
from pathlib import Path

import pytest

from ..support.emulator_pool import EmulatorPool
from ..support.programs import run_program

PAGE = Path(__file__).parents[2] / "docs" / "bulk.md"


def test_the_examples_print_what_they_say(
    emulator_pool: EmulatorPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(examples) == 3
    program = "\n".join(examples)
    expected = re.findall(r"^ +# (.*)$", program, re.MULTILINE)
    assert len(expected) >= 9
    printed = run_program(emulator_pool, program)
    progress = [line for line in printed if "users per second" in line]
    assert progress[-1].startswith("251 of 251, ")
    others = [line for line in printed if line not in progress]
    failure = "250 externalId=E250 failed Item 250 has the same username=user-7 as item 7"
    assert others == [failure, *expected]
