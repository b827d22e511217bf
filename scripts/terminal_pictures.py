"""Make the pictures of ``docs/cli.md`` from a real terminal.

Each command runs in a terminal, against a deterministic emulator. The screen becomes an SVG file
without references to other files.

Usage:
    python -m scripts.terminal_pictures [NAME ...]
"""

import html
import itertools
import json
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyte.screens import Char

from authing_users.testing.emulator.emulator import AuthingEmulatorServer
from authing_users.testing.emulator.server import serve_deterministic

from .terminal import Reply, Screen, run_in_terminal

FOLDER = Path(__file__).parents[1] / "docs" / "cli"

# Keeps the picture of the progress bar from being over too soon.
LATENCY = 0.02  # seconds

# Sizes in pixels.
FONT_SIZE = 14
CHAR_WIDTH = 8.43  # of DejaVu Sans Mono and its relatives at this size
LINE_HEIGHT = 18
MARGIN = 16
TITLE_HEIGHT = 36

BACKGROUND, FRAME, TEXT, FAINT = "#1b1f27", "#343b47", "#d8dee9", "#8b93a3"
COLOURS = {
    "default": TEXT,
    "black": "#4b5263",
    "red": "#f07178",
    "green": "#9ece6a",
    "brown": "#e5c07b",  # pyte's name for yellow
    "blue": "#7aa2f7",
    "magenta": "#c792ea",
    "cyan": "#6fd3e3",
    "white": "#e6e9ef",
    "brightblack": FAINT,
    "brightred": "#ff8b92",
    "brightgreen": "#b5e485",
    "brightbrown": "#ffd58a",
    "brightblue": "#9dbcff",
    "brightmagenta": "#d9b3f5",
    "brightcyan": "#93e6f2",
    "brightwhite": "#ffffff",
}
"""The colours of a terminal, by the names that pyte gives them."""
BOXES = {
    "─": ("l", "r"),
    "│": ("u", "d"),
    "╭": ("r", "d"),
    "╮": ("l", "d"),
    "╰": ("r", "u"),
    "╯": ("l", "u"),
}
"""Characters that draw boxes, and the sides that their line leads to."""


def _users(number: int) -> str:
    """Return a file with users."""
    users = [
        {
            "username": f"user{index:05}",
            "email": f"user{index:05}@example.com",
            "nickname": f"User {index}",
            "customData": {"department": "Sales"},
        }
        for index in range(number)
    ]
    return "".join(f"{json.dumps(user)}\n" for user in users)


SEED: Mapping[str, object] = {
    "customFields": [
        {"key": "department", "dataType": "STRING", "label": "Department"},
        {"key": "age", "dataType": "NUMBER", "label": "Age"},
    ],
    "roles": ["admin", "auditor"],
    "groups": [{"code": "staff", "name": "Staff"}],
    "users": [
        {
            "username": "ada",
            "email": "ada@example.com",
            "phone": "18800000001",
            "nickname": "Ada Lovelace",
            "customData": {"department": "Research", "age": 36},
            "roles": ["admin"],
            "groups": ["staff"],
        },
        {
            "username": "bob",
            "email": "bob@example.com",
            "nickname": "Bob",
            "status": "Suspended",
            "groups": ["staff"],
        },
        {"username": "eve", "email": "eve@example.com", "nickname": "\u4f0a\u8299"},
    ],
}
CHANGES = """\
username,email,nickname,custom.department,custom.age,groups
ada,ada@example.com,Ada King,Research,37,staff
bob,bob@example.com,Bob,,,
zoe,zoe@example.com,Zoe,Sales,28,staff
max,ada@example.com,Max,Sales,,
"""
MISTAKES = """\
username,email,birthdate
zoe,zoe@example.com,1995-12-01
max,max@example.com,1995-13-01
ada,ada.king@example.com,1815-12-10
"""


