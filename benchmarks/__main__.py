"""Measures, prints the report, and writes it to docs/performance.md on request."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from . import bulk, imports, others, ours, parts, plain, report, rounds, walking
from .contenders import LIST_10, OPERATIONS, Contender
from .server import Server, serving

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
PACKAGES = (
    "authing-users",
    "httpx",
    "httpcore",
    "anyio",
    "httpx2",
    "aiohttp",
    "pyreqwest",
    "pydantic",
    "gql",
)
SECTIONS = ["calls", "in-flight", "fields", "import", "memory", "walk", "bulk"]

BUILDERS: Sequence[Callable[[Server], Contender]] = (
    plain.httpx_sync,
    plain.httpx2_sync,
    ours.default_sync,
    ours.fast_sync,
    ours.httpx2_sync,
    others.stock_sync,
    others.gql_sync,
    others.VendorContender,
    plain.httpx_async,
    plain.httpx2_async,
    ours.default_async,
    ours.fast_async,
    ours.httpx2_async,
    others.stock_async,
    others.gql_async,
)
SYNC_IN_FLIGHT = (plain.httpx_sync, plain.httpx2_sync, ours.default_sync, ours.fast_sync)
ASYNC_IN_FLIGHT = (plain.httpx_async, plain.httpx2_async, ours.default_async, ours.fast_async)
# By title: the contenders, and how many calls of each are in flight.
IN_FLIGHT: Mapping[str, tuple[Sequence[Callable[[Server, int], Contender]], int]] = {
    "16 tasks": (ASYNC_IN_FLIGHT, 16),
    "64 tasks": (ASYNC_IN_FLIGHT, 64),
    "16 threads": (SYNC_IN_FLIGHT, 16),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of a measurement.

    Attributes:
        rounds: Rounds of calls, and of starts.
        seconds: Least duration of a contender's turn.
        users: Numbers of users of the walks whose memory is measured.
        walked: Users of the timed walks.
        created: Users that are created at once.
        latency: Seconds that the server waits before each response of a timed walk or creation.
    """

    rounds: int
    seconds: float
    users: Sequence[int]
    walked: int
    created: int
    latency: float


WHOLE = Scale(15, 0.2, (10_000, 50_000, 100_000), 100_000, 10_000, 0.020)
QUICK = Scale(3, 0.05, (1_000, 2_000, 5_000), 2_000, 500, 0.020)


def measured(scale: Scale, sections: Sequence[str]) -> report.Report:
    """Measure the given sections."""
    versions = {name: version(name) for name in PACKAGES}
    result = report.Report(datetime.now(UTC).date(), scale.rounds, versions)
    baselines: dict[str, str] = {}
    result.baselines = baselines
    if "calls" in sections:
        _say("calls")
        result.calls = _measure_calls(scale, BUILDERS, baselines)
    if "in-flight" in sections:
        _say("in-flight")
        result.in_flight = {
            title: _measure_calls(
                scale,
                [_with_in_flight(builder, number) for builder in builders],
                baselines,
                [LIST_10],
            )[LIST_10]
            for title, (builders, number) in IN_FLIGHT.items()
        }
    if "fields" in sections:
        _say("fields")
        result.fields = parts.measure(scale.rounds, scale.seconds)
    if "import" in sections:
        _say("import")
        with serving() as server:
            result.starts = imports.measure(server, scale.rounds)
    if "memory" in sections:
        _say("memory")
        result.memory = walking.memory(scale.users)
    if "walk" in sections:
        _say("walk")
        result.walks = walking.walks(scale.walked, scale.latency)
    if "bulk" in sections:
        _say("bulk")
        result.creations = bulk.measure(scale.created, scale.latency)
    return result


def _with_in_flight(
    builder: Callable[[Server, int], Contender], number: int
) -> Callable[[Server], Contender]:
    return lambda server: builder(server, number)


def _measure_calls(
    scale: Scale,
    builders: Sequence[Callable[[Server], Contender]],
    baselines: dict[str, str],
    operations: Sequence[str] = OPERATIONS,
) -> rounds.Results:
    with serving() as server, ExitStack() as stack:
        built: list[Contender] = []
        for builder in builders:
            built.append(builder(server))
            stack.callback(built[-1].close)
        baselines |= {contender.name: contender.baseline for contender in built}
        return rounds.measure(
            server, built, rounds=scale.rounds, seconds=scale.seconds, operations=operations
        )


def _say(section: str) -> None:
    print(f"measuring: {section}", file=sys.stderr)


def main() -> None:
    """Measure the sections that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, metavar="SECTION")
    parser.add_argument("--rounds", type=int, help="rounds of calls and of starts; at least 2")
    parser.add_argument("--quick", action="store_true", help="short turns, few users")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    arguments = parser.parse_args()
    if arguments.write and (arguments.quick or arguments.only != SECTIONS):
        parser.error("--write needs a full run: leave out --quick and --only")
    if not (others.STOCK.exists() and others.VENDOR_PYTHON.exists()):
        parser.error("run `make bench`, which installs the other clients")
    scale = QUICK if arguments.quick else WHOLE
    if arguments.rounds is not None:
        if arguments.rounds < 2:
            parser.error("--rounds must be 2 or more")
        scale = replace(scale, rounds=arguments.rounds)
    # The settings of the environment are not meant for the canned server.
    for name in [name for name in os.environ if name.startswith("AUTHING_")]:
        del os.environ[name]
    text = report.rendered(measured(scale, arguments.only))
    print(text)
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
