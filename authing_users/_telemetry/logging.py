"""Logging: one line for each attempt of a call, without the contents of requests or responses."""

import logging
import os
from collections.abc import Iterable

from .._protocol.response import Response, request_id
from .._runtime.secret import Scrubber, Secret
from ..errors import AuthingError

LOG = logging.getLogger("authing_users")


def configure_from_env() -> None:
    """Log to stderr if the environment variable ``AUTHING_LOG`` names a level: ``debug``.

    Levels and handlers that the program sets take precedence, also if it sets them later.
    """
    level = logging.getLevelNamesMapping().get(os.environ.get("AUTHING_LOG", "").upper())
    if level is None:
        return
    if not LOG.hasHandlers():  # otherwise each line would be logged twice
        handler = logging.StreamHandler()
        handler.addFilter(_is_only_handler)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        LOG.addHandler(handler)
    if LOG.level == logging.NOTSET:
        LOG.setLevel(level)


def _is_only_handler(_: logging.LogRecord) -> bool:
    # The program may configure logging after it has created the client.
    parent = LOG.parent
    return len(LOG.handlers) == 1 and (parent is None or not parent.hasHandlers())


def is_enabled() -> bool:
    """Whether attempts are logged."""
    return LOG.isEnabledFor(logging.DEBUG)


def log_attempt(
    operation: str,
    attempt: int,
    seconds: float,
    outcome: Response | AuthingError,
    failure: AuthingError | None,
    secrets: Iterable[Secret],
) -> None:
    """Log an attempt.

    Args:
        operation: Name of the operation.
        attempt: Number of the attempt, starting at 1.
        seconds: Duration of the attempt.
        outcome: The response, or the error.
        failure: The error that the response stands for, if any.
        secrets: Secrets that the server may have repeated.
    """
    fields: dict[str, object] = {"operation": operation, "attempt": attempt}
    if isinstance(outcome, Response):
        fields["status"] = outcome.status
    else:
        fields["error"] = type(outcome).__name__
    scrubber = Scrubber(secrets)
    # A long number may be a part of a secret that the server repeats.
    if failure is not None and scrubber.value(failure.code) is not None:
        fields["code"] = failure.code
    fields["ms"] = round(seconds * 1000, 1)
    if isinstance(outcome, Response) and (server_id := request_id(outcome)):
        fields["request_id"] = scrubber.text(server_id)
    _write(fields)


def log_wait(operation: str, attempt: int, seconds: float) -> None:
    """Log that a call is retried after a delay."""
    _write({"operation": operation, "attempt": attempt, "retry_in": round(seconds, 2)})


def _write(fields: dict[str, object]) -> None:
    # Attributes of the record too, for handlers that write JSON.
    extra = {f"authing_{name}": value for name, value in fields.items()}
    LOG.debug(" ".join(f"{name}={value}" for name, value in fields.items()), extra=extra)
