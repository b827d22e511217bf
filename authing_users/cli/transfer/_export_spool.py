"""The users of an export on disk, until all are complete: sorted, and with groups and roles."""

import json
import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from authing_graphql.fragments import User

    from ..._inputs.records import UserRecord

_SCHEMA = """
    CREATE TABLE user (id TEXT PRIMARY KEY, place TEXT NOT NULL, record BLOB NOT NULL)
        WITHOUT ROWID;
    CREATE TABLE member (user TEXT, kind TEXT, code TEXT, PRIMARY KEY (user, kind, code))
        WITHOUT ROWID;
    CREATE TABLE listed (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_IDENTIFIERS = ("externalId", "username", "email", "phone")


class ExportSpool:
    """Keeps users in a temporary file, which ends with the process.

    Users are returned in the order of their identifiers. Unlike the order of creation, it stays
    the same if the users are imported elsewhere.

    Args:
        with_id: Whether to keep the IDs of users. They differ if the users are imported.
        with_password_hash: Whether to keep the hashes of passwords.
    """

    def __init__(self, *, with_id: bool = False, with_password_hash: bool = False) -> None:
        self._with_id = with_id
        self._with_password_hash = with_password_hash
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")

    def add(self, user: "User") -> None:
        """Add a user."""
        from ...files import user_to_record

        record: dict[str, Any] = {
            **user_to_record(
                user, include_id=self._with_id, include_password_hash=self._with_password_hash
            )
        }
        place = json.dumps([record.get(name) or "" for name in _IDENTIFIERS])
        if not any(record.get(name) for name in _IDENTIFIERS):
            place = json.dumps(record, default=str, sort_keys=True)
        self._database.execute(
            "INSERT OR REPLACE INTO user VALUES (?, ?, ?)", (user.id, place, pickle.dumps(record))
        )

    def compare(self, ids: Iterable[str]) -> tuple[list[str], int]:
        """Compare the users with those whom the pool has now.

        Args:
            ids: The IDs of all users of the pool.

        Returns:
            The IDs of users who were not added, and the number of users who are no longer in the
            pool.
        """
        self._database.executemany(
            "INSERT OR IGNORE INTO listed VALUES (?)", ((one,) for one in ids)
        )
        missing = self._database.execute(
            "SELECT id FROM listed WHERE id NOT IN (SELECT id FROM user) ORDER BY id"
        ).fetchall()
        (gone,) = self._database.execute(
            "SELECT count(*) FROM user WHERE id NOT IN (SELECT id FROM listed)"
        ).fetchone()
        return [user_id for (user_id,) in missing], gone

    def add_members(self, kind: Literal["groups", "roles"], code: str, ids: Iterable[str]) -> None:
        """Add the members of a group, or the users who have a role."""
        self._database.executemany(
            "INSERT OR IGNORE INTO member VALUES (?, ?, ?)", ((one, kind, code) for one in ids)
        )

    def __len__(self) -> int:
        number: int = self._database.execute("SELECT count(*) FROM user").fetchone()[0]
        return number

    def records(self) -> "Iterator[UserRecord]":
        """Yield the users as records."""
        users = self._database.execute("SELECT id, record FROM user ORDER BY place, id")
        for user_id, pickled in users:
            record: dict[str, Any] = pickle.loads(pickled)  # noqa: S301 - written above
            for kind in ("groups", "roles"):
                codes = self._database.execute(
                    "SELECT code FROM member WHERE user = ? AND kind = ? ORDER BY code",
                    (user_id, kind),
                ).fetchall()
                if codes:
                    record[kind] = [code for (code,) in codes]
            yield cast("UserRecord", record)

    def close(self) -> None:
        """Remove the temporary file."""
        self._database.close()
