"""The errors themselves."""

import pickle
from copy import copy

import pytest

import authing_users
from authing_users import (
    APIError,
    AuthingError,
    AuthingException,
    InvalidInputError,
    NotFoundError,
    PartialFailureError,
    RateLimitError,
    TransportTimeoutError,
    errors,
)
from authing_users._runtime.secret import Secret, scrub

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
    InvalidInputError("page starts at 1"),
    TransportTimeoutError("no answer", operation="ListUsers"),
    PartialFailureError("created, but", user_id="u", completed="CreateUser", error=NOT_FOUND),
]


def test_every_error_is_public_and_has_the_one_root() -> None:
    for name in errors.__all__:
        error_type = getattr(errors, name)
        assert issubclass(error_type, AuthingError)
        assert getattr(authing_users, name) is error_type
        assert name in (errors.__doc__ or "")


def test_the_vendors_name_is_the_api_error() -> None:
    assert AuthingException is APIError
    assert (NOT_FOUND.code, NOT_FOUND.message) == (2004, "The user does not exist")


def test_an_error_says_all_it_knows() -> None:
    assert str(NOT_FOUND) == (
        "The user does not exist (code 2004, operation GetUser, HTTP status 200, request ID r-1)"
    )
    assert str(InvalidInputError("page starts at 1")) == "page starts at 1"


def test_bad_input_is_a_value_error_and_a_timeout_is_a_timeout() -> None:
    assert issubclass(InvalidInputError, ValueError)
    assert issubclass(TransportTimeoutError, TimeoutError)


def test_a_partial_failure_says_what_was_done() -> None:
    error = EXAMPLES[-1]
    assert isinstance(error, PartialFailureError)
    assert (error.user_id, error.completed, error.operation) == ("u", "CreateUser", "GetUser")
    assert "created, but" in str(error)
    assert "The user does not exist" in str(error)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_survive_pickling_and_copying(error: AuthingError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy(error)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert {**twin.__dict__, "error": None} == {**error.__dict__, "error": None}


def test_a_secret_shows_nowhere_but_is_sent() -> None:
    secret = Secret("canary")
    assert "canary" not in f"{secret} {secret!r} {secret:>20} {[secret]} {f'{secret}'}"
    assert secret.reveal() == "canary"
    assert type(secret.reveal()) is str
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_secret_that_the_server_repeats_is_scrubbed() -> None:
    error = APIError("bad secret canary-secret", code=1)
    scrub(error, [Secret("canary-secret")])
    assert "canary" not in str(error) + repr(error)
    assert error.message.startswith("bad secret")
