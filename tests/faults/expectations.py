"""How each fault must come out: the policy of the client, written down case by case."""

from dataclasses import dataclass, replace
from typing import Literal

from authing_users import (
    AuthenticationError,
    AuthingError,
    DeadlineExceededError,
    InvalidRequestError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)

from ..support.client_kinds import Mode
from ..support.senders import Sender
from .faults import FAULTS

Kind = Literal["query", "mutation", "REST read", "REST change", "token"]
KINDS: tuple[Kind, ...] = ("query", "mutation", "REST read", "REST change", "token")
CHANGES = frozenset({"mutation", "REST change"})

# A fault that does not end is over before the server has run out of it.
ALWAYS = 9
# Seconds; short where a case waits for them, long where a slow machine must not meet them.
SHORT, LONG = 0.25, 5.0


@dataclass(frozen=True)
class Rule:
    """How a kind of call comes out.

    Attributes:
        errors: What is raised while the fault goes on, one of them; nothing when it is survived.
        again: Whether the call is sent again.
    """

    errors: tuple[type[AuthingError], ...] = ()
    again: Literal["never", "as a retry", "with a new token"] = "never"


def final(*errors: type[AuthingError]) -> Rule:
    """Raise at once."""
    return Rule(errors)


def retried(*errors: type[AuthingError]) -> Rule:
    """Raise when it fails at every try."""
    return Rule(errors, "as a retry")


def refreshed(*errors: type[AuthingError]) -> Rule:
    """Raise when it fails with a new token too."""
    return Rule(errors, "with a new token")


SURVIVED = Rule()


@dataclass(frozen=True)
class Rules:
    """How every kind of call comes out.

    Attributes:
        reads: How calls that only read come out.
        changes: How calls that change something come out.
        rest_reads: The same for REST, where it differs.
        rest_changes: The same for REST, where it differs.
        token: How calls come out when the request for the token meets the fault; like reads when
            it is no other.
    """

    reads: Rule
    changes: Rule
    rest_reads: Rule | None = None
    rest_changes: Rule | None = None
    token: Rule | None = None

    def of(self, kind: Kind) -> Rule:
        """Return how a kind of call comes out."""
        if kind == "token":
            return self.token or self.reads
        if kind in CHANGES:
            return (self.rest_changes if kind == "REST change" else None) or self.changes
        return (self.rest_reads if kind == "REST read" else None) or self.reads


def untouched(*errors: type[AuthingError]) -> Rules:
    """The server certainly did nothing: everything is tried again."""
    return Rules(retried(*errors), retried(*errors))


def unknown(*errors: type[AuthingError]) -> Rules:
    """Nobody knows whether the server acted: what changes something is not tried again."""
    return Rules(retried(*errors), final(*errors))


SURVIVES = Rules(SURVIVED, SURVIVED)


@dataclass(frozen=True)
class Row:
    """A fault, and how it comes out.

    Attributes:
        name: Name of the case.
        rules: How calls come out.
        fault: Name of the fault, when it is not that of the case; empty when the server answers
            well.
        reuses: Whether the connection has been used before.
        hung_up: Whether the server closed the connection while it was idle.
        port: What the server's port does.
        timeout: Seconds for a connection, each read and each write.
        deadline: Seconds for the call.
        exceptions: Other rules for some senders, by name and kind of client.
        unsupported: Senders that cannot do it, by name and kind of client.
    """

    name: str
    rules: Rules
    fault: str | None = None
    reuses: bool = False
    hung_up: bool = False
    port: Literal["listens", "refuses", "ignores"] = "listens"
    timeout: float = LONG
    deadline: float = LONG
    exceptions: tuple[tuple[Sender, Mode, Rules], ...] = ()
    unsupported: tuple[tuple[Sender, Mode], ...] = ()

    def rules_for(self, sender: Sender, mode: Mode) -> Rules:
        """Return the rules for a sender and kind of client."""
        exceptions = {(sender, mode): rules for sender, mode, rules in self.exceptions}
        return exceptions.get((sender, mode), self.rules)

    @property
    def scripted(self) -> str:
        """Name of the fault that the server plays."""
        return self.name if self.fault is None else self.fault or "good"

    @property
    def acts(self) -> bool:
        """Whether the server acts on a request before it fails."""
        return self.port == "listens" and FAULTS[self.scripted].acts


