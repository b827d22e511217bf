"""Control over an emulator: what tests do to it, in process or over the control paths."""

import math
import os
from typing import NamedTuple, cast

from .call_log import Call
from .clock import Clock
from .core import Emulator
from .errors import ControlError, ErrorCode
from .faults import Effect, Fault, FaultKind
from .messages import has_message
from .operations import ANY, OperationNames
from .snapshots import Snapshots
from .store import outbox, seeding, signing_keys
from .store.pool_files import write_pool_file
from .store.records import Store

MAX_FAULTS = 1_000
MAX_DELAY = 600.0  # seconds

_STATUSES = range(400, 600)


class InvalidFaultError(ControlError):
    """A fault cannot be added."""


class Mail(NamedTuple):
    """An e-mail that the service would have sent.

    Attributes:
        email: Address of the receiver.
        scene: Purpose of the e-mail: a value of EmailScene, or ``FIRST_LOGIN_VERIFY``.
        user_id: ID of the receiver, or ``None`` if no user has the address.
        app_id: ID of the application, if there is one.
        sent_at: When it was sent, in ISO 8601.
    """

    email: str
    scene: str
    user_id: str | None
    app_id: str | None
    sent_at: str


class Signing(NamedTuple):
    """How tokens of users are signed.

    Attributes:
        algorithm: ``HS256`` or ``RS256``.
        keys: IDs of the published keys, oldest first. The newest signs tokens with RS256.
    """

    algorithm: str
    keys: tuple[str, ...]


