"""Show on stderr how far a run is, if that is a terminal."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import typer

from .._text import printable


class Display:
    """Shows progress, and messages beside it.

    Args:
        bar: The progress bar of rich, or ``None`` without a terminal.
        task: The bar's task.
    """

    def __init__(self, bar: Any = None, task: Any = None) -> None:
        self._bar = bar
        self._task = task

    def update(self, done: int) -> None:
        """Show how many steps are done."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done)

    def say(self, text: str) -> None:
        """Print a line to stderr, above the progress bar."""
        if self._bar is None:
            typer.echo(printable(text, keep_lines=True), err=True)
            return
        from rich.text import Text

        self._bar.console.print(Text(printable(text, keep_lines=True)), soft_wrap=True)


@contextmanager
def progress(description: str, total: int | None, unit: str = "users") -> Generator[Display]:
    """Show a progress bar with the rate and the remaining time.

    Args:
        description: What is done, such as ``Importing``.
        total: Number of steps, if it is known.
        unit: The plural of what is counted.

    Yields:
        What shows it.
    """
    if not sys.stderr.isatty():
        yield Display()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f}/s", style="progress.data.speed")

    of_total = "{task.completed:,.0f} of {task.total:,.0f}" if total is not None else ""
    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(f"{of_total or '{task.completed:,.0f}'} {unit}"),
        Rate(),
        *([TimeRemainingColumn()] if total is not None else []),
    ]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Display(bar, bar.add_task(description, total=total))
