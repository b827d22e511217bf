"""An import reports exactly the content of the pool, whatever fails on the way."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authing_users import ManagementClient
from authing_users.testing.emulator.emulator import AuthingEmulatorServer

from ..support.runner import CommandLine, serving
from .flaky_proxy import FAILURES, Failure, FlakyProxy, flaky_proxy
from .processes import run

pytestmark = pytest.mark.slow

USERS = 2000
# Creations that always fail in one way. The outcome of the user is in the pool.
KINDS: dict[str, Failure] = {
    "broken": "500",
    "refused": "reset before",
    "lost": "reset after",
    "limited": "429",
    "overloaded": "503",
}
DOOMED: dict[str, Failure] = {
    f"{name}-{number}": kind for name, kind in KINDS.items() for number in range(3)
}


@pytest.fixture
def emulator() -> Iterator[AuthingEmulatorServer]:
    with serving() as emulator:
        yield emulator


@pytest.fixture
def proxy(emulator: AuthingEmulatorServer) -> Iterator[FlakyProxy]:
    with flaky_proxy(emulator.url.removeprefix("http://")) as proxy:
        yield proxy


@pytest.fixture
def command_line(emulator: AuthingEmulatorServer, proxy: FlakyProxy, tmp_path: Path) -> CommandLine:
    """A command line whose requests go through the proxy."""
    command_line = CommandLine(emulator, tmp_path)
    command_line.environment["AUTHING_EMULATOR_HOST"] = proxy.authority
    return command_line


@pytest.fixture
def client(emulator: AuthingEmulatorServer) -> Iterator[ManagementClient]:
    with emulator.client() as client:
        yield client


def rows() -> list[dict[str, Any]]:
    """Return users of whom half need requests of their own."""
    users: list[dict[str, Any]] = [
        {"username": f"user-{number}", "email": f"user-{number}@example.com"}
        | ({"city": "Oslo"} if number % 2 else {})
        for number in range(USERS)
    ]
    for position, name in enumerate(DOOMED):
        users.insert(100 * position, {"username": name, "city": "Bergen"})
    return users


def ids_in_pool(client: ManagementClient) -> dict[str, list[str]]:
    """Return the IDs of the users with each username."""
    found: dict[str, list[str]] = {}
    for user in client.users.iter_list():
        found.setdefault(str(user.username), []).append(user.id)
    return found


def test_results_equal_the_pool_and_the_failed_rows_complete_it(
    command_line: CommandLine, client: ManagementClient, proxy: FlakyProxy
) -> None:
    users = rows()
    folder = command_line.folder
    (folder / "users.jsonl").write_text("".join(json.dumps(user) + "\n" for user in users))
    proxy.rate = 0.05
    proxy.doomed = {name.encode(): kind for name, kind in DOOMED.items()}
    first = run(
        command_line, "users", "import", "users.jsonl", "--concurrency", "16",
        "--results", "results.jsonl", "--failed", "failed.jsonl",
    )  # fmt: skip
    assert first.exit_code == 3, first
    assert all(proxy.failures[kind] > 5 for kind in FAILURES), proxy.failures
    pool = ids_in_pool(client)
    assert all(len(ids) == 1 for ids in pool.values())
    results = [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]
    assert [result["row"] for result in results] == [*range(1, len(users) + 1)]
    for user, result in zip(users, results, strict=True):
        name = user["username"]
        if result["outcome"] == "created":
            assert pool.get(name) == [result["id"]]
        else:
            # Unknown: the server could still execute the request whose connection was reset.
            assert result["outcome"] in ("failed", "unknown"), (user, result)
            assert result["reason"]
            assert name not in pool
    failed = [name for name in DOOMED if name not in pool]
    # Only the response of these was lost.
    assert [name for name in DOOMED if name in pool] == ["lost-0", "lost-1", "lost-2"]
    counts = Counter(result["outcome"] for result in results)
    summary = json.loads(first.stdout)
    assert {name: summary[name] for name in counts} == dict(counts)
    left = [json.loads(line) for line in (folder / "failed.jsonl").read_text().splitlines()]
    assert [row["username"] for row in left] == [
        user["username"] for user in users if user["username"] not in pool
    ]
    assert set(failed) <= {row["username"] for row in left}
    proxy.rate, proxy.doomed = 0.0, {}
    second = run(command_line, "users", "import", "failed.jsonl")
    assert second.exit_code == 0, second
    pool = ids_in_pool(client)
    assert sorted(pool) == sorted(user["username"] for user in users)
    assert all(len(ids) == 1 for ids in pool.values())
