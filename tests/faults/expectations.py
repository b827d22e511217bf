"""The expected outcome of each fault, as a table: the retry policy of the client, case by case."""

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

from ..support.client_kinds import ClientKind
from ..support.senders import Sender
from .faults import FAULTS, PortState

Kind = Literal["query", "mutation", "REST query", "REST mutation", "token"]
KINDS: tuple[Kind, ...] = ("query", "mutation", "REST query", "REST mutation", "token")
MUTATING_KINDS = frozenset({"mutation", "REST mutation"})

# More faults in a row than a call sends requests.
EVERY_REQUEST = 9
# Timeouts in seconds: short for cases that reach the timeout, long for all others.
SHORT, LONG = 0.25, 5.0


@dataclass(frozen=True)
class Rule:
    """The expected outcome of a kind of call.

    Attributes:
        errors: Errors that may be raised while the fault persists; empty if the call succeeds.
        resend: Whether the request is sent again.
    """

    errors: tuple[type[AuthingError], ...] = ()
    resend: Literal["never", "retry", "new token"] = "never"


def not_retried(*errors: type[AuthingError]) -> Rule:
    """Raise without a retry."""
    return Rule(errors)


def retried(*errors: type[AuthingError]) -> Rule:
    """Raise if all retries fail."""
    return Rule(errors, "retry")


def retried_with_new_token(*errors: type[AuthingError]) -> Rule:
    """Raise if the request also fails with a new token."""
    return Rule(errors, "new token")


CALL_SUCCEEDS = Rule()


@dataclass(frozen=True)
class Rules:
    """The expected outcome of every kind of call.

    Attributes:
        queries: Rule for queries.
        mutations: Rule for mutations.
        rest_queries: Rule for REST queries; the same as for queries if ``None``.
        rest_mutations: Rule for REST mutations; the same as for mutations if ``None``.
        token: Rule for calls whose token request fails; the same as for queries if ``None``.
    """

    queries: Rule
    mutations: Rule
    rest_queries: Rule | None = None
    rest_mutations: Rule | None = None
    token: Rule | None = None

    def for_kind(self, kind: Kind) -> Rule:
        """Return the rule for a kind of call."""
        if kind == "token":
            return self.token or self.queries
        if kind in MUTATING_KINDS:
            return (self.rest_mutations if kind == "REST mutation" else None) or self.mutations
        return (self.rest_queries if kind == "REST query" else None) or self.queries


def not_executed(*errors: type[AuthingError]) -> Rules:
    """The server did not execute the request: queries and mutations are retried."""
    return Rules(retried(*errors), retried(*errors))


def maybe_executed(*errors: type[AuthingError]) -> Rules:
    """The server may have executed the request: only queries are retried."""
    return Rules(retried(*errors), not_retried(*errors))


SUCCEEDS = Rules(CALL_SUCCEEDS, CALL_SUCCEEDS)


@dataclass(frozen=True)
class Row:
    """A case, and its expected outcome.

    Attributes:
        name: Name of the case.
        rules: The expected outcome.
        fault: Name of the fault; the name of the case if ``None``, no fault if empty.
        reuses_connection: Whether an earlier request has used the connection.
        closed_while_idle: Whether the server closed the connection while it was idle.
        port: What the server does with new connections.
        timeout: Timeout for a connection, each read and each write, in seconds.
        deadline: Deadline of the call, in seconds.
        exceptions: Other rules for some senders and kinds of client.
        unsupported: Senders and kinds of client that the case does not apply to.
    """

    name: str
    rules: Rules
    fault: str | None = None
    reuses_connection: bool = False
    closed_while_idle: bool = False
    port: PortState = "listening"
    timeout: float = LONG
    deadline: float = LONG
    exceptions: tuple[tuple[Sender, ClientKind, Rules], ...] = ()
    unsupported: tuple[tuple[Sender, ClientKind], ...] = ()

    def rules_for(self, sender: Sender, client_kind: ClientKind) -> Rules:
        """Return the rules for a sender and kind of client."""
        exceptions = {
            (sender, client_kind): rules for sender, client_kind, rules in self.exceptions
        }
        return exceptions.get((sender, client_kind), self.rules)

    @property
    def fault_name(self) -> str:
        """Name of the fault that the server simulates."""
        return self.name if self.fault is None else self.fault or "ok"

    @property
    def executes(self) -> bool:
        """Whether the server executes a request before it fails."""
        return self.port == "listening" and FAULTS[self.fault_name].executes


