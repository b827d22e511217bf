"""The state of the fault server, and its successful responses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

USER_ID = "5f7ddfe62ba819802422362e"
ISSUED_AT = 1_632_462_741
LIFETIME = 1_296_000

# Operations that change data. The fault server counts their executions.
MUTATIONS = frozenset({"CreateUser", "UpdateUser", "DeleteUser", "POST /api/v2/users/kick"})

Content = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A parsed request.

    Attributes:
        operation: GraphQL operation, or method and path of a REST request.
        token: Management token of the request, if any.
        variables: GraphQL variables, or the JSON body of a REST request.
    """

    operation: str
    token: str | None
    variables: Mapping[str, Any]

    @classmethod
    def parse(cls, target: str, headers: Mapping[str, str], body: bytes) -> "Request":
        """Parse a request.

        Args:
            target: Method and path.
            headers: Request headers, with lower-case names.
            body: Request body; empty if the server did not read it.
        """
        _, _, token = headers.get("authorization", "").partition(" ")
        content: Any = json.loads(body) if body else {}
        if "query" in content:
            return cls(content["operationName"], token or None, content["variables"])
        return cls(target, token or None, content)


@dataclass
class FakeService:
    """The users and the valid management tokens of a user pool."""

    users: dict[str, Content] = field(default_factory=lambda: {USER_ID: _user(USER_ID)})
    tokens: list[str] = field(default_factory=list[str])

    def handle(self, request: Request) -> Content:
        """Execute a request and return the content of the response."""
        name = request.operation
        if request.token is None:
            return self._issue_token() if name == "GetAccessToken" else _not_logged_in()
        if request.token not in self.tokens:
            return _not_logged_in()
        if name == "GET /api/v2/users/login-status":
            return _rest_response({"isLogin": True, "user": self.users[USER_ID]})
        if name == "POST /api/v2/users/kick":
            return _rest_response(None)
        if name == "POST /api/v2/users/create/batch":
            return _rest_response([{"success": True} for _ in request.variables["users"]])
        if name == "UpdateUser" and request.variables["id"] not in self.users:
            return api_error(2004, "The user does not exist")
        return {"data": self._graphql_data(name, request.variables)}

    def _graphql_data(self, name: str, variables: Mapping[str, Any]) -> Content:
        success = {"code": 200, "message": "ok"}
        if name == "ListUsers":
            return {"users": {"totalCount": len(self.users), "list": list(self.users.values())}}
        if name == "GetUser":
            return {"user": self.users.get(variables["id"])}
        if name == "CreateUser":
            user = _user(f"{len(self.users):024x}") | variables["userInfo"]
            return {"createUser": self.users.setdefault(user["id"], user)}
        if name == "UpdateUser":
            self.users[variables["id"]] |= variables["input"]
            return {"updateUser": self.users[variables["id"]]}
        if name == "DeleteUser":
            del self.users[variables["id"]]
            return {"deleteUser": success}
        if name == "CheckLoginStatus":
            return {"checkLoginStatus": {"code": 200, "status": True}}
        message = f"the fault server does not implement operation {name}"
        raise ValueError(message)

    def _issue_token(self) -> Content:
        self.tokens.append(f"canary-management-token-{len(self.tokens)}")
        lifetime = {"iat": ISSUED_AT, "exp": ISSUED_AT + LIFETIME}
        return {"data": {"accessToken": {"accessToken": self.tokens[-1], **lifetime}}}


def _rest_response(data: object) -> Content:
    return {"code": 200, "message": "ok", "data": data}


def api_error(code: int, message: str) -> Content:
    """Return an error in the API's format."""
    error = {"message": {"code": code, "message": message, "data": None}}
    return {"errors": [error], "data": None}


def _not_logged_in() -> Content:
    return api_error(2206, "The login has expired")


def _user(user_id: str) -> Content:
    return {
        "id": user_id,
        "arn": f"arn:cn:authing:59f86b4832eb28071bdd9214:user:{user_id}",
        "userPoolId": "59f86b4832eb28071bdd9214",
        "status": "Activated",
        "username": "bob",
        "email": "bob@example.com",
        "emailVerified": False,
        "nickname": "Bob",
        "registerSource": ["import:manual"],
        "token": "canary-user-token",
        "loginsCount": 3,
        "gender": "U",
        "blocked": False,
        "isDeleted": False,
        "createdAt": "2021-03-11T20:52:50+08:00",
    }
