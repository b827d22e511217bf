"""Any response body results in a valid result or in an `AuthingError`."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from authing_graphql import CommonMessage, User
from authing_graphql.operation_results import (
    CreateUser,
    DeleteUser,
    GetAccessToken,
    GetUser,
    IsUserExists,
    ListUserDepartments,
    ListUserRoles,
    ListUsers,
    SetUserDefinedData,
)
from authing_users import AuthingError
from authing_users._protocol.response import Response, graphql_result, rest_error
from authing_users._protocol.rest import rest_message, rest_result
from authing_users.models import (
    CreatedUser,
    LoginStatus,
    OrgNode,
    PermittedResource,
    UserActions,
    UserTenants,
    WellKnown,
)

from .fake_service import USER_ID, FakeService, Request, api_error

pytestmark = pytest.mark.slow

Decoder = Callable[[Response], object]
Schema = dict[str, Any]

GRAPHQL_TYPES: list[type[BaseModel]] = [
    CreateUser,
    DeleteUser,
    GetAccessToken,
    GetUser,
    IsUserExists,
    ListUserDepartments,
    ListUserRoles,
    ListUsers,
    SetUserDefinedData,
]
REST_TYPES: list[Any] = [
    LoginStatus,
    UserActions,
    UserTenants,
    WellKnown,
    User | None,
    list[CreatedUser],
    list[PermittedResource],
    list[list[OrgNode]],
    bool,
]

# Field names that the decoder reads: responses with random names only would fail early.
KNOWN_NAMES = [
    *("data", "errors", "message", "code", "apiCode", "statusCode", "extensions", "retry-after"),
    *("user", "users", "createUser", "deleteUser", "accessToken", "isUserExists", "setUdv"),
    *("list", "totalCount", "id", "status", "roles", "departments", "registerSource", "customData"),
    *("isLogin", "application", "tenants", "actions", "publicKey", "success", "errMsg", "iat"),
]
FIELD_NAMES = st.sampled_from(KNOWN_NAMES) | st.text(max_size=4)
NUMBERS = st.integers() | st.sampled_from([0, 200, 1000, 2004, 2020, 2**31, 2**63, 10**400])
SCALARS = (
    st.none()
    | st.booleans()
    | NUMBERS
    | st.floats()
    | st.text()
    | st.sampled_from(["200", "1000", "9" * 5000, "²", "\ud800", "Activated"])
)
MAX_DEPTH = 4
BY_TYPE: dict[str | None, st.SearchStrategy[Any]] = {
    "string": st.text() | st.integers(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "number": st.floats(),
    "boolean": st.booleans(),
    "null": st.none(),
}
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELD_NAMES, inner, max_size=6),
    max_leaves=20,
)


@st.composite
def envelopes(draw: st.DrawFn) -> dict[str, Any]:
    """Draw responses with the top-level fields of GraphQL and REST, with arbitrary values."""
    fields = {"data": JSON, "errors": JSON | st.lists(st.dictionaries(FIELD_NAMES, JSON))}
    rest_fields = {"code": st.just(200) | SCALARS, "message": SCALARS, "apiCode": SCALARS}
    return draw(st.fixed_dictionaries({}, optional={**fields, **rest_fields}))


# Nesting, numbers and characters that Python's JSON parser or `str` cannot handle.
EXTREMES = [
    b"[" * 100_000,
    b'{"data":' * 300 + b"1" + b"}" * 300,
    b'{"code":' + b"9" * 5000 + b',"message":"no"}',
    b'{"errors":[{"message":{"code":-' + b"9" * 5000 + b',"message":"no"}}]}',
    b'{"data":{"deleteUser":{"code":' + b"9" * 5000 + b"}}}",
    b'{"data":{"deleteUser":{"code":1e400}}}',
    b'{"code":200,"data":' + b"9" * 5000 + b"}",
    b'{"code":200,"data":"\\ud800"}',
    b'\xef\xbb\xbf{"code":200,"data":null}',
]


def sample_bodies() -> list[bytes]:
    """Return bodies as the server sends them."""
    fake_service = FakeService()
    queries = ["GetAccessToken", "ListUsers", "GetUser", "GET /api/v2/users/login-status"]
    mutations = ["UpdateUser", "POST /api/v2/users/kick", "DeleteUser"]
    bodies = [api_error(2004, "no"), {"code": 2206, "message": "over", "data": None}]
    for operation in [*queries, *mutations]:
        token = fake_service.tokens[0] if fake_service.tokens else None
        variables = {"id": USER_ID, "input": {"nickname": "Bo"}}
        bodies.append(fake_service.handle(Request(operation, token, variables)))
    return [json.dumps(body).encode() for body in bodies]


@st.composite
def damaged_bodies(draw: st.DrawFn) -> bytes:
    """Draw a body in which some bytes are replaced."""
    body = draw(st.sampled_from(sample_bodies()))
    start, length = draw(st.integers(0, len(body))), draw(st.integers(0, 30))
    replacement = draw(
        st.binary(max_size=4) | st.sampled_from([b"null", b"1", b'"x"', b"{}", b"[", b"\\"])
    )
    return body[:start] + replacement + body[start + length :]


BODIES = (
    st.binary()
    | JSON.map(lambda content: json.dumps(content).encode())
    | envelopes().map(lambda content: json.dumps(content).encode())
    | damaged_bodies()
    | st.sampled_from([*sample_bodies(), *EXTREMES])
)
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "retry-after", "date", "x-request-id"]), st.text()
)
RESPONSES = st.builds(
    Response,
    operation=st.just("GetUser"),
    status=st.sampled_from([200, 200, 200, 204, 301, 401, 429, 500]) | st.integers(100, 599),
    headers=HEADERS,
    body=BODIES,
)


@st.composite
def matching_schema(draw: st.DrawFn, schema: Schema, definitions: Schema, depth: int = 0) -> Any:
    """Draw a value that matches a JSON schema, and sometimes another one."""
    if draw(st.integers(0, 29)) == 0:
        return draw(JSON)
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return draw(matching_schema(draw(st.sampled_from(schema["anyOf"])), definitions, depth))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]) | st.text())
    if schema.get("type") == "array":
        item, max_size = schema["items"], 2 if depth < MAX_DEPTH else 0
        return draw(st.lists(matching_schema(item, definitions, depth + 1), max_size=max_size))
    if schema.get("type") == "object":
        fields: Schema = schema.get("properties", {})
        optional = st.lists(st.sampled_from(sorted(fields)), max_size=4) if fields else st.just([])
        names = {*schema.get("required", []), *(draw(optional) if depth < MAX_DEPTH else [])}
        return {
            name: draw(matching_schema(fields[name], definitions, depth + 1))
            for name in sorted(names)
        }
    return draw(BY_TYPE.get(schema.get("type"), JSON))


@cache
def responses_for(result_type: Any, **envelope: object) -> st.SearchStrategy[Response]:
    """Return responses whose data mostly matches a type, mixed with arbitrary responses."""
    schema = TypeAdapter[Any](result_type).json_schema()
    contents = matching_schema(schema, schema.get("$defs", {}))
    bodies = contents.map(lambda data: json.dumps({**envelope, "data": data}).encode())
    matching = st.builds(Response, st.just("GetUser"), st.just(200), st.just({}), bodies)
    return matching | RESPONSES


def decode_and_check(decode: Decoder, result_type: Any, response: Response) -> str:
    """Decode a response and check the result. Return ``ok``, or the name of an `AuthingError`."""
    result: object = None
    failure: AuthingError | None = None
    try:
        result = decode(response)
    except AuthingError as error:
        failure = error
    if failure is not None:
        assert str(failure)
        return type(failure).__name__
    adapter = TypeAdapter[Any](result_type)
    # Validate a plain copy in strict mode, to detect values that were not validated.
    adapter.validate_python(adapter.dump_python(result, by_alias=True), strict=True)
    return "ok"


@pytest.mark.parametrize("result_type", GRAPHQL_TYPES, ids=lambda result_type: result_type.__name__)
@settings(deadline=None)
@given(st.data())
def test_graphql_responses(result_type: type[BaseModel], data: st.DataObject) -> None:
    response = data.draw(responses_for(result_type))
    decode_and_check(lambda response: graphql_result(result_type, response), result_type, response)


@pytest.mark.parametrize("result_type", REST_TYPES, ids=str)
@settings(deadline=None)
@given(st.data())
def test_rest_responses(result_type: Any, data: st.DataObject) -> None:
    response = data.draw(responses_for(result_type, code=200, message="ok"))
    decode_and_check(lambda response: rest_result(result_type, response), result_type, response)


@settings(deadline=None)
@given(RESPONSES)
def test_outcomes_of_rest_mutations(response: Response) -> None:
    decode_and_check(rest_message, CommonMessage, response)


@settings(deadline=None)
@given(RESPONSES)
def test_error_responses(response: Response) -> None:
    error = rest_error(response)
    assert isinstance(error, AuthingError)
    assert str(error)


@pytest.mark.parametrize("body", sample_bodies(), ids=lambda body: body[:40].decode())
def test_truncated_responses_are_rejected(body: bytes) -> None:
    decoders: list[tuple[Decoder, Any]] = [
        *(
            (
                lambda response, result_type=result_type: graphql_result(result_type, response),
                result_type,
            )
            for result_type in GRAPHQL_TYPES
        ),
        *(
            (
                lambda response, result_type=result_type: rest_result(result_type, response),
                result_type,
            )
            for result_type in REST_TYPES
        ),
        (rest_message, CommonMessage),
    ]
    for end in range(len(body)):
        response = Response("GetUser", 200, {}, body[:end])
        for decode, result_type in decoders:
            assert decode_and_check(decode, result_type, response) == "InvalidResponseError"


def test_the_check_accepts_valid_results_and_rejects_results_of_another_type() -> None:
    body = json.dumps({"data": {"user": {"id": USER_ID, "status": "Invented"}}}).encode()
    response = Response("GetUser", 200, {}, body)
    assert (
        decode_and_check(lambda response: graphql_result(GetUser, response), GetUser, response)
        == "ok"
    )
    broken = graphql_result(GetUser, response)
    assert broken.user is not None
    broken.user.id = cast("str", 7)
    with pytest.raises((ValidationError, UserWarning)):
        decode_and_check(lambda _: broken, GetUser, response)
    with pytest.raises(ZeroDivisionError):
        decode_and_check(lambda _: 1 / 0, GetUser, response)
