# Derived from authing_users/_async/users/shards.py: change that, and run `make generate`.

"""Work on all users of a pool in shards, on several machines and with interruptions."""

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace
from typing import Any

from ..._bulk.items import Description, Done, Prepared, Task, failed
from ..._bulk.recorder import to_json
from ..._inputs.bulk import bulk_options
from ..._inputs.checks import positive_int, type_name
from ..._inputs.users import SortBy
from ..._policy.shards import ShardReader, is_cut, sort_key, windows
from ..._runtime.user_type import UserT_co
from ...bulk import BulkItem, BulkProgress, BulkResult, Checkpoint, StopSignal
from ...errors import AuthingError, InvalidInputError, InvalidResponseError
from ...scaling import Shard
from .bulk_engine import BulkRun
from .lookup import Lookup

OLDEST_FIRST: SortBy = "CREATEDAT_ASC"
CREATED_AT = ("created_at",)
# How often a page can have too few users before that is an error.
CUT_PAGES = 5


class Shards(Lookup[UserT_co]):
    """Works on all users in shards."""

    def plan_shards(self, number: int, *, page_size: int = 100) -> "_List[Shard]":
        """Divide the users of the pool into shards for ``run_shard``.

        Each shard is a number of pages in the order of creation. Users who are created or deleted
        later move no one from one shard to another; new users belong to the last shard.

        Args:
            number: The most shards.
            page_size: Users per page, in this plan and when the shards are read.

        Returns:
            The shards. There are fewer than ``number`` if the pool has fewer pages, and none if it
            has no users.

        Raises:
            InvalidInputError: ``number`` or ``page_size`` is not a whole number from 1.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``users``.
        """
        number, page_size = positive_int(number, "number"), positive_int(page_size, "page_size")
        total_count = (self.list(1, 1, fields=CREATED_AT)).total_count
        if not total_count:
            return []
        pages: _List[int] = []
        found: _List[UserT_co] = []
        for first_page, _ in windows(number, total_count, page_size):
            if first_page == 1:
                continue
            position = (first_page - 1) * page_size + 1
            page = self.list(position, 1, sort_by=OLDEST_FIRST, fields=CREATED_AT)
            if page.list:  # else, users were deleted since
                pages.append(first_page)
                found.append(page.list[0])
        # The server may list users of the same second in another order than the shards have.
        found.sort(key=sort_key)
        starts: _List[tuple[int, UserT_co | None]] = [(1, None), *zip(pages, found, strict=True)]
        last_page = -(-total_count // page_size)
        ends = [*starts[1:], (last_page + 1, None)]
        return [
            Shard(
                index=index,
                of=len(starts),
                first_page=first_page,
                last_page=next_page - 1,
                page_size=page_size,
                total_count=total_count,
                start_id=None if start is None else start.id,
                start_time=None if start is None else start.created_at,
                end_id=None if end is None else end.id,
                end_time=None if end is None else end.created_at,
            )
            for index, ((first_page, start), (next_page, end)) in enumerate(
                zip(starts, ends, strict=True)
            )
        ]

    def run_shard(
        self,
        shard: Shard,
        work: Callable[[UserT_co], object],
        *,
        checkpoint: Checkpoint | None = None,
        concurrency: int = 8,
        max_failures: int | str | None = None,
        on_progress: Callable[[BulkProgress], object] | None = None,
        on_item: Callable[[BulkItem], object] | None = None,
        stop: StopSignal | None = None,
        with_custom_data: bool = False,
        fields: Iterable[str] | None = None,
    ) -> BulkResult:
        """Call a function with each user of a shard.

        With a checkpoint, a shard that was interrupted can be run again, anywhere where the
        checkpoint is. Users for whom ``work`` has returned are skipped. Users for whom it had only
        been called, or had raised an exception, are passed to it again. So ``work`` must not do
        harm if it is called twice for a user.

        Args:
            shard: A shard of ``plan_shards``.
            work: The function. An ``AuthingError`` that it raises is the failure of one user; any
                other exception ends the run.
            checkpoint: Remembers which users are done, by their ID. All shards of a job can share
                one run of a ``SQLiteCheckpoint``.
            concurrency: The most calls of ``work`` at once, up to 256.
            max_failures: Stop when more users have failed: a number, or a percentage such as
                ``"5%"``.
            on_progress: Called with the progress. The total is the number of users that the shard
                had when it was planned.
            on_item: Called with each outcome, in the order of creation.
            stop: Stop once its ``is_set()`` is true, such as a ``threading.Event``.
            with_custom_data: Whether to include the values of the users' custom fields.
            fields: Names of the fields to request besides ``id`` and ``created_at``. Default: all
                fields.

        Returns:
            The outcome of each user: ``updated`` if ``work`` returned, ``skipped`` if the
            checkpoint says that it had, ``failed`` if it raised an ``AuthingError``. If the users
            cannot be listed, the error is raised, and ``BulkResult.from_exception(error)`` returns
            the outcomes until then.

        Raises:
            InvalidInputError: An argument is invalid, or users have no such field.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``users``.
        """
        if not isinstance(shard, Shard):
            raise InvalidInputError(
                f"shard must be a Shard of plan_shards(), not {type_name(shard)}: "
                "write Shard(**fields) for the fields of one"
            )
        if not callable(work):
            raise InvalidInputError(f"work must be a function, not {type_name(work)}")
        given: dict[str, object] = {
            "concurrency": concurrency,
            "on_progress": on_progress,
            "on_item": on_item,
            "max_failures": max_failures,
            "total": _planned_users(shard),
            "checkpoint": checkpoint,
            "stop": stop,
        }
        # The engine would name items by their position, which can change.
        options = replace(bulk_options("run_shard", given), checkpoint=None)
        names = None if fields is None else [*fields, *CREATED_AT]
        users = self._users_of(shard, names, with_custom_data=with_custom_data)
        result = BulkRun(_ShardWork(work, checkpoint), users, options).run()
        if result.stopped == "input" and result.error is not None:
            result._attach(result.error)
            raise result.error
        return result

    def _users_of(
        self, shard: Shard, fields: "_List[str] | None", *, with_custom_data: bool
    ) -> Generator[UserT_co, None, None]:
        """Yield the users of a shard."""
        reader = ShardReader(shard)
        page, step, is_searching = shard.first_page, 1, True
        last_id, position = "", 0  # of the last user of the page before
        attempts = 0
        while True:
            found = self.list(
                page, shard.page_size, with_custom_data, sort_by=OLDEST_FIRST, fields=fields
            )
            attempts = attempts + 1 if is_cut(found, page, shard.page_size) else 0
            if attempts == CUT_PAGES:
                raise InvalidResponseError(
                    f"The server returns {len(found.list)} users for a page of {shard.page_size}: "
                    "plan shards with a smaller page_size"
                )
            if attempts:  # users may have been deleted while the server counted them
                continue
            if is_searching and page > 1 and not reader.may_start_at(found.list):
                # Deletions moved users to earlier pages. No page behind the last one has users.
                page = max(1, min(page - step, -(-found.total_count // shard.page_size)))
                step *= 2  # many users can have been created in one second
                continue
            if not is_searching and not self._is_at(last_id, position):
                page, is_searching = page - 1, True
                continue
            for user in reader.unread(found.list, is_repeated=is_searching):
                belongs = reader.contains(user)
                if belongs is None:
                    return
                if belongs:
                    yield user
            if not found.list:
                return
            last_id = found.list[-1].id
            position = (page - 1) * shard.page_size + len(found.list)
            page, step, is_searching = page + 1, 1, False

    def _is_at(self, user_id: str, position: int) -> bool:
        """Return whether a user is still at a position, the first being 1.

        Deletions only move users to earlier positions. So if the last user of a page is still
        there after the next page was read, no user was between the two pages. The total count does
        not show that, because others may have been created.
        """
        page = self.list(position, 1, sort_by=OLDEST_FIRST, fields=CREATED_AT)
        return [user.id for user in page.list] == [user_id]


class _ShardWork:
    """Calls a function with users, and remembers for which ones it has returned.

    Args:
        work: The function.
        checkpoint: Remembers the users, by their ID.
    """

    batch_size = 1

    def __init__(self, work: Callable[[Any], object], checkpoint: Checkpoint | None) -> None:
        self._work = work
        self._checkpoint = checkpoint
        self._lock = threading.Lock()

    def describe(self, index: int, item: Any) -> Description:
        """Show the ID of a user."""
        del index
        return Description(f"id={item.id}", {"id": item.id})

    def prepare(self, index: int, item: Any) -> Prepared:
        """Return the user."""
        del index
        return Prepared(item)

    def process(self, tasks: Sequence[Task]) -> Sequence[Done]:
        """Call the function, unless it has returned for this user before."""
        return [self._process(task.payload) for task in tasks]

    def _process(self, user: Any) -> Done:
        if self._start(user.id):
            return Done("skipped", user.id)
        try:
            self._work(user)
        except AuthingError as error:
            return failed(error, user.id)
        done = Done("updated", user.id)
        if self._checkpoint is not None:
            with self._lock:
                self._checkpoint.finished({user.id: to_json(done, None)})
        return done

    def _start(self, user_id: str) -> bool:
        """Record that a user is started. Return whether it is done already."""
        if self._checkpoint is None:
            return False
        with self._lock:
            state = self._checkpoint.states([user_id]).get(user_id)
            is_done = state is not None and state.outcome is not None
            if not is_done:
                self._checkpoint.started([user_id])
        return is_done


def _planned_users(shard: Shard) -> int:
    """Return how many users a shard had when it was planned."""
    return min(shard.last_page * shard.page_size, shard.total_count) - (
        (shard.first_page - 1) * shard.page_size
    )


# Inside the class, `list` is the method.
_List = list