class Control:
    """Faults, clock, snapshots, signing keys and log of one emulator. Thread-safe.

    An operation is the name of a GraphQL field (``createUser``), the name of an operation of the
    client's documents (``CreateUser``, in any case), or a path of the REST API
    (``/api/v2/users/{id}``, or ``POST /api/v2/users/{id}`` for one method). ``*`` matches all
    operations, including the requests for management tokens.

    Args:
        emulator: The emulator.
        names: The names of all operations.

    Attributes:
        clock: The emulator's clock. ``set`` stops it, ``advance`` moves it, ``reset`` lets it run.
    """

    def __init__(self, emulator: Emulator, names: OperationNames) -> None:
        self._emulator = emulator
        self._names = names
        self._snapshots = Snapshots(emulator)
        self.clock: Clock = emulator.clock

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
    ) -> Fault:
        """Make requests fail with an error of the API, or with an HTTP status.

        Args:
            operation: The operation, or ``*``.
            code: Error code of the API.
            status: HTTP status of the response; 200 for an error of the API when ``None``.
            message: The message of the error; the emulator's message for the code when ``None``.
            times: How many requests fail; all when ``None``.
            after_commit: Execute the requests before they fail.
            retry_after: Value of the header ``Retry-After``, in seconds.

        Raises:
            UnknownOperationError: The operation does not exist.
            InvalidFaultError: An argument is invalid.
        """
        if code is None and status is None:
            message = "A failing operation needs code= (an error of the API) or status= (HTTP)."
            raise InvalidFaultError(message)
        if status is not None and status not in _STATUSES:
            message = f"Invalid HTTP status {status}: expected 400 to 599."
            raise InvalidFaultError(message)
        if code is not None and message is None and not has_message(code):
            known = ", ".join(str(int(known)) for known in ErrorCode)
            message = (
                f"The emulator has no message for the code {code}: give message=…, or use one of"
                f" {known}."
            )
            raise InvalidFaultError(message)
        if retry_after is not None:
            _check_seconds("retry_after", retry_after, maximum=math.inf)
        return self._add(
            Effect(
                kind=FaultKind.FAIL,
                operation=operation,
                code=code,
                status=status,
                message=message,
                times=times,
                after_commit=after_commit,
                retry_after=retry_after,
            )
        )

    def drop(
        self, operation: str = ANY, *, times: int | None = 1, after_commit: bool = False
    ) -> Fault:
        """Close the connection of requests without a response.

        Args:
            operation: The operation, or ``*``.
            times: How many requests are affected; all when ``None``.
            after_commit: Execute the requests before the connection is closed.

        Raises:
            UnknownOperationError: The operation does not exist.
            InvalidFaultError: An argument is invalid.
        """
        return self._add(
            Effect(kind=FaultKind.DROP, operation=operation, times=times, after_commit=after_commit)
        )

    def truncate(self, operation: str = ANY, *, times: int | None = 1) -> Fault:
        """Execute requests, and close their connection after half of the response body.

        Args:
            operation: The operation, or ``*``.
            times: How many requests are affected; all when ``None``.

        Raises:
            UnknownOperationError: The operation does not exist.
            InvalidFaultError: An argument is invalid.
        """
        return self._add(Effect(kind=FaultKind.TRUNCATE, operation=operation, times=times))

    def slow(
        self,
        mean: float,
        jitter: float = 0.0,
        *,
        operation: str = ANY,
        times: int | None = None,
    ) -> Fault:
        """Delay responses. The request is executed before the delay.

        Args:
            mean: Mean delay in seconds, at most 600.
            jitter: The most that a delay differs from the mean, in seconds.
            operation: The operation, or ``*``.
            times: How many requests are affected; all when ``None``.

        Raises:
            UnknownOperationError: The operation does not exist.
            InvalidFaultError: An argument is invalid.
        """
        _check_seconds("mean", mean)
        _check_seconds("jitter", jitter)
        return self._add(
            Effect(kind=FaultKind.SLOW, operation=operation, mean=mean, jitter=jitter, times=times)
        )

    def rate_limit(self, requests: int, per: float) -> Fault:
        """Reject requests that exceed a rate, with the API's error 2100 and ``Retry-After``.

        The emulator's clock counts. Requests for management tokens count, too.

        Args:
            requests: How many requests are allowed in each period.
            per: Length of a period in seconds.

        Raises:
            InvalidFaultError: An argument is invalid.
        """
        if requests < 0:
            message = f"Invalid requests={requests}: expected 0 or more."
            raise InvalidFaultError(message)
        if per == 0:
            message = "Invalid per=0: expected more than 0 seconds."
            raise InvalidFaultError(message)
        _check_seconds("per", per, maximum=math.inf)
        return self._add(Effect(kind=FaultKind.RATE_LIMIT, requests=requests, per=per))

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._emulator.faults.clear()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults, in the order in which they were added, including used ones."""
        return self._emulator.faults.all

    def snapshot(self, name: str) -> None:
        """Keep a copy of the whole pool in memory. A snapshot with the same name is replaced.

        Raises:
            SnapshotError: The name is invalid, or there are too many snapshots.
        """
        self._snapshots.create(name)

    def restore(self, name: str) -> None:
        """Replace the whole pool by a snapshot, in one commit.

        Raises:
            SnapshotError: The snapshot does not exist.
        """
        self._snapshots.restore(name)

    @property
    def snapshots(self) -> tuple[str, ...]:
        """The names of all snapshots, oldest first."""
        return self._snapshots.names

    def reset(self) -> None:
        """Delete all data, faults and calls, and reset the clock.

        The ID, the secret and the keys of the pool stay, and so do the snapshots. Tokens are signed
        with HS256 again.
        """
        with self._emulator.transaction(write=True) as transaction:
            seeding.reset(self._emulator.store(transaction))
        self._emulator.reset_sequences()
        self._emulator.faults.clear()
        self._emulator.call_log.clear()
        self.clock.reset()

    def calls(self, operation: str | None = None) -> tuple[Call, ...]:
        """Return the last requests of clients, oldest first. Secrets are masked.

        At most 10,000 requests are kept, with at most 32 MiB of bodies.

        Args:
            operation: The operation; all requests when ``None``.

        Raises:
            UnknownOperationError: The operation does not exist.
            ControlError: The emulator does not log calls.
        """
        if not self._emulator.call_log.is_enabled:
            message = "The emulator logs no calls: use create_app(log_calls=True)."
            raise ControlError(message)
        name = None if operation is None else self._names.resolve(operation)
        pool = self._emulator.pool
        secrets = (pool.secret, pool.management_key, pool.jwt_secret)
        return self._emulator.call_log.calls(None if name == ANY else name, secrets)

    @property
    def unserved(self) -> tuple[str, ...]:
        """The operations, fields, arguments and paths that clients asked for in vain."""
        return self._emulator.call_log.unsupported

    @property
    def outbox(self) -> tuple[Mail, ...]:
        """The e-mails that the service would have sent, oldest first."""
        with self._emulator.transaction(write=False) as transaction:
            mails = outbox.list_mails(self._emulator.store(transaction))
        return tuple(
            Mail(
                email=cast("str", mail["email"]),
                scene=cast("str", mail["scene"]),
                user_id=cast("str | None", mail["userId"]),
                app_id=cast("str | None", mail["appId"]),
                sent_at=cast("str", mail["sentAt"]),
            )
            for mail in mails
        )

    @property
    def signing(self) -> Signing:
        """How tokens of users are signed."""
        with self._emulator.transaction(write=False) as transaction:
            store = self._emulator.store(transaction)
            return Signing(signing_keys.algorithm(store), tuple(signing_keys.key_ids(store)))

    def sign_tokens(self, algorithm: str) -> None:
        """Sign the tokens of users with another algorithm from now on. Earlier ones stay valid.

        Args:
            algorithm: ``HS256``, with the secret ``jwtSecret`` of the pool, as at the start; or
                ``RS256``, with a key that the discovery document leads to.

        Raises:
            ControlError: The algorithm is unknown.
        """
        if algorithm not in signing_keys.ALGORITHMS:
            known = " or ".join(signing_keys.ALGORITHMS)
            message = f"Unknown algorithm {algorithm!r}: expected {known}."
            raise ControlError(message)
        with self._emulator.transaction(write=True) as transaction:
            store = self._emulator.store(transaction)
            if algorithm == signing_keys.RS256 and not signing_keys.key_ids(store):
                self._add_signing_key(store)
            signing_keys.use_algorithm(store, algorithm)

    def rotate_signing_key(self, *, retire: bool = False) -> None:
        """Create a new key for RS256, which signs new tokens from now on.

        Args:
            retire: Delete the earlier keys, so that tokens that they signed become invalid.
                Otherwise, they stay published.
        """
        with self._emulator.transaction(write=True) as transaction:
            store = self._emulator.store(transaction)
            self._add_signing_key(store)
            if retire:
                signing_keys.delete_old_keys(store)

    def export(self, path: str | os.PathLike[str]) -> None:
        """Write the whole pool to a file: a SQLite database, as ``--db`` uses it.

        It contains password hashes, kept passwords, the secret and the keys, so only the owner of
        the file can read it.

        Raises:
            UnusableDatabaseError: The file cannot be written, is in use, or is not a user pool.
        """
        write_pool_file(os.fspath(path), self._emulator.copy_to)

    def load(self, path: str | os.PathLike[str]) -> None:
        """Replace all data by that of an exported pool, in one commit.

        The ID must be the same. The secret and the key that encrypts passwords stay.

        Raises:
            UnusableDatabaseError: The file cannot be read, is in use, or holds another pool.
        """
        self._emulator.load(os.fspath(path))

    def close(self) -> None:
        """Remove the snapshots."""
        self._snapshots.close()

    def _add_signing_key(self, store: Store) -> None:
        kid = store.new_hex("signing key")
        signing_keys.add_key(store, kid, self._emulator.new_signing_key(kid))

    def _add(self, effect: Effect) -> Fault:
        name = self._names.resolve(effect.operation)
        if effect.times is not None and effect.times < 1:
            message = f"Invalid times={effect.times}: expected 1 or more, or None for all requests."
            raise InvalidFaultError(message)
        if len(self.faults) >= MAX_FAULTS:
            message = f"An emulator has at most {MAX_FAULTS:,} faults: use clear_faults()."
            raise InvalidFaultError(message)
        return self._emulator.faults.add(Fault(effect, name))


def _check_seconds(name: str, seconds: float, maximum: float = MAX_DELAY) -> None:
    if not (0 <= seconds <= maximum and math.isfinite(seconds)):
        limit = f" to {maximum:g}" if maximum < math.inf else " or more"
        message = f"Invalid {name}={seconds}: expected 0{limit} seconds."
        raise InvalidFaultError(message)
