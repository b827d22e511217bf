"""The bodies of seed requests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from ..bodies import MalformedBodyError, json_object
from ..store import seeding
from ..store.departments import Sketch

MOST_SEEDED = 1_000_000
"""How many users one request may create."""

_DEEPEST = 32  # levels of departments

FIELDS = ("users", "prefix", "roles", "groups", "organisations", "archived")
DEPARTMENT_FIELDS = ("name", "code", "members", "children")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Seed:
    """What is to be created, and which users are to be archived."""

    users: int
    prefix: str
    roles: list[str]
    groups: list[str]
    organisations: list[Sketch]
    archived: list[str]


def read_seed(body: bytes) -> Seed:
    """Read the body of a seed request.

    Raises:
        MalformedBodyError: It is none.
    """
    fields = json_object(body)
    _refuse_unknown(fields, FIELDS, "seed")
    users = fields.get("users", 0)
    if not isinstance(users, int) or isinstance(users, bool) or not 0 <= users <= MOST_SEEDED:
        message = f'The "users" of a seed are a number from 0 to {MOST_SEEDED:,}.'
        raise MalformedBodyError(message)
    prefix = fields.get("prefix", seeding.DEFAULT_PREFIX)
    if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
        message = (
            'The "prefix" of a seed is a letter and up to 31 letters, digits, hyphens and'
            " underscores."
        )
        raise MalformedBodyError(message)
    return Seed(
        users,
        prefix,
        _texts(fields, "roles", "seed"),
        _texts(fields, "groups", "seed"),
        _departments(fields, "organisations", "seed", _DEEPEST),
        _texts(fields, "archived", "seed"),
    )


def _departments(fields: Mapping[str, object], name: str, owner: str, deepest: int) -> list[Sketch]:
    if deepest < 0:
        message = f"An organisation has at most {_DEEPEST} levels of departments."
        raise MalformedBodyError(message)
    return [_department(item, deepest) for item in _list(fields, name, owner)]


def _department(item: object, deepest: int) -> Sketch:
    if not isinstance(item, dict):
        message = "An organisation or department of a seed is an object."
        raise MalformedBodyError(message)
    fields = cast("Mapping[str, object]", item)
    _refuse_unknown(fields, DEPARTMENT_FIELDS, "department")
    return Sketch(
        name=_text(fields, "name"),
        code=_text(fields, "code"),
        members=_texts(fields, "members", "department"),
        children=_departments(fields, "children", "department", deepest - 1),
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        message = f'The "{name}" of a department is a text.'
        raise MalformedBodyError(message)
    return value


def _texts(fields: Mapping[str, object], name: str, owner: str) -> list[str]:
    items = _list(fields, name, owner)
    if not all(isinstance(item, str) and item.strip() for item in items):
        message = f'The "{name}" of a {owner} are a list of texts.'
        raise MalformedBodyError(message)
    return cast("list[str]", items)


def _list(fields: Mapping[str, object], name: str, owner: str) -> list[object]:
    items = fields.get(name, [])
    if not isinstance(items, list):
        message = f'The "{name}" of a {owner} are a list.'
        raise MalformedBodyError(message)
    return cast("list[object]", items)


def _refuse_unknown(fields: Mapping[str, object], known: tuple[str, ...], owner: str) -> None:
    unknown = sorted(fields.keys() - set(known))
    if unknown:
        message = f"A {owner} has no {unknown[0]!r}; it has {', '.join(known)}."
        raise MalformedBodyError(message)
