"""Our log: one line for each try of a call, and never what was sent or answered."""

import logging
import os

from .._protocol.response import Response, request_id
from ..errors import TransportError

LOG = logging.getLogger("authing_users")


def configure_from_env() -> None:
    """Show the log on stderr when the environment says ``AUTHING_LOG=debug`` (or another level)."""
    level = logging.getLevelNamesMapping().get(os.environ.get("AUTHING_LOG", "").upper())
    if level is None:
        return
    if not LOG.hasHandlers():  # else each line would be there twice
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        LOG.addHandler(handler)
    if LOG.level == logging.NOTSET:
        LOG.setLevel(level)


def is_enabled() -> bool:
    """Whether anybody wants to know of the tries of a call."""
    return LOG.isEnabledFor(logging.DEBUG)


def log_attempt(
    operation: str, attempt: int, seconds: float, outcome: Response | TransportError
) -> None:
    """Write down how a try went.

    Args:
        operation: Name of the operation.
        attempt: Which try it was, 1 for the first.
        seconds: How long it took.
        outcome: The answer, or why there is none.
    """
    fields: dict[str, object] = {"operation": operation, "attempt": attempt}
    if isinstance(outcome, TransportError):
        fields["error"] = type(outcome).__name__
    else:
        fields["status"] = outcome.status
    fields["ms"] = round(seconds * 1000, 1)
    if isinstance(outcome, Response) and (server_id := request_id(outcome)):
        fields["request_id"] = server_id
    _write(fields)


def log_wait(operation: str, attempt: int, seconds: float) -> None:
    """Write down that a call is tried again after a wait."""
    _write({"operation": operation, "attempt": attempt, "retry_in": round(seconds, 2)})


def _write(fields: dict[str, object]) -> None:
    # Also as attributes of the record, for handlers that write JSON.
    extra = {f"authing_{name}": value for name, value in fields.items()}
    LOG.debug(" ".join(f"{name}={value}" for name, value in fields.items()), extra=extra)
