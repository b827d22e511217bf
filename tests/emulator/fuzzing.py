"""Generate valid and invalid requests."""

import json
import re
from collections.abc import Mapping, Set
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import quote

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    parse,
    parse_type,
)
from hypothesis import strategies as st

from authing_graphql import operations

from .api import SCHEMA, field_names, minimal_document

GRAPHQL = "/graphql/v2"
NAMED = "named"
"""The name of every object that requests refer to."""
POOL = "5f0e3a7c9b1d2e4f6a8c0b5d"
"""The ID of the user pool."""

_CLIENT_DOCUMENTS = {name: str(getattr(operations, name)) for name in operations.__all__}
DOCUMENTS: dict[str, str] = _CLIENT_DOCUMENTS | {
    f"{root}.{name}": minimal_document(root, name)[0]
    for root in ("Query", "Mutation")
    for name in field_names(root)
    if not any(
        re.search(rf"^  {name}\b", document, re.MULTILINE)
        for document in _CLIENT_DOCUMENTS.values()
    )
}
"""The client's documents, and a minimal document for every other operation."""

Request: TypeAlias = tuple[str, str, bytes]

_REST: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("POST", "/api/v2/users", {"userInfo": {"username": "x"}, "keepPassword": False}),
    ("POST", "/api/v2/users/batch", {"ids": ["@id"], "type": "id", "withCustomData": True}),
    ("POST", "/api/v2/users/create/batch", {"users": [{"username": "x"}], "rawPassword": True}),
    (
        "POST",
        "/api/v2/users/filter",
        {
            "page": 1,
            "limit": 10,
            "filter": [[{"type": "userDefinedFields", "value": NAMED}, "EQ", "x"]],
        },
    ),
    ("POST", "/api/v2/users/@id", {"nickname": "x", "loginsCount": 1, "blocked": False}),
    ("POST", "/api/v2/users/@id/roles", {"userId": "@id", "namespace": None, "list": [NAMED]}),
    ("POST", "/api/v2/users/kick", {"userIds": ["@id"]}),
    ("POST", "/api/v2/users/@id/suspend", {}),
    ("POST", "/api/v2/users/@id/activate", {}),
    ("POST", "/api/v2/users/@id/resign", {}),
    ("POST", "/api/v3/resign-user", {"userId": "@id"}),
    ("POST", "/api/v3/resign-user-batch", {"userIds": ["@id"]}),
    (
        "POST",
        "/api/v2/users/identity/link",
        {
            "userId": "@id",
            "userIdInIdp": "x",
            "isSocial": True,
            "type": "x",
            "identifier": "x",
            "extIdpId": "x",
        },
    ),
    ("POST", "/api/v2/users/identity/unlink", {"userId": "@id", "type": "x", "identifier": "x"}),
    ("POST", "/api/v2/users/identity/unlinkByUser", {"type": "x", "identifier": "x"}),
    ("POST", "/api/v2/password/check", {"password": "x"}),
    ("POST", "/api/v2/env", {"key": "x", "value": "x"}),
    ("DELETE", "/api/v2/env/x", {}),
    (
        "POST",
        "/api/v2/acl/check-resource-permission-batch",
        {"userId": "@id", "namespace": "default", "resources": [f"{NAMED}:1"]},
    ),
    (
        "POST",
        "/api/v2/acl/get-authorized-resources-of-resource-kind",
        {"userId": "@id", "namespace": "default", "resource": NAMED},
    ),
    (
        "POST",
        "/api/v2/acl/revoke-resource",
        {
            "namespace": "default",
            "resource": f"{NAMED}:1",
            "opts": [{"targetType": "USER", "targetIdentifier": "@id"}],
        },
    ),
    ("POST", f"/api/v2/resource-namespace/{POOL}", {"code": "x", "name": "x", "description": "x"}),
    ("GET", f"/api/v2/resource-namespace/{POOL}?page=1&limit=10", {}),
    ("PUT", f"/api/v2/resource-namespace/{POOL}/1", {"name": "x"}),
    ("DELETE", f"/api/v2/resource-namespace/{POOL}/2", {}),
    (
        "POST",
        "/api/v2/resources",
        {
            "namespace": "default",
            "code": "x",
            "type": "DATA",
            "actions": [{"name": "x:read", "description": "x"}],
        },
    ),
    ("GET", "/api/v2/resources?namespace=default&type=DATA&page=1&limit=10", {}),
    ("GET", "/api/v2/resources/detail?namespace=default&code=x", {}),
    ("POST", "/api/v2/resources/x", {"namespace": "default", "type": "API", "apiIdentifier": "x"}),
    ("DELETE", "/api/v2/resources/x?namespace=default", {}),
    ("GET", "/api/v2/users/@id?with_custom_data=1", {}),
    ("GET", "/api/v2/users/is-user-exists?username=named&externalId=x", {}),
    ("GET", "/api/v2/users/login-status?userId=@id", {}),
    ("GET", "/api/v2/users/@id/roles?namespace=default", {}),
    ("GET", "/api/v2/users/@id/has-role?code=named", {}),
    ("GET", "/api/v2/users/@id/orgs", {}),
    ("GET", "/api/v2/users/@id/departments", {}),
    ("GET", "/api/v2/users/@id/tenants", {}),
    ("GET", "/api/v2/analysis/user-action?page=1&limit=10&start=1&end=2&clientip=::1", {}),
    ("GET", "/api/v2/analysis/total-login-count?appId=x", {}),
    ("GET", "/api/v2/analysis/exist-defined-field-count?definedFieldKey=named&appId=x", {}),
    ("GET", "/api/v2/userpools/accessToken?userPoolId=x&secret=x", {}),
    ("GET", "/api/v2/userpools/detail", {}),
    ("GET", "/api/v2/env/x", {}),
    ("GET", "/api/v2/env", {}),
    ("GET", "/api/v2/.well-known", {}),
    ("GET", "/oidc/.well-known/openid-configuration", {}),
    ("GET", "/oidc/.well-known/jwks.json", {}),
    ("GET", "/logout?userId=@id", {}),
    ("GET", "/api/v2/users/me", {}),
    ("GET", "/api/v2/logout", {}),
    ("GET", "/emulator/v1/health", {}),
    ("GET", "/emulator/v1/outbox", {}),
    ("GET", "/emulator/v1/signing", {}),
    ("GET", "/emulator/v1/faults", {}),
    ("GET", "/emulator/v1/clock", {}),
    ("GET", "/emulator/v1/snapshots", {}),
    ("GET", "/emulator/v1/calls?operation=createUser", {}),
)
REST: tuple[Request, ...] = tuple(
    (method, target, json.dumps(body).encode()) for method, target, body in _REST
)
"""Valid requests to every REST endpoint. ``@id`` is a user that they may change."""

