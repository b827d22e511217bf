"""The findings of ``doctor`` as lines for people."""

import sys

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
    typer.echo(f"{status}  {finding.check}: {printable(finding.message)}")
    if finding.remedy:
        typer.echo(f"{' ' * WIDTH}  → {printable(finding.remedy)}")


def _has_colours() -> bool:
    import os

    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
