"""Seed the emulator's user pool for a test, without any SDK."""

import json
import re
from functools import cached_property
from typing import Any, Literal, Self, cast

import httpx
from tests.emulator.server import Server

# Placeholders that stand for IDs and tokens of a pool, in arguments and in normalized results.
ADA, BOB, EVE, ARCHIVED = "<ada>", "<bob>", "<eve>", "<archived>"
ROLE, TOKEN, POOL, RESOURCE = "<librarian>", "<token of ada>", "<pool>", "<books>"
ORG, ROOT_DEPARTMENT, DEPARTMENT = "<organization>", "<library>", "<hall>"

UNKNOWN_ID = "0" * 24

PROFILE = {
    "nickname": "Ada",
    "name": "Ada King",
    "company": "Analytical Engines",
    "gender": "F",
    "birthdate": "1815-12-10",
    "city": "London",
}

STATEMENTS = [
    {"resource": "books:*", "actions": ["books:read", "books:lend"], "effect": "ALLOW"},
    {"resource": "books:7", "actions": ["books:burn"], "effect": "DENY"},
]

CUSTOM_FIELD_TYPES = {
    "school": "STRING",
    "age": "NUMBER",
    "member": "BOOLEAN",
    "prefs": "OBJECT",
}

# Properties of `SeededPool` that create an object when they are first read.
Extra = Literal[
    "archived_user",
    "custom_fields",
    "custom_values",
    "datetime_field",
    "department",
    "department_grant",
    "disabled_user_policy",
    "group_policy",
    "identity_provider",
    "namespace",
    "policy",
    "resource",
    "role_id",
    "role_policy",
    "token",
    "user_grant",
    "user_policy",
]

_OPERATIONS = """
mutation CreateUser($input: CreateUserInput!) { createUser(userInfo: $input) { id } }
mutation UpdateUser($id: String!, $input: UpdateUserInput!) {
  updateUser(id: $id, input: $input) { id }
}
mutation AssignRole($role: String!, $user: String!) {
  assignRole(roleCode: $role, userIds: [$user]) { code }
}
mutation AddToGroup($group: String!, $user: String!) {
  addUserToGroup(code: $group, userIds: [$user]) { code }
}
mutation CreatePolicy($code: String!, $statements: [PolicyStatementInput!]!) {
  createPolicy(code: $code, statements: $statements) { code }
}
mutation AssignPolicy($policy: String!, $type: PolicyAssignmentTargetType!, $target: String!) {
  addPolicyAssignments(policies: [$policy], targetType: $type, targetIdentifiers: [$target]) {
    code
  }
}
mutation DisablePolicy($policy: String!, $user: String!) {
  disbalePolicyAssignment(policy: $policy, targetType: USER, targetIdentifier: $user) { code }
}
mutation SetField($target: UDFTargetType!, $key: String!, $type: UDFDataType!) {
  setUdf(targetType: $target, key: $key, dataType: $type, label: $key) { key }
}
mutation SetValue($target: UDFTargetType!, $id: String!, $key: String!, $value: String!) {
  setUdv(targetType: $target, targetId: $id, key: $key, value: $value) { key }
}
mutation RefreshToken($id: String!) { refreshToken(id: $id) { token } }
query AccessToken($pool: String!, $secret: String!) {
  accessToken(userPoolId: $pool, secret: $secret) { accessToken }
}
query GetRole($code: String!) { role(code: $code) { id } }
query GetDepartments($user: String!) {
  user(id: $user) { departments { list { department { id orgId path } } } }
}
mutation Authorize($resource: String!, $type: PolicyAssignmentTargetType!, $target: String!) {
  authorizeResource(
    resource: $resource
    opts: [{ targetType: $type, targetIdentifier: $target, actions: ["books:read"] }]
  ) { code }
}
"""


