"""The journal of an import: which rows were sent, and their outcomes.

A journal is an SQLite file. It is named by the user pool and the hash of the input, so that the
same command finds it again after any interruption.
"""

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from .._errors import UsageProblem
from ._interrupts import this_command

if TYPE_CHECKING:
    from ._input import Input

# Not the name of a row.
_ABOUT = "about"
_KEEP_DAYS = 30
_ANOTHER_PLACE = "Choose another place: --journal FILE"


class Journal:
    """An opened journal. No other process can use it meanwhile.

    Attributes:
        checkpoint: Remembers the rows.
        path: Path of the file.
    """

    def __init__(self, path: str, run: str, *, is_default: bool) -> None:
        from ...errors import ConfigurationError
        from ...scaling import SQLiteCheckpoint

        self.path = path
        self._is_default = is_default
        self._lock = _Lock(f"{path}.lock")
        try:
            # It names users, so that only its owner may read it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self.checkpoint: SQLiteCheckpoint = SQLiteCheckpoint(path, run)
        except OSError as error:
            self._lock.release()
            raise _not_writable(path, error) from None
        except ConfigurationError as error:
            self._lock.release()
            raise UsageProblem(error.message, hint=_ANOTHER_PLACE) from None
        except BaseException:
            self._lock.release()
            raise

    def resumed(self, found: "Input", *, resume: bool, restart: bool) -> int:
        """Check whether a run is continued.

        Returns:
            The number of rows that need not be sent again. 0 for a new run.

        Raises:
            UsageProblem: There is an unfinished run and neither option was given, or the rows were
                read in another way then.
        """
        about = self._about()
        if about is not None and not restart:
            done = self._done()
            if not about["finished"] and not resume:
                raise UsageProblem(
                    f"an import of {found.name} into this user pool was interrupted, when"
                    f" {done:,} of {about['rows']:,} rows were done",
                    hint=f"Continue it: {this_command('--resume')}\n"
                    "Or start again, so that rows which were imported count as conflicts:"
                    f" {this_command('--restart')}",
                )
            if resume:
                self._check_reading(about["reading"], found)
                return done
        if about is None and resume:
            self._check_content(found)
        return 0

    def start(self, found: "Input", *, is_new: bool) -> None:
        """Start a new run, or continue the one before.

        Args:
            found: The input.
            is_new: Whether earlier outcomes are forgotten.
        """
        if is_new:
            self.checkpoint.clear()
        self._write(found, is_finished=False)

    def finish(self, found: "Input") -> None:
        """Mark the run as complete."""
        self._write(found, is_finished=True)

    def close(self) -> None:
        """Close the file, and let other processes use it."""
        self.checkpoint.close()
        self._lock.release()

    def _about(self) -> dict[str, Any] | None:
        state = self.checkpoint.states([_ABOUT]).get(_ABOUT)
        if state is None or state.outcome is None:
            return None
        about: dict[str, Any] = json.loads(state.outcome)
        return about

    def _done(self) -> int:
        return self.checkpoint.summary().finished - 1

    def _write(self, found: "Input", *, is_finished: bool) -> None:
        about = {
            "file": found.name,
            "rows": found.total,
            "reading": found.reading,
            "finished": is_finished,
        }
        self.checkpoint.finished({_ABOUT: json.dumps(about)})

    def _check_content(self, found: "Input") -> None:
        folder, name = os.path.split(self.path)
        names = os.listdir(folder) if self._is_default else [name]
        paths = [os.path.join(folder, one) for one in names if one.endswith(".db") or one == name]
        if _is_unfinished(paths, self.checkpoint.run, found.name):
            raise UsageProblem(
                f"{found.name} has changed since its import into this user pool was interrupted",
                hint="Continue with the file as it was then. Or import the changed file, so that"
                f" rows which were imported count as conflicts: {this_command('--restart')}",
            )

    def _check_reading(self, before: Any, found: "Input") -> None:
        for name, value in found.reading.items():
            if before.get(name) != value:
                raise UsageProblem(
                    f"the interrupted import read {found.name} with another --{name}:"
                    f" {json.dumps(before.get(name), ensure_ascii=False)}",
                    hint="Continue it with the same options, or start again with --restart.",
                )


def open_journal(path: str | None, host: str, user_pool_id: str, found: "Input") -> Journal:
    """Open the journal of an import.

    Args:
        path: Path of the file. ``None``: a file in the user's state folder.
        host: URL of the service.
        user_pool_id: ID of the user pool.
        found: The input.

    Raises:
        UsageProblem: The file cannot be opened, or another import uses it.
    """
    run = f"import {host} {user_pool_id} {found.file.sha256}"
    chosen = _default_path(run) if path is None else path
    return Journal(chosen, run, is_default=path is None)


def _default_path(run: str) -> str:
    from platformdirs import user_state_path

    folder = user_state_path("authing-users", appauthor=False) / "imports"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(str(folder), error) from None
    oldest = time.time() - _KEEP_DAYS * 24 * 3600
    for old in folder.glob("*.db"):
        with suppress(OSError):
            if old.stat().st_mtime < oldest:
                for suffix in ("", "-wal", "-shm"):  # the others remain after a crash
                    folder.joinpath(f"{old.name}{suffix}").unlink(missing_ok=True)
    return str(folder / f"{hashlib.sha256(run.encode()).hexdigest()[:24]}.db")


def _is_unfinished(paths: Iterable[str], run: str, file: str) -> bool:
    """Return whether there is an unfinished import of a file of the same name with another content.

    Args:
        paths: Paths of journals.
        run: The run, whose name ends with the hash of the content.
        file: Name of the file.
    """
    pool = run.rpartition(" ")[0]
    for path in paths:
        with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
            found = connection.execute(
                "SELECT name, (SELECT outcome FROM entry WHERE entry.run = run.id AND item = ?"
                " ORDER BY entry.id DESC LIMIT 1) FROM run",
                (_ABOUT,),
            ).fetchall()
            for name, outcome in found:
                if name == run or name.rpartition(" ")[0] != pool or outcome is None:
                    continue
                about: dict[str, Any] = json.loads(outcome)
                if about["file"] == file and not about["finished"]:
                    return True
    return False


def _not_writable(path: str, error: OSError) -> UsageProblem:
    return UsageProblem(
        f"the journal {path} cannot be written: {error.strerror or error}",
        hint=_ANOTHER_PLACE,
    )


class _Lock:
    """Keeps other processes out until this one ends, even if it is killed.

    Args:
        path: Path of a file of its own: an open transaction in it is the lock.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        while True:
            before = _file_number(path)
            self._connection = self._locked()
            if before is not None and before == _file_number(path):
                return
            # It is new, or was removed by the process that held it: others may lock another file.
            self._connection.close()

    def _locked(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
        except sqlite3.Error as error:
            raise self._problem(error) from None
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            connection.close()
            raise self._problem(error) from None
        return connection

    def _problem(self, error: sqlite3.Error) -> UsageProblem:
        if "locked" in str(error):
            return UsageProblem(
                "another process imports this file into this user pool",
                hint="Wait for it to end.",
            )
        journal = self._path.removesuffix(".lock")
        return UsageProblem(f"the journal {journal} cannot be opened: {error}", hint=_ANOTHER_PLACE)

    def release(self) -> None:
        with suppress(OSError):
            os.unlink(self._path)
        self._connection.close()


def _file_number(path: str) -> int | None:
    try:
        return os.stat(path).st_ino
    except OSError:
        return None
