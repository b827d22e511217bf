"""Whatever bytes come as an answer: our errors come out, or a result that its type admits."""

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

Reader = Callable[[Response], object]
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

# Names that mean something to who reads an answer: made-up ones would never get far.
NAMES = [
    *("data", "errors", "message", "code", "apiCode", "statusCode", "extensions", "retry-after"),
    *("user", "users", "createUser", "deleteUser", "accessToken", "isUserExists", "setUdv"),
    *("list", "totalCount", "id", "status", "roles", "departments", "registerSource", "customData"),
    *("isLogin", "application", "tenants", "actions", "publicKey", "success", "errMsg", "iat"),
]
FIELD_NAMES = st.sampled_from(NAMES) | st.text(max_size=4)
NUMBERS = st.integers() | st.sampled_from([0, 200, 1000, 2004, 2020, 2**31, 2**63, 10**400])
SCALARS = (
    st.none()
    | st.booleans()
    | NUMBERS
    | st.floats()
    | st.text()
    | st.sampled_from(["200", "1000", "9" * 5000, "²", "\ud800", "Activated"])
)
DEEPEST = 4
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
    """Draw what looks like an answer up to the point where it does not."""
    fields = {"data": JSON, "errors": JSON | st.lists(st.dictionaries(FIELD_NAMES, JSON))}
    rest = {"code": st.just(200) | SCALARS, "message": SCALARS, "apiCode": SCALARS}
    return draw(st.fixed_dictionaries({}, optional={**fields, **rest}))


# More than Python's own parser and printer take.
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


def real_bodies() -> list[bytes]:
    """Return answers as the server sends them."""
    fake_service = FakeService()
    reading = ["GetAccessToken", "ListUsers", "GetUser", "GET /api/v2/users/login-status"]
    changing = ["UpdateUser", "POST /api/v2/users/kick", "DeleteUser"]
    bodies = [api_error(2004, "no"), {"code": 2206, "message": "over", "data": None}]
    for operation in [*reading, *changing]:
        token = fake_service.tokens[0] if fake_service.tokens else None
        variables = {"id": USER_ID, "input": {"nickname": "Bo"}}
        bodies.append(fake_service.answer(Request(operation, token, variables)))
    return [json.dumps(body).encode() for body in bodies]


@st.composite
def damaged_bodies(draw: st.DrawFn) -> bytes:
    """Draw an answer with a piece cut out, and something in its place."""
    body = draw(st.sampled_from(real_bodies()))
    start, length = draw(st.integers(0, len(body))), draw(st.integers(0, 30))
    piece = draw(
        st.binary(max_size=4) | st.sampled_from([b"null", b"1", b'"x"', b"{}", b"[", b"\\"])
    )
    return body[:start] + piece + body[start + length :]


BODIES = (
    st.binary()
    | JSON.map(lambda content: json.dumps(content).encode())
    | envelopes().map(lambda content: json.dumps(content).encode())
    | damaged_bodies()
    | st.sampled_from([*real_bodies(), *EXTREMES])
)
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "retry-after", "date", "x-request-id"]), st.text()
)
ANSWERS = st.builds(
    Response,
    operation=st.just("GetUser"),
    status=st.sampled_from([200, 200, 200, 204, 301, 401, 429, 500]) | st.integers(100, 599),
    headers=HEADERS,
    body=BODIES,
)


@st.composite
def fitting(draw: st.DrawFn, schema: Schema, definitions: Schema, depth: int = 0) -> Any:
    """Draw what a JSON schema admits, and now and then something else."""
    if draw(st.integers(0, 29)) == 0:
        return draw(JSON)
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return draw(fitting(draw(st.sampled_from(schema["anyOf"])), definitions, depth))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]) | st.text())
    if schema.get("type") == "array":
        item, most = schema["items"], 2 if depth < DEEPEST else 0
        return draw(st.lists(fitting(item, definitions, depth + 1), max_size=most))
    if schema.get("type") == "object":
        fields: Schema = schema.get("properties", {})
        some = st.lists(st.sampled_from(sorted(fields)), max_size=4) if fields else st.just([])
        chosen = {*schema.get("required", []), *(draw(some) if depth < DEEPEST else [])}
        return {
            name: draw(fitting(fields[name], definitions, depth + 1)) for name in sorted(chosen)
        }
    return draw(BY_TYPE.get(schema.get("type"), JSON))


