"""Several clients and processes keep one limit of the request rate."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from authing_users import (
    AuthingError,
    ConfigurationError,
    DeadlineExceededError,
    Limiter,
    SharedLimiter,
)
from authing_users._runtime.clock import CLOCK, skip_waits

from ..support.client_kinds import ClientKind, MakeClient, close, management_client, run
from ..support.emulator_pool import EmulatorPool

RESERVATIONS = """
import sys, time
from authing_users import SharedLimiter

with SharedLimiter(sys.argv[1], float(sys.argv[2])) as limiter:
    for _ in range(int(sys.argv[3])):
        before = time.monotonic()
        seconds = limiter.reserve()
        print(before + seconds, time.monotonic() + seconds)
"""


class FixedLimiter:
    """Returns given seconds, or raises given exceptions."""

    def __init__(self, *outcomes: Any) -> None:
        self.outcomes = list(outcomes)

    def reserve(self) -> float:
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        seconds: float = outcome
        return seconds


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of the clock, which stands still."""
    now = [1000.0]
    monkeypatch.setattr(CLOCK, "monotonic", lambda: now[0])
    return now


def test_reservations_are_spaced_evenly(tmp_path: Path, now: list[float]) -> None:
    path = tmp_path / "limiter.db"
    with SharedLimiter(path, 4) as first, SharedLimiter(path, 4) as second:
        waits = [limiter.reserve() for limiter in (first, second, first, first)]
        assert waits == [0, 0.25, 0.5, 0.75]
        now[0] += 0.75
        assert second.reserve() == 0.25
        now[0] += 100
        assert [first.reserve(), second.reserve()] == [0, 0.25]


def test_a_clock_that_starts_again_keeps_the_line(tmp_path: Path, now: list[float]) -> None:
    with SharedLimiter(tmp_path / "limiter.db", 2) as limiter:
        assert [limiter.reserve() for _ in range(3)] == [0, 0.5, 1]
        now[0] = 10  # the machine was started again
        assert [limiter.reserve() for _ in range(2)] == [1.5, 2]


def test_processes_share_the_rate(tmp_path: Path) -> None:
    arguments = [str(tmp_path / "limiter.db"), "20", "40"]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RESERVATIONS, *arguments], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    # The times between which each request may be sent.
    times = [[float(time) for time in line.split()] for line in "".join(outputs).splitlines()]
    assert len(times) == 120
    assert max(latest for _, latest in times) - min(earliest for earliest, _ in times) >= 119 / 20


async def test_a_client_waits_for_its_limiter(
    make_client: MakeClient, emulator_pool: EmulatorPool
) -> None:
    limiter = FixedLimiter(0, 1.5, 2.5)
    client = make_client(emulator_pool, limiter=limiter)
    with skip_waits() as waits:
        await run(client.users.list())  # preceded by the request for the token
        await run(client.users.list())
    assert waits == [1.5, 2.5]
    assert limiter.outcomes == []


async def test_both_limits_apply(
    make_client: MakeClient, emulator_pool: EmulatorPool, now: list[float]
) -> None:
    client = make_client(emulator_pool, limiter=FixedLimiter(0, 1.5), requests_per_second=0.001)
    with skip_waits() as waits:
        await run(client.users.list())
    assert waits == [1000, 1.5]


async def test_a_request_that_the_limiter_allows_after_the_deadline_is_not_sent(
    make_client: MakeClient, emulator_pool: EmulatorPool
) -> None:
    client = make_client(emulator_pool, limiter=FixedLimiter(0, 60))
    with pytest.raises(DeadlineExceededError) as caught:
        await run(client.users.with_options(deadline=30).list())
    assert caught.value.maybe_sent is False


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (-1, r"must return seconds from 0, not -1"),
        (float("nan"), r"must return seconds from 0, not nan"),
        (float("inf"), r"must return seconds from 0, not inf"),
        (None, r"must return seconds from 0, not None"),
        (True, r"must return seconds from 0, not True"),
        (OSError("disk full"), r"limiter\.reserve\(\) raised OSError: disk full"),
    ],
)
async def test_a_limiter_that_fails_is_reported(
    make_client: MakeClient, emulator_pool: EmulatorPool, outcome: object, message: str
) -> None:
    client = make_client(emulator_pool, limiter=FixedLimiter(outcome, 0, 0))
    with pytest.raises(ConfigurationError, match=message):
        await run(client.users.list())
    await run(client.users.list())  # the failed call holds nothing


async def test_an_error_of_the_library_is_raised_as_it_is(
    make_client: MakeClient, emulator_pool: EmulatorPool
) -> None:
    client = make_client(emulator_pool, limiter=FixedLimiter(AuthingError("no file")))
    with pytest.raises(AuthingError, match=r"^no file$"):
        await run(client.users.list())


async def test_a_client_uses_a_shared_limiter(
    make_client: MakeClient, emulator_pool: EmulatorPool, tmp_path: Path, now: list[float]
) -> None:
    limiter: Limiter = SharedLimiter(tmp_path / "limiter.db", 0.5)
    first, second = (make_client(emulator_pool, limiter=limiter) for _ in range(2))
    with skip_waits() as waits:
        await run(first.users.list())
        await run(second.users.list())
    assert waits == [2, 4, 6]


async def test_another_object_is_rejected(client_kind: ClientKind) -> None:
    with pytest.raises(ConfigurationError, match=r"limiter must be an object with a method"):
        await close(management_client(client_kind, limiter=5))


@pytest.mark.parametrize("per_second", [0, -1, float("nan"), "5", None])
def test_an_invalid_rate_is_rejected(tmp_path: Path, per_second: Any) -> None:
    with pytest.raises(ConfigurationError, match="per_second must be a number of requests"):
        SharedLimiter(tmp_path / "limiter.db", per_second)
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_is_no_limiter(tmp_path: Path) -> None:
    from authing_users import SQLiteCheckpoint

    SQLiteCheckpoint(tmp_path / "file.db").close()
    with pytest.raises(ConfigurationError, match=r"file\.db is not a limiter file"):
        SharedLimiter(tmp_path / "file.db", 1)


def test_the_repr_names_file_and_rate(tmp_path: Path) -> None:
    with SharedLimiter(tmp_path / "limiter.db", 2.5) as limiter:
        assert repr(limiter) == f"SharedLimiter({str(tmp_path / 'limiter.db')!r}, 2.5)"
        assert limiter.per_second == 2.5


def test_a_pickled_limiter_shares_the_limit(tmp_path: Path) -> None:
    with (
        SharedLimiter(tmp_path / "limiter.db", 0.01) as limiter,
        pickle.loads(pickle.dumps(limiter)) as again,
    ):
        limiter.reserve()
        assert again.reserve() > 50
