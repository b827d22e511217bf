"""The report: Markdown tables that can be read on a terminal too."""

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from . import imports, walking
from .contenders import CREATE, DETAIL, LIST_10, LIST_100
from .rounds import Results, Series, Spread

# What is to be reached, as ratios.
CPU_TARGETS = {LIST_10: 0.8, LIST_100: 0.75, DETAIL: 0.8, CREATE: 0.8}
IMPORT_TARGET = 1.2
PREFETCH_TARGET = 1 / 6

Cells = Sequence[str]


@dataclass(slots=True)
class Report:
    """What was measured; ``None`` where it was not.

    Attributes:
        day: When.
        rounds: Rounds of calls and of starts.
        versions: Versions of what was measured, by name.
        calls: What the calls took.
        baselines: Name of what each contender is compared with, by its own.
        starts: What starting took.
        memory: What users take of it.
        walks: What the walks over all users took.
    """

    day: date
    rounds: int
    versions: Mapping[str, str]
    calls: Results | None = None
    baselines: Mapping[str, str] = field(default_factory=dict[str, str])
    starts: imports.Starts | None = None
    memory: walking.Memory | None = None
    walks: walking.Walks | None = None


def rendered(report: Report) -> str:
    """Return the report as Markdown."""
    parts = [_HEAD, _machine(report)]
    if report.calls is not None:
        parts += [_CALLS, *_calls(report.calls, report.baselines)]
    if report.starts is not None:
        parts += [_STARTS, _starts(report.starts)]
    if report.memory is not None:
        parts += [_MEMORY, _memory(report.memory)]
    if report.walks is not None:
        parts += [_walks(report.walks)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


_HEAD = """
# Performance

Written by `make bench ARGS=--write`; measure on your own machine too. Figures with brackets are
medians, with the quartiles in the brackets. Ratios say more than times, which are those of one
machine with whatever else it had to do.
"""

_CALLS = """
## CPU time of a call

Every contender makes the same call to the same server, which runs in a process of its own on the
loopback interface and answers from memory. They take turns, in a new order in each round, so that
what else the machine does hits all alike; each is warmed up first, and its answer is checked to
hold the users that were asked for. The users have 54 fields, many of them null, as those of the
service have.

*CPU* is the time that the contender's process spent on the processor, *wall* the time that passed.
*ratio* compares the CPU time with that of plain `httpx` in the same round and the same mode:
`client.post(url, json=…)` and `response.json()`, which gives no types, refreshes no tokens, and
raises no errors of the API. *requests*, *connections* and *bytes sent* (bodies alone) are what the
server counted, for each call.

`gql` has its documents parsed in advance. The stock client is what ariadne-codegen writes from the
same schema and queries with its own defaults. The vendor's SDK runs in a process with the old
packages that it needs; it selects fewer fields, but gets the same answers, and sends `detail` as a
plain GET.
"""

_STARTS = """
## Starting

A fresh interpreter for each figure, in turns, with its bytecode written. *ratio* is of the wall
time, to the row of plain `httpx` above it in the same round.
"""

_MEMORY = """
## Memory

What Python has allocated, as `tracemalloc` counts it. *peak* is the most that a walk with
`iter_list(limit=100)` held at once, when each user is dropped before the next one is taken. A walk
remembers the ids of its last 10,000 users; *each user more* is between the two longest walks.
"""


def _machine(report: Report) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    return (
        f"Measured on {report.day.isoformat()} with {platform.python_implementation()} "
        f"{platform.python_version()} on {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores: {versions}; {report.rounds} rounds."
    )


def _calls(results: Results, names: Mapping[str, str]) -> list[str]:
    parts: list[str] = []
    for operation, by_name in results.items():
        target = f"≤ {CPU_TARGETS[operation]}" if operation in CPU_TARGETS else ""
        rows = [_call_row(name, by_name[name], by_name[names[name]], target) for name in by_name]
        head = [operation, "CPU, µs", "wall, µs", "ratio", "target", "requests", "connections"]
        parts.append(_table([*head, "bytes sent"], rows))
    return parts


def _call_row(name: str, series: Series, baseline: Series, target: str) -> Cells:
    return [
        name,
        _spread(series.cpu(), _micro),
        _spread(series.wall(), _micro),
        _spread(series.cpu_ratio(baseline), _ratio),
        target if name.startswith("authing-users") else "",
        f"{series.requests():.2f}",
        f"{series.connections():.2f}",
        f"{series.sent():.0f}",
    ]


def _starts(starts: imports.Starts) -> str:
    rows = [
        [
            name,
            _spread(Spread.of(timing.wall for timing in timings), _milli),
            _spread(Spread.of(timing.cpu for timing in timings), _milli),
            _spread(imports.wall_ratio(starts, name), _ratio),
            f"≤ {IMPORT_TARGET}" if name == imports.IMPORT_OURS else "",
        ]
        for name, timings in starts.items()
    ]
    return _table(["program", "wall, ms", "CPU, ms", "ratio", "target"], rows)


def _memory(memory: walking.Memory) -> str:
    rows: list[Cells] = []
    for kind, peaks in memory.peaks.items():
        for number, peak in peaks.items():
            rows.append([f"{kind}: {number:,} users", f"peak {peak / 1e6:.2f} MB", ""])
        fewest, most = sorted(peaks)[-2:]
        growth = (peaks[most] - peaks[fewest]) / (most - fewest)
        rows.append([f"{kind}: for each user more", f"{growth:.1f} bytes", "0"])
    rows.append(["held in a list, each user", f"{memory.held:,.0f} bytes", ""])
    rows.append(["the same as dicts, from httpx", f"{memory.held_as_dicts:,.0f} bytes", ""])
    return _table(["", "memory", "target"], rows)


def _walks(walks: walking.Walks) -> str:
    pages = -(-walks.users // walking.LIMIT)
    text = (
        "## Walking over all users\n\n"
        f"{walks.users:,} users with `iter_list(limit={walking.LIMIT})`, from a server that waits "
        f"{walks.latency * 1e3:.0f} ms before each answer: {pages:,} pages, so at least "
        f"{pages * walks.latency:.1f} s one after another. One run each; *ratio* is to one page "
        "after another."
    )
    rows = [
        [
            f"{mode}, {kind}",
            f"{seconds:.2f}",
            _ratio(seconds / by_kind[walking.ONE_BY_ONE]),
            "" if kind == walking.ONE_BY_ONE else f"≤ {_ratio(PREFETCH_TARGET)}",
        ]
        for mode, by_kind in walks.seconds.items()
        for kind, seconds in by_kind.items()
    ]
    return f"{text}\n\n{_table(['walk', 'seconds', 'ratio', 'target'], rows)}"


def _spread(spread: Spread, shown: Callable[[float], str]) -> str:
    return f"{shown(spread.median)} ({shown(spread.lower)} – {shown(spread.upper)})"


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f}"


def _milli(seconds: float) -> str:
    return f"{seconds * 1e3:.0f}"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}"


def _table(head: Cells, rows: Sequence[Cells]) -> str:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(cells: Cells) -> str:
        first, *others = zip(cells, widths, strict=True)
        aligned = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return f"| {' | '.join(aligned)} |"

    rule = [f"{'-' * widths[0]}", *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    return "\n".join([line(head), line(rule), *map(line, rows)])
