"""Types and constructors for pairs of equivalent calls."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..sdk_drivers import Sdk
from ..seeded_pool import Extra


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an SDK method.

    Attributes:
        path: Client and method, such as ``users.create``.
        args: Positional arguments. Placeholders stand for IDs.
        kwargs: Keyword arguments. Placeholders stand for IDs.
    """

    path: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        keywords = (f"{name}={value!r}" for name, value in self.kwargs.items())
        arguments = ", ".join([*map(repr, self.args), *keywords])
        return re.sub(r"'(<[^>]*>)'", r"\1", f"{self.path}({arguments})")


def call(path: str, *args: Any, **kwargs: Any) -> Call:
    """Build a `Call` with the syntax of a method call."""
    return Call(path, args, kwargs)


@dataclass(frozen=True, slots=True)
class CallPair:
    """A call of a vendor's SDK and the equivalent call of `authing_users`.

    Attributes:
        sdk: The vendor's SDK.
        vendor_call: The vendor's call.
        our_call: The call of `authing_users`.
        requires: Extras that the seeded pool must contain.
        variant: Distinguishes several pairs of one method.
    """

    sdk: Sdk
    vendor_call: Call
    our_call: Call
    requires: tuple[Extra, ...] = ()
    variant: str = ""

    @property
    def method(self) -> str:
        """The vendor's method, such as ``python users.create``."""
        return f"{self.sdk} {self.vendor_call.path}"

    @property
    def id(self) -> str:
        """A unique ID, such as ``python users.create: username taken``."""
        return f"{self.method}: {self.variant}" if self.variant else self.method


def python_pair(
    vendor_call: Call,
    our_call: Call | None = None,
    *,
    requires: Sequence[Extra] = (),
    variant: str = "",
) -> CallPair:
    """Pair a call of the vendor's Python SDK with `our_call`, by default the same call."""
    return CallPair("python", vendor_call, our_call or vendor_call, tuple(requires), variant)


def javascript_pair(
    vendor_call: Call, our_call: Call, *, requires: Sequence[Extra] = (), variant: str = ""
) -> CallPair:
    """Pair a call of the vendor's JavaScript SDK with a call of `authing_users`."""
    return CallPair("javascript", vendor_call, our_call, tuple(requires), variant)
