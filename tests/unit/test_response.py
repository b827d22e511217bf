"""Reading responses: results, errors and their classes."""

import contextlib
import json
import pickle
from typing import Any

import pytest
from hypothesis import given, strategies as st

from authing_graphql import CommonMessage
from authing_graphql.operation_results import DeleteUser, GetUser, ListUsers
from authing_users import (
    APIError,
    AuthenticationError,
    AuthingError,
    ConflictError,
    ErrorDetail,
    InvalidRequestError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
)
from authing_users._protocol.response import (
    Response,
    graphql_result,
    is_token_rejected,
    require_outcome,
    retry_after,
    token_error,
)
from authing_users._protocol.rest import rest_result
from authing_users.models import WellKnown


def response(body: object, status: int = 200, **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response("GetUser", status, fields, content, "https://host.example/graphql/v2")


def error_of(body: object, status: int = 200, **headers: str) -> AuthingError:
    with pytest.raises(AuthingError) as caught:
        graphql_result(GetUser, response(body, status, **headers))
    return caught.value


def api_body(code: object, message: str = "no") -> dict[str, Any]:
    return {"errors": [{"message": {"code": code, "message": message, "data": None}}], "data": None}


def test_data_is_read_into_the_result_type() -> None:
    result = graphql_result(GetUser, response({"data": {"user": {"id": "u", "email": "a@b.c"}}}))
    assert result.user is not None
    assert result.user.email == "a@b.c"


def test_a_null_user_is_none() -> None:
    assert graphql_result(GetUser, response({"data": {"user": None}})).user is None


@pytest.mark.parametrize(
    ("code", "error_type"),
    [
        (1000, ServerError),
        (1001, PermissionDeniedError),
        (2004, NotFoundError),
        (2020, AuthenticationError),
        (2026, ConflictError),
        (2034, ConflictError),
        (2035, ConflictError),
        (2200, ConflictError),
        (2206, AuthenticationError),
        (2207, AuthenticationError),
        (2210, NotFoundError),
        (2029, InvalidRequestError),
        (2030, InvalidRequestError),
        (429, RateLimitError),
        (499, InvalidRequestError),
        (500, InvalidRequestError),  # it has many meanings, such as "already bound"
        (502, ServerError),
        (503, ServerError),
        (504, ServerError),
    ],
)
def test_the_api_code_selects_the_error_class(code: int, error_type: type[APIError]) -> None:
    error = error_of(api_body(code, "the reason"), x_request_id="r-1")
    assert type(error) is error_type
    assert isinstance(error, APIError)
    assert (error.code, error.message) == (code, "the reason")
    assert (error.operation, error.http_status, error.request_id) == ("GetUser", 200, "r-1")


def test_an_api_error_takes_precedence_over_the_http_status() -> None:
    error = error_of(api_body(2004), status=500)
    assert isinstance(error, NotFoundError)
    assert error.http_status == 500


def test_a_string_message_is_an_invalid_request() -> None:
    body = {"errors": [{"message": "Cannot query field 'x'", "extensions": {"code": "BAD"}}]}
    error = error_of(body, status=400)
    assert type(error) is InvalidRequestError
    assert (error.message, error.code) == ("Cannot query field 'x'", None)


def test_errors_beside_data_raise() -> None:
    body = {**api_body(1000), "data": {"user": {"id": "u"}}}
    assert isinstance(error_of(body), ServerError)


def test_an_empty_list_of_errors_is_ignored() -> None:
    body: dict[str, Any] = {"errors": [], "data": {"user": {"id": "u"}}}
    assert graphql_result(GetUser, response(body)).user is not None


@pytest.mark.parametrize(
    ("status", "error_type"),
    [
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (409, InvalidRequestError),
        (418, InvalidRequestError),
        (429, RateLimitError),
        (500, ServerError),
        (503, ServerError),
    ],
)
def test_without_a_message_the_http_status_selects_the_error_class(
    status: int, error_type: type[APIError]
) -> None:
    error = error_of(b"<html>gateway</html>", status, retry_after="7")
    assert type(error) is error_type
    assert error.retry_after == 7
    assert str(status) in str(error)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<html>login</html>",
        b'{"data": {"user"',
        b'{"data": null}',
        b'{"data": []}',
        b'{"data": {"user": {}}}',
        b'{"data": {"user": {"id": 1, "loginsCount": "many"}}}',
        b'{"errors": {}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_an_unreadable_response_is_invalid(body: bytes) -> None:
    error = error_of(body, content_type="text/html")
    assert type(error) is InvalidResponseError
    assert "text/html" in error.message


def test_a_redirect_is_an_invalid_response() -> None:
    assert isinstance(error_of(b"", 302, location="https://elsewhere"), InvalidResponseError)


def test_a_rest_error_to_a_graphql_request_is_read() -> None:
    error = error_of({"code": 1000, "message": "busy"}, status=200)
    assert isinstance(error, ServerError)
    newer = error_of({"statusCode": 499, "apiCode": "2004", "message": "gone"}, status=499)
    assert isinstance(newer, NotFoundError)


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["data", "errors", "message", "code", "users", "list"]) | st.text(),
                inner,
            )
        ),
    ).map(lambda value: json.dumps(value).encode()),
    st.integers(100, 599),
)
def test_any_response_raises_only_authing_errors(body: bytes, status: int) -> None:
    for result_type in (GetUser, ListUsers):
        with contextlib.suppress(AuthingError):
            graphql_result(result_type, response(body, status))
        with contextlib.suppress(AuthingError):
            rest_result(WellKnown, response(body, status))


