"""The findings of ``doctor``."""

from dataclasses import dataclass
from typing import Literal

from ...errors import AuthingError, TransportError
from .._errors import next_step

__all__ = ["Finding", "Status", "failure", "ok", "remedy_for", "skipped", "warning"]

Status = Literal["ok", "warning", "failure", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: Name of the check.
        status: The outcome.
        message: The finding.
        remedy: What to do. ``None`` if there is nothing to do.
    """

    check: str
    status: Status
    message: str
    remedy: str | None = None


def ok(check: str, message: str) -> Finding:
    """Return the finding that nothing needs to be done."""
    return Finding(check, "ok", message)


def warning(check: str, message: str, remedy: str | None = None) -> Finding:
    """Return a finding that may become a problem."""
    return Finding(check, "warning", message, remedy)


def failure(check: str, message: str, remedy: str | None = None) -> Finding:
    """Return the finding that commands cannot work."""
    return Finding(check, "failure", message, remedy)


def skipped(check: str, message: str, remedy: str | None = None) -> Finding:
    """Return the finding that a check was not made."""
    return Finding(check, "skipped", message, remedy)


def remedy_for(error: AuthingError) -> str | None:
    """Return what to do after an error, without the advice to call ``doctor``."""
    if isinstance(error, TransportError):
        return (
            "Check the host, the network and the variables of proxies. Where a proxy replaces"
            " certificates, set SSL_CERT_FILE to those of its operator."
        )
    step = next_step(error)
    return None if step is None or "doctor" in step else step
