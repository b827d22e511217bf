"""The error classes, and how they hide secrets."""

import pickle
from copy import copy

import pytest

import authing_users
from authing_users import (
    APIError,
    AuthingError,
    AuthingException,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PartialFailureError,
    RateLimitError,
    SchemaDriftWarning,
    TransportTimeoutError,
    errors,
)
from authing_users._runtime.secret import Scrubber, Secret

NOT_FOUND = NotFoundError(
    "The user does not exist",
    code=2004,
    operation="GetUser",
    http_status=200,
    request_id="r-1",
)
EXAMPLES: list[AuthingError] = [
    NOT_FOUND,
    RateLimitError("slow down", retry_after=3.0),
    ConflictError("taken", code=2034, field="username", operation="CreateUser"),
    InvalidInputError("page starts at 1"),
    TransportTimeoutError("no response", operation="ListUsers"),
    PartialFailureError("created, but", user_id="u", completed="CreateUser", error=NOT_FOUND),
]


def test_every_error_is_public_and_derives_from_authing_error() -> None:
    for name in set(errors.__all__) - {"ErrorDetail"}:
        error_type = getattr(errors, name)
        assert issubclass(error_type, AuthingError) or error_type is SchemaDriftWarning
        assert getattr(authing_users, name) is error_type
        assert name in (errors.__doc__ or "")


def test_authing_exception_is_an_alias_of_api_error() -> None:
    assert AuthingException is APIError
    assert (NOT_FOUND.code, NOT_FOUND.message) == (2004, "The user does not exist")


def test_the_text_of_an_error_includes_its_details() -> None:
    assert str(NOT_FOUND) == (
        "The user does not exist (code 2004, operation GetUser, HTTP status 200, request ID r-1)"
    )
    assert str(InvalidInputError("page starts at 1")) == "page starts at 1"


@pytest.mark.parametrize("argument", [None, "sortBy"])
def test_a_warning_of_schema_drift_names_its_part_of_the_schema(argument: str | None) -> None:
    warning = SchemaDriftWarning("Query", "users", argument)
    for same in (warning, copy(warning), pickle.loads(pickle.dumps(warning))):
        assert isinstance(same, SchemaDriftWarning)
        assert (same.type_name, same.field_name, same.argument_name) == ("Query", "users", argument)
        assert str(same) == str(warning)
    expected = "the field 'users' of the type 'Query'"
    assert ("the argument 'sortBy' of 'Query.users'" if argument else expected) in str(warning)


def test_the_repr_of_an_error_shows_what_a_program_can_act_on() -> None:
    assert repr(NOT_FOUND) == (
        "NotFoundError('The user does not exist', code=2004, operation='GetUser')"
    )
    assert repr(InvalidInputError("page starts at 1")) == "InvalidInputError('page starts at 1')"
    conflict = ConflictError("taken", code=2034, field="username")
    assert repr(conflict) == "ConflictError('taken', code=2034, field='username')"
    conflict.index = 0
    assert repr(conflict) == "ConflictError('taken', code=2034, field='username', index=0)"
    assert str(conflict) == "taken (code 2034, users[0])"


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_has_a_code_or_none(error: AuthingError) -> None:
    codes = {"NotFoundError": 2004, "ConflictError": 2034, "PartialFailureError": 2004}
    assert error.code == codes.get(type(error).__name__)
    assert error.index is None


def test_errors_derive_from_the_matching_builtin_errors() -> None:
    assert issubclass(InvalidInputError, ValueError)
    assert issubclass(TransportTimeoutError, TimeoutError)


def test_a_partial_failure_reports_the_completed_step() -> None:
    error = EXAMPLES[-1]
    assert error.code == NOT_FOUND.code
    assert isinstance(error, PartialFailureError)
    assert (error.user_id, error.completed, error.operation) == ("u", "CreateUser", "GetUser")
    assert "created, but" in str(error)
    assert "The user does not exist" in str(error)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_can_be_pickled_and_copied(error: AuthingError) -> None:
    for duplicate in (pickle.loads(pickle.dumps(error)), copy(error)):
        assert type(duplicate) is type(error)
        assert str(duplicate) == str(error)
        assert {**duplicate.__dict__, "error": None} == {**error.__dict__, "error": None}


def test_a_secret_is_hidden_until_it_is_revealed() -> None:
    secret = Secret("canary")
    assert "canary" not in f"{secret} {secret!r} {secret:>20} {[secret]} {f'{secret}'}"
    assert secret.reveal() == "canary"
    assert type(secret.reveal()) is str
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_secret_in_the_message_of_an_error_is_masked() -> None:
    error = APIError("bad secret canary-secret", code=1)
    Scrubber([Secret("canary-secret")]).value(error)
    assert "canary" not in str(error) + repr(error)
    assert error.message.startswith("bad secret")
