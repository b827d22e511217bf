"""Measures, prints the report, and writes it to docs/performance.md if asked to."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from . import contenders, imports, others, report, rounds, walking
from .contenders import Contender
from .server import Server, serving

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
PACKAGES = ("authing-users", "httpx", "httpcore", "pydantic", "gql")
SECTIONS = ["calls", "import", "memory", "walk"]

BUILDERS: Sequence[Callable[[Server], Contender]] = (
    contenders.httpx_sync,
    contenders.ours_sync,
    others.stock_sync,
    others.gql_sync,
    others.VendorContender,
    contenders.httpx_async,
    contenders.ours_async,
    others.stock_async,
    others.gql_async,
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured.

    Attributes:
        rounds: Rounds of calls, and of starts.
        seconds: How long a contender's turn takes, at least.
        users: Numbers of users whose walk is measured for memory.
        walked: Users of the timed walks.
        latency: Seconds that the server waits before it answers a timed walk.
    """

    rounds: int
    seconds: float
    users: Sequence[int]
    walked: int
    latency: float


WHOLE = Scale(15, 0.2, (10_000, 50_000, 100_000), 100_000, 0.020)
QUICK = Scale(3, 0.05, (1_000, 2_000, 5_000), 2_000, 0.020)


def measured(scale: Scale, sections: Sequence[str]) -> report.Report:
    """Measure the sections that are asked for."""
    versions = {name: version(name) for name in PACKAGES}
    found = report.Report(datetime.now(UTC).date(), scale.rounds, versions)
    if "calls" in sections:
        _say("calls")
        found.calls, found.baselines = _calls(scale)
    if "import" in sections:
        _say("import")
        with serving() as server:
            found.starts = imports.measure(server, scale.rounds)
    if "memory" in sections:
        _say("memory")
        found.memory = walking.memory(scale.users)
    if "walk" in sections:
        _say("walk")
        found.walks = walking.walks(scale.walked, scale.latency)
    return found


def _calls(scale: Scale) -> tuple[rounds.Results, dict[str, str]]:
    with serving() as server, ExitStack() as stack:
        built: list[Contender] = []
        for builder in BUILDERS:
            built.append(builder(server))
            stack.callback(built[-1].close)
        results = rounds.measure(server, built, rounds=scale.rounds, seconds=scale.seconds)
    return results, {contender.name: contender.baseline for contender in built}


def _say(section: str) -> None:
    print(f"measuring: {section}", file=sys.stderr)


def main() -> None:
    """Measure what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, metavar="SECTION")
    parser.add_argument("--rounds", type=int, help="rounds of calls and of starts; at least 2")
    parser.add_argument("--quick", action="store_true", help="for a look: short turns, few users")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    arguments = parser.parse_args()
    if arguments.write and (arguments.quick or arguments.only != SECTIONS):
        parser.error("--write takes a whole run: leave out --quick and --only")
    if not (others.STOCK.exists() and others.VENDOR_PYTHON.exists()):
        parser.error("run `make bench`, which prepares what ours is measured beside")
    scale = QUICK if arguments.quick else WHOLE
    if arguments.rounds is not None:
        if arguments.rounds < 2:
            parser.error("--rounds is 2 or more: one has no spread")
        scale = replace(scale, rounds=arguments.rounds)
    # The settings of whoever measures are not for the canned server.
    for name in [name for name in os.environ if name.startswith("AUTHING_")]:
        del os.environ[name]
    text = report.rendered(measured(scale, arguments.only))
    print(text)
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
