"""The examples of the page about custom fields print what the page says."""

import re

import pytest

from ..support.emulator_pool import EmulatorPool
from ..support.programs import run_program
from .distributions import ROOT

PAGE = ROOT / "docs" / "custom-fields.md"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_the_examples_print_what_they_say(
    emulator_pool: EmulatorPool, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(examples) >= 7
    program = "\n".join(examples)
    said = re.findall(r"^# (?!stored)(.*)$", program, re.MULTILINE)
    printed = run_program(emulator_pool, program)
    assert printed == said


def test_the_page_says_how_times_are_stored(emulator_pool: EmulatorPool) -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    at = next(index for index, text in enumerate(examples) if "# stored: " in text)
    said = re.findall(r"# stored: (.*)$", examples[at], re.MULTILINE)
    lines = "\n".join(examples[: at + 1]).splitlines()
    watch = "print('stored', client.users._api.list_user_defined_data('USER', ada.id)[-1].value)"
    program = [line if "# stored" not in line else f"{line}\n{watch}" for line in lines]
    printed = run_program(emulator_pool, "\n".join(program))
    assert [line.split()[1] for line in printed if line.startswith("stored")] == said