def test_rest_data_is_read() -> None:
    body = {"code": 200, "message": "ok", "data": {"publicKey": "PEM"}}
    assert rest_result(WellKnown, response(body)).public_key == "PEM"


def test_a_failed_rest_response_raises() -> None:
    with pytest.raises(PermissionDeniedError):
        rest_result(WellKnown, response({"code": 1001, "message": "no"}))
    with pytest.raises(InvalidResponseError):
        rest_result(WellKnown, response({"code": 200, "data": {}}))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("1.5", 1.5),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("Fri, 01 Jan 2027 00:00:30 GMT", 30),
        ("Thu, 31 Dec 2026 23:59:00 GMT", None),
        ("Fri, 01 Jan 2027 00:00:30 +99999999999999999999", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after(header, "Fri, 01 Jan 2027 00:00:00 GMT") == seconds


def test_a_retry_date_without_a_response_date_is_ignored() -> None:
    assert retry_after("Fri, 01 Jan 2027 00:00:30 GMT", None) is None


@given(st.text(), st.text() | st.none())
def test_any_retry_after_is_a_finite_delay_or_none(header: str, date: str | None) -> None:
    seconds = retry_after(header, date)
    assert seconds is None or 0 <= seconds < float("inf")


def test_an_unsuccessful_mutation_raises() -> None:
    body = {"data": {"deleteUser": {"code": 1001, "message": "no"}}}
    with pytest.raises(PermissionDeniedError, match="no") as caught:
        graphql_result(DeleteUser, response(body, x_request_id="r-1"))
    assert (caught.value.code, caught.value.request_id) == (1001, "r-1")
    with pytest.raises(InvalidRequestError, match="mutation failed"):
        graphql_result(DeleteUser, response({"data": {"deleteUser": {"code": 7}}}))
    for nothing in (None, CommonMessage()):
        with pytest.raises(InvalidResponseError):
            require_outcome(nothing, "DeleteUser")


def test_errors_of_unusual_form_keep_their_code() -> None:
    assert isinstance(error_of({"apiCode": None, "code": 1000, "message": "x"}), ServerError)
    assert isinstance(error_of({"statusCode": 403, "message": "x"}, 418), PermissionDeniedError)
    errors = ["odd", {"message": {"code": 2004, "message": "gone"}}]
    assert isinstance(error_of({"errors": errors}), NotFoundError)
    assert isinstance(error_of({"code": "1" * 5000, "message": "x"}), InvalidRequestError)


def test_a_message_without_a_code_is_ignored_in_a_successful_response() -> None:
    for body in ({"message": "ok"}, {"code": None, "message": "ok", "data": None}):
        assert isinstance(error_of(body), InvalidResponseError)
        assert isinstance(error_of(body, 403), PermissionDeniedError)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>404</html>", 404),
        (b"", 405),
        ({"message": "Not Found"}, 404),
        ({"statusCode": 404, "message": "Cannot POST /graphql/v2", "error": "Not Found"}, 404),
        (b"", 410),
    ],
)
def test_a_server_that_does_not_know_the_path_is_no_authing_api(body: object, status: int) -> None:
    error = error_of(body, status)
    assert type(error) is InvalidResponseError
    assert error.message.startswith("There is no Authing API at https://host.example/graphql/v2 (")
    assert error.http_status == status


def test_a_404_of_the_api_is_not_found() -> None:
    for code in (404, 2004):
        assert isinstance(error_of(api_body(code), 404), NotFoundError)
        assert isinstance(error_of({"code": code, "message": "gone"}, 404), NotFoundError)


def test_errors_that_reject_the_token_are_recognized() -> None:
    for certainly in (False, True):
        assert is_token_rejected(error_of(api_body(2206)), certainly=certainly)
        assert not is_token_rejected(error_of(api_body(2004)), certainly=certainly)
        assert not is_token_rejected(InvalidResponseError("x"), certainly=certainly)
    assert is_token_rejected(error_of(b"", 401), certainly=False)
    assert not is_token_rejected(error_of(b"", 401), certainly=True)


