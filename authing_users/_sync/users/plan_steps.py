# Derived from authing_users/_async/users/plan_steps.py: change that, and run `make generate`.

"""Execute the steps of a plan."""

from collections.abc import Sequence
from typing import Any

from authing_graphql import User

from ..._bulk.items import Description, Done, Prepared, Task, failed
from ..._bulk.options import BulkOptions
from ..._bulk.stages import StagedRun
from ..._plans.comparison import changes_of, normalized, state_of
from ..._plans.display import described_step
from ..._plans.outdated import outdated_fields
from ..._user_record import Record
from ...bulk import BulkKey, BulkResult
from ...errors import ConflictError, NotFoundError, PlanOutdatedError
from ...plans import Plan, PlannedCreate, PlannedMissing, PlannedUpdate
from ..transport import Transport
from .bulk import USERS_PER_REQUEST
from .bulk_creation import Creation, prepared_record
from .bulk_deletion import Deletion
from .bulk_engine import BulkRun
from .bulk_writing import RecordUpdater
from .records import RecordWriter


class StepHandler:
    """Executes steps, unless their users changed since the plan was made.

    Args:
        transport: The transport of a client.
        plan: The plan.
    """

    batch_size: int = USERS_PER_REQUEST

    def __init__(self, transport: Transport, plan: Plan) -> None:
        self._key: BulkKey = plan.key
        self._creation = Creation(transport, plan.key)
        self._deletion = Deletion(transport)
        # Failed changes are sent again by the updater, after it has read the user.
        transport = transport.with_options({"retry_mutations": False})
        self._writer = RecordWriter[User](transport, plan._scope)
        self._updater = RecordUpdater(transport, self._writer)

    def describe(self, index: int, item: Any) -> Description:  # noqa: ARG002
        """Return how a step is shown."""
        return Description(f"{self._key}={item.key}", described_step(self._key, item))

    def prepare(self, index: int, item: Any) -> Prepared:  # noqa: ARG002
        """Return a step for ``process``. New users can be created several at once."""
        if isinstance(item, PlannedCreate):
            return prepared_record(item._record)._replace(identifiers=())
        return Prepared(item)

    def process(self, tasks: Sequence[Task]) -> Sequence[Done]:
        """Execute one step, or create several users."""
        payload = tasks[0].payload
        if isinstance(payload, PlannedUpdate):
            return [self._update(payload)]
        if isinstance(payload, PlannedMissing):
            return [self._remove(payload, tasks[0])]
        outcomes = self._creation.create(tasks)
        return [self._created(outcomes[task.index], task.payload) for task in tasks]

    def _created(self, done: Done, record: Record) -> Done:
        error = done.error
        if not isinstance(error, ConflictError) or error.field != self._key:
            return done
        key = record.fields[self._key]
        outdated = PlanOutdatedError(
            f"A user with the {self._key} {key!r} was created since the plan was made",
            fields=[self._key],
            operation=error.operation,
        )
        outdated.__cause__ = error
        return failed(outdated, done.user_id)

    def _update(self, step: PlannedUpdate) -> Done:
        record, user_id = step._record, step.user_id
        try:
            state = self._writer.state(record, user_id)
        except NotFoundError:
            return _outdated(step, f"User {step.user_id} was deleted since the plan was made")
        changes = changes_of(record, state)
        fields = outdated_fields(changes, step._changes)
        if fields:
            return _outdated(step, _changed(step, fields), fields)
        return self._updater.match_state(record, state)

    def _remove(self, step: PlannedMissing, task: Task) -> Done:
        """Suspend or delete a user without a record."""
        user = self._writer.user(step.user_id)
        if user is None:
            return Done("unchanged", step.user_id)
        state = state_of(user)
        if normalized(self._key, state.fields.get(self._key)) != normalized(self._key, step.key):
            return _outdated(step, _changed(step, [self._key]), [self._key])
        if step.action == "suspend":
            if state.status not in (step.status, "Suspended"):
                return _outdated(step, _changed(step, ["status"]), ["status"])
            record = Record(0, {}, status="Suspended")
            return self._updater.match_state(record, state)
        if step._updated_at is not None and state.fields.get("updatedAt") != step._updated_at:
            return _outdated(step, _changed(step, ["updatedAt"]), ["updatedAt"])
        deletion = Task(task.index, task.description, Prepared(step.user_id), task.was_started)
        return (self._deletion.delete([deletion]))[task.index]


def _changed(step: PlannedUpdate | PlannedMissing, fields: Sequence[str]) -> str:
    return f"User {step.user_id} changed since the plan was made: {', '.join(fields)}"


def _outdated(
    step: PlannedUpdate | PlannedMissing, message: str, fields: Sequence[str] = ()
) -> Done:
    error = PlanOutdatedError(message, user_id=step.user_id, fields=fields)
    return failed(error, step.user_id)


def run_steps(handler: StepHandler, plan: Plan, options: BulkOptions) -> BulkResult:
    """Execute the steps of a plan, each stage after the ones before."""
    stages = plan._stages or ((),)
    if len(stages) == 1:
        return BulkRun(handler, stages[0], options).run()
    run = StagedRun(options)
    for steps in stages:
        if run.result.stopped is not None:
            break
        try:
            run.add(BulkRun(handler, steps, run.options(len(steps))).run())
        except BaseException as error:
            run.interrupt(error)
            raise
    return run.result
