"""Deletes many users, of whom some may not exist."""

from collections.abc import Iterable, Sequence

from authing_graphql import User

from ..._bulk.items import Done, Task, failed
from ..._bulk.settling import may_have_been_executed, next_delay, undecided
from ..._protocol.response import require_outcome, user_not_found
from ..._runtime.clock import CLOCK
from ...errors import AuthingError, NotFoundError
from ..base import AsyncUserClientBase
from ..transport import AsyncTransport


class AsyncDeletion:
    """Deletes users with one request for several, which the API executes completely or not at all.

    Args:
        transport: The transport of a client.
    """

    def __init__(self, transport: AsyncTransport) -> None:
        transport = transport.with_options({"retry_mutations": False})
        self._options = transport.options
        self._client = AsyncUserClientBase[User]._over(transport)

    async def delete(self, tasks: Sequence[Task]) -> dict[int, Done]:
        """Delete users, and return the outcomes by position.

        Args:
            tasks: Tasks whose payloads are IDs.
        """
        outcomes: dict[int, Done] = {}
        started = [task for task in tasks if task.was_started]
        if started:
            existing = await self._existing(started)
            outcomes |= _deleted(task for task in started if task.payload not in existing)
        resent = 0
        while waiting := [task for task in tasks if task.index not in outcomes]:
            error = await self._send(waiting)
            if error is None:
                outcomes |= _deleted(waiting)
            elif isinstance(error, NotFoundError):
                existing = await self._existing(waiting)
                missing = [task for task in waiting if task.payload not in existing]
                for task in missing or waiting:
                    outcomes[task.index] = failed(user_not_found("DeleteUsers"), task.payload)
            elif not may_have_been_executed(error):
                outcomes |= {task.index: failed(error, task.payload) for task in waiting}
            else:
                delay = next_delay(error, resent, self._options)
                await CLOCK.async_sleep(delay or 0)
                outcomes |= await self._settled(waiting, error, is_last=delay is None)
                resent += 1
        return outcomes

    async def _send(self, tasks: Sequence[Task]) -> AuthingError | None:
        try:
            message = await self._client._api.delete_users([task.payload for task in tasks])
            require_outcome(message, "DeleteUsers")
        except AuthingError as error:
            return error
        return None

    async def _settled(
        self, tasks: Sequence[Task], error: AuthingError, *, is_last: bool
    ) -> dict[int, Done]:
        """Return the outcomes of a deletion that may have been executed."""
        try:
            existing = await self._existing(tasks)
        except AuthingError:
            return {task.index: Done("unknown", task.payload, error) for task in tasks}
        if not existing:
            return _deleted(tasks)
        if not is_last:
            return {}
        outcome = undecided(error).outcome
        return {task.index: Done(outcome, task.payload, error) for task in tasks}

    async def _existing(self, tasks: Sequence[Task]) -> set[str]:
        """Return the IDs of those users that exist."""
        users = await self._client._api.batch_get_users([task.payload for task in tasks])
        return {user.id for user in users}


def _deleted(tasks: Iterable[Task]) -> dict[int, Done]:
    return {task.index: Done("deleted", task.payload) for task in tasks}
