"""The emulated service behind every endpoint: one user pool in one database."""

from collections.abc import Callable

from .store.database import Database, Transaction
from .store.ids import ObjectIds
from .store.records import Store
from .store.tokens import Issued, Kind, issue_management, read
from .store.userpool import UserPool, open_pool


class Emulator:
    """An open database with the rules of the service.

    Args:
        database: Path of the SQLite file, or ``:memory:``.
        user_pool_id: The id of the pool; the stored one, or a default, when ``None``.
        secret: The secret of the pool; the stored one, or a new one, when ``None``.
        token_lifetime: How long management tokens live, in seconds.
        clock: Tells the time, in Unix seconds.

    Raises:
        UnusableDatabaseError: The database cannot be opened, or holds another pool.
    """

    def __init__(
        self,
        database: str,
        *,
        user_pool_id: str | None,
        secret: str | None,
        token_lifetime: int,
        clock: Callable[[], float],
    ) -> None:
        self._token_lifetime = token_lifetime
        self._clock = clock
        self._new_id = ObjectIds().new
        self._database = Database(database)
        try:
            self.pool: UserPool = open_pool(
                self._database,
                user_pool_id=user_pool_id,
                secret=secret,
                now=clock(),
                new_id=self._new_id,
            )
        except BaseException:
            self._database.close()
            raise

    def transaction(self, *, write: bool) -> Transaction:
        """A transaction on the database, for use in one ``with`` block."""
        return self._database.transaction(write=write)

    def store(self, transaction: Transaction) -> Store:
        """The user pool within a transaction."""
        return Store(transaction.connection, self.pool, self._clock, self._new_id)

    def issue_token(self) -> Issued:
        """Make a management token."""
        return issue_management(self.pool, self._clock(), self._token_lifetime)

    def check_token(self, token: str) -> None:
        """Refuse what is no good management token."""
        read(self.pool, Kind.MANAGEMENT, token, self._clock())

    def close(self) -> None:
        """Close the database. Requests that come later fail."""
        self._database.close()
