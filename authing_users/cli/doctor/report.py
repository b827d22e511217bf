"""The findings of ``doctor`` as lines for people."""

import os
import shutil
import sys
import textwrap

import typer

from .._text import printable
from .findings import Finding

__all__ = ["print_finding"]

COLOURS = {"ok": "green", "warning": "yellow", "failure": "red", "skipped": "bright_black"}
WIDTH = max(map(len, COLOURS))


def print_finding(finding: Finding) -> None:
    """Print a finding, and what to do below it."""
    status = finding.status.ljust(WIDTH)
    if _has_colours():
        status = typer.style(status, fg=COLOURS[finding.status], bold=finding.status == "failure")
    _print(f"{finding.check}: {finding.message}", first=f"{status}  ")
    if finding.remedy:
        _print(finding.remedy, first=f"{' ' * WIDTH}  → ", indent=WIDTH + 4)


def _print(text: str, *, first: str, indent: int = WIDTH + 2) -> None:
    """Print text after a prefix; further lines in a terminal are indented."""
    safe = printable(text)
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - indent
        safe = f"\n{' ' * indent}".join(
            textwrap.wrap(safe, max(width, 20), break_long_words=False, break_on_hyphens=False)
        )
    typer.echo(first + safe)


def _has_colours() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
