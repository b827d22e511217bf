"""Control over an emulator through its control paths, whether it runs in this process or not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from ...errors import InvalidInputError
from ..display import shown_call


class Send(Protocol):
    """Sends a request to a control path and returns the content of the response."""

    def __call__(self, method: str, path: str, **fields: Any) -> Any:
        """Send a request with fields in its query or body."""
        ...


@dataclass(frozen=True, slots=True)
class EmulatorCall:
    """A request that the emulator received.

    Attributes:
        kind: The API.
        operation: The GraphQL field (``createUser``), or method and path of a REST endpoint
            (``POST /api/v2/users/{id}``).
        operation_name: The name that the client gave the GraphQL operation, such as
            ``CreateUser``.
        method: HTTP method.
        path: Path of the URL.
        variables: GraphQL variables, or what a REST request sends in its path, query and body.
            Secrets are masked.
        status: HTTP status; ``None`` if the connection was closed without a response.
        code: Error code of the API; ``None`` if there was no API error.
        time: Time of the emulator's clock, in Unix seconds.
    """

    kind: Literal["graphql", "rest"]
    operation: str
    operation_name: str | None
    method: str
    path: str
    variables: Mapping[str, Any]
    status: int | None
    code: int | None
    time: float

    def __str__(self) -> str:
        result = "no response" if self.status is None else str(self.status)
        if self.code is not None:
            result += f", code {self.code}"
        return f"{shown_call(self.operation_name or self.operation, self.variables)} -> {result}"


@dataclass(frozen=True, slots=True)
class EmulatorMail:
    """An e-mail that the service would have sent.

    Attributes:
        email: Address of the receiver.
        scene: Purpose of the e-mail, such as ``FIRST_LOGIN_VERIFY``.
        user_id: ID of the receiver; ``None`` if no user has the address.
        app_id: ID of the application, if there is one.
        sent_at: When it was sent, in ISO 8601.
    """

    email: str
    scene: str
    user_id: str | None
    app_id: str | None
    sent_at: str


class EmulatorFault:
    """A fault that a test added.

    Attributes:
        required: Whether the test fails if the fault is never hit.
    """

    def __init__(self, read: "Callable[[], Mapping[str, Any]]", *, required: bool) -> None:
        self._read = read
        self.required = required

    @property
    def operation(self) -> str:
        """The operation that it affects, or ``*``."""
        return str(self._read()["operation"])

    @property
    def hits(self) -> int:
        """How many requests it has affected."""
        return int(self._read()["hits"])

    @property
    def remaining(self) -> int | None:
        """How many more requests it will affect; ``None`` means without limit."""
        remaining: int | None = self._read()["remaining"]
        return remaining

    def describe(self) -> str:
        """Describe it in one line."""
        return str(self._read()["description"])


class EmulatorClock:
    """The clock of an emulator."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def now(self) -> float:
        """Return the current time, in Unix seconds."""
        return float(self._send("GET", "clock")["now"])

    def set(self, time: float | datetime) -> None:
        """Stop the clock at a time. It then moves only with ``advance``.

        Args:
            time: Unix time in seconds, or a datetime with a time zone.

        Raises:
            InvalidInputError: The time is before 1970 or after 2037, or has no time zone.
        """
        self._send("POST", "clock", set=time.isoformat() if isinstance(time, datetime) else time)

    def advance(self, seconds: float | timedelta) -> None:
        """Move the clock forward. Tokens expire accordingly.

        Args:
            seconds: Seconds, or a timedelta.

        Raises:
            InvalidInputError: The duration is negative, or the clock would pass the year 2037.
        """
        duration = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        self._send("POST", "clock", advance=duration)

    def reset(self) -> None:
        """Let the clock follow the real time again."""
        self._send("POST", "clock", reset=True)


