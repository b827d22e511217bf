"""Every fault against every kind of call: the outcome, what reached the server, what was done."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from authing_users import AuthingError, RateLimitError
from authing_users.testing import skip_waits

from ..support.client_kinds import Management, Mode, Users, close, run
from ..support.senders import Sender
from .clients import client_for
from .control import Attempts, FaultServer
from .expectations import (
    ALWAYS,
    CHANGES,
    DEADLINES,
    KINDS,
    LONG,
    TABLE,
    Kind,
    Outcome,
    Row,
    Rules,
    Run,
    expected,
)
from .fake_service import USER_ID
from .report import Notes

# Seconds that a slow machine may take on top of a deadline.
SLACK = 3.0
# How often a call is retried.
RETRIES = 2
MODES: tuple[Mode, ...] = ("sync", "async")
OTHER_SENDERS: tuple[Sender, ...] = ("httpx2", "fast")
# Its connections are not made by Python, so its requests are counted instead.
FAST_SYNC = ("fast", "sync")

# A call of each kind, and what its good result says.
CALLS: dict[Kind, tuple[Callable[[Any], Any], Callable[[Any], object]]] = {
    "query": (lambda u: u.list(), lambda page: page.total_count == 1),
    "mutation": (
        lambda u: u.update(USER_ID, {"nickname": "Bo"}),
        lambda user: user.nickname == "Bo",
    ),
    "REST read": (lambda u: u.check_login_status(USER_ID), lambda status: status.is_login),
    "REST change": (lambda u: u.kick([USER_ID]), lambda message: message.code == 200),
    "token": (lambda u: u.list(), lambda page: page.total_count == 1),
}

# All kinds of calls are sent alike, so a query and a mutation are enough for the other senders.
COMBINATIONS: list[tuple[Sender, Mode, Kind]] = [
    *(("httpx", mode, kind) for mode in MODES for kind in KINDS),
    *((sender, mode, kind) for sender in OTHER_SENDERS for mode in MODES for kind in KINDS[:2]),
]
Case = tuple[Row, Sender, Mode, Kind]


def cases(rows: list[Row]) -> list[Case]:
    """Return every row with every sender, kind of client and kind of call."""
    return [
        (row, sender, mode, kind)
        for row in rows
        for sender, mode, kind in COMBINATIONS
        if (sender, mode) not in row.unsupported
    ]


def named(case: Case) -> str:
    """Return the name of a case, for the list of tests."""
    row, sender, mode, kind = case
    return f"{row.name}-{kind}-{sender}-{mode}"


def runs(row: Row, rules: Rules, kind: Kind) -> list[Run]:
    """Return how a case is played: as often as it takes to tell right from wrong."""
    played = [Run(RETRIES, ALWAYS)]
    if rules.of(kind).again != "never":
        played.append(Run(RETRIES, 1))
        played.append(Run(0, ALWAYS))
    if kind in CHANGES and row.acts:
        played.append(Run(RETRIES, 1, retry_mutations=True))
    return list(dict.fromkeys(played))


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Let no time pass between one try and the next."""
    with skip_waits():
        yield


