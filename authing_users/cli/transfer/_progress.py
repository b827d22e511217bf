"""Show on stderr how far a run is, if that is a terminal."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any


@contextmanager
def progress(
    description: str, total: int | None, unit: str = "users"
) -> Generator[Callable[[int], object]]:
    """Show a progress bar with the rate and the remaining time.

    Args:
        description: What is done, such as ``Importing``.
        total: Number of steps, if it is known.
        unit: The plural of what is counted.

    Yields:
        A function that takes the number of steps that are done.
    """
    if not sys.stderr.isatty():
        yield _ignore
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
        task = bar.add_task(description, total=total)
        yield lambda done: bar.update(task, completed=done)


def _ignore(done: int) -> None:
    del done
