"""Each kind of call with each fault: the outcome, and the requests that reach the server."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from authing_users import AuthingError, RateLimitError
from authing_users.testing import skip_waits

from ..support.client_kinds import ClientKind, Management, Users, close, run
from ..support.senders import Sender
from .clients import client_for
from .control import AttemptCounter, FaultServer
from .expectations import (
    DEADLINES,
    EVERY_REQUEST,
    KINDS,
    LONG,
    MUTATING_KINDS,
    TABLE,
    Kind,
    Outcome,
    Row,
    Rules,
    Variant,
    expected,
)
from .fake_service import USER_ID
from .report import OutcomeRecorder

pytestmark = pytest.mark.slow

# Seconds by which a slow machine may exceed a deadline.
DEADLINE_TOLERANCE = 3.0
# The client's limit of retries.
RETRIES = 2
CLIENT_KINDS: tuple[ClientKind, ...] = ("sync", "async")
OTHER_SENDERS: tuple[Sender, ...] = ("httpx2", "fast")
# Its connections are not made by Python, so its requests are counted instead.
FAST_SYNC = ("fast", "sync")

# A call of each kind, and a check of its result.
CALLS: dict[Kind, tuple[Callable[[Any], Any], Callable[[Any], object]]] = {
    "query": (lambda users: users.list(), lambda page: page.total_count == 1),
    "mutation": (
        lambda users: users.update(USER_ID, {"nickname": "Bo"}),
        lambda user: user.nickname == "Bo",
    ),
    "REST query": (lambda users: users.check_login_status(USER_ID), lambda status: status.is_login),
    "REST mutation": (lambda users: users.kick([USER_ID]), lambda message: message.code == 200),
    "token": (lambda users: users.list(), lambda page: page.total_count == 1),
}

# All kinds of calls use the same transport, so other senders are tested with two kinds only.
COMBINATIONS: list[tuple[Sender, ClientKind, Kind]] = [
    *(("httpx", client_kind, kind) for client_kind in CLIENT_KINDS for kind in KINDS),
    *(
        (sender, client_kind, kind)
        for sender in OTHER_SENDERS
        for client_kind in CLIENT_KINDS
        for kind in KINDS[:2]
    ),
]
Case = tuple[Row, Sender, ClientKind, Kind]


def cases(rows: list[Row]) -> list[Case]:
    """Return each row with each sender, kind of client and kind of call."""
    return [
        (row, sender, client_kind, kind)
        for row in rows
        for sender, client_kind, kind in COMBINATIONS
        if (sender, client_kind) not in row.unsupported
    ]


def case_id(case: Case) -> str:
    """Return the test ID of a case."""
    row, sender, client_kind, kind = case
    return f"{row.name}-{kind}-{sender}-{client_kind}"


def variants_of(row: Row, rules: Rules, kind: Kind) -> list[Variant]:
    """Return the variants that show whether the client retries as expected."""
    variants = [Variant(RETRIES, EVERY_REQUEST)]
    if rules.for_kind(kind).resend != "never":
        variants.append(Variant(RETRIES, 1))
        variants.append(Variant(0, EVERY_REQUEST))
    if kind in MUTATING_KINDS and row.executes:
        variants.append(Variant(RETRIES, 1, retry_mutations=True))
    return list(dict.fromkeys(variants))


@pytest.fixture(autouse=True)
def no_retry_delays() -> Iterator[None]:
    """Skip the waits before retries."""
    with skip_waits():
        yield


class FaultCall:
    """A call that meets a fault."""

    def __init__(
        self, server: FaultServer, attempts: AttemptCounter, row: Row, kind: Kind, variant: Variant
    ) -> None:
        self.server = server
        self.attempts = attempts
        self.row = row
        self.kind: Kind = kind
        self.variant = variant
        self.seconds = 0.0

    async def run(self, client: Management) -> Outcome:
        """Make the call with a client and return its outcome."""
        await self._prepare(client)
        attempts_before = self.attempts.count
        started = time.monotonic()
        error = await self._call(client)
        self.seconds = time.monotonic() - started
        counts = self.server.counts()
        assert counts.redirected == 0
        requests, tokens = sum(counts.requests.values()), counts.token_requests
        if self.kind == "token":
            assert requests == (error == "ok")
            requests, tokens = tokens, 0
        return Outcome(
            error,
            requests=requests,
            executions=sum(counts.executions.values()),
            tokens=tokens,
            attempts=None
            if self.row.port == "listening"
            else self.attempts.count - attempts_before,
        )

    async def _prepare(self, client: Management) -> None:
        row, server = self.row, self.server
        if self.kind != "token":
            server.script(["ok" if row.reuses_connection else "connection: close"])
            await run(client.users.list())
        if row.closed_while_idle:
            server.close_connections()
        script = [row.fault_name] * self.variant.fault_count
        if self.kind == "token":
            server.script(tokens=script)
        else:
            server.script(script)
        if row.port != "listening":
            server.close_connections()
            server.set_port_state(row.port)
            self.attempts.listen_at_attempt = self.attempts.count + self.variant.fault_count + 1

    async def _call(self, client: Management) -> str:
        call, is_expected = CALLS[self.kind]
        try:
            result = await run(call(self._users(client)))
        except AuthingError as error:
            return type(error).__name__
        assert is_expected(result)
        return "ok"

    def _users(self, client: Management) -> Users:
        return client.users.with_options(
            timeout=self.row.timeout,
            deadline=self.row.deadline,
            retries=self.variant.retries,
            retry_mutations=self.variant.retry_mutations,
        )


async def run_case(
    server: FaultServer,
    attempts: AttemptCounter,
    client: Management,
    row: Row,
    kind: Kind,
    variant: Variant,
) -> tuple[Outcome, float]:
    """Run a case; then check that the client still works and leaves no connection open."""
    call = FaultCall(server, attempts, row, kind, variant)
    try:
        outcome = await call.run(client)
        if row.port != "listening":
            attempts.listen_at_attempt = None
            server.set_port_state("listening")
        server.script()
        assert (await run(client.users.list())).total_count == 1
    finally:
        await close(client)
    assert server.wait_until_idle().open == 0
    return outcome, call.seconds


@pytest.mark.parametrize("case", cases(TABLE), ids=case_id)
async def test_a_fault_has_the_expected_outcome(
    fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    outcome_recorder: OutcomeRecorder,
    case: Case,
) -> None:
    row, sender, client_kind, kind = case
    rules = row.rules_for(sender, client_kind)
    attempts = AttemptCounter(
        fault_server, monkeypatch, counts_requests=(sender, client_kind) == FAST_SYNC
    )
    for variant in variants_of(row, rules, kind):
        client = client_for(fault_server, client_kind, sender, LONG)
        outcome, seconds = await run_case(fault_server, attempts, client, row, kind, variant)
        outcome_recorder.record(sender, row, kind, variant, outcome, seconds)
        assert outcome in expected(row, rules, kind, variant), variant
        assert outcome.executions <= 1 or variant.retry_mutations
        assert seconds < row.deadline + DEADLINE_TOLERANCE


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ("429", None),
        ("429, retry-after 1", 1),
        ("429, retry-after date", 1),
        ("429, retry-after text", None),
        ("429, retry-after -1", None),
        ("429, retry-after inf", None),
        ("429, retry-after 1e9", 1e9),
    ],
)
async def test_retry_after_of_the_error_is_the_value_of_the_header(
    fault_server: FaultServer, client_kind: ClientKind, fault: str, seconds: float | None
) -> None:
    client = client_for(fault_server, client_kind, "httpx", LONG)
    fault_server.script([fault] * EVERY_REQUEST)
    with pytest.raises(RateLimitError) as caught:
        await run(client.users.list())
    await close(client)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("case", cases(DEADLINES), ids=case_id)
async def test_a_call_ends_at_its_deadline(
    fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    outcome_recorder: OutcomeRecorder,
    case: Case,
) -> None:
    row, sender, client_kind, kind = case
    rules = row.rules_for(sender, client_kind)
    attempts = AttemptCounter(
        fault_server, monkeypatch, counts_requests=(sender, client_kind) == FAST_SYNC
    )
    variant = Variant(RETRIES, EVERY_REQUEST)
    client = client_for(fault_server, client_kind, sender, LONG)
    outcome, seconds = await run_case(fault_server, attempts, client, row, kind, variant)
    outcome_recorder.record(sender, row, kind, variant, outcome, seconds)
    assert outcome in expected(row, rules, kind, variant)
    assert row.deadline <= seconds < row.deadline + DEADLINE_TOLERANCE
