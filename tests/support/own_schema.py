"""A server whose users have more fields than ``schema.graphql``, and models for them."""

import json
import re
from functools import cache
from typing import Any, cast

import graphql
import httpx
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    build_ast_schema,
    extend_schema,
    parse,
    validate,
)
from pydantic import Field

from authing_graphql import BaseModel, CreateUserInput, UpdateUserInput
from authing_users import PaginatedUsers, User

from .client_kinds import (
    ClientKind,
    Management,
    collect,
    http_client,
    management_client,
    run,
)
from .scripted_server import token
from .smaller_schema import SCHEMA

ID = "60b4a136d9b4a136d9b4a136"
EXTENSION = """
extend type User { employeeNumber: String  costCentre: Int  badge: Badge  desks: [Desk!] }
type Badge { code: String!  photo: Photo }
type Photo { imageUrl: String }
type Desk { floor: Int  departments: [Node!] }
extend input CreateUserInput { employeeNumber: String }
extend input UpdateUserInput { employeeNumber: String }
"""
USER: dict[str, Any] = {
    "id": ID,
    "username": "bob",
    "email": "bob@example.com",
    "lastIP": "203.0.113.9",
    "identities": [{"provider": "wechat"}],
    "customData": [{"key": "age", "value": "36", "dataType": "NUMBER"}],
    "employeeNumber": "7",
    "costCentre": 12,
    "badge": {"code": "b-7", "photo": {"imageUrl": "https://example.com/7"}},
    "desks": [{"floor": 3, "departments": [{"id": "d", "name": "Sales"}]}],
}


def changed(_: object, **arguments: Any) -> dict[str, Any]:
    """Return the user with the fields of an input."""
    return {**USER, **(arguments.get("userInfo") or arguments["input"])}


PAGE = {"totalCount": 1, "list": [USER]}
ROOT: dict[str, Any] = {
    "user": USER,
    "findUser": USER,
    "userBatch": [USER],
    "users": PAGE,
    "archivedUsers": PAGE,
    "searchUser": PAGE,
    "group": {"users": PAGE},
    "role": {"users": PAGE},
    "nodeById": {"users": PAGE},
    "groups": {"totalCount": 1, "list": [{"code": "staff"}]},
    "createUser": changed,
    "updateUser": changed,
    "loginByUsername": {**USER, "token": "user-token"},
}
REST: dict[str, Any] = {
    "/api/v2/users/filter": PAGE,
    "/api/v2/users/create/batch": [{"success": True, "user": USER}],
    "/api/v2/users/login-status": {"isLogin": True, "user": USER},
    f"/api/v2/users/{ID}/tenants": {**USER, "tenants": [{"id": "t"}]},
}


untyped: Any = graphql  # some of its types are not complete


class Photo(BaseModel):
    image_url: str | None = None


class Badge(BaseModel):
    code: str
    photo: Photo | None = None


class AcmeUser(User):
    """The user of a deployment."""

    employee_number: str | None = None
    centre: int | None = Field(default=None, alias="costCentre")
    badge: Badge | None = None


class AcmeCreateUserInput(CreateUserInput):
    employee_number: str | None = None


class AcmeUpdateUserInput(UpdateUserInput):
    employee_number: str | None = None


@cache
def own_schema(*missing: str) -> GraphQLSchema:
    """Return the extended schema without some of its added fields, such as ``employeeNumber``."""
    extension = EXTENSION
    for name in missing:
        extension = extension.replace(f" {name}: ", f" {name}Old: ")
    schema = build_ast_schema(SCHEMA, assume_valid=True)
    extended = extend_schema(schema, parse(extension), assume_valid=True)
    # The user of the server has few values.
    for type_ in extended.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            for field in type_.fields.values():
                declared: Any = field.type
                field.type = declared.of_type if untyped.is_non_null_type(declared) else declared
    return extended


async def users_of(outcome: Any) -> list[Any]:
    """Return the users of any result."""
    if hasattr(outcome, "__aiter__") or hasattr(outcome, "__next__"):
        return await collect(outcome)
    result = await run(outcome)
    if isinstance(result, PaginatedUsers):
        return [*cast("PaginatedUsers", result).list]
    results: list[Any] = list(result) if hasattr(result, "append") else [result]
    return [one if isinstance(one, User) else one.user for one in results]


def requested(document: str) -> set[str]:
    """Return the fields in the fragment ``User`` of a document."""
    (fragment,) = re.findall(
        r"^fragment User on User \{\n(.*?)^\}", document, re.MULTILINE | re.DOTALL
    )
    return set(re.findall(r"^  (\w+)", fragment, re.MULTILINE))


class OwnSchemaServer:
    """Executes operations with the extended schema, for one user.

    Attributes:
        missing: Added fields that its schema lacks.
        documents: Documents of operations that arrived, in order.
        variables: Their variables.
        sent: Bytes of response bodies.
    """

    def __init__(self) -> None:
        self.missing: tuple[str, ...] = ()
        self.documents: list[str] = []
        self.variables: list[dict[str, Any]] = []
        self.bodies: list[dict[str, Any]] = []
        self._transport = httpx.MockTransport(self._respond)

    def client(self, client_kind: ClientKind, **options: Any) -> Management:
        """Build a client of this server."""
        http = http_client(client_kind, self._transport)
        return management_client(client_kind, http_client=http, **options)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        content: dict[str, Any] = json.loads(request.content) if request.content else {}
        if request.url.path in REST:
            self.bodies.append(content)
            return httpx.Response(200, json={"code": 200, "data": REST[request.url.path]})
        if content["operationName"] == "GetAccessToken":
            return token()
        self.documents.append(content["query"])
        self.variables.append(content["variables"])
        schema, document = own_schema(*self.missing), parse(content["query"])
        if errors := validate(schema, document):
            messages = [{"message": error.message} for error in errors]
            return httpx.Response(400, json={"errors": messages})
        variables: dict[str, Any] = content["variables"]
        result = untyped.execute_sync(schema, document, ROOT, variable_values=variables)
        if result.data is None:  # the variables are invalid
            messages = [{"message": error.message} for error in result.errors]
            return httpx.Response(400, json={"errors": messages})
        assert result.errors is None, result.errors
        return httpx.Response(200, json={"data": result.data})
