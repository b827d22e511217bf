"""Creates users from records, and finds out the result of requests without a response."""

from collections.abc import Sequence

from authing_graphql import User

from ..._bulk.items import Done, Prepared, Task, failed, is_fatal
from ..._bulk.settling import (
    as_created,
    cause_of,
    has_defaults_to_clear,
    identifiers_of,
    is_conflict,
    is_created_from,
    may_have_been_executed,
    next_delay,
    undecided,
)
from ..._protocol.error_codes import CREATE_USERS
from ..._protocol.rest import rest_request
from ..._runtime.clock import CLOCK
from ..._user_record import Record
from ...bulk import BulkKey
from ...errors import AuthingError, ConflictError, PartialFailureError
from ..transport import AsyncTransport
from .bulk import CREATE_USERS_PATH, AsyncBulkCreation
from .bulk_lookup import AsyncUserFinder
from .bulk_writing import AsyncRecordUpdater
from .records import AsyncRecordWriter


def prepared_record(record: Record) -> Prepared:
    """Return a record as the payload of a task.

    Passwords are encrypted, which the request for several users does not support.
    """
    is_batchable = record.is_plain and record.fields.get("password") is None
    return Prepared(record, identifiers_of(record.fields), is_batchable)


class AsyncCreation:
    """Creates users, each of them once.

    A creation without a usable response may have been executed. The user is looked up then. If it
    exists as the record says, it was created. If it does not exist, the creation is sent again: the
    keys of users are unique, so that a late first request cannot create a second user.

    Args:
        transport: The transport of a client.
        key: The field by which users are recognized, if the caller chose one.

    Attributes:
        finder: Looks users up.
        updater: Changes users who exist.
    """

    def __init__(self, transport: AsyncTransport, key: BulkKey | None) -> None:
        # The transport would send a mutation again without looking the user up.
        transport = transport.with_options({"retry_mutations": False})
        self._options = transport.options
        self._batches = AsyncBulkCreation[User]._over(transport)
        self._writer = AsyncRecordWriter[User](transport)
        self.finder = AsyncUserFinder(transport, key)
        self.updater = AsyncRecordUpdater(transport, self._writer)

    async def create(self, tasks: Sequence[Task]) -> dict[int, Done]:
        """Create users, and return the outcomes by position.

        Args:
            tasks: One task, or several batchable ones, whose payloads are records.
        """
        outcomes: dict[int, Done] = {}
        unsure = {task.index for task in tasks if task.was_started}
        if unsure:
            await self._settle([task for task in tasks if task.was_started], outcomes, None)
        resent = 0
        while waiting := [task for task in tasks if task.index not in outcomes]:
            error = await self._send(waiting, outcomes)
            if error is None:
                # With the users that a late request of this run created, the next one conflicts.
                own = [task for task in waiting if task.index in unsure]
                await self._settle_conflicts(own, outcomes)
                break
            delay = next_delay(error, resent, self._options)
            await CLOCK.async_sleep(delay or 0)
            await self._settle(waiting, outcomes, error)
            if delay is None:
                rest = [task for task in waiting if task.index not in outcomes]
                outcomes |= {task.index: undecided(error) for task in rest}
            unsure |= {task.index for task in waiting}
            resent += 1
        return outcomes

    async def _send(self, tasks: Sequence[Task], outcomes: dict[int, Done]) -> AuthingError | None:
        """Send one creation. Return its error if it may have been executed nevertheless."""
        try:
            created = await self._created(tasks)
        except AuthingError as error:
            if may_have_been_executed(error):
                return error
            created = [failed(error) for _ in tasks]
        outcomes |= {task.index: done for task, done in zip(tasks, created, strict=True)}
        return None

    async def _created(self, tasks: Sequence[Task]) -> list[Done]:
        if tasks[0].prepared.is_batchable and len(tasks) > 1:
            return await self._batch(tasks)
        record: Record = tasks[0].payload
        try:
            user = await self._writer.create(record)
        except PartialFailureError as error:
            if next_delay(cause_of(error), 0, self._options) is None:
                return [failed(error, error.user_id)]
            return [await self._completed(record, error.user_id)]
        return [Done("created", user.id)]

    async def _batch(self, tasks: Sequence[Task]) -> list[Done]:
        records: list[Record] = [task.payload for task in tasks]
        users = [
            {name: value for name, value in record.fields.items() if name not in record.later}
            for record in records
        ]
        body = {"users": users, "rawPassword": True}
        request = rest_request(CREATE_USERS, "POST", CREATE_USERS_PATH, body=body)
        rows = await self._batches._rows(request, len(users))
        created: list[Done] = []
        for row, task in zip(rows, tasks, strict=True):
            row.index = task.index
            user: User | None = row.user
            if row.error is not None:
                created.append(failed(row.error))
            elif user is not None and has_defaults_to_clear(task.payload, user):
                created.append(await self._completed(task.payload, user.id))
            else:
                created.append(Done("created", None if user is None else user.id))
        return created

    async def _completed(self, record: Record, user_id: str) -> Done:
        """Add to a created user what the user lacks of the record."""
        return as_created(await self.updater.match(record, user_id, only_add=True), user_id)

    async def _settle_conflicts(self, tasks: Sequence[Task], outcomes: dict[int, Done]) -> None:
        conflicts = [task for task in tasks if is_conflict(outcomes[task.index])]
        if conflicts:
            await self._settle(conflicts, outcomes, outcomes[conflicts[0].index].error)

    async def _settle(
        self, tasks: Sequence[Task], outcomes: dict[int, Done], error: AuthingError | None
    ) -> None:
        """Look up the users that an earlier request may have created.

        Args:
            tasks: The tasks.
            outcomes: Receives the outcomes of users that exist, and of those that cannot be looked
                up.
            error: The error of the request. ``None`` if an earlier run sent it.
        """
        try:
            users = await self.finder.find(tasks)
        except AuthingError as failure:
            reason = failure if error is None or is_fatal(failure) else error
            outcomes |= {task.index: Done("unknown", None, reason) for task in tasks}
            return
        for task in tasks:
            record, user = task.payload, users.get(task.index)
            if user is not None:
                outcomes[task.index] = await self._found(record, user, outcomes.get(task.index))
            elif self.finder.key(record) is None:
                reason = error or AuthingError("An earlier run sent the user, who has no key")
                outcomes[task.index] = Done("unknown", None, reason)

    async def _found(self, record: Record, user: User, conflict: Done | None) -> Done:
        if is_created_from(user, record):
            if record.is_plain:
                return Done("created", user.id)
            return await self._completed(record, user.id)
        key = self.finder.key(record)
        field = None if key is None else key[0]
        message = f"Another user has this {field}"
        return conflict or failed(ConflictError(message, field=field, operation="CreateUser"))
