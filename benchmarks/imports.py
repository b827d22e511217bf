"""The time to start: fresh interpreters, in turns."""

import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from . import canned
from .contenders import DETAIL, REQUESTS, SECRET, USER_ID, Timing, endpoint, headers
from .rounds import Spread
from .server import Server

IMPORT_HTTPX = "import httpx, pydantic"
IMPORT_OURS = "import authing_users, build a client"
RESPONSE_HTTPX = "httpx: up to the first response"
RESPONSE_OURS = "authing_users: up to the first response"
BASELINES: Mapping[str, str] = {
    IMPORT_HTTPX: IMPORT_HTTPX,
    IMPORT_OURS: IMPORT_HTTPX,
    RESPONSE_HTTPX: RESPONSE_HTTPX,
    RESPONSE_OURS: RESPONSE_HTTPX,
}

# The times of each round, by name of the program.
Starts = Mapping[str, Sequence[Timing]]


def programs(server: Server) -> dict[str, str]:
    """Return the programs that are started, by name."""
    settings = f"user_pool_id={canned.POOL_ID!r}, secret={SECRET!r}, host={server.url!r}"
    build = f"from authing_users import ManagementClient\nclient = ManagementClient({settings})\n"
    post = f"client.post({endpoint(server)!r}, json={REQUESTS[DETAIL].body!r})"
    return {
        IMPORT_HTTPX: "import httpx, pydantic",
        IMPORT_OURS: build,
        RESPONSE_HTTPX: (
            "import httpx, pydantic\n"
            f"client = httpx.Client(headers={headers()!r}, trust_env=False)\n"
            f"assert {post}.json()['data']['user']"
        ),
        RESPONSE_OURS: f"{build}assert client.users.detail({USER_ID!r})",
    }


def measure(server: Server, rounds: int) -> Starts:
    """Start all programs in turns."""
    starts: dict[str, list[Timing]] = {name: [] for name in BASELINES}
    commands = programs(server)
    for command in commands.values():
        _start(command)  # writes the bytecode and fills the file cache
    for number in range(rounds):
        names = list(commands)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            starts[name].append(_start(commands[name]))
    return starts


def wall_ratio(starts: Starts, name: str) -> Spread:
    """Return the ratio of a program's wall time to that of its baseline in the same round."""
    pairs = zip(starts[name], starts[BASELINES[name]], strict=True)
    return Spread.of(ours.wall / theirs.wall for ours, theirs in pairs)


def _start(program: str) -> Timing:
    cpu, wall = _children_cpu(), time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return Timing(_children_cpu() - cpu, time.perf_counter() - wall)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
