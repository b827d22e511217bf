"""Creating, changing and deleting users."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import overload

from authing_graphql import (
    UNSET,
    CommonMessage,
    CreateUserIdentityInput,
    CreateUserIdentityInputDict,
    CreateUserInput,
    UpdateUserInput,
    UpdateUserInputDict,
    User,
)

from ..._inputs.checks import (
    MISSING,
    UserInfoDict,
    mask_password,
    new_identity,
    new_user,
    non_empty_string,
    non_empty_string_list,
    user_id_argument,
    user_updates,
)
from ..._inputs.custom_fields import creation_params
from ..._protocol.response import require_outcome
from ..._runtime.secret import Secret
from ...errors import AuthingError, PartialFailureError
from ..base import AsyncClientBase
from ..passwords import AsyncPasswords


class AsyncAccounts(AsyncClientBase):
    """Creates, changes and deletes users."""

    @cached_property
    def _passwords(self) -> AsyncPasswords:
        return AsyncPasswords(self._transport)

    async def create(
        self,
        userInfo: CreateUserInput | UserInfoDict,
        keep_password: bool = False,
        custom_data: Mapping[str, object] | None = None,
        *,
        reset_password_on_first_login: bool = False,
        identity: CreateUserIdentityInput | CreateUserIdentityInputDict | None = None,
    ) -> User:
        """Create a user with an administrator's rights: no verification code is needed.

        The password is encrypted before it is sent; ``userInfo`` itself is not changed.
        ``city`` and ``province`` cannot be set by the API's creation: they are set by an update
        that follows.

        Args:
            userInfo: The user, with at least one identifier such as ``username``, ``email`` or
                ``phone``. A dict has the API's names: ``{"givenName": …}``.
            keep_password: Whether to store the password as it is: it is a hash that was
                migrated from another system.
            custom_data: Values of the pool's custom fields, by key.
            reset_password_on_first_login: Whether the user must choose a new password at the
                first login.
            identity: An account at an identity provider to link to the user.

        Returns:
            The user as the API stored it.

        Raises:
            InvalidInputError: A field is unknown or of the wrong type; nothing was sent.
            ConflictError: The user name, e-mail address or phone number is taken.
            PartialFailureError: The user was created, but setting ``city`` and ``province``
                failed; ``user_id`` is the id of the user.

        API: mutation ``createUser``, and ``updateUser`` for ``city`` and ``province``.
        """
        masked = mask_password(userInfo)
        del userInfo  # It shows the password in a traceback that shows locals.
        user_info, updates = new_user(masked)
        params = UNSET if custom_data is None else creation_params(custom_data)
        linked = UNSET if identity is None else new_identity(identity)
        if user_info.password is not None:
            user_info.password = await self._passwords.encrypt(Secret(user_info.password))
        user = await self._api.create_user(
            user_info,
            keep_password=keep_password or UNSET,
            reset_password_on_first_login=reset_password_on_first_login or UNSET,
            params=params,
            identity=linked,
            with_custom_data=UNSET if custom_data is None else True,
        )
        if updates is None:
            return user
        try:
            return await self._update(user.id, updates, with_custom_data=custom_data is not None)
        except AuthingError as error:
            raise PartialFailureError(
                f"The user {user.id} was created, but city and province could not be set",
                user_id=user.id,
                completed="CreateUser",
                error=error,
            ) from error

    @overload
    async def update(self, userId: str, updates: UpdateUserInput | UpdateUserInputDict) -> User: ...
    @overload
    async def update(self, *, id: str, updates: UpdateUserInput | UpdateUserInputDict) -> User: ...
    @overload
    async def update(
        self, *, user_id: str, updates: UpdateUserInput | UpdateUserInputDict
    ) -> User: ...
    async def update(
        self, userId: object = MISSING, updates: object = MISSING, **others: object
    ) -> User:
        """Change fields of a user.

        A field that is not given stays as it is; ``None`` clears it. The password is encrypted
        before it is sent; ``updates`` itself is not changed.

        Args:
            userId: Id of the user; ``id`` and ``user_id`` are other names for it.
            updates: The fields to change. ``signedUp``, ``registerSource`` and ``isDeleted``
                cannot be changed through the API.

        Returns:
            The user as it is now.

        Raises:
            InvalidInputError: A field is unknown or of the wrong type; nothing was sent.
            NotFoundError: There is no such user.
            ConflictError: The user name, e-mail address or phone number is taken.

        API: mutation ``updateUser``.
        """
        updates = mask_password(updates)
        checked_id = user_id_argument("update", userId, others, also=("id", "user_id"))
        is_mutation = user_updates(updates)
        if is_mutation.password is not None:
            is_mutation.password = await self._passwords.encrypt(Secret(is_mutation.password))
        return await self._update(checked_id, is_mutation)

    async def _update(
        self, user_id: str, is_mutation: UpdateUserInput, *, with_custom_data: bool = False
    ) -> User:
        return await self._api.update_user(
            user_id, is_mutation, with_custom_data=with_custom_data or UNSET
        )

    async def delete(self, userId: str) -> CommonMessage:
        """Delete a user.

        Args:
            userId: Id of the user.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            NotFoundError: There is no such user.

        API: mutation ``deleteUser``.
        """
        message = await self._api.delete_user(non_empty_string(userId, "userId"))
        return require_outcome(message, "DeleteUser")

    async def delete_many(self, userIds: Iterable[str]) -> CommonMessage:
        """Delete several users; none, when one of the ids is unknown.

        Args:
            userIds: Ids of the users.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            NotFoundError: One of the users does not exist.

        API: mutation ``deleteUsers``.
        """
        ids = non_empty_string_list(userIds, "userIds", "delete_many(['USER_ID'])")
        return require_outcome(await self._api.delete_users(ids), "DeleteUsers")