class Play:
    """One call that meets a fault."""

    def __init__(
        self, server: FaultServer, attempts: Attempts, row: Row, kind: Kind, played: Run
    ) -> None:
        self.server = server
        self.attempts = attempts
        self.row = row
        self.kind: Kind = kind
        self.played = played
        self.seconds = 0.0

    async def play(self, client: Management) -> Outcome:
        """Have a client make the call; return how it came out."""
        await self._prepare(client)
        before = self.attempts.number
        started = time.monotonic()
        error = await self._call(client)
        self.seconds = time.monotonic() - started
        counts = self.server.counts()
        assert counts.elsewhere == 0
        requests, tokens = sum(counts.requests.values()), counts.token_requests
        if self.kind == "token":
            assert requests == (error == "good")
            requests, tokens = tokens, 0
        return Outcome(
            error,
            requests=requests,
            executions=sum(counts.executions.values()),
            tokens=tokens,
            attempts=None if self.row.port == "listens" else self.attempts.number - before,
        )

    async def _prepare(self, client: Management) -> None:
        row, server = self.row, self.server
        if self.kind != "token":
            server.script(["good" if row.reuses else "connection: close"])
            await run(client.users.list())
        if row.hung_up:
            server.hang_up()
        script = [row.scripted] * self.played.times
        if self.kind == "token":
            server.script(tokens=script)
        else:
            server.script(script)
        if row.port != "listens":
            server.hang_up()
            server.port_that(row.port)
            self.attempts.listen_before = self.attempts.number + self.played.times + 1

    async def _call(self, client: Management) -> str:
        call, is_right = CALLS[self.kind]
        try:
            result = await run(call(self._users(client)))
        except AuthingError as error:
            return type(error).__name__
        assert is_right(result)
        return "good"

    def _users(self, client: Management) -> Users:
        return client.users.with_options(
            timeout=self.row.timeout,
            deadline=self.row.deadline,
            retries=self.played.retries,
            retry_mutations=self.played.retry_mutations,
        )


async def play(
    server: FaultServer, attempts: Attempts, client: Management, row: Row, kind: Kind, played: Run
) -> tuple[Outcome, float]:
    """Play a case, and see that it leaves nothing behind: no broken client, no connection."""
    case = Play(server, attempts, row, kind, played)
    try:
        outcome = await case.play(client)
        if row.port != "listens":
            attempts.listen_before = None
            server.port_that("listens")
        server.script()
        assert (await run(client.users.list())).total_count == 1
    finally:
        await close(client)
    assert server.settled().open == 0
    return outcome, case.seconds


@pytest.mark.parametrize("case", cases(TABLE), ids=named)
async def test_a_fault_comes_out_as_declared(
    fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    fault_report: Notes,
    case: Case,
) -> None:
    row, sender, mode, kind = case
    rules = row.rules_for(sender, mode)
    attempts = Attempts(fault_server, monkeypatch, counts_requests=(sender, mode) == FAST_SYNC)
    for played in runs(row, rules, kind):
        client = client_for(fault_server, mode, sender, LONG)
        outcome, seconds = await play(fault_server, attempts, client, row, kind, played)
        fault_report.add(sender, row, kind, played, outcome, seconds)
        assert outcome in expected(row, rules, kind, played), played
        assert outcome.executions <= 1 or played.retry_mutations
        assert seconds < row.deadline + SLACK


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ("429", None),
        ("429, after 1 s", 1),
        ("429, after a date", 1),
        ("429, after nonsense", None),
        ("429, after -1 s", None),
        ("429, after inf", None),
        ("429, after 1e9 s", 1e9),
    ],
)
async def test_the_error_says_how_long_the_server_asks_to_wait(
    fault_server: FaultServer, mode: Mode, fault: str, seconds: float | None
) -> None:
    client = client_for(fault_server, mode, "httpx", LONG)
    fault_server.script([fault] * ALWAYS)
    with pytest.raises(RateLimitError) as caught:
        await run(client.users.list())
    await close(client)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("case", cases(DEADLINES), ids=named)
async def test_a_call_ends_at_its_deadline(
    fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    fault_report: Notes,
    case: Case,
) -> None:
    row, sender, mode, kind = case
    rules = row.rules_for(sender, mode)
    attempts = Attempts(fault_server, monkeypatch, counts_requests=(sender, mode) == FAST_SYNC)
    played = Run(RETRIES, ALWAYS)
    client = client_for(fault_server, mode, sender, LONG)
    outcome, seconds = await play(fault_server, attempts, client, row, kind, played)
    fault_report.add(sender, row, kind, played, outcome, seconds)
    assert outcome in expected(row, rules, kind, played)
    assert row.deadline <= seconds < row.deadline + SLACK
