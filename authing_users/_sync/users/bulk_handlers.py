# Derived from authing_users/_async/users/bulk_handlers.py: change that, and run `make generate`.

"""The kinds of runs: creating, updating, upserting and deleting users."""

from collections.abc import Sequence

from authing_graphql import CreateUserInput, UpdateUserInput, User

from ..._bulk.items import Description, Done, Prepared, Task, failed
from ..._bulk.settling import as_updated, is_conflict
from ..._inputs.bulk import (
    UserChanges,
    checked_changes,
    checked_record,
    described_changes,
    described_id,
    described_record,
    known_keys,
)
from ..._inputs.checks import non_empty_string
from ...bulk import BulkKey, OnConflict
from ...errors import AuthingError
from ..transport import Transport
from .bulk import USERS_PER_REQUEST
from .bulk_creation import Creation, prepared_record
from .bulk_deletion import Deletion
from .bulk_writing import RecordUpdater
from .lookup import BATCH_SIZE
from .records import RecordWriter

# Fewer than a lookup can contain, since users that differ are updated one after another.
UPSERTS_AT_ONCE = 50


class CreateHandler:
    """Creates users.

    Plain records without a password are created up to 100 at once, others one by one.

    Args:
        transport: The transport of a client.
        key: The field by which users are recognized, if the caller chose one.
        on_conflict: What happens to users who exist.
        keep_password: Whether all passwords are hashes to be stored unchanged.
    """

    batch_size: int = USERS_PER_REQUEST

    def __init__(
        self,
        transport: Transport,
        key: BulkKey | None,
        on_conflict: OnConflict,
        *,
        keep_password: bool = False,
    ) -> None:
        self._config = transport.config
        self._known = known_keys(
            self._config.create_input or CreateUserInput,
            self._config.update_input or UpdateUserInput,
        )
        self._key: BulkKey | None = key
        self._on_conflict: OnConflict = on_conflict
        self._keep_password = keep_password
        self._creation = Creation(transport, key)

    def describe(self, index: int, item: object) -> Description:  # noqa: ARG002
        """Return how a record is shown, even if it is invalid."""
        return described_record(item, self._key, self._known)

    def prepare(self, index: int, item: object) -> Prepared:
        """Check a record."""
        models = (self._config.create_input, self._config.update_input)
        record = checked_record(index, item, self._key, *models, keep_password=self._keep_password)
        return prepared_record(record)

    def process(self, tasks: Sequence[Task]) -> Sequence[Done]:
        """Create users, and treat users who exist as the caller has chosen."""
        outcomes = self._creation.create(tasks)
        existing = [task for task in tasks if is_conflict(outcomes[task.index])]
        if existing and self._on_conflict != "fail":
            outcomes |= self._treated(existing)
        return [outcomes[task.index] for task in tasks]

    def _treated(self, existing: Sequence[Task]) -> dict[int, Done]:
        """Skip or update users who exist. Users of other keys stay conflicts."""
        try:
            users = self._creation.finder.find(existing)
        except AuthingError as error:
            return {task.index: failed(error) for task in existing}
        return {
            task.index: Done("skipped", user.id)
            if self._on_conflict == "skip"
            else self._creation.updater.match(task.payload, user.id)
            for task in existing
            if (user := users.get(task.index)) is not None
        }


class UpsertHandler(CreateHandler):
    """Creates users who do not exist, and updates users who differ.

    Args:
        transport: The transport of a client.
        key: The field by which users are recognized.
        keep_password: Whether all passwords are hashes to be stored unchanged.
    """

    batch_size: int = UPSERTS_AT_ONCE

    def __init__(self, transport: Transport, key: BulkKey, *, keep_password: bool = False) -> None:
        super().__init__(transport, key, "update", keep_password=keep_password)

    def process(self, tasks: Sequence[Task]) -> Sequence[Done]:
        """Look users up, then create or update them."""
        has_custom_data = any(task.payload.custom_data for task in tasks)
        users = self._creation.finder.find(tasks, with_custom_data=has_custom_data)
        outcomes = {
            task.index: self._creation.updater.match_user(task.payload, user)
            for task in tasks
            if (user := users.get(task.index)) is not None
        }
        missing = [task for task in tasks if task.index not in outcomes]
        if missing:
            created = super().process(missing)
            outcomes |= {task.index: done for task, done in zip(missing, created, strict=True)}
        return [outcomes[task.index] for task in tasks]


class UpdateHandler:
    """Updates users by ID.

    Args:
        transport: The transport of a client.
    """

    batch_size: int = 1

    def __init__(self, transport: Transport) -> None:
        transport = transport.with_options({"retry_mutations": False})
        self._update_input = transport.config.update_input
        self._known = known_keys(self._update_input or UpdateUserInput)
        self._updater = RecordUpdater(transport, RecordWriter[User](transport))

    def describe(self, index: int, item: object) -> Description:  # noqa: ARG002
        """Return how an update is shown, even if it is invalid."""
        return described_changes(item, self._known)

    def prepare(self, index: int, item: object) -> Prepared:
        """Check an update."""
        changes = checked_changes(index, item, self._update_input)
        return Prepared(changes, (f"id={changes.user_id}",))

    def process(self, tasks: Sequence[Task]) -> Sequence[Done]:
        """Update one user: first the fields, then everything that is compared before."""
        changes: UserChanges = tasks[0].payload
        done = Done("unchanged", changes.user_id)
        if changes.fields is not None:
            done = self._updater.set_fields(changes.fields, changes.user_id)
        if changes.others is not None and done.error is None:
            others = self._updater.match(changes.others, changes.user_id)
            done = others if done.outcome == "unchanged" else as_updated(others, changes.user_id)
        return [done]


class DeleteHandler:
    """Deletes users by ID.

    Args:
        transport: The transport of a client.
    """

    batch_size: int = BATCH_SIZE

    def __init__(self, transport: Transport) -> None:
        self._deletion = Deletion(transport)

    def describe(self, index: int, item: object) -> Description:  # noqa: ARG002
        """Return how an ID is shown, even if it is invalid."""
        return described_id(item)

    def prepare(self, index: int, item: object) -> Prepared:
        """Check an ID."""
        user_id = non_empty_string(item, f"userIds[{index}]")
        return Prepared(user_id, (f"id={user_id}",), is_batchable=True)

    def process(self, tasks: Sequence[Task]) -> Sequence[Done]:
        """Delete users."""
        outcomes = self._deletion.delete(tasks)
        return [outcomes[task.index] for task in tasks]
