"""The environment variables that clients read, during a test."""

import os
from collections.abc import Generator
from contextlib import contextmanager

import pytest

IN_PROCESS_EMULATOR = "http://authing-emulator.localhost"
STUB = "http://authing-stub.localhost"

_used: list[str] = []


@contextmanager
def client_environment(
    fixture: str, host: str, user_pool_id: str, secret: str, *, instead_of: str | None = None
) -> Generator[dict[str, str]]:
    """Set the variables of a user pool in a ``with`` block, and yield them.

    Clients that are created without options then use the pool. A client with another ``host=``
    raises ``ConfigurationError``, because of ``AUTHING_EMULATOR_HOST``.

    Args:
        fixture: Name of the fixture that sets them.
        host: URL of the server.
        user_pool_id: ID of the user pool.
        secret: Secret of the user pool.
        instead_of: Name of a fixture whose variables are replaced.

    Raises:
        pytest.fail.Exception: Another fixture has set the variables for this test.
    """
    if _used and _used[-1] not in (fixture, instead_of):
        pytest.fail(
            f"A test can use only one of {_used[-1]} and {fixture}: both set AUTHING_EMULATOR_HOST",
            pytrace=False,
        )
    variables = {
        "AUTHING_EMULATOR_HOST": host.removeprefix("http://"),
        "AUTHING_HOST": host,
        "AUTHING_USERPOOL_ID": user_pool_id,
        "AUTHING_USERPOOL_SECRET": secret,
    }
    # With the secret, a management token of another pool would be one too many.
    before = {name: os.environ.get(name) for name in (*variables, "AUTHING_ACCESS_TOKEN")}
    os.environ.update(variables)
    os.environ.pop("AUTHING_ACCESS_TOKEN", None)
    _used.append(fixture)
    try:
        yield variables
    finally:
        _used.pop()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def any_host_allowed() -> Generator[None]:
    """Allow ``host=`` of an emulator other than the one of the variables, in a ``with`` block.

    Clients that are created without options still use that one, because of ``AUTHING_HOST``.
    """
    before = os.environ.pop("AUTHING_EMULATOR_HOST", None)
    try:
        yield
    finally:
        if before is not None:
            os.environ["AUTHING_EMULATOR_HOST"] = before