@dataclass(frozen=True)
class Variant:
    """A variant of a case.

    Attributes:
        retries: The client's limit of retries.
        fault_count: Number of requests that fail.
        retry_mutations: Whether mutations are retried like queries.
    """

    retries: int
    fault_count: int
    retry_mutations: bool = False


@dataclass(frozen=True)
class Outcome:
    """The outcome of a call.

    Attributes:
        error: Name of the error that the call raised; ``ok`` for the expected result.
        requests: Number of its requests that reached the server.
        executions: Number of times that the server executed the mutation.
        tokens: Number of other requests for a token.
        attempts: Number of connection attempts; ``None`` if the server accepts connections.
    """

    error: str
    requests: int
    executions: int
    tokens: int = 0
    attempts: int | None = None


def expected(row: Row, rules: Rules, kind: Kind, variant: Variant) -> tuple[Outcome, ...]:
    """Return the expected outcomes; several if the error depends on the HTTP library."""
    rule = rules.for_kind(kind)
    resend = rules.for_kind("query" if kind == "mutation" else "REST query").resend
    if kind not in MUTATING_KINDS or not variant.retry_mutations:
        resend = rule.resend
    max_requests = {"never": 1, "retry": 1 + variant.retries, "new token": 2}[resend]
    succeeds = not rule.errors or variant.fault_count < max_requests
    failures = min(variant.fault_count, max_requests) if rule.errors else 0
    received = (0 if row.port != "listening" else failures) + succeeds
    executions = (failures if row.executes else 0) + succeeds if kind in MUTATING_KINDS else 0
    tokens = int(resend == "new token" and failures > 0)
    attempts = None if row.port == "listening" else failures + succeeds
    names = ["ok"] if succeeds else [error.__name__ for error in rule.errors]
    return tuple(Outcome(name, received, executions, tokens, attempts) for name in names)


_CONNECTION_LOST = maybe_executed(TransportError)
_INVALID_RESPONSE = maybe_executed(InvalidResponseError)
_PERMANENT = Rules(not_retried(InvalidResponseError), not_retried(InvalidResponseError))
_SERVER_ERROR = maybe_executed(ServerError)
_RATE_LIMITED = maybe_executed(RateLimitError)
_TOKEN_REJECTED = Rules(
    retried_with_new_token(AuthenticationError),
    retried_with_new_token(AuthenticationError),
    token=not_retried(AuthenticationError),
)

