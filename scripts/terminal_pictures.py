"""Make the pictures of ``docs/cli.md`` from a real terminal.

Each command runs in a terminal, against a deterministic emulator. The screen becomes an SVG file
without references to other files.

Usage:
    python -m scripts.terminal_pictures [NAME ...]
"""

import html
import itertools
from collections.abc import Sequence
from pathlib import Path

from pyte.screens import Char

from .terminal import Screen

FOLDER = Path(__file__).parents[1] / "docs" / "cli"

# Sizes in pixels.
FONT_SIZE = 14
CHAR_WIDTH = 8.43  # of DejaVu Sans Mono and its relatives at this size
LINE_HEIGHT = 18
MARGIN = 16
TITLE_HEIGHT = 34

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


def to_svg(screen: Screen, title: str) -> str:
    """Return a picture of a screen.

    Args:
        screen: The screen.
        title: Text above it: the command.
    """
    width = round(screen.width * CHAR_WIDTH) + 2 * MARGIN
    height = TITLE_HEIGHT + len(screen.lines) * LINE_HEIGHT + MARGIN
    shapes: list[str] = []
    texts: list[str] = []
    for number, line in enumerate(screen.lines):
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
            if text.strip():
                texts.append(
                    f'<text x="{x:.1f}" y="{top + FONT_SIZE - 0.5:.1f}" textLength="{size:.1f}"'
                    f' fill="{foreground}"{_attributes(style)}>{html.escape(text)}</text>'
                )
    dots = "".join(
        f'<circle cx="{MARGIN + 4 + number * 18}" cy="17" r="5" fill="{FRAME}"/>'
        for number in range(3)
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" role="img">',
            f"<title>{html.escape(title)}</title>",
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"'
            f' fill="{BACKGROUND}" stroke="{FRAME}"/>',
            dots,
            f'<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace"'
            f' font-size="{FONT_SIZE}" xml:space="preserve" style="white-space:pre">',
            f'<text x="{width / 2:.0f}" y="22" text-anchor="middle" fill="{FAINT}"'
            f' font-size="13">{html.escape(title)}</text>',
            *shapes,
            *texts,
            "</g>",
            "</svg>",
            "",
        ]
    )


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
