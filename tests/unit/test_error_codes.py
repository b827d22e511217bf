"""The table of error codes: every line is pinned, and retries do not depend on it by accident."""

import json
import re
from pathlib import Path

import pytest

from authing_users import (
    APIError,
    AuthenticationError,
    AuthingError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    errors as error_module,
)
from authing_users._policy.retry import RETRIED_CODES, retry_delay
from authing_users._protocol.error_codes import ERROR_CODES, TOKEN_REJECTED
from authing_users._protocol.error_messages import conflict_field
from authing_users._protocol.response import Response, graphql_error, rest_error
from authing_users.emulator.errors import ErrorCode
from authing_users.options import RequestOptions
from scripts import error_codes as tables

ROOT = Path(tables.__file__).parents[1]
PAGE = (ROOT / tables.PAGE).read_text("utf-8")

CLASSES: dict[type[APIError], set[int]] = {
    AuthenticationError: {401, 2006, 2020, 2203, 2206, 2207, 2333, 2401},
    PermissionDeniedError: {
        *(403, 1001, 1576, 2002, 2005, 2018, 2031, 2036, 2040, 2202, 2209, 2212, 4021),
        *(2120008, 2130010),
    },
    NotFoundError: {404, 2004, 2011, 2012, 2021, 2022, 2210, 2221, 2224, 3003, 3005, 4212, 7348},
    ConflictError: {409, 2008, 2026, 2034, 2035, 2039, 2200, 2220, 2223, 3829},
    RateLimitError: {429, 2100},
    ServerError: {*range(501, 600), 1000, 2025, 3013, 3014},
    InvalidRequestError: {
        *(422, 500, 1600, 1635, 1636, *range(1639, 1644), *range(1699, 1708)),
        *(2000, 2001, 2003, 2007, 2009, 2010, *range(2013, 2018), 2019, 2023, 2024),
        *(2027, 2028, 2029, 2030, 2032, 2037, 2038, 2058, 2101, 2201, 2204, 2205, 2208, 2211),
        *(*range(2213, 2220), 2222, *range(2225, 2232), 2300, 3012, *range(3617, 3625)),
        *(4032, 4033, 5000, 5001, *range(5022, 5026), *range(6001, 6005), 8128, 2820002),
    },
}
FIELDS = {
    2008: "name",
    2034: "username",
    2035: "phone",
    2039: "domain",
    2200: "email",
    2220: "name",
    2223: "domain",
    3829: "domain",
}
OPERATION = "GetUser"


def response(body: object, status: int = 200, operation: str = OPERATION) -> Response:
    return Response(operation, status, {}, json.dumps(body).encode(), "https://host.example/")


def graphql_body(code: object, message: str = "no") -> dict[str, object]:
    return {"errors": [{"message": {"code": code, "message": message}}], "data": None}


def test_the_class_of_every_code_is_pinned() -> None:
    pinned = {code: error_type for error_type, codes in CLASSES.items() for code in codes}
    assert {code: known.error for code, known in ERROR_CODES.items()} == pinned
    assert sum(map(len, CLASSES.values())) == len(pinned)


def test_the_field_of_every_code_is_pinned() -> None:
    fields = {code: known.field for code, known in ERROR_CODES.items() if known.field is not None}
    assert fields == FIELDS
    assert FIELDS.keys() <= CLASSES[ConflictError]


def test_every_code_has_a_meaning() -> None:
    for known in ERROR_CODES.values():
        assert known.meaning[:1].isupper() or known.meaning[:1].isdigit()
        assert not known.meaning.endswith(".")


def test_every_code_that_the_emulator_sends_is_known() -> None:
    assert {int(code) for code in ErrorCode} <= ERROR_CODES.keys()


@pytest.mark.parametrize("code", sorted(ERROR_CODES))
def test_each_code_raises_its_class_from_both_kinds_of_responses(code: int) -> None:
    known = ERROR_CODES[code]
    errors: list[AuthingError] = [
        graphql_error(response(graphql_body(code))),
        rest_error(response({"code": code, "message": "no", "data": None})),
        rest_error(response({"statusCode": 499, "apiCode": str(code), "message": "no"})),
    ]
    for error in errors:
        assert type(error) is known.error
        assert error.code == code
        if isinstance(error, ConflictError):
            assert error.field == known.field


