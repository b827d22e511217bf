"""The emulated service: one user pool in one database."""

import itertools
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from .call_log import CallLog
from .clock import Clock
from .faults import Faults
from .store import added_fields
from .store.added_fields import NO_ADDED_FIELDS, AddedFields
from .store.database import IN_MEMORY, Database, Transaction, UnusableDatabaseError
from .store.ids import (
    ObjectIdGenerator,
    SequentialIds,
    deterministic_owner_id,
    hex_of,
    last_in_sequence,
    next_in_sequence,
    random_hex,
)
from .store.pool_files import copy_credentials, read_pool_file
from .store.pool_keys import (
    derived_signing_key,
    development_keys,
    random_keys,
    random_keys_in_memory,
    random_signing_key,
)
from .store.records import Store
from .store.tokens import IssuedToken, TokenType, issue_management_token, verify_token
from .store.userpool import UserPool, load_pool, open_pool

DETERMINISTIC_START = 1_704_067_200.0
"""The start of the clock of a deterministic emulator: 2024-01-01T00:00:00Z."""

DETERMINISTIC_STEP = 1.0
"""Seconds by which each change advances the clock of a deterministic emulator."""

_WRITES = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatorOptions:
    """The options of an emulator.

    Attributes:
        user_pool_id: ID of the pool; the stored ID, or a default, when ``None``.
        secret: Secret of the pool; the stored secret, or ``DEVELOPMENT_SECRET``, when ``None``.
        allow_development_secret: Whether the secret may be ``DEVELOPMENT_SECRET``. If not, a random
            secret replaces it.
        token_lifetime: Lifetime of management tokens, in seconds.
        clock: Returns the current Unix time in seconds.
        deterministic: IDs, times and keys depend on the order of the requests only.
        log_calls: Keep the last calls.
        import_file: Exported pool to start with; an empty pool when ``None``.
        added_fields: What the served schema adds to the stored objects; ``None`` for the API's own
            schema.
    """

    user_pool_id: str | None
    secret: str | None
    allow_development_secret: bool
    token_lifetime: int
    clock: Callable[[], float]
    deterministic: bool
    log_calls: bool
    import_file: str | None
    added_fields: AddedFields | None = None


class Emulator:
    """One user pool, with its database, clock, faults and log of calls.

    Args:
        database: Path of the SQLite file, or ``:memory:``.
        options: The options.

    Raises:
        UnusableDatabaseError: The database cannot be opened or holds another pool.

    Attributes:
        clock: The clock.
        faults: The faults.
        call_log: The last calls.
        pool: The user pool.
        is_deterministic: Whether IDs, times and keys depend on the order of the requests only.
        added_fields: What the served schema adds to the stored objects.
    """

    def __init__(self, database: str, options: EmulatorOptions) -> None:
        self.is_deterministic: bool = options.deterministic
        time = self._deterministic_time if options.deterministic else options.clock
        self.clock: Clock = Clock(time)
        self.faults: Faults = Faults()
        self.call_log: CallLog = CallLog(is_enabled=options.log_calls)
        self.added_fields: AddedFields = options.added_fields or NO_ADDED_FIELDS
        self._has_added_fields = options.added_fields is not None
        self._token_lifetime = options.token_lifetime
        self._new_id = ObjectIdGenerator().new_id
        self._token_numbers = itertools.count()
        self._writes = 0  # the number of changes, for the deterministic clock
        self._database = Database(database)
        try:
            if options.import_file is not None:
                self._import(options.import_file, database)
            now = self.clock()
            owner_id = deterministic_owner_id if self.is_deterministic else self._new_id
            keys = random_keys_in_memory if database == IN_MEMORY else random_keys
            self.pool: UserPool = open_pool(
                self._database,
                user_pool_id=options.user_pool_id,
                secret=options.secret,
                allow_development_secret=options.allow_development_secret,
                now=now,
                owner_id=owner_id(now),
                new_keys=development_keys if self.is_deterministic else keys,
            )
            self._prepare_added_fields()
            self._reload()
        except (sqlite3.Error, OSError) as error:
            self._database.close()
            reason = error.strerror if isinstance(error, OSError) else error
            message = f"The user pool in {database} cannot be opened: {reason}."
            raise UnusableDatabaseError(message) from None
        except BaseException:
            self._database.close()
            raise

    def transaction(
        self, *, write: bool, timeout: float | None = None, max_cpu_time: float | None = None
    ) -> Transaction:
        """Return a transaction for one ``with`` block. See ``Database.transaction``."""
        return self._database.transaction(write=write, timeout=timeout, max_cpu_time=max_cpu_time)

    def store(self, transaction: Transaction) -> Store:
        """Return the user pool within a transaction."""
        connection = transaction.connection
        if not (self.is_deterministic and transaction.writes):
            new_id, new_hex = self._new_id, random_hex
            return Store(connection, self.pool, self.clock, new_id, new_hex, self.added_fields)
        self._writes = next_in_sequence(connection, _WRITES)
        ids = SequentialIds(connection)
        return Store(connection, self.pool, self.clock, ids.new_id, ids.new_hex, self.added_fields)

    def issue_token(self) -> IssuedToken:
        """Issue a management token."""
        token_id = (
            hex_of("management", next(self._token_numbers))
            if self.is_deterministic
            else random_hex("management")
        )
        return issue_management_token(self.pool, token_id, self.clock(), self._token_lifetime)

    def check_token(self, token: str) -> None:
        """Reject an invalid management token."""
        verify_token(self.pool, TokenType.MANAGEMENT, token, self.clock())

    def new_signing_key(self, kid: str) -> str:
        """Return a new key that signs tokens of users, as PEM text."""
        return (derived_signing_key if self.is_deterministic else random_signing_key)(kid)

    def reset_sequences(self) -> None:
        """Start the sequences of a deterministic emulator again, after all data was deleted."""
        self._token_numbers = itertools.count()
        self._reload()

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Copy the whole pool to another database."""
        self._database.copy_to(target)

    def replace_with(self, source: sqlite3.Connection) -> None:
        """Replace the whole pool by the content of another database."""
        self._database.replace_with(source)
        self._prepare_added_fields()
        self._reload()

    def load(self, path: str) -> None:
        """Replace the data by that of an exported pool. The ID, the secret and the keys stay.

        Raises:
            UnusableDatabaseError: The file cannot be read, or holds another pool.
        """
        source = read_pool_file(path)
        try:
            copy_credentials(self._database, source)
            self.replace_with(source)
        finally:
            source.close()

    def interrupt(self) -> None:
        """Make long transactions fail, now and later."""
        self._database.interrupt()

    def close(self) -> None:
        """Close the database. Later requests fail."""
        self._database.close()

    def _deterministic_time(self) -> float:
        return DETERMINISTIC_START + DETERMINISTIC_STEP * self._writes

    def _import(self, path: str, database: str) -> None:
        with self._database.transaction(write=False) as transaction:
            is_new = load_pool(transaction.connection) is None
        if not is_new:
            message = f"{database} already holds a user pool: import into a new database."
            raise UnusableDatabaseError(message)
        source = read_pool_file(path)
        try:
            self._database.replace_with(source)
        finally:
            source.close()

    def _prepare_added_fields(self) -> None:
        if self._has_added_fields:
            with self._database.transaction(write=True) as transaction:
                added_fields.prepare_database(transaction.connection)

    def _reload(self) -> None:
        with self._database.transaction(write=False) as transaction:
            pool = load_pool(transaction.connection)
            if pool is not None:
                self.pool = pool
            self._writes = last_in_sequence(transaction.connection, _WRITES)
