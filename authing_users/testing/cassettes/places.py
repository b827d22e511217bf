"""The values in a cassette file, with their lines."""

from typing import NamedTuple

from .json_leaves import Leaf


class UnreadableCassetteError(ValueError):
    """A file cannot be read as a cassette. The message names the file, and the line if known."""


class Place(NamedTuple):
    """A value, or the name of a field, in a cassette file.

    Attributes:
        leaf: The value with the names of its fields. The value of bytes is empty.
        line: The line where it starts.
        number: Its number in the file.
        data: The value, if it is bytes.
        content_type: Of the body that it is.
        content_encoding: Of the body that it is.
    """

    leaf: Leaf
    line: int
    number: int
    data: bytes | None = None
    content_type: str | None = None
    content_encoding: str | None = None
