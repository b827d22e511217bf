# Derived from authing_users/_async/users/accounts.py: change that, and run `make generate`.

"""Create, update and delete users."""

from collections.abc import Mapping
from functools import cached_property
from typing import cast, overload

from authing_graphql import (
    UNSET,
    CommonMessage,
    CreateUserIdentityInputDict,
    UpdateUserInput,
    UpdateUserInputDict,
)

from ..._inputs.checks import boolean, non_empty_string
from ..._inputs.custom_fields import creation_params
from ..._inputs.signatures import NOT_GIVEN, WrongKeyOrValue, show_last_overload
from ..._inputs.users import (
    UPDATE_HINTS,
    NewIdentity,
    UserInfo,
    UserInfoDict,
    UserUpdates,
    mask_password,
    new_identity,
    new_user,
    user_id_argument,
    user_updates,
)
from ..._protocol.response import require_outcome
from ..._runtime.secret import Secret
from ..._runtime.user_type import UserT_co
from ...errors import AuthingError, PartialFailureError
from ..base import UserClientBase
from ..passwords import Passwords


class Accounts(UserClientBase[UserT_co]):
    """Creates, updates and deletes users."""

    @cached_property
    def _passwords(self) -> Passwords:
        return Passwords(self._transport)

    @overload
    def create(
        self,
        userInfo: UserInfo[WrongKeyOrValue],
        keep_password: bool = False,
        custom_data: Mapping[str, object] | None = None,
        *,
        reset_password_on_first_login: bool = False,
        identity: NewIdentity[WrongKeyOrValue] | None = None,
    ) -> UserT_co: ...
    @overload
    def create(  # type: ignore[overload-cannot-match]
        self,
        userInfo: UserInfoDict,
        keep_password: bool = False,
        custom_data: Mapping[str, object] | None = None,
        *,
        reset_password_on_first_login: bool = False,
        identity: CreateUserIdentityInputDict = ...,
    ) -> UserT_co: ...
    @show_last_overload
    def create(
        self,
        userInfo: object,
        keep_password: bool = False,
        custom_data: Mapping[str, object] | None = None,
        *,
        reset_password_on_first_login: bool = False,
        identity: object = None,
    ) -> UserT_co:
        """Create a user. No verification code is required.

        The password is encrypted before it is sent. ``userInfo`` is not modified. The API cannot
        set ``city`` and ``province`` on creation, so a second request sets them.

        Args:
            userInfo: Fields of the user, with at least one identifier such as ``username``,
                ``email`` or ``phone``. A dict has the API's camelCase keys. It can have those of
                the option ``create_input`` too. ``lastLogin`` and ``signedUp`` can be ``datetime``
                objects with a time zone, ``birthdate`` a ``date`` and ``externalId`` a ``UUID``.
            keep_password: Whether the password is a hash migrated from another system, to be
                stored unchanged.
            custom_data: Values of custom fields, by key.
            reset_password_on_first_login: Whether the user must choose a new password at the
                first login.
            identity: An identity at an identity provider to link to the user.

        Returns:
            The user as stored.

        Raises:
            InvalidInputError: A field is unknown or has the wrong type.
            ConflictError: Another user has the value of a unique field, which ``field`` names.
            PartialFailureError: The user was created, but ``city`` and ``province`` could not be
                set. The error's ``user_id`` is the ID of the user.
            InvalidRequestError: A value is invalid, such as a password of less than 6 characters.
            NotFoundError: A custom field does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``createUser``, then ``updateUser`` for ``city`` and ``province``.
        """
        masked = mask_password(userInfo)
        del userInfo  # tracebacks with locals would show the password
        config = self._transport.config
        user_info, updates = new_user(masked, config.create_input, config.update_input)
        params = UNSET if custom_data is None else creation_params(custom_data)
        resets = boolean(reset_password_on_first_login, "reset_password_on_first_login")
        identity_input = UNSET if identity is None else new_identity(identity)
        if user_info.password is not None:
            user_info.password = self._passwords.encrypt(Secret(user_info.password))
        user = self._api.create_user(
            user_info,
            keep_password=boolean(keep_password, "keep_password") or UNSET,
            reset_password_on_first_login=resets or UNSET,
            params=params,
            identity=identity_input,
            with_custom_data=UNSET if custom_data is None else True,
        )
        if updates is None:
            return cast("UserT_co", user)
        try:
            return self._update(user.id, updates, with_custom_data=custom_data is not None)
        except AuthingError as error:
            raise PartialFailureError(
                f"User {user.id} was created, but city and province could not be set",
                user_id=user.id,
                completed="CreateUser",
                error=error,
            ) from error

    @overload
    def update(
        self, *, id: str, updates: UserUpdates[WrongKeyOrValue], with_custom_data: bool = False
    ) -> UserT_co: ...
    @overload
    def update(
        self, *, user_id: str, updates: UserUpdates[WrongKeyOrValue], with_custom_data: bool = False
    ) -> UserT_co: ...
    @overload
    def update(
        self, userId: str, updates: UserUpdates[WrongKeyOrValue], *, with_custom_data: bool = False
    ) -> UserT_co: ...
    @overload
    def update(  # type: ignore[overload-cannot-match]
        self, userId: str, updates: UpdateUserInputDict, *, with_custom_data: bool = False
    ) -> UserT_co: ...
    @show_last_overload
    def update(
        self,
        userId: object = NOT_GIVEN,
        updates: object = NOT_GIVEN,
        *,
        with_custom_data: bool = False,
        **others: object,
    ) -> UserT_co:
        """Update fields of a user.

        Fields that are not given stay unchanged, and ``None`` clears a field. The password is
        encrypted before it is sent. ``updates`` is not modified.

        Args:
            userId: ID of the user. ``id`` and ``user_id`` are other names of this argument.
            updates: The fields to update. The API cannot update ``signedUp``, ``registerSource``
                and ``isDeleted``. A dict can have the keys of the option ``update_input`` too.
                Values can have the types that ``create`` accepts; ``tokenExpiredAt`` can be a
                ``datetime`` too.
            with_custom_data: Whether to include the values of the user's custom fields.

        Returns:
            The updated user.

        Raises:
            InvalidInputError: The ID is missing, or a field is unknown or has the wrong type.
            NotFoundError: The user does not exist.
            ConflictError: Another user has the value of a unique field, which ``field`` names.
            InvalidRequestError: A value is invalid, such as a password of less than 6 characters.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``updateUser``.
        """
        updates = mask_password(updates)
        user_id = user_id_argument(
            "update", userId, others, aliases=("id", "user_id"), hints=UPDATE_HINTS
        )
        fields = user_updates(updates, self._transport.config.update_input)
        if fields.password is not None:
            fields.password = self._passwords.encrypt(Secret(fields.password))
        return self._update(
            user_id, fields, with_custom_data=boolean(with_custom_data, "with_custom_data")
        )

    def delete(self, userId: str) -> CommonMessage:
        """Delete a user.

        Args:
            userId: ID of the user.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``userId`` is empty.
            NotFoundError: The user does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``deleteUser``.
        """
        message = self._api.delete_user(non_empty_string(userId, "userId"))
        return require_outcome(message, "DeleteUser")

    def _update(
        self, user_id: str, fields: UpdateUserInput, *, with_custom_data: bool = False
    ) -> UserT_co:
        user = self._api.update_user(user_id, fields, with_custom_data=with_custom_data or UNSET)
        return cast("UserT_co", user)
