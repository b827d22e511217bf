"""The field that each column of a file, or key of an object, stands for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from .._inputs.checks import mapping as checked_mapping
from ..errors import InvalidInputError
from ._errors import FileError
from ._fields import Field, Fields, read_only_fields, spelling
from ._rows import ERROR_COLUMN

IGNORED = ("", "-")
"""The targets of columns that are to be ignored."""


class Columns:
    """Finds the fields of columns and keys.

    Args:
        fields: The fields.
        mapping: Names of fields by column.
        own: Columns that writers of this package add, and that are not fields.

    Attributes:
        ignored: Columns and keys that were found and have no field, in the order of the file, each
            with the reason.
    """

    def __init__(
        self,
        fields: Fields,
        mapping: Mapping[str, str] | None,
        *,
        own: Collection[str] = (ERROR_COLUMN,),
    ) -> None:
        self._fields = fields
        self._own = own
        self.ignored: dict[str, str] = {}
        self._mapped: dict[str, Field | None] = {}
        example = "{'COLUMN': 'FIELD'}"
        targets: Mapping[Any, object] = (
            {} if mapping is None else checked_mapping(mapping, "columns", example)
        )
        for name, target in targets.items():
            if not isinstance(name, str) or not isinstance(target, str):
                raise InvalidInputError(f"columns must have names of columns and fields: {example}")
            self._mapped[name.strip()] = self._target(name, target)
        self._known: dict[str, Field | None] = {}

    def _target(self, name: str, target: str) -> Field | None:
        if target.strip() in IGNORED:
            return None
        field = self._fields.find(target)
        if field is None:
            raise InvalidInputError(
                f"columns[{name!r}]: there is no field {target!r}.{self._hint(target)}"
            )
        return field

    def field(self, name: str) -> Field | None:
        """Return the field of a column or key, or ``None`` if it is to be ignored.

        Raises:
            KeyError: There is no such field.
        """
        name = name.strip()
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> Field | None:
        if name in self._mapped:
            if self._mapped[name] is None:
                self.ignored.setdefault(name, "mapped to '-'")
            return self._mapped[name]
        if name in self._own:
            return None
        field = self._fields.find(name)
        if field is None:
            if spelling(name) not in read_only_fields():
                raise KeyError(name)
            self.ignored.setdefault(name, "read-only")
        return field

    def problem(self, name: str) -> str:
        """Return what is wrong with a key that has no field."""
        if name.startswith("custom.") and self._fields.custom_keys is not None:
            return self._fields.undeclared(name.removeprefix("custom."))
        return f"There is no such field.{self._hint(name)}"

    def of_header(self, file: str, header: Sequence[str], line: int | None) -> list[Field | None]:
        """Return the fields of all columns of a file.

        Args:
            file: Name of the file, for messages.
            header: Names of its columns.
            line: Number of the line that has them, or ``None``.

        Raises:
            FileError: Columns have no field, or several have the same. The message lists them all.
        """
        names = [name.strip() for name in header]
        problems = self._header_problems(names)
        if problems:
            raise FileError(file, " ".join(problems), line=line)
        return [self.field(name) for name in names]

    def _header_problems(self, names: Sequence[str]) -> list[str]:
        problems: list[str] = []
        unknown: list[str] = []
        by_field: dict[str, list[str]] = {}
        for number, name in enumerate(names, 1):
            if not name and "" not in self._mapped:
                problems.append(
                    f"Column {number} has no name. To ignore it, map it: "
                    "columns={'': '-'} (--map '=-')."
                )
                continue
            try:
                field = self.field(name)
            except KeyError:
                unknown.append(name)
                continue
            if field is not None:
                by_field.setdefault(field.name, []).append(name)
        if unknown:
            problems.append(self._unknown(unknown))
        problems += [
            f"The columns {_listed(columns)} all stand for {field!r}: keep one of them, or map the "
            "others to '-'."
            for field, columns in by_field.items()
            if len(columns) > 1
        ]
        problems += [
            f"There is no column {name!r} to map.{_closest(name, names)}"
            for name in self._mapped
            if name and name not in names
        ]
        return problems

    def _unknown(self, names: Sequence[str]) -> str:
        listed = "; ".join(f"{name!r}{self._short_hint(name)}" for name in names)
        first = names[0]
        target = self._fields.suggestion(first) or "FIELD"
        return (
            f"Unknown columns: {listed}. Map each to a field, or to '-' to ignore it: "
            f"columns={{{first!r}: {target!r}}} (--map {f'{first}={target}'!r})."
        )

    def _short_hint(self, name: str) -> str:
        close = self._fields.suggestion(name)
        return f" (did you mean {close!r}?)" if close else ""

    def _hint(self, name: str) -> str:
        close = self._fields.suggestion(name)
        return f" Did you mean {close!r}?" if close else ""


def _closest(name: str, names: Iterable[str]) -> str:
    by_spelling = {spelling(known): known for known in names}
    close = by_spelling.get(spelling(name))
    if close is None:
        return f" The file has {_listed(list(names))}."
    return f" Did you mean {close!r}?"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
