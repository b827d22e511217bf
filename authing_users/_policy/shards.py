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


def sort_key(user: Listed) -> tuple[datetime, str]:
    """Return where a user stands among all users, which does not depend on the others.

    Several users can have been created at the same time, and the server does not say in which
    order it lists these. If shards were divided by positions in a listing, a deletion between the
    reading of two shards could move a user from one to the other.

    Raises:
        InvalidResponseError: The response does not say when the user was created.
    """
    return created_at(user), user.id


class ShardReader:
    """Selects the users of a shard from a listing in the order of creation.

    Args:
        shard: The shard.
    """

    def __init__(self, shard: Shard) -> None:
        self._start = _boundary(shard.start_time, shard.start_id)
        self._end = _boundary(shard.end_time, shard.end_id)
        self._previous: datetime | None = None

    def may_start_at(self, users: Sequence[Listed]) -> bool:
        """Return whether no page before this one has users of the shard."""
        if self._start is None:
            return True
        return bool(users) and created_at(users[0]) < self._start[0]

    def contains(self, user: Listed) -> bool | None:
        """Return whether the next user of the listing belongs to the shard.

        Returns:
            ``None`` if neither this user nor a later one does.

        Raises:
            InvalidResponseError: The listing is not in the order of creation.
        """
        key = sort_key(user)
        time = key[0]
        if self._previous is not None and time < self._previous:
            raise InvalidResponseError(
                f"The server does not list users in the order of creation: user {user.id} was "
                f"created before the user that precedes it"
            )
        self._previous = time
        if self._end is not None and time > self._end[0]:
            return None
        return (self._start is None or key >= self._start) and (
            self._end is None or key < self._end
        )


def _boundary(time: str | None, user_id: str | None) -> tuple[datetime, str] | None:
    return None if time is None else (datetime.fromisoformat(time), user_id or "")
