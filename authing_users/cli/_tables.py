"""Tables for people, printed by rich."""

import os
import sys
from collections.abc import Sequence
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["print_properties", "print_table"]

# Wide enough for any row: only a terminal has a width.
UNLIMITED = 100_000


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below the names of their columns. The first column is never cut."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        longest = max((len(row[number]) for row in rows), default=0)
        table.add_column(
            Text(column),
            no_wrap=True,
            overflow="ellipsis",
            min_width=max(longest, len(column)) if number == 0 else None,
        )
    for row in rows:
        table.add_row(*map(Text, row))
    _print(table)


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
        Console(file=sys.stdout, highlight=False, emoji=False, markup=False).print(table)
        return
    width = None if "COLUMNS" in os.environ else UNLIMITED
    buffer = StringIO()
    Console(file=buffer, width=width, highlight=False, emoji=False, markup=False).print(table)
    for line in buffer.getvalue().splitlines():
        sys.stdout.write(f"{line.rstrip()}\n")
