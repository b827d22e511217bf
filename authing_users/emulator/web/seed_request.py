"""The body of a seed request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from ..json_body import MalformedBodyError, parse_json_object
from ..store import seeding
from ..store.departments import DepartmentSeed

MAX_SEEDED_USERS = 100_000
"""How many users one request may create."""

_MAX_DEPTH = 32  # levels of departments

SEED_FIELDS = ("users", "prefix", "roles", "groups", "organisations", "archived")
DEPARTMENT_FIELDS = ("name", "code", "members", "children")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Seed:
    """The data to create, and the users to archive."""

    users: int
    prefix: str
    roles: list[str]
    groups: list[str]
    organisations: list[DepartmentSeed]
    archived: list[str]


def parse_seed(body: bytes) -> Seed:
    """Parse the body of a seed request.

    Raises:
        MalformedBodyError: The body is invalid.
    """
    fields = parse_json_object(body)
    _reject_unknown_fields(fields, SEED_FIELDS, "seed")
    users = fields.get("users", 0)
    if not isinstance(users, int) or isinstance(users, bool) or not 0 <= users <= MAX_SEEDED_USERS:
        message = f'"users" must be an integer from 0 to {MAX_SEEDED_USERS:,}.'
        raise MalformedBodyError(message)
    prefix = fields.get("prefix", seeding.DEFAULT_PREFIX)
    if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
        message = (
            '"prefix" must be a letter followed by up to 31 letters, digits, hyphens and'
            " underscores."
        )
        raise MalformedBodyError(message)
    return Seed(
        users,
        prefix,
        _strings(fields, "roles", "seed"),
        _strings(fields, "groups", "seed"),
        _departments(fields, "organisations", "seed", _MAX_DEPTH),
        _strings(fields, "archived", "seed"),
    )


def _departments(
    fields: Mapping[str, object], name: str, owner: str, levels_left: int
) -> list[DepartmentSeed]:
    if levels_left < 0:
        message = f"An organisation must not have more than {_MAX_DEPTH} levels of departments."
        raise MalformedBodyError(message)
    return [_department(item, levels_left) for item in _list(fields, name, owner)]


def _department(item: object, levels_left: int) -> DepartmentSeed:
    if not isinstance(item, dict):
        message = "An organisation or department of a seed must be an object."
        raise MalformedBodyError(message)
    fields = cast("Mapping[str, object]", item)
    _reject_unknown_fields(fields, DEPARTMENT_FIELDS, "department")
    return DepartmentSeed(
        name=_string(fields, "name"),
        code=_string(fields, "code"),
        members=_strings(fields, "members", "department"),
        children=_departments(fields, "children", "department", levels_left - 1),
    )


def _string(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        message = f'"{name}" of a department must be a string that is not blank.'
        raise MalformedBodyError(message)
    return value


def _strings(fields: Mapping[str, object], name: str, owner: str) -> list[str]:
    items = _list(fields, name, owner)
    if not all(isinstance(item, str) and item.strip() for item in items):
        message = f'"{name}" of a {owner} must be a list of strings that are not blank.'
        raise MalformedBodyError(message)
    return cast("list[str]", items)


def _list(fields: Mapping[str, object], name: str, owner: str) -> list[object]:
    items = fields.get(name, [])
    if not isinstance(items, list):
        message = f'"{name}" of a {owner} must be a list.'
        raise MalformedBodyError(message)
    return cast("list[object]", items)


def _reject_unknown_fields(
    fields: Mapping[str, object], known: tuple[str, ...], owner: str
) -> None:
    unknown = sorted(fields.keys() - set(known))
    if unknown:
        message = f"Unknown field {unknown[0]!r} of a {owner}. Known fields: {', '.join(known)}."
        raise MalformedBodyError(message)
