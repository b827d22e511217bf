"""What a pair of equal calls is: one of a vendor's SDK, and the same of ours."""

import re
from dataclasses import dataclass, field
from typing import Any

from .drivers import Sdk

# Names of what a scene holds: each stands for an id, in arguments and in results.
ADA, BOB, EVE, OLD = "<ada>", "<bob>", "<eve>", "<old>"
ROLE, DEPARTMENT, TOKEN = "<librarian>", "<hall>", "<token of ada>"
NOBODY = "0" * 24
"""An id of nothing at all."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a method.

    Attributes:
        path: The method with its client, as ``users.create``.
        args: Arguments by position, with names of the scene for ids.
        kwargs: Arguments by keyword, likewise.
    """

    path: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        given = [*map(repr, self.args), *(f"{name}={it!r}" for name, it in self.kwargs.items())]
        return re.sub(r"'(<[^>]*>)'", r"\1", f"{self.path}({', '.join(given)})")


def call(path: str, *args: Any, **kwargs: Any) -> Call:
    """Write down a call as one would make it."""
    return Call(path, args, kwargs)


@dataclass(frozen=True, slots=True)
class Pair:
    """A call of a vendor's SDK and the equal call of ours.

    Attributes:
        sdk: Which of the vendor's SDKs.
        vendors: The vendor's call.
        ours: Our call.
        needs: What the scene must hold, besides what it always does: names of its properties.
        note: What tells the pair from others of the same method.
    """

    sdk: Sdk
    vendors: Call
    ours: Call
    needs: tuple[str, ...] = ()
    note: str = ""

    @property
    def method(self) -> str:
        """The vendor's method, as ``python users.create``."""
        return f"{self.sdk} {self.vendors.path}"

    @property
    def id(self) -> str:
        """What the tables of differences call the pair, as ``python users.create: taken``."""
        return f"{self.method}: {self.note}" if self.note else self.method


def python(vendors: Call, ours: Call | None = None, *needs: str, note: str = "") -> Pair:
    """Pair a call of the vendor's Python SDK with ours, or with the very same call of ours."""
    return Pair("python", vendors, ours or vendors, needs, note)


def javascript(vendors: Call, ours: Call, *needs: str, note: str = "") -> Pair:
    """Pair a call of the vendor's JavaScript SDK with ours."""
    return Pair("javascript", vendors, ours, needs, note)
