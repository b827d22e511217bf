"""Methods of the vendor's SDKs without a call pair, each with the reason."""

UNPAIRED_METHODS: dict[str, str] = {
    **{
        f"python org.{method}": "authing_users only reads organizations"
        for method in (
            *("add_members", "add_node", "create", "create_node", "create_org", "delete_by_id"),
            *("delete_members", "delete_node", "export_all", "export_by_org_id"),
            *("import_by_json", "move_members", "move_node", "set_main_department", "start_sync"),
            "update_node",
        )
    },
    **{
        f"python org.{method}": "authing_users does not manage roles of departments"
        for method in ("add_roles", "list_roles", "remove_roles")
    },
    **{
        f"python acl.{method}": "authing_users does not manage applications"
        for method in (
            *("allow_access_application", "create_programmatic_access_account"),
            *("delete_application_access_policies", "delete_programmatic_access_account"),
            *("deny_access_application", "disable_application_access_policies"),
            *("disable_programmatic_access_account", "enable_application_access_policies"),
            *("enable_programmatic_access_account", "programmatic_access_account_list"),
            *("refresh_programmatic_access_account_secret",),
            "update_default_application_access_policy",
        )
    },
}
