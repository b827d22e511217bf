"""Credentials for code under test that is replayed, and hints how to record it."""

import os
import shlex
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from .session import session

PLACEHOLDER_POOL = "replayed-user-pool"
_POOL, _SECRET, _TOKEN = "AUTHING_USERPOOL_ID", "AUTHING_USERPOOL_SECRET", "AUTHING_ACCESS_TOKEN"


@contextmanager
def variables(values: Mapping[str, str]) -> Generator[None]:
    """Set environment variables in a ``with`` block. With a secret, no management token is set."""
    removed = [_TOKEN] if _SECRET in values else []
    before = {name: os.environ.get(name) for name in (*values, *removed)}
    os.environ.update(values)
    for name in removed:
        os.environ.pop(name, None)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def placeholder_credentials() -> Mapping[str, str]:
    """Return the variables that let a client be created without credentials of a pool."""
    placeholders: dict[str, str] = {}
    if not os.environ.get(_POOL):
        placeholders[_POOL] = PLACEHOLDER_POOL
    if not os.environ.get(_SECRET) and not os.environ.get(_TOKEN):
        placeholders[_SECRET] = "replayed-secret"
    return placeholders


def record_command(exists: bool) -> str:
    """Say how to record a cassette, or how to record it again."""
    task = "To record it again" if exists else "To record it"
    test = session().test
    if test is None:
        steps = "delete the file and run with " if exists else "run with "
        return f'{task}: {steps}record_mode="once"'
    mode = "--authing-record=emulator"
    if session().record_mode is not None:
        mode = "--record-mode=rewrite" if exists else "--record-mode=once"
    return f"{task}: pytest {shlex.quote(test.name)} {mode}"
