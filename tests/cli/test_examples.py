"""The command lines in the help and in the pages: their commands and options exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from authing_users.cli import app

ROOT: Any = typer.main.get_command(app)
DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
# Characters between the commands of a line.
SEPARATORS = {"|", ">", "<", ">>", "&&", ";", "2>", "&"}


def uses(text: str) -> Iterator[list[str]]:
    """Yield the arguments of each use of the command line in lines of a shell."""
    for line in text.replace("\\\n", " ").splitlines():
        for inner in re.findall(r"\$\((authing-users [^)]*)\)", line):
            yield shlex.split(inner)[1:]
        words = shlex.split(re.sub(r"\$\(.*?\)", "", line), comments=True)
        for number, word in enumerate(words):
            if word == "authing-users" and (number == 0 or words[number - 1] != "install"):
                rest = words[number + 1 :]
                end = next((i for i, word in enumerate(rest) if word in SEPARATORS), len(rest))
                yield rest[:end]


def problem_of(arguments: list[str]) -> str | None:
    """Return the first argument that is not a command or an option."""
    command, path = ROOT, ["authing-users"]
    options = _options(command)
    for word in arguments:
        if word.startswith("-") and word != "-":
            name = word.partition("=")[0]
            if name not in options:
                return f"{' '.join(path)} has no option {name}"
        elif getattr(command, "commands", None) and word in command.commands:
            command = command.commands[word]
            path.append(word)
            options |= _options(command)
        elif _needs_command(command) and not _is_value(word, arguments):
            return f"{' '.join(path)} has no command {word}"
    return None


def _needs_command(command: Any) -> bool:
    return bool(getattr(command, "commands", None)) and not command.invoke_without_command


def _is_value(word: str, arguments: list[str]) -> bool:
    """Whether a word is the value of the option before it."""
    number = arguments.index(word)
    return number > 0 and arguments[number - 1].startswith("-")


def _options(command: Any) -> set[str]:
    names = {name for parameter in command.params for name in parameter.opts}
    names |= {name for parameter in command.params for name in parameter.secondary_opts}
    return names | {"--help"}


def helps(command: Any = ROOT, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the help of all commands."""
    for name, inner in command.commands.items():
        yield f"{path}{name}", str(inner.help)
        if hasattr(inner, "commands"):
            yield from helps(inner, f"{path}{name} ")


HELPS = dict(helps())


@pytest.mark.parametrize("name", HELPS)
def test_the_examples_of_the_help_exist(name: str) -> None:
    _, _, examples = HELPS[name].partition("Example")
    lines = [line for line in examples.splitlines() if "authing-users " in line]
    assert [
        problem_of(use) for line in lines for use in uses(line.strip()) if problem_of(use)
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_the_pages_exist(page: Path) -> None:
    blocks = [block[2] for block in BLOCK.finditer(page.read_text("utf-8"))]
    found = [use for block in blocks for use in uses(block)]
    assert [problem_of(use) for use in found if problem_of(use)] == []


def test_mistakes_in_examples_are_found() -> None:
    lines = "cat a | authing-users users lits --json\nX=$(authing-users users list --jsn)"
    assert [problem_of(use) for use in uses(lines)] == [
        "authing-users users has no command lits",
        "authing-users users list has no option --jsn",
    ]
