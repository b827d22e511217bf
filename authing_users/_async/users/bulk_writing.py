"""Changes users until they are as records say."""

from dataclasses import replace

from authing_graphql import User

from ..._bulk.items import Done, failed
from ..._bulk.settling import cause_of, may_have_been_executed, next_delay, undecided
from ..._plans.comparison import changes_of, state_of
from ..._runtime.clock import CLOCK
from ..._user_record import Change, Record, RecordChanges, UserState
from ...errors import AuthingError
from ..transport import AsyncTransport
from .records import AsyncRecordWriter


class AsyncRecordUpdater:
    """Changes users, and sends failed changes again after it has read the users.

    Args:
        transport: The transport of a client.
        writer: Writes records.
    """

    def __init__(self, transport: AsyncTransport, writer: AsyncRecordWriter[User]) -> None:
        self._options = transport.options
        self._writer = writer

    async def match(self, record: Record, user_id: str, *, only_add: bool = False) -> Done:
        """Bring a user to a record. Passwords stay as they are.

        Args:
            record: The record.
            user_id: ID of the user.
            only_add: Whether groups and roles that the record lacks are kept.
        """
        try:
            state = await self._writer.state(record, user_id)
        except AuthingError as error:
            return failed(error, user_id)
        return await self._match(record, state, only_add=only_add)

    async def match_user(self, record: Record, user: User) -> Done:
        """Bring a user who was just read to a record, as ``match`` does."""
        if record.groups is not None or record.roles is not None:
            return await self.match(record, user.id)
        return await self._match(record, state_of(user), only_add=False)

    async def match_state(self, record: Record, state: UserState) -> Done:
        """Bring a user whose state was just read to a record, as ``match`` does."""
        return await self._match(record, state, only_add=False)

    async def set_fields(self, record: Record, user_id: str) -> Done:
        """Set the fields of a user without reading the user first."""
        changes = RecordChanges(
            fields={name: Change(None, value) for name, value in record.fields.items()}
        )
        resent = 0
        while (error := await self._update(changes, user_id)) is not None:
            delay = next_delay(error, resent, self._options)
            if delay is None:
                return Done(undecided(error).outcome, user_id, error)
            await CLOCK.async_sleep(delay)
            resent += 1
        return Done("updated", user_id)

    async def _match(self, record: Record, state: UserState, *, only_add: bool) -> Done:
        user_id, resent = state.user_id, 0
        failure: AuthingError | None = None
        delay: float | None = 0
        while changes := _changes(record, state, only_add=only_add):
            if failure is not None and delay is None:
                return Done(undecided(failure).outcome, user_id, failure)
            failure = await self._update(changes, user_id)
            if failure is None:
                return Done("updated", user_id)
            delay = next_delay(failure, resent, self._options)
            if delay is None and not may_have_been_executed(cause_of(failure)):
                return failed(failure, user_id)
            await CLOCK.async_sleep(delay or 0)
            try:
                state = await self._writer.state(record, user_id)
            except AuthingError:
                return Done("unknown", user_id, failure)
            resent += 1
        return Done("unchanged" if failure is None else "updated", user_id)

    async def _update(self, changes: RecordChanges, user_id: str) -> AuthingError | None:
        try:
            await self._writer.update_by_id(changes, user_id)
        except AuthingError as error:
            return error
        return None


def _changes(record: Record, state: UserState, *, only_add: bool) -> RecordChanges:
    changes = changes_of(record, state)
    # Others may have added a new user to groups in the meantime.
    return replace(changes, removed_groups=(), removed_roles=()) if only_add else changes
