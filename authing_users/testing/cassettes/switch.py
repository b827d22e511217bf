"""Gets our cassette into every kind of use of ``vcrpy``.

``vcrpy`` replaces attributes of classes while a cassette is in use, and users of ``vcrpy`` may add
some in the setting ``custom_patches``. If the replacement is a class with an attribute
``cassette``, it gets the cassette there. So one such patch tells when a cassette begins and ends,
whatever else is set.
"""

import sys
from contextlib import ExitStack
from types import CodeType
from typing import Any

from ..._runtime.secret import watch_secrets
from . import waits
from .cassette import AuthingCassette
from .environment import placeholder_credentials, variables
from .options import CassetteOptions
from .session import all_codes, is_caught_by, session

_ATTRIBUTE = "replacement"
# Frames between the test and this module, when a cassette begins.
_TOOLS = (
    "vcr",
    "contextlib",
    "unittest.mock",
    "wrapt",
    "authing_users.testing",
    "pytest_recording",
)


class Replacement:
    """The class that ``vcrpy`` puts in place while a cassette is in use.

    Attributes:
        cassette: The cassette, in the class that ``vcrpy`` derives from this one.
        options: Options of the cassette.
    """

    cassette: Any = None
    options: CassetteOptions = CassetteOptions()


class _Watched(type):
    def __setattr__(cls, name: str, value: Any) -> None:
        before = getattr(cls, name, None)
        super().__setattr__(name, value)
        if name != _ATTRIBUTE:
            return
        begins = value.cassette is not None and value.cassette not in _uses
        if begins:
            _uses[value.cassette] = _Use(value.cassette, value.options)
        elif before is not None and before.cassette in _uses:
            _uses.pop(before.cassette).end()


class Watched(metaclass=_Watched):
    """The class whose attribute ``vcrpy`` replaces."""

    replacement: type[Replacement] = Replacement


Patch = tuple[type[Watched], str, type[Replacement]]


def patch(options: CassetteOptions) -> Patch:
    """Return an item of the setting ``custom_patches`` that makes a cassette one of ours."""
    chosen = type("Replacement", (Replacement,), {"options": options})
    return Watched, _ATTRIBUTE, chosen


def options_of(patches: Any) -> CassetteOptions | None:
    """Return the options in a setting ``custom_patches``, or ``None`` if ours is not there."""
    for one in patches:
        if one[0] is Watched:
            options: CassetteOptions = one[2].options
            return options
    return None


def without_ours(patches: Any) -> tuple[Any, ...]:
    """Return the user's own ``custom_patches``."""
    return tuple(one for one in patches if one[0] is not Watched)


class _Use:
    """One use of a cassette, from its beginning to its end."""

    def __init__(self, cassette: Any, options: CassetteOptions) -> None:
        current = session()
        options = options.updated(
            {name: True for name in ("strict", "pseudonymize") if getattr(current.options, name)}
        )
        self._cassette = AuthingCassette.take_over(cassette, options)
        self._codes = _codes_of_user()
        self._contexts = ExitStack()
        if cassette.write_protected:
            self._contexts.enter_context(variables(placeholder_credentials()))
        self._contexts.enter_context(watch_secrets())
        waits.opened(cassette, replays_all=cassette.write_protected)
        if current.test is not None:
            current.cassettes.append(self._cassette)

    def end(self) -> None:
        """End the use.

        Raises:
            Exception: The cassette could not be written.
            CassetteError: The code under test has caught an error of the cassette, and there is no
                running test that will fail because of it.
        """
        waits.closed(self._cassette)
        self._contexts.close()
        self._cassette.is_open = False
        if self._cassette.failure is not None:
            raise self._cassette.failure
        has_ended = sys.exc_info()[0] is not None or self._cassette.has_failed
        if session().test is not None or has_ended:
            return
        for error in self._cassette.errors:
            if not is_caught_by(self._codes, error):
                raise error
        self._cassette.warn()
        if problems := self._cassette.problems():
            raise AssertionError("\n".join(problems))


_uses: dict[Any, _Use] = {}


def _codes_of_user() -> set[CodeType]:
    """Return the code of the function that uses a cassette."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_of_tool(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return all_codes(frame.f_code)


def _is_of_tool(module: str) -> bool:
    return any(module == tool or module.startswith(f"{tool}.") for tool in _TOOLS)
