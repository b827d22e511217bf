"""Read the contents of a user pool without any SDK."""

from typing import Any

from .api_schema import leaf_fields
from .seeded_pool import ROLE, SeededPool

_RESOURCES = f"list {{ {leaf_fields('AuthorizedResource')} }}"
_USERS = f"""
totalCount
list {{
  {leaf_fields("User")}
  identities {{ {leaf_fields("Identity")} }}
  customData {{ {leaf_fields("UserCustomData")} }}
  groups {{ list {{ code }} }}
  roles {{ list {{ code }} }}
  departments {{ list {{ {leaf_fields("UserDepartment")} department {{ code }} }} }}
  authorizedResources(namespace: "default") {{ list {{ {leaf_fields("AuthorizedResource")} }} }}
}}
"""
_POOL = f"""
query Pool($roles: [String]!) {{
  users(limit: 100) {{ {_USERS} }}
  archivedUsers(limit: 100) {{ {_USERS} }}
  roles(limit: 100) {{
    list {{ {leaf_fields("Role")} parent {{ code }} users(limit: 100) {{ list {{ id }} }} }}
  }}
  groups(limit: 100) {{
    list {{ {leaf_fields("Group")} users(limit: 100) {{ list {{ id }} }} }}
  }}
  policies(limit: 100) {{
    list {{
      {leaf_fields("Policy")}
      statements {{ {leaf_fields("PolicyStatement")} }}
      assignments(limit: 100) {{ {leaf_fields("PolicyAssignment")} }}
    }}
  }}
  userFields: udf(targetType: USER) {{ {leaf_fields("UserDefinedField")} }}
  roleFields: udf(targetType: ROLE) {{ {leaf_fields("UserDefinedField")} }}
  roleValues: udfValueBatch(targetType: ROLE, targetIds: $roles) {{
    {leaf_fields("UserDefinedDataMap")} data {{ {leaf_fields("UserDefinedData")} }}
  }}
}}
"""
NAMESPACES = ("default", "shop", "store")
_GRANTS = f"""
query Grants($namespace: String!) {{
  users {{ list {{ authorizedResources(namespace: $namespace) {{ {_RESOURCES} }} }} }}
  groups {{ list {{ authorizedResources(namespace: $namespace) {{ {_RESOURCES} }} }} }}
  roles(namespace: $namespace) {{ list {{ authorizedResources {{ {_RESOURCES} }} }} }}
  orgs {{ list {{ nodes {{ authorizedResources(namespace: $namespace) {{ {_RESOURCES} }} }} }} }}
}}
"""


def pool_snapshot(pool: SeededPool) -> dict[str, Any]:
    """Read users, roles, groups, policies, custom fields and values, mails, and Ada's login."""
    role_ids = [id_ for id_, placeholder in pool.placeholders.items() if placeholder == ROLE]
    return {
        **pool.graphql(_POOL, roles=role_ids),
        "grants": {
            namespace: pool.graphql(_GRANTS, namespace=namespace) for namespace in NAMESPACES
        },
        "namespaces": pool.get(f"/api/v2/resource-namespace/{pool.pool_id}"),
        "resources": [
            pool.get("/api/v2/resources", namespace=namespace) for namespace in NAMESPACES
        ],
        "mails": pool.get("/emulator/v1/outbox")["mails"],
        "login_status": pool.get("/api/v2/users/login-status", userId=pool.ada),
    }
