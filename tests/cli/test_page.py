"""``docs/cli.md`` describes the commands that there are."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from .support.commands import application, commands, find_command

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "cli.md").read_text("utf-8")
APPLICATION = application()
PICTURES = sorted((DOCS / "cli").glob("*.svg"))


def examples() -> Iterator[list[str]]:
    """Return the arguments of each example of the page."""
    code = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    lines = [*code.splitlines(), *re.findall(r"`(authing-users [^`]+)`", PAGE)]
    for line in lines:
        words = shlex.split(line, comments=True)
        for word, number in [(word, number) for number, word in enumerate(words)]:
            if word == "authing-users":
                rest = words[number + 1 :]
                ends = [rest.index(end) for end in ("|", "<", ">") if end in rest]
                yield rest[: min(ends, default=len(rest))]


def test_every_command_has_an_example() -> None:
    shown = {find_command(APPLICATION, words)[0] for words in examples()}
    existing = {path for path, runs in commands(APPLICATION) if runs}
    assert existing - shown == set()


def test_every_example_has_existing_commands_and_options() -> None:
    number = 0
    for words in examples():
        path, command = find_command(APPLICATION, words)
        options = {name for param in command.params for name in (*param.opts, "--help")}
        used = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert used <= options, (path, used - options)
        number += 1
    assert number > 60


def test_the_pictures_are_those_of_the_page() -> None:
    shown = re.findall(r"!\[[^\]]+\]\((cli/[a-z]+\.svg)\)", PAGE)
    assert sorted(shown) == [f"cli/{picture.name}" for picture in PICTURES]


def test_the_pictures_need_no_other_files() -> None:
    for picture in PICTURES:
        text = picture.read_text("utf-8")
        assert re.findall(r"(?:href|src|url\()", text) == []
        assert re.findall(r'xmlns="(\S+)"', text) == ["http://www.w3.org/2000/svg"]
        assert "/tmp" not in text
