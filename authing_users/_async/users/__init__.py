"""The users of a user pool."""

from .accounts import AsyncAccounts
from .groups import AsyncGroups
from .lookup import AsyncLookup
from .roles import AsyncRoles
from .sessions import AsyncSessions


class AsyncUsersManagementClient(
    AsyncAccounts,
    AsyncLookup,
    AsyncGroups,
    AsyncRoles,
    AsyncSessions,
):
    """Manages the users of a user pool.

    - accounts: ``create``, ``update``, ``delete``, ``delete_many``
    - lookup: ``detail``, ``batch``, ``list``, ``iter_list``, ``find``, ``search``, ``iter_search``
    - groups: ``list_groups``, ``add_group``, ``remove_group``
    - roles: ``list_roles``, ``add_roles``, ``remove_roles``
    - sessions: ``refresh_token``
    """
