"""Compare records with the users of the pool, and make the users match the records."""

from collections.abc import Callable, Iterable, Mapping

from ..._inputs.checks import boolean
from ..._inputs.custom_fields import CustomFieldDataType
from ..._inputs.plans import check_desired, desired_record, new_custom_fields, plan_rules
from ..._inputs.records import UserRecord
from ..._plans.matching import PlanBuilder
from ..._runtime.user_type import UserT_co
from ...plans import MissingAction, Plan
from ..base import AsyncUserClientBase
from .pool_reader import AsyncPoolReader


class AsyncPlanning(AsyncUserClientBase[UserT_co]):
    """Plans changes of many users, and makes them."""

    async def plan(
        self,
        desired: Iterable[UserRecord],
        *,
        key: str,
        missing: MissingAction = "ignore",
        max_missing: int | str | None = None,
        within: Callable[[UserT_co], bool] | None = None,
        fields: Iterable[str] | None = None,
        create_groups: bool = False,
        create_roles: bool = False,
        create_custom_fields: Mapping[str, CustomFieldDataType] | None = None,
    ) -> Plan:
        rules = plan_rules(key, missing, max_missing, self._transport.config.user_pool_id)
        new_fields = new_custom_fields(create_custom_fields)
        creates_groups = boolean(create_groups, "create_groups")
        creates_roles = boolean(create_roles, "create_roles")
        config = self._transport.config
        items = [
            desired_record(record, index, rules.key, config.create_input, config.update_input)
            for index, record in enumerate(desired)
        ]
        check_desired(items, rules)
        reader = AsyncPoolReader[UserT_co](self._transport, items, rules)
        references = await reader.references(
            new_fields, creates_groups=creates_groups, creates_roles=creates_roles
        )
        pool = await reader.users(references, within, fields)
        return PlanBuilder(rules, pool, references).plan(items)
