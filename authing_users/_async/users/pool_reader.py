"""Read what a plan compares: users page by page, and the members of groups and roles once."""

from collections.abc import Callable, Iterable, Mapping
from typing import Generic

from authing_graphql import User

from ..._inputs.plans import needed_fields
from ..._plans.comparison import state_of
from ..._plans.matching import Desired, PlanRules, PoolUsers
from ..._plans.references import References
from ..._runtime.user_type import UserT
from ..._user_record import Scope
from ...errors import InvalidInputError
from ..custom_fields import AsyncUdfManagementClient
from ..groups import AsyncGroupsManagementClient
from ..roles import AsyncRolesManagementClient
from ..transport import AsyncTransport
from .lookup import AsyncLookup

# Pages in flight. They are read in order, so that more would not help.
PREFETCH = 8


class AsyncPoolReader(Generic[UserT]):
    """Reads the users of a pool, as far as records are compared with them.

    Args:
        transport: The transport of a client.
        items: The records.
        rules: The rules of the plan.
    """

    def __init__(self, transport: AsyncTransport, items: list[Desired], rules: PlanRules) -> None:
        self._transport = transport
        self._items = items
        self._rules = rules
        self._records = [item.record for item in items if item.record is not None]
        self._lookup = AsyncLookup[UserT]._over(transport)
        self._groups = AsyncGroupsManagementClient[UserT]._over(transport)
        self._roles = AsyncRolesManagementClient[UserT]._over(transport)

    async def references(
        self, scope: Scope, new_custom_fields: Mapping[str, str], *, creates: tuple[bool, bool]
    ) -> References:
        """Read which groups, roles and custom fields exist, if records have such.

        Args:
            scope: The groups and roles that records decide about.
            new_custom_fields: Types of the custom fields to define if they are missing.
            creates: Whether missing groups are created, and missing roles.
        """
        groups = roles = custom_fields = None
        if any(record.groups is not None for record in self._records):
            groups = [one.code or "" async for one in self._groups.iter_list()]
        if any(record.roles is not None for record in self._records):
            roles = [one.code or "" async for one in self._roles.iter_list()]
        if new_custom_fields or any(record.custom_data for record in self._records):
            udf = AsyncUdfManagementClient._over(self._transport)
            custom_fields = {
                field.key or "": "" if field.data_type is None else str(field.data_type.value)
                for field in await udf.list("USER")
            }
        return References(
            groups=groups,
            roles=roles,
            custom_fields=custom_fields,
            new_custom_fields=new_custom_fields,
            creates_groups=creates[0],
            creates_roles=creates[1],
            scope=scope,
        )

    async def users(
        self,
        references: References,
        within: Callable[[UserT], bool] | None,
        fields: Iterable[str] | None,
    ) -> PoolUsers:
        """Read the users.

        Args:
            references: The groups and roles whose members are read.
            within: Returns whether the plan may change a user. Default: it may change each.
            fields: Fields that ``within`` needs. Default: all.
        """
        pool = PoolUsers(self._rules.key)
        requested = self._requested(within, fields)
        with_custom_data = any(record.custom_data for record in self._records)
        users = self._lookup.iter_list(
            with_custom_data=with_custom_data or requested is None,
            prefetch=PREFETCH,
            fields=requested,
        )
        async for user in users:
            pool.add(state_of(user), in_scope=within is None or within(user))
        scope = references.scope
        for code in scope.within("groups", references.groups or ()):
            members = self._groups.iter_users(code, fields=["id"], prefetch=PREFETCH)
            pool.add_members("groups", code, [user.id async for user in members])
        for code in scope.within("roles", references.roles or ()):
            members = self._roles.iter_users(code, fields=["id"], prefetch=PREFETCH)
            pool.add_members("roles", code, [user.id async for user in members])
        return pool

    def _requested(
        self, within: Callable[[UserT], bool] | None, fields: Iterable[str] | None
    ) -> list[str] | None:
        """Return the fields to request, or ``None`` for all.

        Raises:
            InvalidInputError: The client's option ``omit_fields`` omits one.
        """
        selection = self._transport.selection
        model = User if selection is None else selection.user_model
        needed = sorted(needed_fields(self._items, self._rules, model))
        for name in needed:
            if selection is not None and not selection.requests(name):
                raise InvalidInputError(
                    f"plan() needs the field {name!r}, which the option omit_fields omits"
                )
        if within is None:
            return needed
        return None if fields is None else [*needed, *fields]
