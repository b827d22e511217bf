"""The error codes that operations declare: complete, and each with a reason."""

import inspect
import logging
from collections.abc import Callable
from typing import Any

import pytest

from authing_users.emulator.errors import ErrorCode
from authing_users.emulator.gql.schema import Unsupported, executable_schema
from authing_users.emulator.operation_errors import (
    COMMON_ERRORS,
    OPERATION_ERRORS,
    check_declared,
)
from authing_users.emulator.web.rest_routes import ENDPOINTS

from .api import CREATE, Api
from .reachable_codes import reachable_codes
from .rest import UNKNOWN, rejection_code


def _handlers() -> dict[str, Callable[..., Any]]:
    schema = executable_schema()
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    fields = {**schema.query_type.fields, **schema.mutation_type.fields}
    resolvers = {name: field.resolve for name, field in fields.items() if field.resolve}
    return {
        **{
            name: resolver
            for name, resolver in resolvers.items()
            if not isinstance(inspect.unwrap(resolver), Unsupported)
        },
        **{f"{endpoint.method} {endpoint.path}": endpoint.handler for endpoint in ENDPOINTS},
    }


HANDLERS = _handlers()


def test_only_operations_declare_codes() -> None:
    assert OPERATION_ERRORS.keys() <= HANDLERS.keys()
    for codes in OPERATION_ERRORS.values():
        assert codes
        assert not codes & COMMON_ERRORS


@pytest.mark.parametrize("operation", sorted(OPERATION_ERRORS))
def test_each_declared_code_can_be_reached(operation: str) -> None:
    assert OPERATION_ERRORS[operation] <= reachable_codes(HANDLERS[operation])


def test_every_code_is_declared_somewhere() -> None:
    declared = COMMON_ERRORS.union(*OPERATION_ERRORS.values())
    assert set(ErrorCode) - declared == {ErrorCode.RATE_LIMITED}  # only faults return it


@pytest.fixture
def undeclared(
    monkeypatch: pytest.MonkeyPatch, no_undeclared_error_codes: None
) -> list[logging.LogRecord]:
    """Collect the log records about undeclared codes, which otherwise fail a test."""
    records: list[logging.LogRecord] = []
    logger = logging.getLogger(check_declared.__module__)
    monkeypatch.setattr(logger, "handle", records.append)
    return records


async def test_an_undeclared_code_of_a_field_is_logged(
    api: Api, monkeypatch: pytest.MonkeyPatch, undeclared: list[logging.LogRecord]
) -> None:
    monkeypatch.setattr(
        "authing_users.emulator.operation_errors.OPERATION_ERRORS",
        {"createUser": frozenset({ErrorCode.PHONE_TAKEN})},
    )
    await api.create(username="ada", phone="1")
    assert await api.create_error_code(phone="1") == ErrorCode.PHONE_TAKEN
    assert undeclared == []
    aliased = CREATE.replace("{ createUser", "{ other: createUser")
    assert await api.error_code(aliased, i={"username": "ada"}) == ErrorCode.USERNAME_TAKEN
    assert [record.getMessage() for record in undeclared] == [
        "createUser returned the error code 2034, which emulator/operation_errors.py does not "
        "declare"
    ]


async def test_an_undeclared_code_of_an_endpoint_is_logged(
    api: Api, monkeypatch: pytest.MonkeyPatch, undeclared: list[logging.LogRecord]
) -> None:
    path = f"/api/v2/users/{UNKNOWN}/suspend"
    assert await rejection_code(api, "POST", path) == ErrorCode.USER_NOT_FOUND
    assert undeclared == []
    monkeypatch.setattr("authing_users.emulator.operation_errors.OPERATION_ERRORS", {})
    assert await rejection_code(api, "POST", path) == ErrorCode.USER_NOT_FOUND
    (record,) = undeclared
    assert record.getMessage().startswith("POST /api/v2/users/{id}/suspend returned the error")


async def test_a_field_of_a_fragment_can_return_any_code(
    api: Api, undeclared: list[logging.LogRecord]
) -> None:
    document = "query($i: [String!]!) { ...F } fragment F on Query { userBatch(ids: $i) { id } }"
    ids = [str(number) for number in range(81)]
    assert await api.error_code(document, i=ids) == ErrorCode.TOO_MANY_USERS
    assert undeclared == []


async def test_the_codes_of_faults_need_no_declaration(
    api: Api, undeclared: list[logging.LogRecord]
) -> None:
    api.app.control.fail("users", code=2026)
    assert await api.error_code("{ users { totalCount } }") == ErrorCode.USER_EXISTS
    assert undeclared == []
