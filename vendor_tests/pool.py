"""All that a user pool holds, read without any SDK."""

from typing import Any

from .api_schema import leaves
from .pairs import ROLE
from .scene import Scene

_USERS = f"""
totalCount
list {{
  {leaves("User")}
  identities {{ {leaves("Identity")} }}
  customData {{ {leaves("UserCustomData")} }}
  groups {{ list {{ code }} }}
  roles {{ list {{ code }} }}
  departments {{ list {{ {leaves("UserDepartment")} department {{ code }} }} }}
  authorizedResources(namespace: "default") {{ list {{ {leaves("AuthorizedResource")} }} }}
}}
"""
_POOL = f"""
query Pool($roles: [String]!) {{
  users(limit: 100) {{ {_USERS} }}
  archivedUsers(limit: 100) {{ {_USERS} }}
  roles(limit: 100) {{
    list {{ {leaves("Role")} parent {{ code }} users(limit: 100) {{ list {{ id }} }} }}
  }}
  groups(limit: 100) {{ list {{ {leaves("Group")} users(limit: 100) {{ list {{ id }} }} }} }}
  policies(limit: 100) {{
    list {{
      {leaves("Policy")}
      statements {{ {leaves("PolicyStatement")} }}
      assignments(limit: 100) {{ {leaves("PolicyAssignment")} }}
    }}
  }}
  userFields: udf(targetType: USER) {{ {leaves("UserDefinedField")} }}
  roleFields: udf(targetType: ROLE) {{ {leaves("UserDefinedField")} }}
  roleValues: udfValueBatch(targetType: ROLE, targetIds: $roles) {{
    {leaves("UserDefinedDataMap")} data {{ {leaves("UserDefinedData")} }}
  }}
}}
"""


def read_pool(scene: Scene) -> dict[str, Any]:
    """Read users, roles, groups, policies, custom fields and their values, mails, and logins."""
    roles = [id_ for id_, name in scene.names.items() if name == ROLE]
    return {
        **scene.ask(_POOL, roles=roles),
        "mails": scene.get("/emulator/v1/outbox")["mails"],
        "ada's login": scene.get("/api/v2/users/login-status", userId=scene.ada),
    }
