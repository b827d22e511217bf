"""The public tests of the vendor's Python SDK 4.5.18, and the methods that they call.

A test compares both with the test files, which the SDK installs.
"""

from collections.abc import Mapping

_TESTS = {
    "users": """
    add_group add_policies add_roles add_udv_boolean add_udv_datetime add_udv_int
    add_udv_object add_udv_string add_udv_wrong_type batch batch_get_with_custom_data
    check_login_status check_resource_permission_batch_case1
    check_resource_permission_batch_case2 check_resource_permission_batch_case3
    check_resource_permission_batch_case4 check_resource_permission_batch_case5 create
    create_with_custom_data delete delete_many detail detail_with_custom_data_datetime
    detail_with_custom_data_number detail_with_custom_data_object
    detail_with_custom_data_string exists find find_with_custom_data_datetime
    find_with_custom_data_number find_with_custom_data_object
    find_with_custom_data_string has_role kick_users list list_archived_users
    list_authorized_resources_case1 list_authorized_resources_case2
    list_authorized_resources_of_resource_kind_case1
    list_authorized_resources_of_resource_kind_case2
    list_authorized_resources_without_namespace list_dept list_groups
    list_has_identities list_org list_roles list_user_actions list_with_custom_data
    logout refresh_token remove_duv remove_group remove_policies remove_roles search
    search_with_custom_data send_first_login_email set_udf_value set_udf_value_batch
    update
    """,
    "groups": """
    add_users create delete delete_many detail list list_authorized_resources
    list_authorized_resources_without_namespace list_users remove_users update
    update_code
    """,
    "roles": """
    add_policies add_users add_users_with_namespace create create_with_namespace delete
    delete_many delete_many_with_namespace delete_namespace detail detail_with_namespace
    get_specific_udf_value get_udf_value get_udf_value_batch list list_users
    list_users_with_custom_data list_users_with_namespace list_with_namespace
    list_without_namespace remove_policies remove_udf_value remove_users
    remove_users_with_namespace set_udf_value_batch set_udf_value_boolean_type
    set_udf_value_datetime_type set_udf_value_dict_type set_udf_value_int_type update
    update_with_namespace update_with_new_code update_with_new_code_with_namespace
    """,
    "policies": """
    add_assignments_to_role add_assignments_to_user create delete delete_many detail
    disable_assignments enable_assignments list remove_assignments update
    """,
    "udf": """
    add list_udf_value remove set_udf_value_batch
    """,
}

_METHODS = {
    "": """
    check_login_status
    """,
    "acl": """
    authorize_resource create_namespace
    """,
    "groups": """
    add_users create delete delete_many detail list list_authorized_resources list_users
    remove_users update
    """,
    "policies": """
    add_assignments create delete delete_many detail disable_assignment
    enable_assignment list list_assignments remove_assignments update
    """,
    "roles": """
    add_policies add_users create delete delete_many detail get_specific_udf_value
    get_udf_value get_udf_value_batch list list_policies list_users remove_policies
    remove_udf_value remove_users set_udf_value set_udf_value_batch update
    """,
    "udf": """
    list list_udf_value remove set set_udf_value_batch
    """,
    "users": """
    add_group add_policies add_roles batch batch_get check_login_status
    check_resource_permission_batch create delete delete_many detail exists find
    get_udf_value has_role kick list list_archived_users list_authorized_resources
    list_authorized_resources_of_resource_kind list_department list_groups list_org
    list_policies list_roles list_udv list_user_actions logout refresh_token
    remove_group remove_policies remove_roles remove_udv search
    send_first_login_verify_email set_udf_value set_udf_value_batch set_udv update
    """,
}

TESTS: Mapping[str, frozenset[str]] = {
    client: frozenset(names.split()) for client, names in _TESTS.items()
}
"""The names of the tests by client, without ``test_``."""

METHODS: Mapping[str, frozenset[str]] = {
    client: frozenset(names.split()) for client, names in _METHODS.items()
}
"""The called methods by client. The management client has the name ``""``."""
