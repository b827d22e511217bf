"""Reading responses: results, errors and their classes."""

import contextlib
import json
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
    return Response(
        "GetUser", status, {k.replace("_", "-"): v for k, v in headers.items()}, content
    )


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
        (500, ServerError),
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
        (404, NotFoundError),
        (409, ConflictError),
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


def test_errors_that_reject_the_token_are_recognized() -> None:
    assert is_token_rejected(error_of(api_body(2206)))
    assert is_token_rejected(error_of(b"", 401))
    assert not is_token_rejected(error_of(api_body(2004)))
    assert not is_token_rejected(InvalidResponseError("x"))


def test_a_rejected_token_request_is_an_authentication_error() -> None:
    rejected = token_error(PermissionDeniedError("wrong secret", code=1001))
    assert type(rejected) is AuthenticationError
    assert rejected.code == 1001
    busy = ServerError("busy", code=1000)
    assert token_error(busy) is busy
    not_found = NotFoundError("no such page", http_status=404)
    assert token_error(not_found) is not_found