texts = st.text() | st.sampled_from(
    [
        *(NAMED, "@id", "", " ", "\0", "x" * 300, "default", "id", "email", "西"),
        *("named@example.com", "2020-01-01T00:00:00Z", '"x"', "[]", "{}", "1e999", "null"),
        *("9" * 300, "named:*", "[" * 100),
    ]
)
whole_numbers = st.integers() | st.sampled_from(
    [0, 1, 2**31 - 1, -(2**31), 2**31, 10**15 - 1, 2**63, 10**30]
)
anything = st.recursive(
    st.none()
    | st.booleans()
    | texts
    | whole_numbers
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def mostly(expected: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Generate values of the expected type, and sometimes of another type."""
    return st.integers(0, 7).flatmap(lambda chance: expected if chance else anything)


def texts_for(name: str) -> st.SearchStrategy[str]:
    """Generate texts for a field. Half of them refer to existing objects."""
    good = "@id" if re.search(r"([iI]ds?|Identifiers?)$", name) else NAMED
    return st.booleans().flatmap(lambda names: st.just(good) if names else texts)


def of_type(node: TypeNode, name: str) -> st.SearchStrategy[Any]:
    """Generate values for a variable or input field with a type and a name."""
    if isinstance(node, NonNullTypeNode):
        return of_type(node.type, name)
    if isinstance(node, ListTypeNode):
        return mostly(st.lists(of_type(node.type, name), max_size=3))
    assert isinstance(node, NamedTypeNode)
    kind = SCHEMA.type_map[node.name.value]
    if isinstance(kind, GraphQLEnumType):
        return mostly(st.sampled_from([*kind.values]))
    if isinstance(kind, GraphQLInputObjectType):
        fields = {name: parse_type(str(field.type)) for name, field in kind.fields.items()}
        required = {name for name in fields if isinstance(fields[name], NonNullTypeNode)}
        some = st.sets(st.sampled_from(sorted(fields)), max_size=4)
        return mostly(some.flatmap(lambda names: _fields_of(fields, required | names)))
    return mostly({"Int": whole_numbers, "Boolean": st.booleans()}.get(kind.name, texts_for(name)))


def _fields_of(
    fields: Mapping[str, TypeNode], names: Set[str]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: of_type(fields[name], name) for name in sorted(names)})


@cache
def variables_of(document: str) -> st.SearchStrategy[dict[str, object]]:
    """Generate variables for a document. Optional ones may be absent."""
    (operation,) = [
        definition
        for definition in parse(document).definitions
        if isinstance(definition, OperationDefinitionNode)
    ]
    kinds = {
        definition.variable.name.value: definition.type
        for definition in operation.variable_definitions or ()
    }
    required = {
        name: of_type(kind, name)
        for name, kind in kinds.items()
        if isinstance(kind, NonNullTypeNode)
    }
    others = {name: of_type(kind, name) for name, kind in kinds.items() if name not in required}
    return st.fixed_dictionaries(required, optional=others)


def graphql_bodies(document: str) -> st.SearchStrategy[bytes]:
    return variables_of(document).map(
        lambda variables: json.dumps({"query": document, "variables": variables}).encode()
    )


def similar_to(value: object) -> st.SearchStrategy[Any]:
    """Generate values of the same type as a valid value."""
    if isinstance(value, bool):
        return mostly(st.booleans())
    if isinstance(value, int):
        return mostly(whole_numbers)
    return mostly(texts) if isinstance(value, str) else anything


@st.composite
def rest_requests(draw: st.DrawFn, request: Request) -> Request:
    """Generate a request with some changed fields and parameters."""
    method, target, body = request
    fields: dict[str, object] = json.loads(body)
    for name in fields:
        if draw(st.booleans()):
            fields[name] = draw(similar_to(fields[name]))
    path, question, query = target.partition("?")
    parameters = [parameter.split("=") for parameter in query.split("&") if parameter]
    for parameter in parameters:
        if draw(st.booleans()):
            changed = whole_numbers.map(str) if parameter[1].isdigit() else texts
            parameter[1] = quote(draw(changed), safe="")
    if draw(st.integers(0, 3)) == 0:
        path = path.replace("@id", quote(draw(texts), safe=""))
    query = "&".join("=".join(parameter) for parameter in parameters)
    return method, f"{path}{question}{query}", json.dumps(fields).encode()


@st.composite
def corrupt(draw: st.DrawFn, body: bytes) -> bytes:
    """Generate a damaged copy of a body."""
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, min(start + 20, len(body))))
    junk = st.binary(max_size=8) | st.sampled_from([b"1e999", b"9" * 300, b"\\ud800", b"NaN"])
    return draw(
        st.sampled_from([body[:start], body[start:], body[:start] + body[end:], body + body])
        | junk.map(lambda inserted: body[:start] + inserted + body[end:])
        | st.sampled_from([b"1e999", b"-1e999", b"9" * 300, b"null", b"[]"]).map(
            lambda token: re.sub(rb'(?<=: )("[^"]*"|[0-9]+|true)(?=[,}])', token, body)
        )
    )


ODD_TARGETS = st.sampled_from(
    [
        *(GRAPHQL, "/api/v2/users", "/api/v2/users/", "/logout", "/", "//", "*", "/%", "/%ff"),
        *("/api/v2/users/%2e%2e/x", "/api/v2/users/%00", "/api/v2/env/%2F", "/emulator/v1/outbox"),
        *("/graphql/v2/", "/graphql/v2?query={users{totalCount}}", "/api/v2/users/%ED%A0%80"),
    ]
) | st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20).map("/{}".format)
ODD_METHODS = st.sampled_from(
    [*("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get")]
) | st.text(st.characters(min_codepoint=65, max_codepoint=90), min_size=1, max_size=6)
ODD_HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *(b"authorization", b"host", b"origin", b"content-type", b"content-length"),
                *(b"x-authing-lang", b"x-authing-userpool-id", b"x-authing-app-id", b"cookie"),
                *(b"user-agent", b"accept-encoding", b"content-encoding", b"expect", b"range"),
                *(b"sec-fetch-site", b"x-forwarded-for", b"transfer-encoding", b"x"),
            ]
        ),
        st.binary(max_size=20)
        | st.sampled_from([b"[", b"http://[", b"localhost:x", b"Bearer", b"-1", b"gzip", b"en"]),
    ),
    max_size=4,
)