@cache
def answers_of(wanted: Any, **envelope: object) -> st.SearchStrategy[Response]:
    """Return answers whose data is about what is wanted, among all others."""
    schema = TypeAdapter[Any](wanted).json_schema()
    contents = fitting(schema, schema.get("$defs", {}))
    bodies = contents.map(lambda data: json.dumps({**envelope, "data": data}).encode())
    good = st.builds(Response, st.just("GetUser"), st.just(200), st.just({}), bodies)
    return good | ANSWERS


def check(read: Reader, wanted: Any, answer: Response) -> str:
    """Read an answer, and return how it went: what came out is ours, or is what was wanted."""
    result: object = None
    failure: AuthingError | None = None
    try:
        result = read(answer)
    except AuthingError as error:
        failure = error
    if failure is not None:
        assert str(failure)
        return type(failure).__name__
    adapter = TypeAdapter[Any](wanted)
    # From plain content and strictly, so that nothing has slipped through unread.
    adapter.validate_python(adapter.dump_python(result, by_alias=True), strict=True)
    return "good"


@pytest.mark.parametrize("wanted", GRAPHQL_TYPES, ids=lambda wanted: wanted.__name__)
@settings(deadline=None)
@given(st.data())
def test_graphql_answers(wanted: type[BaseModel], data: st.DataObject) -> None:
    answer = data.draw(answers_of(wanted))
    check(lambda answer: graphql_result(wanted, answer), wanted, answer)


@pytest.mark.parametrize("wanted", REST_TYPES, ids=str)
@settings(deadline=None)
@given(st.data())
def test_rest_answers(wanted: Any, data: st.DataObject) -> None:
    answer = data.draw(answers_of(wanted, code=200, message="ok"))
    check(lambda answer: rest_result(wanted, answer), wanted, answer)


@settings(deadline=None)
@given(ANSWERS)
def test_outcomes_of_changes(answer: Response) -> None:
    check(rest_message, CommonMessage, answer)


@settings(deadline=None)
@given(ANSWERS)
def test_errors(answer: Response) -> None:
    error = rest_error(answer)
    assert isinstance(error, AuthingError)
    assert str(error)


@pytest.mark.parametrize("body", real_bodies(), ids=lambda body: body[:40].decode())
def test_answers_that_are_cut_short_are_errors(body: bytes) -> None:
    readers: list[tuple[Reader, Any]] = [
        *(
            (lambda answer, wanted=wanted: graphql_result(wanted, answer), wanted)
            for wanted in GRAPHQL_TYPES
        ),
        *(
            (lambda answer, wanted=wanted: rest_result(wanted, answer), wanted)
            for wanted in REST_TYPES
        ),
        (rest_message, CommonMessage),
    ]
    for end in range(len(body)):
        answer = Response("GetUser", 200, {}, body[:end])
        for read, wanted in readers:
            assert check(read, wanted, answer) == "InvalidResponseError"


def test_the_check_is_passed_by_good_answers_and_not_by_results_of_another_type() -> None:
    body = json.dumps({"data": {"user": {"id": USER_ID, "status": "Invented"}}}).encode()
    answer = Response("GetUser", 200, {}, body)
    assert check(lambda answer: graphql_result(GetUser, answer), GetUser, answer) == "good"
    broken = graphql_result(GetUser, answer)
    assert broken.user is not None
    broken.user.id = cast("str", 7)
    with pytest.raises((ValidationError, UserWarning)):
        check(lambda _: broken, GetUser, answer)
    with pytest.raises(ZeroDivisionError):
        check(lambda _: 1 / 0, GetUser, answer)