TABLE: list[Row] = [
    # The connection was not made.
    Row("connection refused", not_executed(TransportError), fault="", port="closed"),
    Row(
        "connection not accepted",
        not_executed(TransportTimeoutError),
        fault="",
        port="unresponsive",
        timeout=SHORT,
        # pyreqwest does not report whether it was connected before a timeout.
        exceptions=(("fast", "sync", maybe_executed(TransportTimeoutError)),),
    ),
    # The request cannot have been sent over a connection that the server closed before.
    Row(
        "closed while idle",
        SUCCEEDS,
        fault="",
        reuses_connection=True,
        closed_while_idle=True,
        # aiohttp notices only when the event loop runs: see tests/http/test_senders.py.
        unsupported=(("fast", "async"),),
    ),
    # A server that closes the connection when the request arrives may have executed the request.
    Row(
        "closed on a reused connection",
        _CONNECTION_LOST,
        fault="closed after executing",
        reuses_connection=True,
    ),
    Row(
        "reset on a reused connection",
        _CONNECTION_LOST,
        fault="reset before reading",
        reuses_connection=True,
    ),
    Row("reset before reading", _CONNECTION_LOST),
    Row("reset after reading", _CONNECTION_LOST),
    Row("reset after executing", _CONNECTION_LOST),
    Row("closed after executing", _CONNECTION_LOST),
    Row("closed in the headers", _CONNECTION_LOST),
    Row("closed in the body", _CONNECTION_LOST),
    Row("reset in the body", _CONNECTION_LOST),
    Row("not HTTP", _CONNECTION_LOST),
    Row("no response", maybe_executed(TransportTimeoutError), timeout=SHORT),
    Row("empty body", _INVALID_RESPONSE),
    Row("HTML with 200", _INVALID_RESPONSE),
    Row("truncated JSON", _INVALID_RESPONSE),
    Row("null", _INVALID_RESPONSE),
    Row("a list", _INVALID_RESPONSE),
    Row("data: null", _INVALID_RESPONSE),
    Row("required keys missing", _INVALID_RESPONSE),
    # A missing token in a response that matches the schema is detected too late for a retry.
    Row("nulls for non-null", replace(_INVALID_RESPONSE, token=not_retried(InvalidResponseError))),
    Row("broken gzip", _CONNECTION_LOST),
    # The error depends on whether the HTTP library or our code decompresses the response.
    Row("truncated gzip", maybe_executed(TransportError, InvalidResponseError)),
    Row("307 to another host", _PERMANENT),
    Row("302 to another host", _PERMANENT),
    Row("byte by byte", SUCCEEDS),
    Row("10 MB", SUCCEEDS),
    Row("wrong content type", SUCCEEDS),
    Row("gzip", SUCCEEDS),
    Row("chunked", SUCCEEDS),
    Row("no content-length", SUCCEEDS),
    Row("1xx responses", SUCCEEDS),
    Row("connection: close", SUCCEEDS),
    Row("duplicate keys", SUCCEEDS),
    Row("optional keys missing", SUCCEEDS),
    Row("unknown enum values", SUCCEEDS),
    Row(
        "GraphQL error",
        Rules(
            not_retried(InvalidRequestError),
            not_retried(InvalidRequestError),
            rest_queries=retried(InvalidResponseError),
            rest_mutations=not_retried(InvalidResponseError),
        ),
    ),
    Row(
        "API error",
        Rules(
            not_retried(NotFoundError),
            not_retried(NotFoundError),
            token=not_retried(AuthenticationError),
        ),
    ),
    Row(
        "data and errors",
        Rules(
            not_retried(NotFoundError),
            not_retried(NotFoundError),
            rest_queries=CALL_SUCCEEDS,  # only GraphQL responses have `errors`
            rest_mutations=CALL_SUCCEEDS,
            token=not_retried(AuthenticationError),
        ),
    ),
    Row(
        "data and rejected token",
        Rules(
            retried_with_new_token(AuthenticationError),
            not_retried(AuthenticationError),
            rest_queries=CALL_SUCCEEDS,
            rest_mutations=CALL_SUCCEEDS,
            token=not_retried(AuthenticationError),
        ),
    ),
    Row(
        "code 500 with 200",  # has many meanings, such as "already bound"
        Rules(
            not_retried(InvalidRequestError),
            not_retried(InvalidRequestError),
            token=not_retried(AuthenticationError),
        ),
    ),
    Row("code 503 with 200", _SERVER_ERROR),
    # The API itself rejects a request before it executes it.
    Row("rate limit of the API", not_executed(RateLimitError)),
    Row(
        "API error with secrets",
        Rules(
            not_retried(PermissionDeniedError),
            not_retried(PermissionDeniedError),
            token=not_retried(AuthenticationError),
        ),
    ),
    Row("busy code with 200", _SERVER_ERROR),
    # Without the API's own error, a proxy may have written it after the request was executed.
    Row("401", replace(_TOKEN_REJECTED, mutations=not_retried(AuthenticationError))),
    Row("code 2020", _TOKEN_REJECTED),
    Row("code 2206", _TOKEN_REJECTED),
    Row("code 2207", _TOKEN_REJECTED),
    Row("404", _PERMANENT),
    Row("408", maybe_executed(InvalidRequestError)),
    Row("500", _SERVER_ERROR),
    Row("502", _SERVER_ERROR),
    Row("503", _SERVER_ERROR),
    Row("504", _SERVER_ERROR),
    # A `Retry-After` header proves nothing: proxies send it too.
    Row("503, retry-after 1", _SERVER_ERROR),
    Row("429, retry-after 1", _RATE_LIMITED),
    Row("429, retry-after date", _RATE_LIMITED),
    Row("429", _RATE_LIMITED),
    Row("429, retry-after text", _RATE_LIMITED),
    Row("429, retry-after -1", _RATE_LIMITED),
    Row("429, retry-after inf", _RATE_LIMITED),
    Row("429, retry-after 1e9", Rules(not_retried(RateLimitError), not_retried(RateLimitError))),
]

_DEADLINE_EXCEEDED = not_retried(DeadlineExceededError)
_ENDS_AT_DEADLINE = Rules(_DEADLINE_EXCEEDED, _DEADLINE_EXCEEDED)

DEADLINES: list[Row] = [
    Row("no response until the deadline", _ENDS_AT_DEADLINE, fault="no response", deadline=SHORT),
    Row(
        "incomplete response until the deadline",
        _ENDS_AT_DEADLINE,
        fault="incomplete response",
        deadline=SHORT,
    ),
    Row(
        "slow bytes until the deadline",
        _ENDS_AT_DEADLINE,
        fault="slow bytes",
        deadline=SHORT,
    ),
    Row(
        "connection not accepted until the deadline",
        _ENDS_AT_DEADLINE,
        "",
        port="unresponsive",
        deadline=SHORT,
    ),
]