class SeededPool:
    """A user pool, reset to three users, two roles and two groups.

    Other objects are created when their property is first read, or by `ensure`. Two pools with the
    same contents only differ in IDs, tokens and times.

    Attributes:
        ada: ID of a user with a profile, a role and a group.
        bob: ID of a user with a phone number.
        eve: ID of a user with only an external ID.
        pool_id: ID of the pool.
        placeholders: Placeholders, by ID or token.
    """

    def __init__(self, emulator: Server) -> None:
        self._http = httpx.Client(base_url=emulator.url)
        self.pool_id = emulator.user_pool_id
        self._http.headers["x-authing-userpool-id"] = emulator.user_pool_id
        self._control("reset")
        self._control("seed", roles=["librarian", "clerk"], groups=["readers", "staff"])
        token = self._run("AccessToken", pool=emulator.user_pool_id, secret=emulator.secret)
        self._http.headers["authorization"] = f"Bearer {token['accessToken']}"
        self.ada = self._create_user(username="ada", email="ada@example.com")
        self.bob = self._create_user(username="bob", phone="18800000001")
        self.eve = self._create_user(username="eve", externalId="emp-3")
        self._run("UpdateUser", id=self.ada, input=PROFILE)
        self._run("AssignRole", role="librarian", user=self.ada)
        self._run("AddToGroup", group="readers", user=self.ada)
        self.placeholders = {
            emulator.user_pool_id: POOL,
            self.ada: ADA,
            self.bob: BOB,
            self.eve: EVE,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ensure(self, *extras: Extra) -> None:
        """Create the extras that do not exist yet."""
        for extra in extras:
            getattr(self, extra)

    def graphql(self, document: str, **variables: object) -> dict[str, Any]:
        """Execute a GraphQL document and return its data."""
        body = {"query": document, "variables": variables}
        response = self._http.post("/graphql/v2", json=body).json()
        if "errors" in response:
            message = response["errors"][0]["message"]
            raise AssertionError(f"Seeding failed: {message}\n{document}")
        data: dict[str, Any] = response["data"]
        return data

    def get(self, path: str, **query: str) -> Any:
        """Send a GET request and return the parsed response."""
        return self._http.get(path, params=query).json()

    def resolve(self, value: Any) -> Any:
        """Replace placeholders in arguments by the IDs and tokens of this pool."""
        if isinstance(value, dict):
            mapping = cast("dict[str, object]", value)
            return {self.resolve(key): self.resolve(item) for key, item in mapping.items()}
        if isinstance(value, list):
            items = cast("list[object]", value)
            return [self.resolve(item) for item in items]
        ids = {placeholder: id_ for id_, placeholder in self.placeholders.items()}
        return ids.get(value, value) if isinstance(value, str) else value

    @cached_property
    def token(self) -> str:
        """Token of a session of Ada."""
        token: str = self._run("RefreshToken", id=self.ada)["token"]
        self.placeholders[token] = TOKEN
        return token

    @cached_property
    def policy(self) -> str:
        """Code of a policy without assignments."""
        self._run("CreatePolicy", code="books", statements=STATEMENTS)
        return "books"

    @cached_property
    def user_policy(self) -> str:
        """Code of a policy that is assigned to Ada."""
        self._run("AssignPolicy", policy=self.policy, type="USER", target=self.ada)
        return self.policy

    @cached_property
    def disabled_user_policy(self) -> str:
        """Code of a policy that is assigned to Ada but disabled."""
        self._run("DisablePolicy", policy=self.user_policy, user=self.ada)
        return self.policy

    @cached_property
    def role_policy(self) -> str:
        """Code of a policy that is assigned to the role librarian."""
        self._run("AssignPolicy", policy=self.policy, type="ROLE", target="librarian")
        return self.policy

    @cached_property
    def group_policy(self) -> str:
        """Code of a policy that is assigned to the group readers."""
        self._run("AssignPolicy", policy=self.policy, type="GROUP", target="readers")
        return self.policy

    @cached_property
    def custom_fields(self) -> list[str]:
        """Keys of custom fields of users."""
        for key, data_type in CUSTOM_FIELD_TYPES.items():
            self._run("SetField", target="USER", key=key, type=data_type)
        return list(CUSTOM_FIELD_TYPES)

    @cached_property
    def custom_values(self) -> dict[str, object]:
        """Custom values of Ada."""
        self.ensure("custom_fields")
        values: dict[str, object] = {"school": "UCL", "age": 36, "member": False}
        for key, value in values.items():
            self._run("SetValue", target="USER", id=self.ada, key=key, value=json.dumps(value))
        return values

    @cached_property
    def datetime_field(self) -> str:
        """Key of a custom field of users of type DATETIME."""
        self._run("SetField", target="USER", key="birth", type="DATETIME")
        return "birth"

    @cached_property
    def role_id(self) -> str:
        """ID of the role librarian. The role has a custom value."""
        self._run("SetField", target="ROLE", key="floor", type="NUMBER")
        role_id: str = self._run("GetRole", code="librarian")["id"]
        self._run("SetValue", target="ROLE", id=role_id, key="floor", value="3")
        self.placeholders[role_id] = ROLE
        return role_id

    @cached_property
    def department(self) -> str:
        """Code of a department that Ada belongs to."""
        hall = {"name": "Reading room", "code": "hall", "members": [self.ada]}
        library = {"name": "Library", "code": "library", "children": [hall]}
        self._control("seed", organisations=[library])
        (membership,) = self._run("GetDepartments", user=self.ada)["departments"]["list"]
        root, hall_id = membership["department"]["path"]
        self.placeholders[membership["department"]["orgId"]] = ORG
        self.placeholders[root] = ROOT_DEPARTMENT
        self.placeholders[hall_id] = DEPARTMENT
        return "hall"

    @cached_property
    def department_grant(self) -> str:
        """Resource that the department of Ada has access to."""
        self.ensure("department")
        ids = {placeholder: id_ for id_, placeholder in self.placeholders.items()}
        self._run("Authorize", resource="books:*", type="ORG", target=ids[DEPARTMENT])
        return "books:*"

    @cached_property
    def user_grant(self) -> str:
        """Resource that Ada has access to."""
        self._run("Authorize", resource="books:1", type="USER", target=self.ada)
        return "books:1"

    @cached_property
    def namespace(self) -> str:
        """Code of a permission namespace."""
        self._post(f"/api/v2/resource-namespace/{self.pool_id}", code="shop", name="Shop")
        return "shop"

    @cached_property
    def resource(self) -> str:
        """Code of a resource that is registered in the namespace."""
        actions = [{"name": "books:read", "description": "Read books"}]
        resource = self._post(
            "/api/v2/resources",
            namespace=self.namespace,
            code="books",
            type="DATA",
            actions=actions,
        )
        self.placeholders[resource["id"]] = RESOURCE
        return "books"

    @cached_property
    def identity_provider(self) -> str:
        """Identifier of an identity provider that Ada has a linked account at."""
        link = {
            "identifier": "wechat",
            "extIdpId": UNKNOWN_ID,
            "userId": self.ada,
            "userIdInIdp": "wx-1",
            "isSocial": True,
            "type": "generic",
        }
        self._post("/api/v2/users/identity/link", **link)
        return "wechat"

    @cached_property
    def archived_user(self) -> str:
        """ID of an archived user."""
        user_id = self._create_user(username="old")
        self._control("seed", archived=[user_id])
        self.placeholders[user_id] = ARCHIVED
        return user_id

    def _post(self, path: str, **content: object) -> Any:
        """Call a REST endpoint and return the data of the response."""
        response = self._http.post(path, json=content).json()
        if response["code"] != 200:
            raise AssertionError(f"Seeding failed: {response['message']}")
        return response.get("data")

    def _control(self, path: str, **content: object) -> None:
        """Call the emulator's control API."""
        self._http.post(f"/emulator/v1/{path}", json=content).raise_for_status()

    def _run(self, operation: str, **variables: object) -> Any:
        """Execute an operation of `_OPERATIONS` and return the value of its only field."""
        match = re.search(
            rf"^(?:query|mutation) {operation}\b.*?(?=^\w|\Z)",
            _OPERATIONS,
            re.MULTILINE | re.DOTALL,
        )
        assert match is not None
        (value,) = self.graphql(match.group(), **variables).values()
        return value

    def _create_user(self, **fields: str) -> str:
        user_id: str = self._run("CreateUser", input=fields)["id"]
        return user_id
