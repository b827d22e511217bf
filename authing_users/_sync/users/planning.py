# Derived from authing_users/_async/users/planning.py: change that, and run `make generate`.

"""Compare records with the users of the pool, and make the users match the records."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, overload

from authing_graphql import CreateUserInput

from ..._concurrency.threads import AnyIterable, Items
from ..._inputs.bulk import any_iterable, bulk_options
from ..._inputs.checks import boolean
from ..._inputs.custom_fields import CustomFieldDataType
from ..._inputs.plans import (
    check_desired,
    check_plan,
    desired_record,
    managed_scope,
    new_custom_fields,
    plan_rules,
)
from ..._inputs.records import UserRecord
from ..._inputs.signatures import show_last_overload
from ..._inputs.users import UserInfoDict
from ..._plans.matching import Desired, PlanBuilder
from ..._runtime.user_type import UserT_co
from ...bulk import BulkItem, BulkKey, BulkProgress, BulkResult, Checkpoint, StopSignal
from ...errors import ConflictError
from ...plans import MissingAction, Plan, RecordRow
from ..base import UserClientBase
from ..custom_fields import UdfManagementClient
from ..groups import GroupsManagementClient
from ..roles import RolesManagementClient
from .plan_steps import StepHandler, run_steps
from .pool_reader import PoolReader

_END: Any = object()


class Planning(UserClientBase[UserT_co]):
    """Plans changes of many users, and makes them."""

    @overload
    def plan(
        self,
        desired: AnyIterable[UserRecord],
        *,
        key: BulkKey,
        missing: MissingAction = "ignore",
        max_missing: int | str | None = None,
        within: Callable[[UserT_co], bool] | None = None,
        fields: Iterable[str] | None = None,
        create_groups: bool = False,
        create_roles: bool = False,
        create_custom_fields: Mapping[str, CustomFieldDataType] | None = None,
        managed_groups: Iterable[str] | None = None,
        managed_roles: Iterable[str] | None = None,
    ) -> Plan: ...
    @overload
    def plan(
        self,
        desired: AnyIterable[UserRecord | UserInfoDict | CreateUserInput | RecordRow],
        *,
        key: BulkKey,
        missing: MissingAction = "ignore",
        max_missing: int | str | None = None,
        within: Callable[[UserT_co], bool] | None = None,
        fields: Iterable[str] | None = None,
        create_groups: bool = False,
        create_roles: bool = False,
        create_custom_fields: Mapping[str, CustomFieldDataType] | None = None,
        managed_groups: Iterable[str] | None = None,
        managed_roles: Iterable[str] | None = None,
    ) -> Plan: ...
    @overload
    def plan(  # type: ignore[overload-cannot-match]
        self,
        desired: AnyIterable[UserRecord],
        *,
        key: BulkKey,
        missing: MissingAction = "ignore",
        max_missing: int | str | None = None,
        within: Callable[[UserT_co], bool] | None = None,
        fields: Iterable[str] | None = None,
        create_groups: bool = False,
        create_roles: bool = False,
        create_custom_fields: Mapping[str, CustomFieldDataType] | None = None,
        managed_groups: Iterable[str] | None = None,
        managed_roles: Iterable[str] | None = None,
    ) -> Plan: ...
    @show_last_overload
    def plan(
        self,
        desired: AnyIterable[UserRecord | UserInfoDict | CreateUserInput | RecordRow],
        *,
        key: BulkKey,
        missing: MissingAction = "ignore",
        max_missing: int | str | None = None,
        within: Callable[[UserT_co], bool] | None = None,
        fields: Iterable[str] | None = None,
        create_groups: bool = False,
        create_roles: bool = False,
        create_custom_fields: Mapping[str, CustomFieldDataType] | None = None,
        managed_groups: Iterable[str] | None = None,
        managed_roles: Iterable[str] | None = None,
    ) -> Plan:
        """Compare records with the users of the pool, and return what would change.

        Nothing is changed. All users are read page by page, with only the fields that the records
        have, and the members of groups and roles once for each group and role. Values are compared
        as the API stores them: email addresses without regard to case, times as instants, phone
        numbers without punctuation. ``None`` clears a field, and a field that a record does not
        have stays as it is. ``groups`` and ``roles`` are complete lists. Passwords cannot be
        compared, so they only count for new users. See docs/plans.md.

        Args:
            desired: The records: any iterable, such as a file of ``read_users``. Invalid records
                and rows are conflicts of the plan.
            key: The field by which records and users are matched: ``externalId``, ``username``,
                ``email`` or ``phone``. Users of the pool without it are not considered.
            missing: What happens to users of the pool whose key no record has: ``ignore``,
                ``suspend`` or ``delete``.
            max_missing: Most users that may be suspended or deleted so: a number, or a percentage
                such as ``"5%"`` of the users that have the key. Default: no limit, but empty
                records are rejected.
            within: Returns whether the plan may change a user. A record of another user is a
                conflict. Default: the plan may change every user.
            fields: Names of fields that ``within`` needs, to request no others. Default: all.
            create_groups: Whether ``apply`` creates groups that do not exist. Otherwise, their
                records are conflicts. The name of a new group is its code.
            create_roles: The same for roles.
            create_custom_fields: Types of the custom fields that ``apply`` defines if they do not
                exist, by key: ``{"department": "STRING"}``.
            managed_groups: Codes of the groups that the records decide about. Users stay members of
                all others, which are not read. Default: all groups.
            managed_roles: The same for roles.

        Returns:
            The plan.

        Raises:
            InvalidInputError: An argument is invalid, the option ``omit_fields`` omits a field that
                records have, or ``missing`` is given and a record has no key.
            DeletionLimitError: More users would be suspended or deleted than ``max_missing``
                allows, or there are no records and no ``max_missing``.
            NotFoundError: A group or role was deleted while its members were read.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``users``.
        Records with groups, roles or custom fields need ``groups``, ``group``, ``roles``, ``role``
        and ``udf``.
        """
        config = self._transport.config
        rules = plan_rules(key, missing, max_missing, config.user_pool_id)
        new_fields = new_custom_fields(create_custom_fields)
        creates = boolean(create_groups, "create_groups"), boolean(create_roles, "create_roles")
        scope = managed_scope(managed_groups, managed_roles)
        given = any_iterable(desired, "desired", "plan([{'externalId': …}], key='externalId')")
        del desired  # tracebacks with locals would show passwords
        records: Items[Any] = Items(given)
        items: list[Desired] = []
        try:
            while (record := records.next(_END)) is not _END:
                models = (config.create_input, config.update_input)
                items.append(desired_record(record, len(items), rules.key, *models))
        finally:
            records.close()
        del given, records
        check_desired(items, rules)
        reader = PoolReader[UserT_co](self._transport, items, rules)
        references = reader.references(scope, new_fields, creates=creates)
        pool = reader.users(references, within, fields)
        return PlanBuilder(rules, pool, references).plan(items)

    def apply(
        self,
        plan: Plan,
        *,
        concurrency: int = 8,
        on_progress: Callable[[BulkProgress], object] | None = None,
        on_item: Callable[[BulkItem], object] | None = None,
        max_failures: int | str | None = None,
        stop: StopSignal | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> BulkResult:
        """Execute the steps of a plan, and nothing else.

        Missing groups, roles and custom fields are created first. Before a user is changed, the
        user is read again. If a field that the plan compared has changed since, nothing is sent for
        this user, and the outcome is a ``PlanOutdatedError``. Changes that were made already, for
        example by a run that was interrupted, are not sent again.

        Args:
            plan: A plan of this user pool.
            concurrency: Maximum number of requests in flight, from 1 to 256.
            on_progress: Called with a ``BulkProgress`` whenever steps were reported.
            on_item: Called with the ``BulkItem`` of each step, in the order of the steps.
            max_failures: Number of failures after which no further step is started, or a
                percentage of the steps such as ``"5%"``. Default: no limit.
            stop: An object with ``is_set()``, such as ``threading.Event``. Once it is set, no
                further step is started.
            checkpoint: A ``Checkpoint`` that remembers the outcomes. A later run of the same plan
                does not repeat the steps that have one.

        Returns:
            The outcome of each step, in the order of the steps. ``index`` is the position of the
            step in the plan. Users that are suspended are ``updated``.

        Raises:
            InvalidInputError: An argument is invalid, the plan is of another user pool, or it was
                stored without its passwords.
            InvalidRequestError: A custom field that the plan defines cannot be defined.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``udf``, mutations ``createGroup``, ``createRole`` and ``setUdf``, and the
        operations of ``create_many``, ``upsert_many`` and ``delete_many``.
        """
        checked = check_plan(plan, self._transport.config.user_pool_id)
        options = {
            "concurrency": concurrency,
            "on_progress": on_progress,
            "on_item": on_item,
            "max_failures": max_failures,
            "total": len(checked),
            "checkpoint": checkpoint,
            "stop": stop,
        }
        checked_options = bulk_options("apply", options, checked.user_pool_id)
        self._create_references(checked)
        handler = StepHandler(self._transport, checked)
        return run_steps(handler, checked, checked_options)

    def _create_references(self, plan: Plan) -> None:
        """Create the groups, roles and custom fields of a plan, unless they exist by now."""
        if plan.new_custom_fields:
            udf = UdfManagementClient._over(self._transport)
            existing = {field.key for field in udf.list("USER")}
            for name, data_type in plan.new_custom_fields.items():
                if name not in existing:
                    kind: Any = data_type
                    udf.set("USER", name, kind, name)
        groups = GroupsManagementClient[UserT_co]._over(self._transport)
        for code in plan.new_groups:
            try:
                groups.create(code, code)
            except ConflictError:
                continue
        roles = RolesManagementClient[UserT_co]._over(self._transport)
        for code in plan.new_roles:
            try:
                roles.create(code)
            except ConflictError:
                continue
