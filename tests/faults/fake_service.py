"""What the fault server knows, and what it truthfully answers when nothing is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

USER_ID = "5f7ddfe62ba819802422362e"
ISSUED_AT = 1_632_462_741
LIFETIME = 1_296_000

# Operations that change something; all others may be answered as often as one likes.
CHANGES = frozenset({"CreateUser", "UpdateUser", "DeleteUser", "POST /api/v2/users/kick"})

Content = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A request that was read.

    Attributes:
        operation: GraphQL operation, or method and path of a REST call.
        token: The management token that it carries, if any.
        variables: GraphQL variables, or the JSON body of a REST call.
    """

    operation: str
    token: str | None
    variables: Mapping[str, Any]

    @classmethod
    def of(cls, target: str, headers: Mapping[str, str], body: bytes) -> "Request":
        """Read a request.

        Args:
            target: Method and path.
            headers: Its headers, names in lower case.
            body: Its body; empty also when nobody read it.
        """
        _, _, token = headers.get("authorization", "").partition(" ")
        content: Any = json.loads(body) if body else {}
        if "query" in content:
            return cls(content["operationName"], token or None, content["variables"])
        return cls(target, token or None, content)


@dataclass
class FakeService:
    """The users of a pool, and the management tokens that are valid."""

    users: dict[str, Content] = field(default_factory=lambda: {USER_ID: _user(USER_ID)})
    tokens: list[str] = field(default_factory=list[str])

    def answer(self, request: Request) -> Content:
        """Do what a request asks for, and return the content of the answer."""
        name = request.operation
        if request.token is None:
            return self._token() if name == "GetAccessToken" else _not_logged_in()
        if request.token not in self.tokens:
            return _not_logged_in()
        if name == "GET /api/v2/users/login-status":
            return _rest({"isLogin": True, "user": self.users[USER_ID]})
        if name == "POST /api/v2/users/kick":
            return _rest(None)
        if name == "POST /api/v2/users/create/batch":
            return _rest([{"success": True} for _ in request.variables["users"]])
        if name == "UpdateUser" and request.variables["id"] not in self.users:
            return api_error(2004, "The user does not exist")
        return {"data": self._graphql(name, request.variables)}

    def _graphql(self, name: str, variables: Mapping[str, Any]) -> Content:
        done = {"code": 200, "message": "ok"}
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
            return {"deleteUser": done}
        if name == "CheckLoginStatus":
            return {"checkLoginStatus": {"code": 200, "status": True}}
        message = f"This server does not know the operation {name}"
        raise ValueError(message)

    def _token(self) -> Content:
        self.tokens.append(f"canary-management-token-{len(self.tokens)}")
        lifetime = {"iat": ISSUED_AT, "exp": ISSUED_AT + LIFETIME}
        return {"data": {"accessToken": {"accessToken": self.tokens[-1], **lifetime}}}


def _rest(data: object) -> Content:
    return {"code": 200, "message": "ok", "data": data}


def api_error(code: int, message: str) -> Content:
    """Return an error of the API's shape."""
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
