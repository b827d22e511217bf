"""Progress on disk, shared limits and shards, for work beyond one process.

See docs/scaling.md.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Self

from ._runtime.clock import CLOCK
from ._runtime.sqlite_file import SQLiteFile
from .bulk import ItemState
from .errors import ConfigurationError
from .options import check_positive

__all__ = ["CheckpointSummary", "SQLiteCheckpoint", "Shard", "SharedLimiter"]

_CHECKPOINT_ID = 0x41_75_43_50  # "AuCP"
_CHECKPOINT_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    # Only ever appended to: the newest entry of an item counts.
    "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, "
    "item TEXT NOT NULL, outcome TEXT)",
    "CREATE INDEX IF NOT EXISTS entry_of_item ON entry (run, item)",
)
_LIMITER_ID = 0x41_75_4C_69  # "AuLi"
_LIMITER_SCHEMA = (
    # When the last reservation was made, and when the next request may be sent.
    "CREATE TABLE IF NOT EXISTS line (id INTEGER PRIMARY KEY CHECK (id = 1), now REAL, free REAL)",
    "INSERT OR IGNORE INTO line VALUES (1, 0, 0)",
)


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of the users of a pool, in the order of their creation.

    It can be pickled. ``dataclasses.asdict(shard)`` contains only what JSON knows, and
    ``Shard(**fields)`` is its reverse.

    A shard has the users from one creation time and ID to another, so that users who are created
    or deleted move no one from one shard to another. Users of the same second are in the order of
    their IDs. The page numbers only say where to start reading.

    Attributes:
        index: Position among the shards of a plan, from 0.
        of: Number of shards of the plan.
        first_page: Page with its first user, when the shards were planned.
        last_page: Page with its last user, when the shards were planned.
        page_size: Users per page.
        total_count: Number of all users of the pool, when the shards were planned.
        start_id: ID with which it starts. ``None``: it starts with the oldest user.
        start_time: When that user was created, as the API returned it.
        end_id: ID with which the next shard starts. ``None``: it ends with the newest user, so it
            also contains users who are created later.
        end_time: When that user was created, as the API returned it.
    """

    index: int
    of: int
    first_page: int
    last_page: int
    page_size: int
    total_count: int
    start_id: str | None = None
    start_time: str | None = None
    end_id: str | None = None
    end_time: str | None = None


class CheckpointSummary(NamedTuple):
    """How far a run is.

    Attributes:
        finished: Number of items with an outcome.
        unfinished: Number of items that were started and have no outcome.
    """

    finished: int
    unfinished: int


