"""Run a command in a real terminal of a fixed size, and read its screen."""

import errno
import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyte
from pyte.screens import Char

TIMEOUT = 60  # seconds; only a command that hangs needs that long
# Makes the pseudo-terminal the controlling one, which prompts for passwords need, and becomes the
# command.
_LAUNCHER = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])"
)
_DIM, _BLINK = 2, 5


class TerminalTimeoutError(RuntimeError):
    """A command did not end, or did not print what was waited for."""


@dataclass(frozen=True, slots=True)
class Reply:
    r"""Something typed once a text is on the screen.

    Attributes:
        to: The text to wait for, after the earlier replies: with the space at the end of a prompt,
            because what is typed before may be dropped.
        keys: What is typed then. ``\x03`` is Ctrl+C, ``\x04`` is Ctrl+D.
    """

    to: str
    keys: str


@dataclass(frozen=True, slots=True)
class Screen:
    """The text that a terminal showed, lines that moved out of sight included.

    Attributes:
        lines: The characters of each line, with their style.
        width: Number of columns.
    """

    lines: Sequence[Sequence[Char]]
    width: int

    def __str__(self) -> str:
        lines = ["".join(char.data for char in line).rstrip() for line in self.lines]
        return "\n".join(lines).strip("\n")


@dataclass(frozen=True, slots=True)
class TerminalRun:
    """A command that ran in a terminal.

    Attributes:
        exit_code: Its exit code; negative for a signal.
        screen: What the terminal showed at the end.
        output: Everything that was written to the terminal.
        moments: What the terminal showed when a moment to keep had come.
    """

    exit_code: int
    screen: Screen
    output: bytes
    moments: Sequence[Screen] = ()


class _PyteScreen(pyte.HistoryScreen):
    """A screen that keeps dim text apart, as blinking text, which no command prints."""

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        if private:  # a setting of the keyboard
            return
        replaced: list[int] = []
        position = 0
        while position < len(attributes):
            attribute = attributes[position]
            if attribute in {38, 48}:  # a colour: 38;5;N or 38;2;R;G;B
                size = 3 if attributes[position + 1 : position + 2] == (5,) else 5
                replaced += attributes[position : position + size]
                position += size
                continue
            replaced += [_BLINK] if attribute == _DIM else [attribute]
            replaced += [25] if attribute == 22 else []
            position += 1
        super().select_graphic_rendition(*replaced)


@dataclass
class _Session:
    """A terminal while a command runs in it."""

    process: "subprocess.Popen[bytes]"
    terminal: int
    width: int
    height: int
    output: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._screen = _PyteScreen(self.width, self.height, history=100_000, ratio=0.5)
        self._stream = pyte.ByteStream(self._screen)

    def screen(self) -> Screen:
        rows = [
            *self._screen.history.top,
            *(self._screen.buffer[number] for number in range(self.height)),
        ]
        lines = [[row[column] for column in range(self.width)] for row in rows]
        while lines and not "".join(char.data for char in lines[-1]).strip():
            lines.pop()
        return Screen(lines, self.width)

    def before_cursor(self) -> str:
        """Return the text up to the cursor. Lines that the terminal broke are joined again."""
        cursor = self._screen.cursor
        rows = [*self._screen.history.top, *map(self._screen.buffer.__getitem__, range(cursor.y))]
        parts: list[str] = []
        for row in rows:
            line = "".join(row[column].data for column in range(self.width))
            is_broken = not line.endswith(" ")
            parts.append(line if is_broken else f"{line.rstrip()}\n")
        last = self._screen.buffer[cursor.y]
        return "".join([*parts, *(last[column].data for column in range(cursor.x))])

    def read(self, timeout: float) -> bool:
        """Read what was written. Return whether the terminal is still open."""
        ready, _, _ = select.select([self.terminal], [], [], timeout)
        if not ready:
            return True
        try:
            data = os.read(self.terminal, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return False  # Linux reports the end this way
        self.output += data
        self._stream.feed(data)
        return bool(data)


def run_in_terminal(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    replies: Sequence[Reply] = (),
    width: int = 100,
    height: int = 40,
    keep: Callable[[Screen], bool] | None = None,
) -> TerminalRun:
    """Run a command in a terminal until it ends.

    Args:
        command: The path of a program, and its arguments.
        environment: All environment variables of the command, except for ``TERM``.
        folder: Its working directory.
        replies: What to type, in order.
        width: Number of columns.
        height: Number of lines.
        keep: Returns whether the present screen is to be kept in ``moments``; called after each
            piece of output.

    Raises:
        TerminalTimeoutError: The command did not end, or did not print what a reply waits for. The
            message contains the screen.
    """
    terminal, end = os.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    try:
        process = subprocess.Popen(
            [sys.executable, "-ISc", _LAUNCHER, *command],
            stdin=end,
            stdout=end,
            stderr=end,
            start_new_session=True,
            cwd=folder,
            env={**environment, "TERM": "xterm-256color"},
        )
    finally:
        os.close(end)
    session = _Session(process, terminal, width, height)
    waiting, typed_after, moments = list(replies), 0, list[Screen]()
    deadline = time.monotonic() + TIMEOUT
    try:
        while session.read(0.1):
            if keep is not None and keep(screen := session.screen()):
                moments.append(screen)
            if waiting:
                text = session.before_cursor()
                if waiting[0].to in text[typed_after:]:
                    typed_after = len(text.rstrip())
                    os.write(terminal, waiting.pop(0).keys.encode())
            if time.monotonic() > deadline:
                message = f"{command} is still running. Its screen:\n{session.screen()}"
                raise TerminalTimeoutError(message)
        process.wait(TIMEOUT)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        os.close(terminal)
    if waiting:
        message = f"{command} did not print {waiting[0].to!r}. Its screen:\n{session.screen()}"
        raise TerminalTimeoutError(message)
    return TerminalRun(process.returncode, session.screen(), bytes(session.output), moments)
