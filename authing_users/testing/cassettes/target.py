"""The server that cassettes are recorded from, if pytest was told so."""

import contextlib
import re
import shlex
import subprocess
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .environment import PLACEHOLDER_POOL
from .session import Session, session

_SECONDS_TO_STOP = 30


@dataclass(frozen=True, slots=True)
class EmulatorServer:
    """A running emulator.

    Attributes:
        url: Its base URL.
        user_pool_id: ID of its user pool.
        secret: Secret of its user pool.
    """

    url: str
    user_pool_id: str
    secret: str


@contextlib.contextmanager
def serve_emulator() -> Generator[Any]:
    """Run an emulator in a process of its own, on a free port."""
    code = "from authing_users.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "emulator", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield _started(process)
    finally:
        process.terminate()
        process.communicate(timeout=_SECONDS_TO_STOP)


def _started(process: "subprocess.Popen[str]") -> EmulatorServer:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    output = [process.stdout.readline() for _ in range(4)]
    found = dict(re.findall(r"(AUTHING_\w+)=(.*)", "".join(output)))
    if "AUTHING_USERPOOL_SECRET" not in found:
        _, errors = process.communicate(timeout=_SECONDS_TO_STOP)
        raise RuntimeError(f"The emulator to record from did not start: {errors.strip()}")
    values = {name: shlex.split(value)[0] for name, value in found.items()}
    return EmulatorServer(
        url=f"http://{values['AUTHING_EMULATOR_HOST']}",
        user_pool_id=values["AUTHING_USERPOOL_ID"],
        secret=values["AUTHING_USERPOOL_SECRET"],
    )


def prepare(current: Session) -> Mapping[str, str]:
    """Get ready to record, and return the environment variables for the code under test.

    The emulator is started once for a session, and emptied before each test.
    """
    if current.target != "emulator":
        return {}
    if current.emulator is None:
        current.emulator = current.cleanup.enter_context(serve_emulator())
    import httpx

    emulator = current.emulator
    with httpx.Client(trust_env=False) as http:
        http.post(f"{emulator.url}/emulator/v1/reset", json={}).raise_for_status()
    return {
        "AUTHING_EMULATOR_HOST": emulator.url.removeprefix("http://"),
        "AUTHING_USERPOOL_ID": emulator.user_pool_id,
        "AUTHING_USERPOOL_SECRET": emulator.secret,
    }


def wrong_target(request: Any, pool: str | None) -> str | None:
    """Say why a request must not be sent to its server, or return ``None`` if it may be.

    Args:
        request: The request of ``vcrpy``.
        pool: ID of its user pool.
    """
    current = session()
    if pool == PLACEHOLDER_POOL:
        return "set AUTHING_USERPOOL_ID and AUTHING_USERPOOL_SECRET to record it"
    if current.target == "real" and pool != current.pool:
        return f"--authing-pool allows only the user pool {current.pool}, not {pool}"
    if current.target == "emulator":
        parts = urlsplit(str(current.emulator.url))
        if (request.host, request.port) != (parts.hostname, parts.port):
            return (
                f"--authing-record=emulator allows only the emulator, not {request.host}. Let the "
                "code under test get its host, user pool and secret from the environment"
            )
    return None
