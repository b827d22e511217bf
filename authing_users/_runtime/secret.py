"""Text that must not be shown."""

from collections.abc import Iterable
from typing import Any, SupportsIndex, cast

from ..errors import APIError, AuthingError


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

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[type["Secret"], tuple[str]]:
        message = "A secret cannot be pickled"
        raise TypeError(message)


class SecretBytes(bytes):
    """Bytes that are sent as they are but show as asterisks, as ``Secret`` does."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "b'**********'"

    # That of bytes does not ask for the one above.
    __str__ = __repr__


# What is shorter would stand in ordinary words too.
SHORTEST_SCRUBBED = 8


def scrub(error: AuthingError, secrets: Iterable[Secret]) -> None:
    """Replace secrets that a server repeats in its error message or in the data beside it."""
    for secret in secrets:
        if len(secret) < SHORTEST_SCRUBBED:
            continue
        error.message = error.message.replace(secret.reveal(), str(secret))
        error.args = (error.message, *error.args[1:])
        if isinstance(error, APIError):
            error.data = _scrubbed(error.data, secret)


def _scrubbed(data: object, secret: Secret) -> object:
    if isinstance(data, str):
        return data.replace(secret.reveal(), str(secret))
    if isinstance(data, list):
        return [_scrubbed(item, secret) for item in cast("list[object]", data)]
    if isinstance(data, dict):
        fields = cast("dict[str, object]", data)
        return {name: _scrubbed(value, secret) for name, value in fields.items()}
    return data
