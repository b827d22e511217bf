"""The marker ``authing``: what the emulator of a test holds, and whether the guard is off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any, cast

import pytest

NAME = "authing"
DESCRIPTION = (
    "authing(users=0, roles=[], groups=[], snapshot=None, seed=None, schema=None, "
    "deterministic=False, allow_real=False): what the emulator of the test holds (a number of "
    "generated users, codes of roles and groups, a snapshot of the fixture authing_snapshots, a "
    "seed file), the GraphQL schema that it serves, whether its IDs and times are the same in "
    "every run, and whether the test may call the real service."
)


@dataclass(frozen=True, slots=True)
class Preparation:
    """The arguments of the marker.

    Attributes:
        users: Number of generated users.
        roles: Codes of roles.
        groups: Codes of groups.
        snapshot: Name of a snapshot of the fixture ``authing_snapshots``.
        seed: Path of a seed file, relative to the file of the test.
        schema: Path of the GraphQL schema to serve, a file or a folder, relative to the file of the
            test.
        deterministic: Whether IDs and times depend on the order of the requests only.
        allow_real: Whether the test may call the real service.
    """

    users: int = 0
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    snapshot: str | None = None
    seed: str | None = None
    schema: str | None = None
    deterministic: bool = False
    allow_real: bool = False


def needs_emulator(item: pytest.Item) -> bool:
    """Whether the markers of a test are about its emulator, not about the guard only."""
    return any(set(marker.kwargs) != {"allow_real"} for marker in item.iter_markers(NAME))


def preparation(item: pytest.Item) -> Preparation:
    """Return the arguments of the markers of a test. The closest marker with one decides.

    Raises:
        pytest.fail.Exception: An argument is unknown or invalid.
    """
    arguments: dict[str, Any] = {}
    for marker in item.iter_markers(NAME):
        if marker.args:
            _fail("takes keyword arguments only, such as @pytest.mark.authing(users=100)")
        for name, value in marker.kwargs.items():
            arguments.setdefault(name, value)
    for name, value in arguments.items():
        if name not in _CHECKS:
            close = get_close_matches(name, list(_CHECKS), n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"It has {', '.join(_CHECKS)}."
            _fail(f"has no argument {name!r}. {hint}")
        expected, is_valid = _CHECKS[name]
        if not is_valid(value):
            _fail(f"needs {expected} for {name}, not {value!r}")
    for name in ("roles", "groups"):
        arguments[name] = tuple(arguments.get(name, ()))
    return Preparation(**arguments)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: Any) -> bool:
    if not isinstance(value, list | tuple):
        return False
    return all(_is_text(item) for item in cast("Sequence[object]", value))


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


_CHECKS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "users": ("a whole number from 0", _is_number),
    "roles": ("a list of codes", _are_texts),
    "groups": ("a list of codes", _are_texts),
    "snapshot": ("the name of a snapshot", _is_text),
    "seed": ("the path of a file", _is_text),
    "schema": ("the path of a file or a folder", _is_text),
    "deterministic": ("True or False", _is_bool),
    "allow_real": ("True or False", _is_bool),
}
assert set(_CHECKS) == {argument.name for argument in fields(Preparation)}  # noqa: S101


def _fail(problem: str) -> None:
    pytest.fail(f"@pytest.mark.{NAME} {problem}", pytrace=False)