class EmulatorControl:
    """Faults, clock, snapshots and requests of an emulator.

    An operation is the name of a GraphQL field (``createUser``), the name of an operation of the
    client (``CreateUser``, in any case), or a path of the REST API (``/api/v2/users/{id}``, or
    ``POST /api/v2/users/{id}`` for one method). ``*`` matches all operations, including the
    requests for management tokens.
    """

    def __init__(self) -> None:
        self._faults: list[EmulatorFault] = []

    def fail(
        self,
        operation: str,
        *,
        code: int | None = None,
        status: int | None = None,
        message: str | None = None,
        times: int | None = 1,
        after_commit: bool = False,
        retry_after: float | None = None,
        required: bool = True,
    ) -> EmulatorFault:
        """Make requests fail with an error of the API, or with an HTTP status.

        Args:
            operation: The operation, or ``*``.
            code: Error code of the API.
            status: HTTP status of the response. Default: 200 for an error of the API.
            message: Message of the error. Default: the emulator's message for the code.
            times: How many requests fail; all when ``None``.
            after_commit: Execute the requests before they fail.
            retry_after: Value of the header ``Retry-After``, in seconds.
            required: Whether the test fails if no request fails.

        Raises:
            InvalidInputError: The operation does not exist, or an argument is invalid.
        """
        return self._add_fault(
            "fail",
            required,
            times=times,
            operation=operation,
            code=code,
            status=status,
            message=message,
            afterCommit=after_commit,
            retryAfter=retry_after,
        )

    def drop(
        self,
        operation: str = "*",
        *,
        times: int | None = 1,
        after_commit: bool = False,
        required: bool = True,
    ) -> EmulatorFault:
        """Close the connection of requests without a response.

        Args:
            operation: The operation, or ``*``.
            times: How many requests are affected; all when ``None``.
            after_commit: Execute the requests before the connection is closed.
            required: Whether the test fails if no request is affected.

        Raises:
            InvalidInputError: The operation does not exist, or an argument is invalid.
        """
        return self._add_fault(
            "drop", required, times=times, operation=operation, afterCommit=after_commit
        )

    def truncate(
        self, operation: str = "*", *, times: int | None = 1, required: bool = True
    ) -> EmulatorFault:
        """Execute requests, and close their connection after half of the response body.

        Args:
            operation: The operation, or ``*``.
            times: How many requests are affected; all when ``None``.
            required: Whether the test fails if no request is affected.

        Raises:
            InvalidInputError: The operation does not exist, or an argument is invalid.
        """
        return self._add_fault("truncate", required, times=times, operation=operation)

    def slow(
        self,
        mean: float,
        jitter: float = 0.0,
        *,
        operation: str = "*",
        times: int | None = None,
        required: bool = True,
    ) -> EmulatorFault:
        """Delay responses. The request is executed before the delay.

        Args:
            mean: Mean delay in seconds, at most 600.
            jitter: The most that a delay differs from the mean, in seconds.
            operation: The operation, or ``*``.
            times: How many requests are affected; all when ``None``.
            required: Whether the test fails if no request is affected.

        Raises:
            InvalidInputError: The operation does not exist, or an argument is invalid.
        """
        return self._add_fault(
            "slow", required, times=times, operation=operation, mean=mean, jitter=jitter
        )

    def rate_limit(self, requests: int, per: float, *, required: bool = True) -> EmulatorFault:
        """Reject requests that exceed a rate, with the API's error and ``Retry-After``.

        The emulator's clock counts. Requests for management tokens count, too.

        Args:
            requests: How many requests are allowed in each period.
            per: Length of a period in seconds.
            required: Whether the test fails if no request is rejected.

        Raises:
            InvalidInputError: An argument is invalid.
        """
        return self._add_fault("rate_limit", required, requests=requests, per=per)

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._send("DELETE", "faults")
        self._faults.clear()

    @property
    def faults(self) -> tuple[EmulatorFault, ...]:
        """All faults, in the order in which they were added, including used ones."""
        return tuple(self._faults)

    @property
    def clock(self) -> EmulatorClock:
        """The clock of the emulator."""
        return EmulatorClock(self._send)

    def snapshot(self, name: str) -> None:
        """Keep a copy of the whole user pool under a name.

        Raises:
            InvalidInputError: The name is invalid, or there are too many snapshots.
        """
        self._send("POST", f"snapshots/{_checked_name(name)}")

    def restore(self, name: str) -> None:
        """Replace the whole user pool by a snapshot.

        Raises:
            InvalidInputError: The snapshot does not exist, or the name is invalid.
        """
        self._send("POST", f"snapshots/{_checked_name(name)}/restore")

    @property
    def snapshots(self) -> tuple[str, ...]:
        """The names of all snapshots, oldest first."""
        return tuple(self._send("GET", "snapshots")["snapshots"])

    def calls(self, operation: str | None = None) -> list[EmulatorCall]:
        """Return the requests of clients, oldest first, with masked secrets.

        Args:
            operation: The operation. Default: all requests, those for tokens included.

        Raises:
            InvalidInputError: The operation does not exist.
        """
        calls: list[dict[str, Any]] = self._send("GET", "calls", operation=operation)["calls"]
        for call in calls:
            call["operation_name"] = call.pop("operationName")
        return [EmulatorCall(**call) for call in calls]

    @property
    def unserved(self) -> tuple[str, ...]:
        """The operations, fields, arguments and paths that clients requested in vain."""
        return tuple(self._send("GET", "calls")["unserved"])

    @property
    def outbox(self) -> list[EmulatorMail]:
        """The e-mails that the service would have sent, oldest first."""
        mails: list[dict[str, Any]] = self._send("GET", "outbox")["mails"]
        return [
            EmulatorMail(
                mail["email"], mail["scene"], mail["userId"], mail["appId"], mail["sentAt"]
            )
            for mail in mails
        ]

    def sign_tokens(self, algorithm: Literal["HS256", "RS256"]) -> None:
        """Sign the tokens of users with another algorithm from now on. Earlier ones stay valid.

        Args:
            algorithm: ``HS256``, with the secret ``jwtSecret`` of the user pool, as at the start;
                or ``RS256``, with a key that the discovery document leads to.

        Raises:
            InvalidInputError: The algorithm is unknown.
        """
        self._send("POST", "signing", algorithm=algorithm)

    def rotate_signing_key(self, *, retire: bool = False) -> None:
        """Create a new key for ``RS256``, which signs new tokens from now on.

        Args:
            retire: Delete the earlier keys, so that tokens that they signed become invalid.
                Otherwise, they stay published.
        """
        self._send("POST", "signing", rotate=True, retire=retire)

    def reset(self) -> None:
        """Delete all data, faults and calls, and reset the clock.

        The ID, the secret and the keys of the user pool stay, and so do the snapshots. Tokens are
        signed with HS256 again.
        """
        self._send("POST", "reset")
        self._faults.clear()

    def problems(self) -> list[str]:
        """Return why the test must fail: faults that were never hit, and unsupported operations."""
        problems = [
            f"The fault was never hit: {fault.describe()}. Remove it, or pass required=False."
            for fault in self._faults
            if fault.required and not fault.hits
        ]
        if unserved := self.unserved:
            names = ", ".join(unserved)
            problems.append(f"The emulator does not support {names}: see docs/emulator-coverage.md")
        return problems

    def _add_fault(self, kind: str, required: bool, **fields: Any) -> EmulatorFault:
        added: Mapping[str, Any] = self._send("POST", "faults", kind=kind, **fields)["fault"]

        def read() -> Mapping[str, Any]:
            faults: list[Mapping[str, Any]] = self._send("GET", "faults")["faults"]
            return next((fault for fault in faults if fault["id"] == added["id"]), added)

        fault = EmulatorFault(read, required=required)
        self._faults.append(fault)
        return fault

    def _send(self, method: str, path: str, **fields: Any) -> Any:
        raise NotImplementedError


def _checked_name(name: str) -> str:
    """Return the name of a snapshot, which is one part of a path."""
    if "/" in name or not name.strip("."):
        raise InvalidInputError(f"Invalid name of a snapshot {name!r}: use letters, digits and -")
    return name
