# Derived from authing_users/_async/users/find.py: change that, and run `make generate`.

"""Find users by exact identifiers."""

from typing import cast, overload
from uuid import UUID

from authing_graphql import UNSET, FindUserByIdentityInputDict

from ..._inputs.search import FindDict, FindOptionsDict, FoundIdentity, find_criteria
from ..._inputs.signatures import WrongKeyOrValue, show_last_overload
from ..._runtime.user_type import UserT_co
from ..base import UserClientBase


class Finding(UserClientBase[UserT_co]):
    """Finds users by exact identifiers."""

    def exists(
        self,
        username: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        external_id: str | UUID | None = None,
    ) -> bool:
        """Check whether a user with these identifiers exists. At least one is required.

        Empty strings count as not given.

        Args:
            username: Username, case-sensitive.
            email: Email address, case-insensitive.
            phone: Phone number.
            external_id: The user's ID in an external system.

        Returns:
            Whether the user exists.

        Raises:
            InvalidInputError: No identifier is given, or one is not a string or is blank.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``isUserExists``.
        """
        keywords = {
            "username": username,
            "email": email,
            "phone": phone,
            "external_id": external_id,
        }
        criteria = find_criteria("exists", None, keywords)
        exists = self._api.is_user_exists(
            username=criteria.username,
            email=criteria.email,
            phone=criteria.phone,
            external_id=criteria.external_id,
        )
        return bool(exists)

    @overload
    def find(
        self,
        options: FindDict[WrongKeyOrValue] | None = None,
        *,
        username: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        externalId: str | UUID | None = None,
        external_id: str | UUID | None = None,
        identity: FoundIdentity[WrongKeyOrValue] | None = None,
        with_custom_data: bool = False,
    ) -> UserT_co | None: ...
    @overload
    def find(  # type: ignore[overload-cannot-match]
        self,
        options: FindOptionsDict = ...,
        *,
        username: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        externalId: str | UUID | None = None,
        external_id: str | UUID | None = None,
        identity: FindUserByIdentityInputDict = ...,
        with_custom_data: bool = False,
    ) -> UserT_co | None: ...
    @show_last_overload
    def find(
        self,
        options: object = None,
        *,
        username: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        externalId: str | UUID | None = None,
        external_id: str | UUID | None = None,
        identity: object = None,
        with_custom_data: bool = False,
    ) -> UserT_co | None:
        """Find one user by exact identifiers. The user must match all that are given.

        Empty strings count as not given.

        Args:
            options: The identifiers as a dict, instead of by keyword.
            username: Username, case-sensitive.
            email: Email address, case-insensitive.
            phone: Phone number.
            externalId: The user's ID in an external system.
            external_id: Another name of ``externalId``.
            identity: An identity at an identity provider that is linked to the user.
            with_custom_data: Whether to include the values of the user's custom fields.

        Returns:
            The user, or ``None`` if no user matches.

        Raises:
            InvalidInputError: No identifier is given, or one is invalid.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``findUser``.
        """
        keywords = {
            "username": username,
            "email": email,
            "phone": phone,
            "externalId": externalId,
            "external_id": external_id,
            "identity": identity,
        }
        criteria = find_criteria("find", options, keywords, with_custom_data=with_custom_data)
        user = self._api.find_user(
            username=criteria.username,
            email=criteria.email,
            phone=criteria.phone,
            external_id=criteria.external_id,
            identity=criteria.identity,
            with_custom_data=criteria.with_custom_data or UNSET,
        )
        return cast("UserT_co | None", user)