@dataclass(frozen=True)
class Run:
    """How a case is played.

    Attributes:
        retries: How often the client may send a call again.
        times: How many requests meet the fault.
        retry_mutations: Whether changes are sent again like reads.
    """

    retries: int
    times: int
    retry_mutations: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a call came out.

    Attributes:
        error: Name of what it raised; ``good`` for the right result.
        requests: How many of its requests reached the server.
        executions: How often the server made the change.
        tokens: How many other requests were made for a token.
        attempts: How many connections were tried, where none may come about.
    """

    error: str
    requests: int
    executions: int
    tokens: int = 0
    attempts: int | None = None


def expected(row: Row, rules: Rules, kind: Kind, run: Run) -> tuple[Outcome, ...]:
    """Return the outcomes that are right; there are two where libraries differ in the error."""
    rule = rules.of(kind)
    again = rules.of("query" if kind == "mutation" else "REST read").again
    if kind not in CHANGES or not run.retry_mutations:
        again = rule.again
    tries = {"never": 1, "as a retry": 1 + run.retries, "with a new token": 2}[again]
    good = not rule.errors or run.times < tries
    failures = min(run.times, tries) if rule.errors else 0
    reached = (0 if row.port != "listens" else failures) + good
    executions = (failures if row.acts else 0) + good if kind in CHANGES else 0
    tokens = int(again == "with a new token" and failures > 0)
    attempts = None if row.port == "listens" else failures + good
    names = ["good"] if good else [error.__name__ for error in rule.errors]
    return tuple(Outcome(name, reached, executions, tokens, attempts) for name in names)


_LOST = unknown(TransportError)
_UNCLEAR = unknown(InvalidResponseError)
_NO_ANSWER = Rules(final(InvalidResponseError), final(InvalidResponseError))
_BROKEN_SERVER = unknown(ServerError)
_TOO_MANY = unknown(RateLimitError)
_TOKEN_REFUSED = Rules(
    refreshed(AuthenticationError),
    refreshed(AuthenticationError),
    token=final(AuthenticationError),
)

TABLE: list[Row] = [
    # The connection was not made.
    Row("connection refused", untouched(TransportError), fault="", port="refuses"),
    Row(
        "connection ignored",
        untouched(TransportTimeoutError),
        fault="",
        port="ignores",
        timeout=SHORT,
        # pyreqwest does not tell whether it was connected before a timeout.
        exceptions=(("fast", "sync", unknown(TransportTimeoutError)),),
    ),
    # A connection that the server closed while it was idle has carried nothing of the call.
    Row(
        "closed while idle",
        SURVIVES,
        fault="",
        reuses=True,
        hung_up=True,
        # aiohttp does not notice before the event loop runs: see tests/http/test_fast.py.
        unsupported=(("fast", "async"),),
    ),
    # One that it closes as the request arrives may have carried it: nobody can tell.
    Row("closed under the request", _LOST, fault="closed after acting", reuses=True),
    Row("reset under the request", _LOST, fault="reset before reading", reuses=True),
    Row("reset before reading", _LOST),
    Row("reset after reading", _LOST),
    Row("reset after acting", _LOST),
    Row("closed after acting", _LOST),
    Row("closed in the head", _LOST),
    Row("closed in the body", _LOST),
    Row("reset in the body", _LOST),
    Row("no HTTP", _LOST),
    Row("never answers", unknown(TransportTimeoutError), timeout=SHORT),
    Row("0 bytes", _UNCLEAR),
    Row("HTML with 200", _UNCLEAR),
    Row("half a document", _UNCLEAR),
    Row("null", _UNCLEAR),
    Row("a list", _UNCLEAR),
    Row("data: null", _UNCLEAR),
    Row("required keys missing", _UNCLEAR),
    # That there is no token in an answer which fits the schema is not seen in time to ask again.
    Row("nulls for non-null", replace(_UNCLEAR, token=final(InvalidResponseError))),
    Row("broken gzip", _LOST),
    # Who decompresses decides whether it is no answer, or one that cannot be understood.
    Row("truncated gzip", unknown(TransportError, InvalidResponseError)),
    Row("307 to elsewhere", _NO_ANSWER),
    Row("302 to elsewhere", _NO_ANSWER),
    Row("byte by byte", SURVIVES),
    Row("10 MB", SURVIVES),
    Row("wrong content type", SURVIVES),
    Row("gzip", SURVIVES),
    Row("chunked", SURVIVES),
    Row("without a length", SURVIVES),
    Row("stray 1xx", SURVIVES),
    Row("connection: close", SURVIVES),
    Row("duplicate keys", SURVIVES),
    Row("optional keys missing", SURVIVES),
    Row("unknown enum values", SURVIVES),
    Row(
        "errors as text",
        Rules(
            final(InvalidRequestError),
            final(InvalidRequestError),
            rest_reads=retried(InvalidResponseError),
            rest_changes=final(InvalidResponseError),
        ),
    ),
    Row(
        "errors as objects",
        Rules(
            final(NotFoundError),
            final(NotFoundError),
            token=final(AuthenticationError),
        ),
    ),
    Row(
        "data and errors",
        Rules(
            final(NotFoundError),
            final(NotFoundError),
            rest_reads=SURVIVED,  # errors beside the data are GraphQL's
            rest_changes=SURVIVED,
            token=final(AuthenticationError),
        ),
    ),
    Row(
        "errors with secrets",
        Rules(
            final(PermissionDeniedError),
            final(PermissionDeniedError),
            token=final(AuthenticationError),
        ),
    ),
    Row("busy in a 200", _BROKEN_SERVER),
    Row("401", _TOKEN_REFUSED),
    Row("code 2020", _TOKEN_REFUSED),
    Row("code 2206", _TOKEN_REFUSED),
    Row("code 2207", _TOKEN_REFUSED),
    Row("408", unknown(InvalidRequestError)),
    Row("500", _BROKEN_SERVER),
    Row("502", _BROKEN_SERVER),
    Row("503", _BROKEN_SERVER),
    Row("504", _BROKEN_SERVER),
    # With a time to come back at, the server says that it did nothing.
    Row("503, after 1 s", untouched(ServerError)),
    Row("429, after 1 s", untouched(RateLimitError)),
    Row("429, after a date", untouched(RateLimitError)),
    Row("429", _TOO_MANY),
    Row("429, after nonsense", _TOO_MANY),
    Row("429, after -1 s", _TOO_MANY),
    Row("429, after inf", _TOO_MANY),
    Row("429, after 1e9 s", Rules(final(RateLimitError), final(RateLimitError))),
]

_TOO_LATE = final(DeadlineExceededError)
_IN_TIME = Rules(_TOO_LATE, _TOO_LATE)

DEADLINES: list[Row] = [
    Row("never answers, to the deadline", _IN_TIME, fault="never answers", deadline=SHORT),
    Row("never ends, to the deadline", _IN_TIME, fault="never ends", deadline=SHORT),
    Row(
        "endless drip, to the deadline",
        _IN_TIME,
        fault="endless drip",
        deadline=SHORT,
    ),
    Row("connection ignored, to the deadline", _IN_TIME, "", port="ignores", deadline=SHORT),
]
