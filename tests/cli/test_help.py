"""The help can be read without knowing Python, and its examples can be copied."""

import re
from typing import Any

import pytest
import typer

from authing_users.cli._help import flowing

from .support.commands import application, commands, find_command

APPLICATION = application()
PATHS = ["", *(path for path, _ in commands(APPLICATION))]


def types_of(command: Any) -> list[str]:
    context = typer.Context(command)
    shown = [parameter.display_type_rich(context) for parameter in command.get_params(context)]
    return [text for text in shown if text]


@pytest.mark.parametrize("path", PATHS)
def test_no_type_of_python_is_shown(path: str) -> None:
    _, command = find_command(APPLICATION, path.split())
    shown = types_of(command)
    # Choices are shown in angle brackets.
    assert [text for text in shown if re.fullmatch(r"<[^|]*>", text)] == []


def test_choices_are_shown() -> None:
    _, command = find_command(APPLICATION, ["completion"])
    assert "<bash|zsh|fish>" in types_of(command)


def test_paragraphs_flow_and_examples_keep_their_lines() -> None:
    text = "Do this.\n\nIt takes\nlong.\n\nExamples:\n\n  a --b\n\n  c > d\n\nThe\nend."
    assert flowing(text) == (
        "Do this.\n\nIt takes long.\n\n\bExamples:\n  a --b\n  c > d\n\b\n\nThe end."
    )


def test_help_that_flows_stays_as_it_is() -> None:
    once = flowing("Do this.\n\nExample:\n\n  a --b")
    assert flowing(once) == once == "Do this.\n\n\bExample:\n  a --b\n\b"
