"""Commands in a real terminal, and the pictures of it."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from authing_users.testing.emulator.emulator import AuthingEmulatorServer
from scripts import terminal, terminal_pictures
from scripts.terminal import Reply, TerminalRun, TerminalTimeoutError, run_in_terminal

from .support.cases import SEED
from .support.runner import CommandLine, serving

COLOUR = re.compile(rb"\x1b\[[\d;]*3\d")


def run(code: str, folder: Path, *replies: Reply, width: int = 20) -> TerminalRun:
    return run_in_terminal(
        [sys.executable, "-c", code],
        environment={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        folder=folder,
        replies=replies,
        width=width,
        height=4,
    )


def test_the_screen_has_all_lines_and_no_escapes(tmp_path: Path) -> None:
    result = run(
        "import sys\n"
        "for number in range(9): print(number)\n"
        "print('\\x1b[31mred\\x1b[0m', '伊芙', sys.stdout.isatty()); sys.exit(3)",
        tmp_path,
    )
    assert result.exit_code == 3
    assert str(result.screen).splitlines() == [*"012345678", "red 伊芙 True"]


def test_a_password_is_not_echoed(tmp_path: Path) -> None:
    code = "from getpass import getpass; print(len(getpass('Password: ')), input('Name: '))"
    replies = (Reply("Password: ", "secret\n"), Reply("Name: ", "ada\n"))
    result = run(code, tmp_path, *replies)
    assert str(result.screen).splitlines() == ["Password:", "Name: ada", "6 ada"]
    assert b"secret" not in result.output


def test_a_prompt_that_the_terminal_broke_is_found(tmp_path: Path) -> None:
    result = run("print(input('A long question? '))", tmp_path, Reply("question? ", "y\n"), width=9)
    assert str(result.screen).endswith("y")


def test_a_command_that_asks_nothing_is_reported(tmp_path: Path) -> None:
    with pytest.raises(TerminalTimeoutError, match=r"did not print 'Name'.*\nnothing"):
        run("print('nothing')", tmp_path, Reply("Name", "ada\n"))


def test_a_command_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "TIMEOUT", 0)
    with pytest.raises(TerminalTimeoutError, match="is still running"):
        run("input()", tmp_path)


def test_a_picture_has_the_text_and_its_style(tmp_path: Path) -> None:
    styled = r"\x1b[1;31mred & bold\x1b[0m \x1b[38;2;1;2;3mRGB\x1b[0m \x1b[2mdim\x1b[0m"
    result = run(f"print('{styled}'); print('╭─╮'); print('│a│')", tmp_path)
    svg = terminal_pictures.to_svg(result.screen, "demo --x '<y>'")
    assert re.findall(r'fill="([^"]+)" font-weight="bold">red &amp; bold<', svg) == ["#f07178"]
    assert re.findall(r'fill="([^"]+)">RGB<', svg) == ["#010203"]
    assert re.findall(r'fill="([^"]+)">dim<', svg) == [terminal_pictures.FAINT]
    assert svg.count("Q") == 5  # the lines of the box
    assert "╭" not in svg
    assert "<title>demo --x &#x27;&lt;y&gt;&#x27;</title>" in svg


def test_a_picture_does_not_depend_on_how_spaces_are_drawn(tmp_path: Path) -> None:
    result = run("print('李  a b   c')", tmp_path)
    svg = terminal_pictures.to_svg(result.screen, "demo")
    found = re.findall(r'x="([\d.]+)" .*textLength="([\d.]+)".*>(李|a b|c)<', svg)
    width, margin = terminal_pictures.CHAR_WIDTH, terminal_pictures.MARGIN
    expected = [(0, 2, "李"), (4, 3, "a b"), (10, 1, "c")]
    assert found == [
        (f"{margin + column * width:.1f}", f"{length * width:.1f}", text)
        for column, length, text in expected
    ]


@pytest.fixture(scope="module")
def emulator() -> Iterator[AuthingEmulatorServer]:
    """A deterministic emulator with a few users."""
    with serving() as emulator:
        emulator.seed(SEED)
        yield emulator


@pytest.mark.slow
def test_colours_are_used_in_a_terminal_only(
    emulator: AuthingEmulatorServer, tmp_path: Path
) -> None:
    command_line = CommandLine(emulator, tmp_path)
    command = ("users", "list", "--fields", "nonsense")
    assert COLOUR.search(command_line.terminal(*command).output)
    plain = command_line.terminal(*command, environment={"NO_COLOR": "1"})
    assert COLOUR.search(plain.output) is None
    piped = command_line.pipe(*command)
    assert "\x1b" not in piped.stdout + piped.stderr
    assert piped.stderr.strip() == str(plain.screen).replace("\n", " ")


@pytest.mark.slow
def test_progress_is_shown_in_a_terminal_only(
    emulator: AuthingEmulatorServer, tmp_path: Path
) -> None:
    command_line = CommandLine(emulator, tmp_path)
    (tmp_path / "new.csv").write_text("username\nzoe\n")
    shown = command_line.terminal("users", "import", "new.csv")
    assert b"Importing" in shown.output
    assert "Importing" not in str(shown.screen)
    piped = command_line.pipe("users", "import", "new.csv", "--restart")
    assert "Importing" not in piped.stderr
    assert "\x1b" not in piped.stderr
