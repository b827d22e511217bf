"""Every method of the users clients of the vendor's SDKs exists."""

import pytest

from authing_users import AsyncUsersManagementClient, UsersManagementClient

# The vendor's name, and ours if it differs. JavaScript uses camelCase.
PYTHON = """
    create update detail delete delete_many batch batch_get list list_archived_users exists find
    search refresh_token list_groups add_group remove_group list_roles add_roles remove_roles
    has_role list_policies add_policies remove_policies list_udv set_udv remove_udv get_udf_value
    get_udf_value_batch set_udf_value set_udf_value_batch remove_udf_value list_org
    list_department list_authorized_resources check_resource_permission_batch
    list_authorized_resources_of_resource_kind kick logout check_login_status list_user_actions
    send_first_login_verify_email
"""
JAVASCRIPT = """
    create update detail delete deleteMany=delete_many batch list filter
    listArchivedUsers=list_archived_users exists find search refreshToken=refresh_token
    listGroups=list_groups addGroup=add_group removeGroup=remove_group listRoles=list_roles
    addRoles=add_roles removeRoles=remove_roles hasRole=has_role getUdfValue=get_udf_value
    getUdfValueBatch=get_udf_value_batch setUdfValue=set_udf_value
    setUdfValueBatch=set_udf_value_batch removeUdfValue=remove_udf_value listOrgs=list_orgs
    listDepartment=list_department listAuthorizedResources=list_authorized_resources kick logout
    checkLoginStatus=check_login_status listUserActions=list_user_actions
    sendFirstLoginVerifyEmail=send_first_login_verify_email getUserTenants=get_user_tenants
    linkIdentity=link_identity unlinkIdentity=unlink_identity
    getApplicationLoginUserNum=get_application_login_user_num
    getUdfFieldUserNum=get_udf_field_user_num resignUser=resign resignUserBatch=resign_batch
"""
# Methods of other SDKs that neither of the two has.
OTHERS = """
    CreateUsers=create_users unlinkByUser=unlink_by_user SuspendUser=suspend ActivateUser=activate
"""


def pairs() -> list[tuple[str, str]]:
    names = dict.fromkeys(f"{PYTHON} {JAVASCRIPT} {OTHERS}".split())
    return [(name.partition("=")[0], name.rpartition("=")[2]) for name in names]


@pytest.mark.parametrize("client", [UsersManagementClient, AsyncUsersManagementClient])
@pytest.mark.parametrize(("vendors", "ours"), pairs())
def test_every_method_of_the_vendor_sdks_exists(client: type, vendors: str, ours: str) -> None:
    assert callable(getattr(client, ours, None)), f"{vendors} is missing"
