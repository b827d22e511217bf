"""The server that cassettes are recorded from, if pytest was told so."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .environment import PLACEHOLDER_POOL
from .session import Session, session


def prepare(current: Session) -> Mapping[str, str]:
    """Get ready to record, and return the environment variables for the code under test.

    The emulator is started once for a session, and emptied before each test.
    """
    if current.target != "emulator":
        return {}
    import httpx

    from ..emulator.server import serve_deterministic

    if current.emulator is None:
        current.emulator = current.cleanup.enter_context(serve_deterministic())
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
    if current.target == "emulator" and not is_emulator(request):
        return (
            f"--authing-record=emulator allows only the emulator, not {request.host}. Let the "
            "code under test get its host, user pool and secret from the environment"
        )
    return None


def is_emulator(request: Any) -> bool:
    """Whether a request of ``vcrpy`` goes to the emulator that cassettes are recorded from."""
    current = session()
    if current.target != "emulator" or current.emulator is None:
        return False
    parts = urlsplit(str(current.emulator.url))
    return bool((request.host, request.port) == (parts.hostname, parts.port))
