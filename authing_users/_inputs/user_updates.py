"""The changes of users who exist, with everything that a record can have."""

from collections.abc import Mapping, Sequence

from authing_graphql import UpdateUserInputDict

from .records import UserRecordIdentity, UserRecordStatus

__all__ = ["UserUpdatesDict"]


class UserUpdatesDict(UpdateUserInputDict, total=False):
    """The changes of a user: the fields that ``update`` takes, and what else a record has."""

    customData: Mapping[str, object] | None
    """Values of custom fields, by key. ``None`` removes a value."""
    groups: Sequence[str] | None
    """Codes of all groups that the user is to be a member of."""
    roles: Sequence[str] | None
    """Codes of all roles that the user is to have in the default permission namespace."""
    identities: Sequence[UserRecordIdentity] | None
    """Identities at identity providers to link to the user."""
    status: UserRecordStatus | None
    """Status of the account."""