class SQLiteCheckpoint:
    """Remembers in an SQLite file which items of a run were started, and how they ended.

    The file survives ``SIGKILL`` and power failures: what was recorded is on the disk before the
    method returns. Entries are only appended; the newest entry of an item counts. Threads may
    share a checkpoint, and processes a file: with different runs, or with different items of one
    run. The file must be on a local disk.

    Args:
        path: Path of the file. It is created if it does not exist.
        run: Name of the run. Runs in one file do not affect each other.

    Raises:
        ConfigurationError: The file cannot be opened or is something else, or ``run`` is not a
            name.
    """

    def __init__(self, path: str | os.PathLike[str], run: str = "default") -> None:
        _check_run(run)
        self._file = SQLiteFile(
            path, "checkpoint file", _CHECKPOINT_ID, _CHECKPOINT_SCHEMA, is_durable=True
        )
        self._run = run

    @property
    def path(self) -> str:
        """Absolute path of the file."""
        return self._file.path

    @property
    def run(self) -> str:
        """Name of the run."""
        return self._run

    def states(self, items: Sequence[str]) -> Mapping[str, ItemState]:
        """Return what is recorded of items. Unknown items are omitted.

        Args:
            items: Names of the items.

        Raises:
            AuthingError: The file cannot be read.
        """
        states: dict[str, ItemState] = {}
        with self._file.reading() as connection:
            run_id = self._run_id(connection)
            for item in items:
                row = connection.execute(
                    "SELECT outcome FROM entry WHERE run = ? AND item = ? ORDER BY id DESC LIMIT 1",
                    (run_id, item),
                ).fetchone()
                if row is not None:
                    states[item] = ItemState(row[0])
        return states

    def started(self, items: Sequence[str]) -> None:
        """Record that items are about to be worked on.

        Args:
            items: Names of the items.

        Raises:
            AuthingError: The file cannot be written.
        """
        self._append([(item, None) for item in items])

    def finished(self, outcomes: Mapping[str, str]) -> None:
        """Record how items ended.

        Args:
            outcomes: A text for each item, such as JSON.

        Raises:
            AuthingError: The file cannot be written.
        """
        self._append(list(outcomes.items()))

    def outcomes(self) -> Iterator[tuple[str, str]]:
        """Iterate over the items that ended, and their outcomes, in the order of recording.

        Raises:
            AuthingError: The file cannot be read.
        """
        last = 0
        while True:
            with self._file.reading() as connection:
                rows = connection.execute(
                    "SELECT id, item, outcome FROM entry NOT INDEXED WHERE run = ? AND id > ? AND "
                    "outcome IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry AS newer WHERE "
                    "newer.run = entry.run AND newer.item = entry.item AND newer.id > entry.id) "
                    "ORDER BY id LIMIT 1000",
                    (self._run_id(connection), last),
                ).fetchall()
            if not rows:
                return
            yield from ((item, outcome) for _, item, outcome in rows)
            last = rows[-1][0]

    def summary(self) -> CheckpointSummary:
        """Return how many items have ended, and how many were only started.

        Raises:
            AuthingError: The file cannot be read.
        """
        with self._file.reading() as connection:
            finished, known = connection.execute(
                "SELECT count(outcome), count(*) FROM entry WHERE id IN "
                "(SELECT max(id) FROM entry WHERE run = ? GROUP BY item)",
                (self._run_id(connection),),
            ).fetchone()
        return CheckpointSummary(finished, known - finished)

    def clear(self) -> None:
        """Forget the run.

        Raises:
            AuthingError: The file cannot be written.
        """
        with self._file.writing() as connection:
            run_id = self._run_id(connection)
            connection.execute("DELETE FROM entry WHERE run = ?", (run_id,))
            connection.execute("DELETE FROM run WHERE id = ?", (run_id,))

    def close(self) -> None:
        """Close the file. Closing twice is allowed."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.path!r}, run={self._run!r})"

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """Let another process open the same file."""
        return type(self), (self.path, self._run)

    def _run_id(self, connection: sqlite3.Connection) -> int | None:
        row = connection.execute("SELECT id FROM run WHERE name = ?", (self._run,)).fetchone()
        return None if row is None else row[0]

    def _append(self, entries: list[tuple[str, str | None]]) -> None:
        if not entries:
            return
        with self._file.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO run (name) VALUES (?)", (self._run,))
            run_id = self._run_id(connection)
            connection.executemany(
                "INSERT INTO entry (run, item, outcome) VALUES (?, ?, ?)",
                [(run_id, item, outcome) for item, outcome in entries],
            )


class SharedLimiter:
    """Limits the requests per second of all clients and processes that use one file.

    Pass it to clients as ``limiter``. It spaces requests evenly, like the option
    ``requests_per_second`` of a single client. A reservation of a call that is cancelled, or whose
    process ends, is lost: the others send nothing at that time. Threads may share a limiter. The
    file must be on a local disk.

    Args:
        path: Path of the file. It is created if it does not exist.
        per_second: Most requests per second, of all processes together. Pass the same number in
            each process.

    Raises:
        ConfigurationError: The file cannot be opened or is something else, or ``per_second`` is
            not a positive number.
    """

    def __init__(self, path: str | os.PathLike[str], per_second: float) -> None:
        check_positive(per_second, "per_second", "requests")
        self._interval = 1 / per_second
        self._per_second = per_second
        self._file = SQLiteFile(
            path, "limiter file", _LIMITER_ID, _LIMITER_SCHEMA, is_durable=False
        )

    @property
    def path(self) -> str:
        """Absolute path of the file."""
        return self._file.path

    @property
    def per_second(self) -> float:
        """Most requests per second, of all processes together."""
        return self._per_second

    def reserve(self) -> float:
        """Reserve the time at which one more request is sent.

        Returns:
            The seconds until then. 0 if the request can be sent now.

        Raises:
            AuthingError: The file cannot be written.
        """
        with self._file.writing() as connection:
            # Only now: another process may have held the file.
            now = CLOCK.monotonic()
            before: float
            free: float
            before, free = connection.execute("SELECT now, free FROM line").fetchone()
            # The clock is that of the machine, and starts again when the machine does.
            free = free if now >= before else now + (free - before)
            send = max(now, free)
            connection.execute("UPDATE line SET now = ?, free = ?", (now, send + self._interval))
        return send - now

    def close(self) -> None:
        """Close the file. Closing twice is allowed."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.path!r}, {self._per_second!r})"

    def __reduce__(self) -> tuple[type[Self], tuple[str, float]]:
        """Let another process open the same file."""
        return type(self), (self.path, self._per_second)


def _check_run(run: object) -> None:
    if not isinstance(run, str) or not run:
        raise ConfigurationError(f"run must be a name, not {run!r}")
    try:
        run.encode()
    except UnicodeEncodeError:
        raise ConfigurationError(f"run contains a lone surrogate: {run!r}") from None
