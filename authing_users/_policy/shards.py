"""Which users of a listing belong to a shard. Does no I/O."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from ..errors import InvalidResponseError
from ..scaling import Shard


class Listed(Protocol):
    """A user of a listing."""

    @property
    def id(self) -> str: ...

    @property
    def created_at(self) -> str | None: ...


class StartNotFound(Exception):
    """The first user of a shard was deleted while the shard was read."""


def windows(number: int, total_count: int, page_size: int) -> Iterator[tuple[int, int]]:
    """Divide pages evenly.

    Args:
        number: The most windows.
        total_count: Number of users.
        page_size: Users per page.

    Yields:
        The one-based numbers of the first and the last page of each window.
    """
    pages = -(-total_count // page_size)
    number = min(number, pages)
    for index in range(number):
        yield pages * index // number + 1, pages * (index + 1) // number


def created_at(user: Listed) -> datetime:
    """Return when a user was created.

    Raises:
        InvalidResponseError: The response does not say.
    """
    try:
        return datetime.fromisoformat(user.created_at or "")
    except ValueError:
        shown = repr(user.created_at)
    raise InvalidResponseError(
        f"Shards need the time at which users were created; user {user.id} has createdAt={shown}"
    )


class ShardReader:
    """Selects the users of a shard from a listing in the order of creation.

    Args:
        shard: The shard.
        existing: IDs of the shard's ``start_id`` and ``end_id``, as far as these users exist.
            Several users can have been created at the same time: if the first one of a shard was
            deleted, all of that time belong to that shard, and none to the one before.
    """

    def __init__(self, shard: Shard, existing: frozenset[str]) -> None:
        self._start_id = shard.start_id if shard.start_id in existing else None
        self._start = None if shard.start_time is None else datetime.fromisoformat(shard.start_time)
        self._end_id = shard.end_id
        self._has_end = shard.end_id in existing
        self._end = None if shard.end_time is None else datetime.fromisoformat(shard.end_time)
        self._has_started = shard.start_time is None
        self._previous: datetime | None = None

    def may_start_at(self, users: Sequence[Listed]) -> bool:
        """Return whether no page before this one has users of the shard."""
        if self._start is None:
            return True
        if not users:
            return False
        has_start = any(user.id == self._start_id for user in users)
        return has_start or created_at(users[0]) < self._start

    def contains(self, user: Listed) -> bool | None:
        """Return whether the next user of the listing belongs to the shard.

        Returns:
            ``None`` if the shard ends before this user.

        Raises:
            StartNotFound: The first user was deleted after the reader was created.
            InvalidResponseError: The listing is not in the order of creation.
        """
        time = created_at(user)
        if self._previous is not None and time < self._previous:
            raise InvalidResponseError(
                f"The server does not list users in the order of creation: user {user.id} was "
                f"created before the user that precedes it"
            )
        self._previous = time
        if self._start is not None and not self._has_started:
            self._has_started = self._starts_with(user, time, self._start)
        if self._end is not None and self._ends_before(user, time, self._end):
            return None
        return self._has_started

    def _starts_with(self, user: Listed, time: datetime, start: datetime) -> bool:
        if self._start_id is None:
            return time >= start
        if time > start:
            raise StartNotFound
        return user.id == self._start_id

    def _ends_before(self, user: Listed, time: datetime, end: datetime) -> bool:
        if self._has_end:
            return time > end or user.id == self._end_id
        return time >= end
