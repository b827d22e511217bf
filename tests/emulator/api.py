"""A minimal GraphQL client, so that tests see the exact responses of the emulator."""

import base64
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from graphql import (
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_leaf_type,
)

from authing_users.emulator import EmulatorApp

SCHEMA: GraphQLSchema = build_schema((files("authing_graphql") / "schema.graphql").read_text())

START_TIME = 1_700_000_000.25
"""The start time of the test clock: 2023-11-15T06:13:20.250+08:00."""


def fields(type_name: str) -> dict[str, Any]:
    """Return the fields of an object type."""
    graphql_type: Any = SCHEMA.type_map[type_name]
    return dict(graphql_type.fields)


def field_names(type_name: str) -> list[str]:
    """Return the names of the fields of an object type."""
    return list(fields(type_name))


def scalars(type_name: str) -> str:
    """Return the names of the scalar and enum fields of a type, as a selection."""
    return " ".join(name for name, field in fields(type_name).items() if _is_leaf(field))


def minimal_document(root: str, name: str) -> tuple[str, dict[str, object]]:
    """Return the smallest valid document for a field of Query or Mutation, and its variables."""
    field = fields(root)[name]
    required = {
        argument: str(definition.type)
        for argument, definition in field.args.items()
        if str(definition.type).endswith("!")
    }
    declared = ", ".join(f"${argument}: {kind}" for argument, kind in required.items())
    passed = ", ".join(f"{argument}: ${argument}" for argument in required)
    call = f"{name}({passed})" if required else name
    document = f"{root.lower()} {f'({declared})' if required else ''} {{ {call}"
    document += " }" if _is_leaf(field) else " { __typename } }"
    variables = {
        argument: _SAMPLES.get(kind.strip("![]"), "x") for argument, kind in required.items()
    }
    return document, variables


_SAMPLES: dict[str, object] = {
    "UDFTargetType": "USER",
    "UDFDataType": "STRING",
    "ResourceType": "DATA",
    "PolicyAssignmentTargetType": "USER",
    "EmailScene": "VERIFY_EMAIL",
    "CreateUserInput": {},
    "UpdateUserInput": {},
    "UpdateUserpoolInput": {},
    "PolicyStatementInput": {"resource": "x", "actions": ["x"]},
    "SetUdfValueBatchInput": {"targetId": "x", "key": "x", "value": "x"},
}


def _is_leaf(field: Any) -> bool:
    return is_leaf_type(get_named_type(field.type))


USER = f"{scalars('User')} identities {{ {scalars('Identity')} }}"
CREATE = f"mutation($i: CreateUserInput!) {{ createUser(userInfo: $i) {{ {USER} }} }}"
UPDATE = (
    f"mutation($id: String, $i: UpdateUserInput!) {{ updateUser(id: $id, input: $i) {{ {USER} }} }}"
)
GET = f"query($id: String) {{ user(id: $id) {{ {USER} }} }}"
LIST = (
    "query($page: Int, $limit: Int, $sortBy: SortByEnum) {"
    " users(page: $page, limit: $limit, sortBy: $sortBy) { totalCount list { id username } } }"
)
ACCESS_TOKEN = (
    "query($id: String!, $secret: String!)"
    " { accessToken(userPoolId: $id, secret: $secret) { accessToken iat exp } }"
)


class Clock:
    """A clock that tests control."""

    def __init__(self) -> None:
        self.now = START_TIME

    def __call__(self) -> float:
        return self.now


class Api:
    """A client of one emulator.

    Args:
        http: The HTTP client. Its base URL is the emulator.
        app: The emulator.
        clock: The emulator's clock.
    """

    def __init__(self, http: httpx.AsyncClient, app: EmulatorApp, clock: Clock) -> None:
        self.http = http
        self.app = app
        self.clock = clock
        self.token = ""

    async def log_in(self) -> None:
        """Get a management token for all later requests."""
        token = await self.execute(ACCESS_TOKEN, id=self.app.user_pool_id, secret=self.app.secret)
        self.token = token["accessToken"]

    async def post(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a document with the management token, or with other headers."""
        request_headers = {"authorization": f"Bearer {self.token}"} if headers is None else headers
        body = {"query": query, "variables": variables}
        return await self.http.post("/graphql/v2", json=body, headers=request_headers)

    async def execute(self, query: str, /, **variables: object) -> Any:
        """Return the value of the only field of a successful document."""
        response = await self.post(query, variables)
        content = response.json()
        assert response.status_code == 200, content
        assert "errors" not in content, content
        (value,) = content["data"].values()
        return value

    async def error_code(self, query: str, /, **variables: object) -> int:
        """Return the error code of a rejected document."""
        response = await self.post(query, variables)
        return error_code(response)

    async def create(self, **fields: object) -> Any:
        """Create a user."""
        return await self.execute(CREATE, i=fields)

    async def create_error_code(self, **fields: object) -> int:
        """Return the error code of a rejected createUser."""
        return await self.error_code(CREATE, i=fields)

    async def update(self, user_id: str, **fields: object) -> Any:
        """Update a user."""
        return await self.execute(UPDATE, id=user_id, i=fields)

    async def user(self, user_id: str) -> Any:
        """Return a user by ID, or ``None``."""
        return await self.execute(GET, id=user_id)

    async def usernames(self, **arguments: object) -> list[str]:
        """Return the usernames on a page of users."""
        page = await self.execute(LIST, **arguments)
        return [user["username"] for user in page["list"]]

    def encrypt(self, password: str | bytes) -> str:
        """Encrypt a password as clients do."""
        return encrypt(self.app.public_key, password)


@asynccontextmanager
async def connected(app: EmulatorApp) -> AsyncGenerator[Api]:
    """Run a client with a token, and close the emulator."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as http:
        api = Api(http, app, Clock())
        await api.log_in()
        yield api
    app.close()


def error_code(response: httpx.Response) -> int:
    """Return the error code of a response, and check the format of the error."""
    content = response.json()
    assert response.status_code == 200, content
    assert content["data"] is None
    (error,) = content["errors"]
    assert set(error["message"]) == {"code", "message", "data"}
    assert error["extensions"] == {"code": str(error["message"]["code"])}
    assert error["path"]
    assert error["locations"]
    code: int = error["message"]["code"]
    return code


def encrypt(public_key: str, password: str | bytes) -> str:
    """Encrypt a password with a public key in PEM text."""
    key = load_pem_public_key(public_key.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    plain = password.encode() if isinstance(password, str) else password
    return base64.b64encode(key.encrypt(plain, padding.PKCS1v15())).decode()
