"""Write records of users: all that can be stored about a user, in the requests that it takes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Generic, cast

from authing_graphql import UNSET, CreateUserInput, UDFTargetType, UserStatus

from ..._inputs.checks import input_model
from ..._inputs.custom_fields import creation_params, wire_values
from ..._plans.comparison import NOT_WRITABLE, changes_of, state_of
from ..._protocol.response import require_outcome, user_not_found
from ..._runtime.secret import Secret
from ..._runtime.user_type import UserT
from ..._user_record import (
    EVERYTHING,
    Change,
    Record,
    RecordChanges,
    RecordIdentity,
    Scope,
    UserState,
)
from ...errors import AuthingError, PartialFailureError
from ..passwords import AsyncPasswords
from ..transport import AsyncTransport
from .accounts import AsyncAccounts
from .groups import AsyncUserGroups
from .identities import AsyncIdentities
from .lifecycle import AsyncLifecycle
from .roles import AsyncUserRoles

USER = UDFTargetType.USER
STATUS_METHODS = {"Suspended": "suspend", "Activated": "activate", "Resigned": "resign"}

# A request, with the name of its operation.
_Step = tuple[str, Callable[[], Awaitable[object]]]


class AsyncRecordWriter(Generic[UserT]):
    """Creates users from records, and brings users to their records.

    Args:
        transport: The transport of a client.
        scope: The groups and roles that records decide about.
    """

    def __init__(self, transport: AsyncTransport, scope: Scope = EVERYTHING) -> None:
        self._transport = transport
        self._scope = scope
        self._accounts = AsyncAccounts[UserT]._over(transport)
        self._lifecycle = AsyncLifecycle[UserT]._over(transport)
        self._identities = AsyncIdentities._over(transport)
        self._groups = AsyncUserGroups._over(transport)
        self._roles = AsyncUserRoles._over(transport)
        self._passwords = AsyncPasswords(transport)

    async def create(self, record: Record) -> UserT:
        """Create a user with all that a record has.

        Returns:
            The user as stored.

        Raises:
            PartialFailureError: The user was created, but a later request failed.
            AuthingError: The user was not created, or it is unknown whether it was.
        """
        first, others = _creation_identity(record.identities)
        user = await self._create(record, first)
        changes = RecordChanges(
            fields=_fields_after_creation(record, user),
            added_groups=record.groups or (),
            added_roles=record.roles or (),
            identities=others,
            status=None
            if record.status in (None, "Activated")
            else Change("Activated", record.status),
        )
        try:
            return await self.update(changes, user) if changes else user
        except AuthingError as error:
            cause = error.error if isinstance(error, PartialFailureError) else error
            raise PartialFailureError(
                f"User {user.id} was created, but {_what(cause)} could not be set",
                user_id=user.id,
                completed="CreateUser",
                error=cause,
            ) from error

    async def complete(self, record: Record, user: UserT) -> bool:
        """Add to a user whose creation was interrupted what the user lacks of the record.

        Args:
            record: The record that the user was created from.
            user: The user as stored.

        Returns:
            Whether anything was added.

        Raises:
            PartialFailureError: A request succeeded and a later one failed.
            AuthingError: Nothing was added, or it is unknown whether it was.
        """
        state = await self.state(record, user.id)
        changes = changes_of(record, state)
        # A group that someone else added the user to in the meantime is not removed.
        changes = replace(changes, removed_groups=(), removed_roles=())
        if changes:
            await self.update(changes, user)
        return bool(changes)

    async def user(self, user_id: str) -> UserT | None:
        """Read a user. ``None``: the user does not exist."""
        return cast("UserT | None", await self._accounts._api.get_user(user_id))

    async def state(self, record: Record, user_id: str) -> UserState:
        """Read what the pool has of a user, as far as a record is compared with it.

        Raises:
            NotFoundError: The user does not exist.
        """
        user = await self._accounts._api.get_user(
            user_id, with_custom_data=bool(record.custom_data) or UNSET
        )
        if user is None:
            raise user_not_found("GetUser")
        groups = roles = None
        if record.groups is not None:
            codes = [one.code for one in (await self._groups.list_groups(user_id)).list]
            groups = self._scope.within("groups", codes)
        if record.roles is not None:
            codes = [one.code for one in (await self._roles.list_roles(user_id)).list]
            roles = self._scope.within("roles", codes)
        return state_of(user, groups=groups, roles=roles)

    async def update(self, changes: RecordChanges, user: UserT) -> UserT:
        """Make changes to a user.

        Args:
            changes: The changes.
            user: The user as stored.

        Returns:
            The user as stored afterwards. Custom fields are not included.

        Raises:
            PartialFailureError: A request succeeded and a later one failed.
            AuthingError: Nothing was changed, or it is unknown whether it was.
        """
        return await self.update_by_id(changes, user.id) or user

    async def update_by_id(self, changes: RecordChanges, user_id: str) -> UserT | None:
        """Make changes to a user as ``update`` does.

        Returns:
            The user as stored after the change of its fields, or ``None`` if they do not change.
        """
        completed: str | None = None
        updated: UserT | None = None
        fields = {name: change.new for name, change in changes.fields.items()}
        try:
            if fields:
                updated = await self._accounts.update(user_id, cast("Any", fields))
                completed = "UpdateUser"
            for operation, send in self._steps(changes, user_id):
                await send()
                completed = operation
        except AuthingError as error:
            if completed is None:
                raise
            raise PartialFailureError(
                f"User {user_id} was changed, but {_what(error)} could not be set",
                user_id=user_id,
                completed=completed,
                error=error,
            ) from error
        if updated is not None and changes.status is not None:
            status = UserStatus(str(changes.status.new))
            updated = updated.model_copy(update={"status": status})
        return updated

    async def _create(self, record: Record, identity: RecordIdentity | None) -> UserT:
        fields = {name: one for name, one in record.fields.items() if name not in record.later}
        user_info: CreateUserInput = input_model(record.create_model, fields, "users")
        values = {key: one for key, one in record.custom_data.items() if one is not None}
        if user_info.password is not None:
            user_info.password = await self._passwords.encrypt(Secret(user_info.password))
        user = await self._accounts._api.create_user(
            user_info,
            keep_password=record.keep_password or UNSET,
            params=creation_params(values) if values else UNSET,
            identity=UNSET if identity is None else identity.creation_input(),
            with_custom_data=True if values else UNSET,
        )
        return cast("UserT", user)

    def _steps(self, changes: RecordChanges, user_id: str) -> list[_Step]:
        """Return the requests after the update of fields, in the order they are sent."""
        api = self._accounts._api
        steps: list[_Step] = []
        values = {key: one.new for key, one in changes.custom_data.items() if one.new is not None}
        if values:
            inputs = wire_values(values, "customData")
            steps.append(
                (
                    "SetUserDefinedDataBatch",
                    lambda: api.set_user_defined_data_batch(USER, user_id, [*inputs]),
                )
            )
        steps += [
            ("RemoveUserDefinedData", self._removal(key, user_id))
            for key, one in changes.custom_data.items()
            if one.new is None
        ]
        steps += [
            ("AddUserToGroup", self._membership(code, user_id, joins=True))
            for code in changes.added_groups
        ]
        steps += [
            ("RemoveUserFromGroup", self._membership(code, user_id, joins=False))
            for code in changes.removed_groups
        ]
        if changes.added_roles:
            steps.append(("AssignRole", lambda: self._assign(changes.added_roles, user_id)))
        if changes.removed_roles:
            steps.append(("RevokeRole", lambda: self._revoke(changes.removed_roles, user_id)))
        steps += [("LinkIdentity", self._link(one, user_id)) for one in changes.identities]
        if changes.status is not None:
            method = STATUS_METHODS[str(changes.status.new)]
            send = getattr(self._lifecycle, method)
            steps.append((f"{method.title()}User", lambda: send(user_id)))
        return steps

    def _removal(self, key: str, user_id: str) -> Callable[[], Awaitable[object]]:
        return lambda: self._accounts._api.remove_user_defined_data(USER, user_id, key)

    def _membership(
        self, code: str, user_id: str, *, joins: bool
    ) -> Callable[[], Awaitable[object]]:
        method = self._groups.add_group if joins else self._groups.remove_group
        return lambda: method(user_id, code)

    def _link(self, one: RecordIdentity, user_id: str) -> Callable[[], Awaitable[object]]:
        identifier = one.connection_id or one.provider
        kind = one.type or (one.provider if identifier != one.provider else None)
        return lambda: self._identities.link_identity(
            user_id, one.user_id_in_idp, bool(one.is_social), identifier, kind, one.ext_idp_id
        )

    # Unlike `add_roles`, these do not list the roles afterwards.
    async def _assign(self, codes: tuple[str, ...], user_id: str) -> object:
        message = await self._accounts._api.assign_role([*codes], [user_id])
        return require_outcome(message, "AssignRole")

    async def _revoke(self, codes: tuple[str, ...], user_id: str) -> object:
        message = await self._accounts._api.revoke_role([*codes], [user_id])
        return require_outcome(message, "RevokeRole")


def _creation_identity(
    identities: tuple[RecordIdentity, ...] | None,
) -> tuple[RecordIdentity | None, tuple[RecordIdentity, ...]]:
    """Return the identity that a user is created with, and those that are linked afterwards.

    Linking stores less of an identity, so one that would lose something comes first.
    """
    if not identities:
        return None, ()
    first = next((one for one in identities if not one.can_be_linked), None)
    if first is None and all(one.type or one.ext_idp_id for one in identities):
        return None, identities
    first = first or next(one for one in identities if not one.type and not one.ext_idp_id)
    return first, tuple(one for one in identities if one is not first)


def _fields_after_creation(record: Record, user: Any) -> Mapping[str, Change]:
    """Return the fields that only an update can set: some values, and defaults to clear."""
    return {
        name: Change(user.get(name), value)
        for name, value in record.fields.items()
        if name not in NOT_WRITABLE
        and (
            value is not None
            if name in record.later
            else value is None and user.get(name) not in (None, False)
        )
    }


_PARTS = {
    "UpdateUser": "the fields that only updates set",
    "SetUserDefinedDataBatch": "its custom fields",
    "RemoveUserDefinedData": "its custom fields",
    "AddUserToGroup": "its groups",
    "RemoveUserFromGroup": "its groups",
    "AssignRole": "its roles",
    "RevokeRole": "its roles",
    "LinkIdentity": "its identities",
}


def _what(error: AuthingError) -> str:
    """Return what the request that failed sets."""
    return _PARTS.get(error.operation or "", "its status")