@dataclass(frozen=True)
class Scene:
    """A command whose screen is shown.

    Attributes:
        command: The command line, as people type it.
        files: Content of the files in the working directory.
        width: Number of columns.
        replies: What is typed.
        moment: Says whether the screen is the one to show. Default: the last one.
        slow: Whether the emulator is as slow as a service on the internet.
    """

    command: str
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    width: int = 92
    replies: Sequence[Reply] = ()
    moment: Callable[[Screen], bool] | None = None
    slow: bool = False


def _is_halfway(screen: Screen) -> bool:
    done = re.search(r"([\d,]+) of 3,000", str(screen))
    return done is not None and 1600 < int(done[1].replace(",", "")) < 2400


SCENES: Mapping[str, Scene] = {
    "help": Scene("authing-users --help"),
    "table": Scene("authing-users users list", width=104),
    "progress": Scene(
        "authing-users users import users.jsonl",
        files={"users.jsonl": _users(3000)},
        moment=_is_halfway,
        slow=True,
    ),
    "plan": Scene(
        "authing-users users sync staff.csv --key username --delete-missing suspend"
        " --max-deletes 1 -v",
        files={"staff.csv": CHANGES},
        replies=[Reply("[y/N]: ", "n\n")],
        width=100,
    ),
    "error": Scene("authing-users users import staff.csv", files={"staff.csv": MISTAKES}),
}
"""The pictures, by the names of their files."""


def main(names: Sequence[str]) -> int:
    """Make pictures, and return the exit code."""
    unknown = set(names) - SCENES.keys()
    if unknown:
        print(f"There is no picture {', '.join(sorted(unknown))}: {', '.join(SCENES)}")
        return 2
    FOLDER.mkdir(exist_ok=True)
    with serve_deterministic() as process:
        emulator = AuthingEmulatorServer(process)
        for name in names or SCENES:
            scene = SCENES[name]
            svg = to_svg(_screen(scene, emulator), scene.command)
            (FOLDER / f"{name}.svg").write_text(svg, "utf-8")
            print(f"docs/cli/{name}.svg")
        emulator.close()
    return 0


def _screen(scene: Scene, emulator: AuthingEmulatorServer) -> Screen:
    """Run the command of a scene, and return the screen to show."""
    emulator.reset()
    emulator.seed(SEED)
    if scene.slow:
        emulator.slow(LATENCY, required=False)
    _, *arguments = shlex.split(scene.command)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in scene.files.items():
            (Path(folder) / name).write_text(content, "utf-8")
        run = run_in_terminal(
            [sys.executable, "-m", "authing_users", *arguments],
            environment={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
                "HOME": folder,
                "LANG": "C.UTF-8",
                "TZ": "UTC",
                "COLORTERM": "truecolor",
                "AUTHING_EMULATOR_HOST": emulator.url.removeprefix("http://"),
                "AUTHING_USERPOOL_ID": emulator.user_pool_id,
                "AUTHING_USERPOOL_SECRET": emulator.secret,
            },
            folder=Path(folder),
            replies=scene.replies,
            width=scene.width,
            keep=scene.moment,
        )
    if scene.moment is not None and not run.moments:
        message = f"The moment to show never came: {scene.command}\n{run.screen}"
        raise RuntimeError(message)
    return run.moments[0] if run.moments else run.screen


