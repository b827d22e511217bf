"""The report: Markdown tables that can be read on a terminal too."""

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from . import bulk, imports, ours, parts, walking
from .contenders import CREATE, DETAIL, LIST_10, LIST_100, OPERATIONS
from .rounds import Results, Series, Spread

# The largest ratios that are acceptable.
CPU_TARGETS: Mapping[str, Mapping[str, float]] = {
    f"{ours.DEFAULT}, sync": {LIST_10: 0.88, LIST_100: 0.98, DETAIL: 0.88, CREATE: 0.88},
    f"{ours.FAST}, sync": {LIST_10: 0.40, LIST_100: 0.65, DETAIL: 0.30, CREATE: 0.40},
    f"{ours.DEFAULT}, async": dict.fromkeys(OPERATIONS, 0.95),
    f"{ours.FAST}, async": {LIST_10: 0.30, LIST_100: 0.55, DETAIL: 0.22, CREATE: 0.30},
}
IMPORT_TARGET = 1.2
# By the client's name without its mode; the pages that are read in the time of one.
PREFETCH_TARGETS: Mapping[str, int] = {ours.DEFAULT: 6, ours.FAST: 7}
# How many times as fast many users are created as one by one.
BULK_TARGET = 10

Cells = Sequence[str]


@dataclass(slots=True)
class Report:
    """The results. A section that was not measured is ``None`` or empty.

    Attributes:
        day: Date of the measurement.
        rounds: Rounds of calls and of starts.
        versions: Versions of the packages, by name.
        calls: Times of calls, one at a time.
        in_flight: Times of many calls at once, by a description of how many.
        baselines: Name of each contender's baseline, by the contender's name.
        fields: Cost of pages with all fields of users, and with some.
        starts: Times of starts.
        memory: Memory of walks and of users.
        walks: Duration of walks over all users.
        creations: How fast many users are created.
    """

    day: date
    rounds: int
    versions: Mapping[str, str]
    calls: Results | None = None
    in_flight: Results | None = None
    baselines: Mapping[str, str] = field(default_factory=dict[str, str])
    fields: parts.Fields | None = None
    starts: imports.Starts | None = None
    memory: walking.Memory | None = None
    walks: walking.Walks | None = None
    creations: bulk.Creations | None = None


