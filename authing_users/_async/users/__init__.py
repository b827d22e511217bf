"""The users of a user pool."""

from ..._runtime.user_type import UserT_co
from .accounts import AsyncAccounts
from .action_log import AsyncActionLog
from .batch_iteration import AsyncBatchIteration
from .bulk import AsyncBulkCreation
from .bulk_calls import AsyncBulkCalls
from .custom_fields import AsyncUserCustomFields
from .find import AsyncFinding
from .groups import AsyncUserGroups
from .identities import AsyncIdentities
from .lifecycle import AsyncLifecycle
from .lookup import AsyncLookup
from .permissions import AsyncUserPermissions
from .planning import AsyncPlanning
from .policies import AsyncUserPolicies
from .roles import AsyncUserRoles
from .search import AsyncSearch
from .sessions import AsyncSessions
from .shards import AsyncShards
from .statistics import AsyncStatistics

__all__ = ["AsyncUsersManagementClient"]


class AsyncUsersManagementClient(
    AsyncAccounts[UserT_co],
    AsyncBulkCreation[UserT_co],
    AsyncBulkCalls,
    AsyncBatchIteration[UserT_co],
    AsyncPlanning[UserT_co],
    AsyncShards[UserT_co],
    AsyncLookup[UserT_co],
    AsyncFinding[UserT_co],
    AsyncSearch[UserT_co],
    AsyncUserGroups,
    AsyncUserRoles,
    AsyncUserPolicies,
    AsyncUserPermissions[UserT_co],
    AsyncUserCustomFields,
    AsyncIdentities,
    AsyncLifecycle[UserT_co],
    AsyncActionLog,
    AsyncStatistics,
    AsyncSessions,
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