def to_svg(screen: Screen, command: str) -> str:
    """Return a picture of a screen, below the command.

    Args:
        screen: The screen.
        command: The command line.
    """
    lines = list(screen.lines)
    while lines and not "".join(char.data for char in lines[0]).strip():
        del lines[0]
    width = round(screen.width * CHAR_WIDTH) + 2 * MARGIN
    height = TITLE_HEIGHT + (len(lines) + 1) * LINE_HEIGHT + MARGIN
    shapes: list[str] = []
    texts: list[str] = []
    for number, line in enumerate(lines, 1):
        top = TITLE_HEIGHT + number * LINE_HEIGHT
        for column, run in _runs(line):
            style, text = run[0], "".join(char.data for char in run)
            x, size = MARGIN + column * CHAR_WIDTH, len(run) * CHAR_WIDTH
            foreground, background = _colours(style)
            if background != BACKGROUND:
                shapes.append(
                    f'<rect x="{x:.1f}" y="{top}" width="{size:.1f}" height="{LINE_HEIGHT}"'
                    f' fill="{background}"/>'
                )
            if BOXES.keys() & set(text):
                strokes = "".join(
                    _stroke(char, x + number * CHAR_WIDTH, top) for number, char in enumerate(text)
                )
                shapes.append(
                    f'<path d="{strokes}" fill="none" stroke="{foreground}"{_attributes(style)}/>'
                )
                text = re.sub("[{}]".format("".join(BOXES)), " ", text)
            # Some programs draw several spaces as one, so each part has its own place.
            columns = [number for number, char in enumerate(run) for _ in char.data]
            for part in re.finditer(r"\S+(?: \S+)*", text):
                start = columns[part.start()]
                end = columns[part.end()] if part.end() < len(columns) else len(run)
                texts.append(
                    f'<text x="{x + start * CHAR_WIDTH:.1f}" y="{top + FONT_SIZE - 0.5:.1f}"'
                    f' textLength="{(end - start) * CHAR_WIDTH:.1f}"'
                    f' fill="{foreground}"{_attributes(style)}>{html.escape(part[0])}</text>'
                )
    dots = "".join(
        f'<circle cx="{MARGIN + 4 + number * 18}" cy="17" r="5" fill="{FRAME}"/>'
        for number in range(3)
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" role="img">',
            f"<title>{html.escape(command)}</title>",
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"'
            f' fill="{BACKGROUND}" stroke="{FRAME}"/>',
            dots,
            f'<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace"'
            f' font-size="{FONT_SIZE}" xml:space="preserve" style="white-space:pre">',
            f'<text x="{MARGIN}" y="{TITLE_HEIGHT + FONT_SIZE - 0.5:.1f}" fill="{TEXT}">'
            f'<tspan fill="{COLOURS["green"]}" font-weight="bold">$</tspan> {html.escape(command)}'
            "</text>",
            *shapes,
            *texts,
            "</g>",
            "</svg>",
            "",
        ]
    )


def _stroke(char: str, x: float, y: float) -> str:
    """Return the path of a character that draws a box, so that boxes have no gaps."""
    middle, centre = x + CHAR_WIDTH / 2, y + LINE_HEIGHT / 2
    ends = {
        "l": f"{x:.1f} {centre:.1f}",
        "r": f"{x + CHAR_WIDTH:.1f} {centre:.1f}",
        "u": f"{middle:.1f} {y}",
        "d": f"{middle:.1f} {y + LINE_HEIGHT}",
    }
    if char not in BOXES:
        return ""
    first, last = (ends[side] for side in BOXES[char])
    return f"M{first}Q{middle:.1f} {centre:.1f} {last}"


def _runs(line: Sequence[Char]) -> list[tuple[int, list[Char]]]:
    """Return the parts of a line with one style, each with its column."""
    runs: list[tuple[int, list[Char]]] = []
    column = 0
    for _, group in itertools.groupby(line, key=lambda char: char._replace(data="")):
        run = list(group)
        runs.append((column, run))
        column += len(run)
    return runs


def _colours(style: Char) -> tuple[str, str]:
    """Return the colours of a text and of its background."""
    foreground = COLOURS.get(style.fg, f"#{style.fg}")
    background = BACKGROUND if style.bg == "default" else COLOURS.get(style.bg, f"#{style.bg}")
    if style.blink and style.fg == "default":  # dim: see scripts/terminal.py
        foreground = FAINT
    return (background, foreground) if style.reverse else (foreground, background)


def _attributes(style: Char) -> str:
    attributes = ' font-weight="bold"' if style.bold else ""
    attributes += ' font-style="italic"' if style.italics else ""
    attributes += ' text-decoration="underline"' if style.underscore else ""
    dims_colour = style.blink and style.fg != "default"
    return attributes + (' opacity="0.65"' if dims_colour else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
