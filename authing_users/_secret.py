"""Text that must not be shown."""

from collections.abc import Iterable
from typing import SupportsIndex

from .errors import AuthingError


class Secret(str):
    """A string that is sent as it is but shows as asterisks wherever it is formatted.

    Being a ``str``, it is serialised like one; ``repr``, ``str`` and f-strings, and so logs and
    the locals of a traceback, show none of it.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "Secret":
        # A secret of a secret would be the asterisks that it shows.
        return text if isinstance(text, cls) else super().__new__(cls, text)

    def reveal(self) -> str:
        """Return the text itself."""
        return str.__str__(self)

    def __repr__(self) -> str:
        return "'**********'"

    def __str__(self) -> str:
        return "**********"

    def __format__(self, format_spec: str) -> str:
        return format(str(self), format_spec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[type["Secret"], tuple[str]]:
        message = "A secret cannot be pickled"
        raise TypeError(message)


def scrub(error: AuthingError, secrets: Iterable[Secret]) -> None:
    """Replace secrets that a server repeats in its error message."""
    for secret in secrets:
        text = secret.reveal()
        error.message = error.message.replace(text, str(secret))
        error.args = (error.message, *error.args[1:])
