"""The names of all operations that a test can refer to."""

import difflib
import re
from collections.abc import Collection, Iterable

from .errors import ControlError

ANY = "*"

_PLACEHOLDER = re.compile(r"\{[^}/]*\}")


class UnknownOperationError(ControlError):
    """An operation does not exist. The message names similar ones."""


def normalized(name: str) -> str:
    """Return a name in the form in which names are compared.

    Case and the names of placeholders do not matter.
    """
    return _PLACEHOLDER.sub("{}", " ".join(name.split())).lower()


def rest_names(method: str, path: str) -> tuple[str, str]:
    """Return the normalized names of a REST endpoint: with its method, and for all methods."""
    return normalized(f"{method} {path}"), normalized(path)


class OperationNames:
    """The operations of the API.

    Args:
        graphql: Names of GraphQL fields and of operations of documents.
        rest: Methods and paths of REST endpoints.
    """

    def __init__(self, graphql: Iterable[str], rest: Iterable[tuple[str, str]]) -> None:
        endpoints = [name for method, path in rest for name in (f"{method} {path}", path)]
        # Of a field and an operation that differ in case only, the field is kept.
        self._names = {normalized(name): name for name in [*endpoints, *reversed([*graphql])]}

    def resolve(self, name: str) -> str:
        """Return the normalized name of an operation, or ``*``.

        Raises:
            UnknownOperationError: The operation does not exist.
        """
        key = normalized(name)
        if key == ANY or key in self._names:
            return key
        message = f"Unknown operation {name!r}.{_suggestion(key, self._names)}"
        raise UnknownOperationError(message)


def _suggestion(key: str, names: dict[str, str]) -> str:
    close = difflib.get_close_matches(key, names, n=1)
    if close:
        return f" Did you mean {names[close[0]]!r}?"
    return (
        " Use the name of a GraphQL field (createUser), of an operation (CreateUser), or a path of"
        " the REST API (/api/v2/users/{id}); docs/emulator-coverage.md lists them."
    )


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Return a suggestion for an unknown name, or the known names."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known names: {', '.join(known)}."
