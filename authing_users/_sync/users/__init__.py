# Derived from authing_users/_async/users/__init__.py by `make generate`; change that file instead.

"""The users of a user pool."""

from .accounts import Accounts
from .groups import Groups
from .lookup import Lookup
from .roles import Roles
from .sessions import Sessions


class UsersManagementClient(
    Accounts,
    Lookup,
    Groups,
    Roles,
    Sessions,
):
    """Manages the users of a user pool.

    - accounts: ``create``, ``update``, ``delete``, ``delete_many``
    - lookup: ``detail``, ``batch``, ``list``, ``iter_list``, ``find``, ``search``, ``iter_search``
    - groups: ``list_groups``, ``add_group``, ``remove_group``
    - roles: ``list_roles``, ``add_roles``, ``remove_roles``
    - sessions: ``refresh_token``
    """
