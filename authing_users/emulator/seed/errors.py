"""The error of an unusable seed, and the path of the value at fault."""

import difflib
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TypeAlias

from ..errors import ApiError, ErrorCode
from ..messages import Language, error_message

SeedPath: TypeAlias = tuple[str | int, ...]
"""Where a value is in a seed: keys of objects and indexes of lists."""


class SeedError(ValueError):
    """A seed cannot be used. Nothing is changed. The message is for the user.

    Attributes:
        code: The API's error code, or 400 if the seed itself is invalid.
        path: Where the value at fault is.
        reason: What is wrong with it.
    """

    def __init__(
        self, reason: str, path: SeedPath = (), *, code: int = 400, location: str = ""
    ) -> None:
        text = path_text(path)
        super().__init__(": ".join(part for part in (location, text, reason) if part))
        self.reason = reason
        self.path = path
        self.code = code

    def located(self, location: str) -> "SeedError":
        """Return the same error with the file, line and column of the value at fault."""
        return SeedError(self.reason, self.path, code=self.code, location=location)


def path_text(path: SeedPath) -> str:
    """Return a path such as ``users[2].email``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a sentence with the most similar of the known names, or an empty string."""
    by_lower = {other.lower(): other for other in known}
    similar = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f" Did you mean {by_lower[similar[0]]!r}?" if similar else ""


@contextmanager
def errors_at(path: SeedPath, members: Iterable[str] = ()) -> Generator[None]:
    """Turn an ``ApiError`` into a ``SeedError`` for a path.

    Args:
        path: The path of an object.
        members: Its keys. An error about one of them gets the path of that member.
    """
    try:
        yield
    except ApiError as error:
        reason = error_message(error, Language.ENGLISH)
        key = "email" if error.code is ErrorCode.INVALID_EMAIL else error.subject
        place = (*path, key) if key in members else path
        raise SeedError(reason, place, code=int(error.code)) from None
