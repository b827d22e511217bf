"""Strings and bytes that must not be shown."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, SupportsIndex, cast, overload

from ..errors import APIError, AuthingError, ErrorDetail

MASK = "**********"


class Secret(str):
    """A string that is sent as it is, but shows as asterisks when it is formatted.

    Being a ``str``, it is serialized like one. ``repr``, ``str``, f-strings and slices are masked,
    and so are logs and the locals of a traceback.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "Secret":
        # Otherwise a secret of a secret would hold asterisks.
        return text if isinstance(text, cls) else super().__new__(cls, text)

    def reveal(self) -> str:
        """Return the plain string."""
        return str.__str__(self)

    def __getitem__(self, key: SupportsIndex | slice) -> "Secret":
        # Rich tracebacks show the beginning of a long string.
        return Secret(super().__getitem__(key))

    def __repr__(self) -> str:
        return f"'{MASK}'"

    def __str__(self) -> str:
        return MASK

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
    """Bytes that are sent as they are, but show as asterisks, like ``Secret``."""

    __slots__ = ()

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> int: ...
    @overload
    def __getitem__(self, key: slice, /) -> "SecretBytes": ...
    def __getitem__(self, key: SupportsIndex | slice, /) -> "int | SecretBytes":
        if isinstance(key, slice):
            return SecretBytes(super().__getitem__(key))
        return super().__getitem__(key)

    def __repr__(self) -> str:
        return f"b'{MASK}'"

    # bytes.__str__ does not call __repr__.
    __str__ = __repr__


# Shorter secrets would match parts of ordinary words.
SHORTEST_SCRUBBED = 8


def scrub(error: AuthingError, secrets: Iterable[Secret]) -> None:
    """Mask secrets that a server repeats in an error message, or in the data beside it."""
    for secret in secrets:
        if len(secret) < SHORTEST_SCRUBBED:
            continue
        error.message = error.message.replace(secret.reveal(), MASK)
        error.args = (error.message, *error.args[1:])
        if isinstance(error, APIError):
            error.data = _scrubbed(error.data, secret)
            error.partial_data = cast("Any", _scrubbed(error.partial_data, secret))
            error.errors = cast("Any", _scrubbed(error.errors, secret))


def _scrubbed(data: object, secret: Secret) -> object:
    if isinstance(data, str):
        return data.replace(secret.reveal(), MASK)
    if isinstance(data, ErrorDetail):
        message, details = _scrubbed(data.message, secret), _scrubbed(data.data, secret)
        return replace(data, message=cast("str", message), data=details)
    if isinstance(data, tuple):
        return tuple(_scrubbed(item, secret) for item in cast("tuple[object, ...]", data))
    if isinstance(data, list):
        return [_scrubbed(item, secret) for item in cast("list[object]", data)]
    if isinstance(data, dict):
        fields = cast("dict[str, object]", data)
        return {name: _scrubbed(value, secret) for name, value in fields.items()}
    return data
