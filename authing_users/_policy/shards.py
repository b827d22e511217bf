"""Which users of a listing belong to a shard. Does no I/O."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from ..errors import InvalidResponseError
from ..scaling import Shard


class Listed(Protocol):
    """A user of a listing."""

    @property
    def id(self) -> str: ...

    @property
    def created_at(self) -> str | None: ...


UserT = TypeVar("UserT", bound=Listed)


class ListedPage(Protocol):
    """A page of a listing."""

    @property
    def list(self) -> Sequence[Listed]: ...

    @property
    def total_count(self) -> int: ...


def is_cut(page: ListedPage, number: int, page_size: int) -> bool:
    """Return whether a page has fewer users than it should have.

    Args:
        page: The page.
        number: Its one-based number.
        page_size: Users per page.
    """
    users = len(page.list)
    return users < page_size and (number - 1) * page_size + users < page.total_count


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
        # The time of the last user that was read, and the IDs of those of this time.
        self._previous: datetime | None = None
        self._latest: set[str] = set()

    def may_start_at(self, users: Sequence[Listed]) -> bool:
        """Return whether no page before this one has users of the shard that were not read."""
        start = None if self._start is None else self._start[0]
        limit = start if self._previous is None else self._previous
        return limit is None or (bool(users) and created_at(users[0]) < limit)

    def unread(self, users: Sequence[UserT], *, is_repeated: bool) -> list[UserT]:
        """Return the users of a page that were not read before.

        Args:
            users: The users of the page.
            is_repeated: Whether the page can have users older than the last one that was read.
        """
        previous = self._previous
        if previous is None:
            return [*users]
        return [
            user
            for user in users
            if user.id not in self._latest and not (is_repeated and created_at(user) < previous)
        ]

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
        if time != self._previous:
            self._latest.clear()
        self._previous = time
        self._latest.add(user.id)
        if self._end is not None and time > self._end[0]:
            return None
        return (self._start is None or key >= self._start) and (
            self._end is None or key < self._end
        )


def _boundary(time: str | None, user_id: str | None) -> tuple[datetime, str] | None:
    return None if time is None else (datetime.fromisoformat(time), user_id or "")
