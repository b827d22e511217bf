# Derived from authing_users/_async/users/__init__.py: change that, and run `make generate`.

"""The users of a user pool."""

from ..._runtime.user_type import UserT_co
from .accounts import Accounts
from .action_log import ActionLog
from .batch_iteration import BatchIteration
from .bulk import BulkCreation
from .bulk_calls import BulkCalls
from .custom_fields import UserCustomFields
from .find import Finding
from .groups import UserGroups
from .identities import Identities
from .lifecycle import Lifecycle
from .lookup import Lookup
from .permissions import UserPermissions
from .planning import Planning
from .policies import UserPolicies
from .roles import UserRoles
from .search import Search
from .sessions import Sessions
from .shards import Shards
from .statistics import Statistics

__all__ = ["UsersManagementClient"]


class UsersManagementClient(
    Accounts[UserT_co],
    BulkCreation[UserT_co],
    BulkCalls,
    BatchIteration[UserT_co],
    Planning[UserT_co],
    Shards[UserT_co],
    Lookup[UserT_co],
    Finding[UserT_co],
    Search[UserT_co],
    UserGroups,
    UserRoles,
    UserPolicies,
    UserPermissions[UserT_co],
    UserCustomFields,
    Identities,
    Lifecycle[UserT_co],
    ActionLog,
    Statistics,
    Sessions,
):
    """Manages the users of a user pool.

    - accounts: ``create``, ``create_users``, ``update``, ``delete``
    - many users: ``create_many``, ``update_many``, ``upsert_many``, ``delete_many``,
      ``iter_batch``
    - plans: ``plan``, ``apply``
    - lookup: ``detail``, ``batch``, ``batch_get``, ``list``, ``iter_list``,
      ``list_archived_users``, ``iter_archived_users``
    - exact search: ``find``, ``exists``
    - search: ``search``, ``iter_search``, ``filter``, ``iter_filter``
    - groups: ``list_groups``, ``add_group``, ``remove_group``
    - roles: ``list_roles``, ``has_role``, ``add_roles``, ``remove_roles``
    - policies: ``list_policies``, ``iter_policies``, ``add_policies``, ``remove_policies``
    - permissions: ``list_authorized_resources``, ``check_resource_permission_batch``,
      ``list_authorized_resources_of_resource_kind``, ``list_department``, ``list_org``
      or ``list_orgs``, ``get_user_tenants``
    - custom fields: ``list_udv``, ``set_udv``, ``remove_udv``, ``get_udf_value``,
      ``get_specific_udf_value``, ``get_udf_value_batch``, ``set_udf_value``,
      ``set_udf_value_batch``, ``remove_udf_value``
    - identities: ``link_identity``, ``unlink_identity``, ``unlink_by_user``
    - lifecycle: ``kick``, ``logout``, ``check_login_status``, ``suspend``, ``activate``,
      ``resign``, ``resign_batch``
    - action log: ``list_user_actions``, ``iter_user_actions``
    - shards: ``plan_shards``, ``run_shard``
    - statistics: ``get_application_login_user_num``, ``get_udf_field_user_num``
    - tokens and emails: ``refresh_token``, ``send_first_login_verify_email``
    """