def test_the_http_status_decides_for_500_and_for_unknown_codes() -> None:
    for code in (500, 9999):
        assert type(graphql_error(response(graphql_body(code)))) is InvalidRequestError
        assert type(graphql_error(response(graphql_body(code), 503))) is ServerError
        assert type(graphql_error(response(graphql_body(code), 403))) is PermissionDeniedError
    assert type(graphql_error(response(graphql_body(2029), 503))) is InvalidRequestError


@pytest.mark.parametrize("is_mutation", [False, True])
def test_only_the_codes_of_busy_servers_and_of_rate_limits_are_retried(is_mutation: bool) -> None:
    def is_retried(code: int) -> bool:
        delay = retry_delay(
            graphql_error(response(graphql_body(code))),
            0,
            options=RequestOptions(),
            is_mutation=is_mutation,
            time_left=None,
            random=lambda: 0.0,
        )
        return delay is not None

    expected = {429, 2100} if is_mutation else {429, 2100, *RETRIED_CODES}
    assert {code for code in ERROR_CODES if is_retried(code)} == expected
    assert {1000, 502, 503, 504} == RETRIED_CODES
    assert {2020, 2206, 2207} == TOKEN_REJECTED


@pytest.mark.parametrize(
    ("code", "operation", "message", "field"),
    [
        (2034, "UpdateUser", "the phone is taken", "username"),
        (409, "CreateRole", "taken", "code"),
        (409, "UpdateGroup", "已被占用：code", "code"),
        (409, "CreatePolicy", "taken", "code"),
        (409, "UpdateNamespace", "taken", "code"),
        (409, "CreateResource", "taken", "code"),
        (409, "SetUdf", "taken", None),
        (2026, "LinkIdentity", "用户已存在", "identity"),
        (2026, "CreateUser", "用户已存在", None),
        (2026, "CreateUser", "用户已存在：externalId", "externalId"),
        (2026, "UpdateUser", "A user with this unionid already exists", "unionid"),
        (2026, "CreateUser", "The phone or the email is taken", None),
        (2026, "CreateUser", "The phones are taken", None),
        (None, "CreateUser", "email taken", "email"),
    ],
)
def test_the_field_of_a_conflict(
    code: int | None, operation: str, message: str, field: str | None
) -> None:
    assert conflict_field(code, operation, message) == field


def test_a_conflict_names_the_field_of_its_operation() -> None:
    error = graphql_error(response(graphql_body(409), operation="CreateRole"))
    assert isinstance(error, ConflictError)
    assert error.field == "code"


def test_the_page_of_errors_has_the_codes_of_the_table() -> None:
    assert tables.page(PAGE) == PAGE, "run: python -m scripts.error_codes"
    listed: dict[int, str] = {}
    row = re.compile(r"^\| ([\d, to]+) \| .*? \| `(\w+)`", re.MULTILINE)
    rows: list[tuple[str, str]] = row.findall(PAGE)
    for numbers, error_type in rows:
        first, _, last = numbers.partition(" to ")
        codes = range(int(first), int(last) + 1) if last else map(int, numbers.split(", "))
        listed |= dict.fromkeys(codes, error_type)
    assert listed == {code: known.error.__name__ for code, known in ERROR_CODES.items()}
    assert "`field` is `phone`" in PAGE


def test_a_stale_page_is_written_again() -> None:
    stale = PAGE.replace("The user already exists", "The user exists")
    assert stale != PAGE
    assert tables.page(stale) == PAGE


def test_the_page_of_errors_has_every_class() -> None:
    names = set(re.findall(r"^\| `(\w+Error)` \|", PAGE, re.MULTILINE))
    no_classes = {"AuthingError", "AuthingException", "ErrorDetail", "SchemaDriftWarning"}
    assert names == set(error_module.__all__) - no_classes
