"""The emulated service: one user pool in one database."""

import sqlite3
from collections.abc import Callable

from .store.database import Database, Transaction, UnusableDatabaseError
from .store.ids import ObjectIdGenerator
from .store.records import Store
from .store.tokens import IssuedToken, TokenType, issue_management_token, verify_token
from .store.userpool import UserPool, open_pool


class Emulator:
    """One user pool, with its database and clock.

    Args:
        database: Path of the SQLite file, or ``:memory:``.
        user_pool_id: ID of the pool; the stored ID, or a default, when ``None``.
        secret: Secret of the pool; the stored secret, or a new one, when ``None``.
        token_lifetime: Lifetime of management tokens, in seconds.
        clock: Returns the current Unix time in seconds.
        private_key: RSA key of a new pool, as PEM text; a new key when ``None``.

    Raises:
        UnusableDatabaseError: The database cannot be opened or holds another pool.
    """

    def __init__(
        self,
        database: str,
        *,
        user_pool_id: str | None,
        secret: str | None,
        token_lifetime: int,
        clock: Callable[[], float],
        private_key: str | None = None,
    ) -> None:
        self._token_lifetime = token_lifetime
        self._clock = clock
        self._new_id = ObjectIdGenerator().new_id
        self._database = Database(database)
        try:
            self.pool: UserPool = open_pool(
                self._database,
                user_pool_id=user_pool_id,
                secret=secret,
                now=clock(),
                new_id=self._new_id,
                private_key=private_key,
            )
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
        return Store(transaction.connection, self.pool, self._clock, self._new_id)

    def issue_token(self) -> IssuedToken:
        """Issue a management token."""
        return issue_management_token(self.pool, self._clock(), self._token_lifetime)

    def check_token(self, token: str) -> None:
        """Reject an invalid management token."""
        verify_token(self.pool, TokenType.MANAGEMENT, token, self._clock())

    def interrupt(self) -> None:
        """Make long transactions fail, now and later."""
        self._database.interrupt()

    def close(self) -> None:
        """Close the database. Later requests fail."""
        self._database.close()
