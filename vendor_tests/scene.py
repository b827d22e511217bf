"""What a call finds in the user pool."""

import re
from functools import cached_property
from typing import Any, cast

import httpx
from tests.emulator.server import Server

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

FIELDS = {
    "school": "STRING",
    "age": "NUMBER",
    "member": "BOOLEAN",
    "prefs": "OBJECT",
}

_ADMIN = """
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
  user(id: $user) { departments { list { department { id } } } }
}
"""


class Scene:
    """An emptied user pool with three users, two roles and two groups.

    The rest is made when it is asked for. Two scenes are alike but for ids and times.

    Attributes:
        ada: Id of a user with a profile, a role and a group.
        bob: Id of a user with a phone number.
        eve: Id of a user with nothing but an external id.
        names: What each id of the scene is called when two scenes are compared.
    """

    def __init__(self, emulator: Server) -> None:
        self._emulator = emulator
        self._http = httpx.Client(base_url=emulator.url)
        self._http.headers["x-authing-userpool-id"] = emulator.user_pool_id
        self.control("reset")
        self.control("seed", roles=["librarian", "clerk"], groups=["readers", "staff"])
        token = self.admin("AccessToken", pool=emulator.user_pool_id, secret=emulator.secret)
        self._http.headers["authorization"] = f"Bearer {token['accessToken']}"
        self.ada = self._user(username="ada", email="ada@example.com")
        self.bob = self._user(username="bob", phone="18800000001")
        self.eve = self._user(username="eve", externalId="emp-3")
        self.admin("UpdateUser", id=self.ada, input=PROFILE)
        self.admin("AssignRole", role="librarian", user=self.ada)
        self.admin("AddToGroup", group="readers", user=self.ada)
        self.names = {
            emulator.user_pool_id: "<pool>",
            self.ada: "<ada>",
            self.bob: "<bob>",
            self.eve: "<eve>",
        }

    def close(self) -> None:
        """Close the connection to the emulator."""
        self._http.close()

    def control(self, path: str, **content: object) -> None:
        """Call a control path of the emulator."""
        self._http.post(f"/emulator/v1/{path}", json=content).raise_for_status()

    def admin(self, operation: str, **variables: object) -> Any:
        """Do something to the pool without any SDK, and return the answer's only field."""
        match = re.search(
            rf"^(?:query|mutation) {operation}\b.*?(?=^\w|\Z)", _ADMIN, re.MULTILINE | re.DOTALL
        )
        assert match is not None
        (value,) = self.ask(match.group(), **variables).values()
        return value

    def ask(self, document: str, **variables: object) -> dict[str, Any]:
        """Carry out a GraphQL document without any SDK, and return its data."""
        body = {"query": document, "variables": variables}
        answer = self._http.post("/graphql/v2", json=body).json()
        if "errors" in answer:
            raise AssertionError(f"The scene needs {document}: {answer['errors'][0]['message']}")
        data: dict[str, Any] = answer["data"]
        return data

    def get(self, path: str, **query: str) -> Any:
        """Read a REST or control path without any SDK."""
        return self._http.get(path, params=query).json()

    def post(self, path: str, **content: object) -> None:
        """Post to a REST path without any SDK."""
        answer = self._http.post(path, json=content).json()
        if answer["code"] != 200:
            raise AssertionError(f"The scene needs {path}: {answer['message']}")

    def fill(self, value: Any) -> Any:
        """Put the ids of the scene in the places of their names."""
        if isinstance(value, dict):
            mapping = cast("dict[str, object]", value)
            return {self.fill(key): self.fill(item) for key, item in mapping.items()}
        if isinstance(value, list):
            items = cast("list[object]", value)
            return [self.fill(item) for item in items]
        ids = {name: id_ for id_, name in self.names.items()}
        return ids.get(value, value) if isinstance(value, str) else value

    @cached_property
    def token(self) -> str:
        """A token that Ada is logged in with."""
        token: str = self.admin("RefreshToken", id=self.ada)["token"]
        self.names[token] = "<token of ada>"
        return token

    @cached_property
    def policy(self) -> str:
        """A policy that nobody has."""
        self.admin("CreatePolicy", code="books", statements=STATEMENTS)
        return "books"

    @cached_property
    def adas_policy(self) -> str:
        """A policy that Ada has."""
        self.admin("AssignPolicy", policy=self.policy, type="USER", target=self.ada)
        return self.policy

    @cached_property
    def disabled_policy(self) -> str:
        """A policy that Ada has, switched off."""
        self.admin("DisablePolicy", policy=self.adas_policy, user=self.ada)
        return self.policy

    @cached_property
    def librarians_policy(self) -> str:
        """A policy that the role librarian has."""
        self.admin("AssignPolicy", policy=self.policy, type="ROLE", target="librarian")
        return self.policy

    @cached_property
    def readers_policy(self) -> str:
        """A policy that the group readers has."""
        self.admin("AssignPolicy", policy=self.policy, type="GROUP", target="readers")
        return self.policy

    @cached_property
    def fields(self) -> list[str]:
        """Custom fields of users."""
        for key, data_type in FIELDS.items():
            self.admin("SetField", target="USER", key=key, type=data_type)
        return list(FIELDS)

    @cached_property
    def values(self) -> dict[str, object]:
        """Custom values of Ada."""
        assert self.fields
        for key, text in (("school", '"UCL"'), ("age", "36"), ("member", "false")):
            self.admin("SetValue", target="USER", id=self.ada, key=key, value=text)
        return {"school": "UCL", "age": 36, "member": False}

    @cached_property
    def birth(self) -> str:
        """A custom field of users that holds a date and time."""
        self.admin("SetField", target="USER", key="birth", type="DATETIME")
        return "birth"

    @cached_property
    def role(self) -> str:
        """Id of the role that Ada has, which has custom fields as well."""
        self.admin("SetField", target="ROLE", key="floor", type="NUMBER")
        role: str = self.admin("GetRole", code="librarian")["id"]
        self.admin("SetValue", target="ROLE", id=role, key="floor", value="3")
        self.names[role] = "<librarian>"
        return role

    @cached_property
    def department(self) -> str:
        """Code of a department that Ada is in."""
        hall = {"name": "Reading room", "code": "hall", "members": [self.ada]}
        library = {"name": "Library", "code": "library", "children": [hall]}
        self.control("seed", organisations=[library])
        (place,) = self.admin("GetDepartments", user=self.ada)["departments"]["list"]
        self.names[place["department"]["id"]] = "<hall>"
        return "hall"

    @cached_property
    def identity(self) -> str:
        """An account at an identity provider that is linked to Ada."""
        link = {"userId": self.ada, "userIdInIdp": "wx-1", "isSocial": True, "type": "generic"}
        self.post("/api/v2/users/identity/link", identifier="wechat", extIdpId="0" * 24, **link)
        return "wechat"

    @cached_property
    def archived(self) -> str:
        """Id of an archived user."""
        user = self._user(username="old")
        self.control("seed", archived=[user])
        self.names[user] = "<old>"
        return user

    def _user(self, **fields: str) -> str:
        user: str = self.admin("CreateUser", input=fields)["id"]
        return user
