"""Objects of a seed, and the types of their members."""

from collections.abc import Mapping, Sequence
from typing import cast

from .errors import SeedError, SeedPath, suggestion

_EXPECTED = {
    "String": "a string: put it in quotes",
    "Boolean": "true or false",
    "Int": "a 32-bit integer",
    "[String!]": "a list of strings",
}


class SeedObject:
    """An object of a seed. Raises ``SeedError`` for unknown keys and values of the wrong type.

    Args:
        value: The value that must be an object.
        path: Where it is in the seed.
        kind: What it describes, for error messages.
        known: The keys that it can have.
    """

    def __init__(self, value: object, path: SeedPath, kind: str, known: tuple[str, ...]) -> None:
        self.path = path
        if not isinstance(value, Mapping):
            raise SeedError(f"A {kind} must be an object with keys such as {known[0]!r}.", path)
        self.fields: Mapping[str, object] = cast("Mapping[str, object]", value)
        for key in map(str, self.fields):
            if key not in known:
                hint = suggestion(key, known) or f" Known keys: {', '.join(known)}."
                raise SeedError(f"Unknown key of a {kind}.{hint}", self.path_of(key))

    def path_of(self, key: str) -> SeedPath:
        """Return the path of a member."""
        return (*self.path, key)

    def optional_string(self, key: str) -> str | None:
        """Return a string, or ``None`` when it is absent or null."""
        value = self.fields.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise SeedError("must be a string: put it in quotes.", self.path_of(key))
        return value

    def string(self, key: str) -> str:
        """Return a string that is present and not blank."""
        if key not in self.fields:
            raise SeedError(f"The key {key!r} is missing.", self.path)
        value = self.optional_string(key)
        if value is None or not value.strip():
            raise SeedError("must be a string that is not blank.", self.path_of(key))
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean; false when it is absent or null."""
        value = self.fields.get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise SeedError("must be true or false.", self.path_of(key))
        return value

    def count(self, key: str, maximum: int) -> int:
        """Return an integer from 0 to a maximum; 0 when it is absent."""
        value = self.fields.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= maximum:
            raise SeedError(f"must be an integer from 0 to {maximum:,}.", self.path_of(key))
        return value

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """Return one of several strings. It is required if it has no default."""
        value = self.string(key) if default is None else self.optional_string(key) or default
        if value not in choices:
            hint = suggestion(value, choices)
            raise SeedError(f"must be one of {', '.join(choices)}.{hint}", self.path_of(key))
        return value

    def items(self, key: str) -> list[tuple[SeedPath, object]]:
        """Return the items of a list, with their paths."""
        value = self.fields.get(key)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise SeedError("must be a list.", self.path_of(key))
        items = cast("Sequence[object]", value)
        return [((*self.path_of(key), index), item) for index, item in enumerate(items)]

    def strings(self, key: str) -> list[str]:
        """Return a list of strings that are not blank."""
        return [non_blank_string(item, path) for path, item in self.items(key)]

    def typed(self, types: Mapping[str, str]) -> dict[str, object]:
        """Return the members that are fields of an input of the API, checked against its types.

        Args:
            types: The types by field, in the notation of the schema.
        """
        fields: dict[str, object] = {}
        for key, notation in types.items():
            if key in self.fields:
                if not _has_type(self.fields[key], notation):
                    expected = _EXPECTED[notation.removesuffix("!")]
                    raise SeedError(f"must be {expected}.", self.path_of(key))
                fields[key] = self.fields[key]
            elif notation.endswith("!"):
                raise SeedError(f"The key {key!r} is missing.", self.path)
        return fields


def non_blank_string(item: object, path: SeedPath) -> str:
    """Reject a value that is not a string or is blank."""
    if not isinstance(item, str) or not item.strip():
        raise SeedError("must be a string that is not blank.", path)
    return item


def _has_type(value: object, notation: str) -> bool:
    if value is None:
        return not notation.endswith("!")
    kind = notation.removesuffix("!")
    if kind == "[String!]":
        return isinstance(value, list | tuple) and all(
            isinstance(item, str) for item in cast("Sequence[object]", value)
        )
    if kind == "Int":
        return isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31
    return isinstance(value, bool if kind == "Boolean" else str)