def rendered(report: Report) -> str:
    """Return the report as Markdown."""
    parts = [_HEAD, _machine(report)]
    if report.calls is not None:
        parts += [_CALLS, *_calls(report.calls, report.baselines), _SNIFFIO]
    if report.in_flight is not None:
        parts += [_IN_FLIGHT, *_calls(report.in_flight, report.baselines)]
    if report.fields is not None:
        parts += [_FIELDS, _fields(report.fields)]
    if report.starts is not None:
        parts += [_STARTS, _starts(report.starts)]
    if report.memory is not None:
        parts += [_MEMORY, _memory(report.memory)]
    if report.walks is not None:
        parts += [_walks(report.walks)]
    if report.creations is not None:
        parts += [_creations(report.creations)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


_HEAD = """
# Performance

`make bench ARGS=--write` writes this page; measure on your own machine too. Figures with brackets
are medians, and the brackets contain the quartiles. Ratios say more than times, which depend on the
machine and on its other processes. A target is met if the figure, as shown, is within it.
"""

_CALLS = """
## CPU time of a call

All contenders make the same calls to the same server, which runs in its own process, on the
loopback interface, and returns prepared responses. They take turns, in a new order in each round,
so that other processes of the machine slow all of them down alike. Each is warmed up first, and its
response is checked for the requested users. The users have 54 fields, many of them null, like those
of the service.

- *CPU* is the processor time that the contender's process used; *wall* is the time that passed.
- *ratio* compares the CPU time with that of plain `httpx`, sync or async, in the same round:
  `client.post(url, json=…)` and `response.json()`, without types, token refresh or API errors.
- *requests*, *connections* and *bytes sent* (bodies only) are the counts of the server per call.

The contenders:

- `authing-users` uses the default HTTP client, which is one of `httpx`; *fast* uses `fast.Client()`
  or `fast.AsyncClient()` of the extra `fast`; *httpx2* uses an injected client of `httpx2`.
- `httpx` and its continuation `httpx2` are plain clients that keep all connections.
- `gql` uses `httpx`; its documents are parsed in advance.
- The stock client, which ariadne-codegen generates from the same schema and queries with its
  default options, uses `httpx`.
- The vendor's SDK runs in a process with the old packages that it needs. It selects fewer fields
  but gets the same responses, and sends `detail` as a plain GET.
"""

# Measured separately; the environment of the benchmarks does not have the package.
_SNIFFIO = """
These figures are without the package `sniffio`, which `anyio` 4.16 no longer installs: `httpcore`
1.0.9 retries the failing import in every async request. Installing it saves 20 to 35 % of the CPU
time of the default async client, and as much of that of plain `httpx`; `fast` and `httpx2` gain
nothing. It is not a dependency, so users of the default async client gain by `pip install sniffio`.
"""

_IN_FLIGHT = """
## Many calls in flight

The same call, `list(limit=10)`, made by several tasks of one event loop or by several threads. The
times are those of all calls, divided by their number.

The async pool of `httpx` costs more per call the more connections it holds, and so does the default
client, which uses it. For many calls in flight, pass `fast.AsyncClient()`: its CPU time per call
hardly depends on their number.
"""

_FIELDS = """
## Some fields of users

A page of 100 users with all fields, and the same page with two fields besides the ID. *ratio*
compares the CPU time with that of the row above it, in the same round; *received* and *sent* are
the bytes of the bodies.
"""

_STARTS = """
## Starting

A fresh interpreter for each figure, in turns, with compiled bytecode. *ratio* compares the wall
time with the row of plain `httpx` above it, in the same round.
"""

_MEMORY = """
## Memory

The memory that Python has allocated, as `tracemalloc` counts it. *peak* is the peak of a walk with
`iter_list(limit=100)` that drops each user before it takes the next one. A walk remembers the IDs
of its last 10,000 users. *each further user* compares the two longest walks; growth by less than
the users of one page counts as 0, because a peak depends on when the pages arrive.
"""


def _machine(report: Report) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    return (
        f"Measured on {report.day.isoformat()} with {platform.python_implementation()} "
        f"{platform.python_version()} on {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores: {versions}; {report.rounds} rounds."
    )


def _calls(results: Results, baselines: Mapping[str, str]) -> list[str]:
    parts: list[str] = []
    for title, by_name in results.items():
        rows = [
            _call_row(title, name, series, by_name[baselines[name]])
            for name, series in by_name.items()
        ]
        head = [title, "CPU, µs", "wall, µs", "ratio", "target", "requests", "connections"]
        parts.append(_table([*head, "bytes sent"], rows))
    return parts


def _call_row(title: str, name: str, series: Series, baseline: Series) -> Cells:
    ratio = series.cpu_ratio(baseline)
    target = CPU_TARGETS.get(name, {}).get(title)
    return [
        name,
        _spread(series.cpu(), _micro),
        _spread(series.wall(), _micro),
        _spread(ratio, _ratio),
        "" if target is None else _target(f"≤ {target:.2f}", round(ratio.median, 2) <= target),
        f"{series.requests():.2f}",
        f"{series.connections():.2f}",
        f"{series.sent():.0f}",
    ]


def _fields(measured: parts.Fields) -> str:
    rows = [
        [
            f"{client}, {call}",
            _spread(series.cpu(), _micro),
            _spread(series.cpu_ratio(by_call[parts.ALL]), _ratio),
            f"{measured.received[call]:,}",
            f"{series.sent():,.0f}",
        ]
        for client, by_call in measured.series.items()
        for call, series in by_call.items()
    ]
    return _table(["call", "CPU, µs", "ratio", "received", "sent"], rows)


def _starts(starts: imports.Starts) -> str:
    rows: list[Cells] = []
    for name, timings in starts.items():
        ratio = imports.wall_ratio(starts, name)
        has_target = name == imports.IMPORT_OURS
        is_met = round(ratio.median, 2) <= IMPORT_TARGET
        rows.append(
            [
                name,
                _spread(Spread.of(timing.wall for timing in timings), _milli),
                _spread(Spread.of(timing.cpu for timing in timings), _milli),
                _spread(ratio, _ratio),
                _target(f"≤ {IMPORT_TARGET:.2f}", is_met) if has_target else "",
            ]
        )
    return _table(["program", "wall, ms", "CPU, ms", "ratio", "target"], rows)


def _memory(memory: walking.Memory) -> str:
    rows: list[Cells] = []
    for kind, peaks in memory.peaks.items():
        for number, peak in peaks.items():
            rows.append([f"{kind}: {number:,} users", f"peak {peak / 1e6:.2f} MB", ""])
        fewest, most = sorted(peaks)[-2:]
        growth = peaks[most] - peaks[fewest]
        target = _target("0", growth < memory.held * walking.LIMIT)
        per_user = f"{growth / (most - fewest):.1f} bytes"
        rows.append([f"{kind}: each further user", per_user, target])
    rows.append(["held in a list, each user", f"{memory.held:,.0f} bytes", ""])
    rows.append(["the same as dicts, from httpx", f"{memory.held_as_dicts:,.0f} bytes", ""])
    return _table(["", "memory", "target"], rows)


def _walks(walks: walking.Walks) -> str:
    pages = -(-walks.users // walking.LIMIT)
    text = (
        "## Walking over all users\n\n"
        f"{walks.users:,} users with `iter_list(limit={walking.LIMIT})`, from a server that waits\n"
        f"{walks.latency * 1e3:.0f} ms before each response: {pages:,} pages, so at least "
        f"{pages * walks.latency:.1f} s one after another. One run each;\n"
        "*ratio* compares with one page after another by the same client."
    )
    rows = [
        [
            f"{client}, {kind}",
            f"{seconds:.2f}",
            f"{seconds / by_kind[walking.ONE_BY_ONE]:.3f}",
            _walk_target(client, kind, seconds / by_kind[walking.ONE_BY_ONE]),
        ]
        for client, by_kind in walks.seconds.items()
        for kind, seconds in by_kind.items()
    ]
    return f"{text}\n\n{_table(['walk', 'seconds', 'ratio', 'target'], rows)}"


def _walk_target(client: str, kind: str, ratio: float) -> str:
    if kind == walking.ONE_BY_ONE:
        return ""
    divisor = PREFETCH_TARGETS[client.rpartition(", ")[0]]
    return _target(f"≤ 1/{divisor}", round(ratio, 3) <= 1 / divisor)


def _creations(creations: bulk.Creations) -> str:
    text = (
        "## Creating many users\n\n"
        f"{creations.users:,} users with `create_many(concurrency={bulk.CONCURRENCY})`, and "
        f"{bulk.ONE_BY_ONE_USERS} users with `create`, from a\n"
        f"server that waits {creations.latency * 1e3:.0f} ms before each response. Users without a "
        "password are created up to 100\nwith one request, others with one request each. One run "
        "each; *factor* compares with one user after\nanother by the same client."
    )
    rows = [
        [
            f"{client}, {kind}",
            f"{rate:,.0f}",
            f"{creations.factor(client, kind):.1f}",
            _creation_target(kind, creations.factor(client, kind)),
        ]
        for client, by_kind in creations.per_second.items()
        for kind, rate in by_kind.items()
    ]
    return f"{text}\n\n{_table(['creation', 'users per second', 'factor', 'target'], rows)}"


def _creation_target(kind: str, factor: float) -> str:
    if kind == bulk.BASELINES[kind]:
        return ""
    return _target(f"≥ {BULK_TARGET}", round(factor, 1) >= BULK_TARGET)


def _target(limit: str, is_met: bool) -> str:
    return f"{limit}, {'met' if is_met else 'missed'}"


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
