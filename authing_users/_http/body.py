"""Limits on the body of a response."""

from dataclasses import dataclass

from .._policy.timeouts import RequestTimeout


class TooManyBytes(Exception):
    """The body of a response is larger than allowed."""


class UnsupportedEncoding(Exception):
    """The server compressed a response in a way that the client did not offer."""


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """How many bytes of a body to receive, and until when.

    Attributes:
        max_bytes: The most bytes, as they are received.
        timeout: Holds the deadline of the call.
    """

    max_bytes: int
    timeout: RequestTimeout