REJECTED = {"message": {"code": 2206, "message": "expired"}}
RATE_LIMITED = {"message": {"code": 2100, "message": "too often"}}


@pytest.mark.parametrize(
    "body",
    [
        api_body(2020),
        api_body(2207),
        api_body(2100),
        api_body(429),
        {"errors": [REJECTED]},
        {"errors": [REJECTED, RATE_LIMITED], "data": {"user": None}},
        {"code": 2206, "message": "expired"},
        {"code": 2100, "message": "too often", "data": None},
        {"statusCode": 499, "apiCode": "2020", "message": "no token"},
    ],
)
@pytest.mark.parametrize("status", [200, 401, 429, 503])
def test_what_the_api_rejects_before_it_executes_was_not_executed(
    body: object, status: int
) -> None:
    error = error_of(body, status)
    assert isinstance(error, APIError)
    assert error.maybe_executed is False


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>503</html>",
        {"message": "API rate limit exceeded"},
        {"code": 429, "message": "too many requests"},
        {"code": 401, "message": "unauthorized"},
        {"code": 200, "apiCode": 2206, "message": "x"},
        api_body(1000),
        api_body(2004),
        {"errors": [{"message": "rate limit", "extensions": {"code": 429}}]},
        {"errors": [{"message": "expired", "extensions": {"code": 2206}}]},
        {"errors": [REJECTED, {"message": {"code": 1000, "message": "busy"}}]},
        {"errors": [REJECTED, "odd"]},
        {"errors": [REJECTED], "data": {"user": {"id": "u"}}},
        {"errors": [REJECTED], "data": []},
        {"code": 2206, "message": "expired", "data": {"id": "u"}},
    ],
)
@pytest.mark.parametrize("status", [400, 401, 429, 503])
def test_all_other_responses_may_have_been_executed(body: object, status: int) -> None:
    error = error_of(body, status, retry_after="1")
    assert isinstance(error, APIError)
    assert error.maybe_executed is True


def test_all_errors_of_a_response_are_in_the_exception() -> None:
    errors: list[object] = [
        {**RATE_LIMITED, "path": ["users", "list", 0, "email"]},
        {"message": "Cannot query field 'x'", "extensions": {"code": "BAD"}, "path": [None]},
    ]
    data = {"user": {"id": "u"}}
    error = error_of({"errors": errors, "data": data})
    assert isinstance(error, RateLimitError)
    assert error.errors == (
        ErrorDetail("too often", 2100, ("users", "list", 0, "email")),
        ErrorDetail("Cannot query field 'x'"),
    )
    assert error.partial_data == data
    assert str(error) == (
        "too often (code 2100, operation GetUser, HTTP status 200, first of 2 errors)"
    )
    assert pickle.loads(pickle.dumps(error)).errors == error.errors


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            {"users": {"totalCount": 1, "list": [{"id": "u", "address": ["canary-value"]}]}},
            "data.users.list[0].address: expected a string",
        ),
        ({"users": {"totalCount": "canary-value", "list": []}}, "totalCount: expected an integer"),
        ({"users": {"totalCount": 1, "list": "canary-value"}}, "data.users.list: expected a list"),
        ({"users": "canary-value"}, "data.users: expected an object"),
        ({"users": {"totalCount": 1}}, "data.users.list: expected a value"),
        ({"users": {"totalCount": "x", "list": 7}}, "expected an integer (and 1 more)"),
    ],
)
def test_the_field_that_cannot_be_read_is_named(data: object, problem: str) -> None:
    with pytest.raises(InvalidResponseError) as caught:
        graphql_result(ListUsers, response({"data": data}))
    assert problem in caught.value.message
    assert "canary" not in caught.value.message


def test_a_response_that_is_not_an_object_is_described() -> None:
    assert error_of(["canary"]).message.endswith(": expected an object")


def test_the_field_of_a_rest_response_that_cannot_be_read_is_named() -> None:
    with pytest.raises(InvalidResponseError, match=r"data\.publicKey: expected a string"):
        rest_result(WellKnown, response({"code": 200, "data": {"publicKey": []}}))


def test_a_rejected_token_request_is_an_authentication_error() -> None:
    rejected = token_error(PermissionDeniedError("wrong secret", code=1001))
    assert type(rejected) is AuthenticationError
    assert rejected.code == 1001
    busy = ServerError("busy", code=1000)
    assert token_error(busy) is busy
    not_found = NotFoundError("no such page", http_status=404)
    assert token_error(not_found) is not_found
