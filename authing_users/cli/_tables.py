"""Tables for people, printed by rich."""

import os
import sys
from collections.abc import Sequence
from io import StringIO
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["print_properties", "print_table"]

# Wide enough for any row: only a terminal has a width.
UNLIMITED = 100_000
PADDING = 2  # between two columns
MIN_WIDTH = 6  # of a column that is cut


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below the names of their columns.

    If the terminal is too narrow, the widest columns are cut. The first column is never cut.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    widest = [
        max(cell_len(row[number]) for row in [columns, *rows]) for number in range(len(columns))
    ]
    fitting = _fitting(widest, _console(sys.stdout).width)
    for column, width in zip(columns, fitting, strict=True):
        table.add_column(Text(column), no_wrap=True, overflow="ellipsis", width=width)
    for row in rows:
        table.add_row(*map(Text, row))
    _print(table)


def _fitting(widths: Sequence[int], available: int) -> list[int]:
    """Return widths that fit beside each other, by making the widest columns narrower."""
    first, *rest = widths
    available -= first + PADDING * len(rest)
    limit = max(rest, default=0)
    while limit > MIN_WIDTH and sum(min(width, limit) for width in rest) > available:
        limit -= 1
    fitting = [min(width, limit) for width in rest]
    # Columns that were cut get the rest, from the left.
    spare = available - sum(fitting)
    for number, width in enumerate(rest):
        if fitting[number] < width and spare > 0:
            fitting[number] += 1
            spare -= 1
    return [first, *fitting]


def print_properties(properties: Sequence[tuple[str, str]]) -> None:
    """Print names and values, one a line."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in properties:
        table.add_row(Text(name), Text(value))
    _print(table)


def _print(table: Table) -> None:
    if sys.stdout.isatty():
        _console(sys.stdout).print(table)
        return
    buffer = StringIO()
    _console(buffer).print(table)
    for line in buffer.getvalue().splitlines():
        sys.stdout.write(f"{line.rstrip()}\n")


def _console(file: TextIO) -> Console:
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else UNLIMITED
    return Console(file=file, width=width, highlight=False, emoji=False, markup=False)
