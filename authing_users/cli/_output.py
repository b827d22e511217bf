"""Print results: a table for people, or JSON, JSON Lines or CSV for programs.

Commands do not print results themselves: they pass them to ``Call.emit_list`` or
``Call.emit_one``, which follow the options ``--json``, ``--jsonl``, ``--csv``, ``--table``,
``--fields`` and ``--jq``.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

import typer

from ._errors import CommandError, UsageProblem, discard_output
from ._rows import cell_text, field_value, selected, to_data
from ._text import printable, printable_json

if TYPE_CHECKING:
    from jmespath.parser import ParsedResult

__all__ = ["Output", "OutputOptions", "is_terminal"]

Format = Literal["json", "jsonl", "csv", "table"]
FORMATS: tuple[Format, ...] = ("json", "jsonl", "csv", "table")
# Rows of a long table are printed in parts, because the widths of the columns depend on the rows.
ROWS_PER_TABLE = 500


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """The options that select what is printed, and how.

    Attributes:
        formats: The formats that were asked for; more than one is an error.
        fields: Names of the fields to print, separated by commas. ``None`` for the default.
        jq: A JMESPath expression that is applied to the result.
    """

    formats: tuple[Format, ...] = ()
    fields: str | None = None
    jq: str | None = None


def is_terminal() -> bool:
    """Return whether stdout is a terminal."""
    return sys.stdout.isatty()


class Output:
    """Prints results.

    Attributes:
        format: The format: what was asked for, or a table in a terminal and JSON elsewhere.
        fields: The fields that were asked for, or ``None``.
    """

    def __init__(
        self,
        options: OutputOptions,
        *,
        known: Callable[[], Sequence[str]] | None = None,
        columns: Sequence[str] = (),
        masks: bool = True,
    ) -> None:
        """Check the options, before anything is sent.

        Args:
            options: What was asked for.
            known: Returns the fields of results. ``None`` if any name may be a field.
            columns: The columns of tables and of CSV by default.
            masks: Whether secrets are printed as asterisks.

        Raises:
            UsageProblem: Options contradict each other, or name an unknown field.
        """
        if len(options.formats) > 1:
            names = " and ".join(f"--{name}" for name in options.formats)
            raise UsageProblem(f"{names} exclude each other")
        self._has_format = bool(options.formats)
        implied: Format = "json" if options.jq or not is_terminal() else "table"
        self.format: Format = options.formats[0] if options.formats else implied
        if options.jq and self.format in {"table", "csv"}:
            raise UsageProblem(
                f"--jq selects from JSON, and cannot be combined with --{self.format}"
            )
        self._jq = options.jq
        self._columns = columns
        self._masks = masks
        self.fields: list[str] | None = (
            None if options.fields is None else _field_names(options.fields, known)
        )
        _ = self._expression  # checked before anything is sent

    @property
    def is_for_people(self) -> bool:
        """Whether a table is printed, so that sentences may stand beside it on stdout."""
        return self.format == "table"

    def emit_list(self, rows: Iterable[object], columns: Sequence[str] | None = None) -> int:
        """Print rows as they arrive, and return their number.

        Args:
            rows: Models of the library, dataclasses or mappings.
            columns: The columns of tables and of CSV. Default: those of the command.
        """
        counted = _Counter(to_data(row, masks=self._masks) for row in rows)
        try:
            self._emit_rows(counted, columns or self._columns)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader, such as `head`, has all it wants.
            discard_output()
            raise typer.Exit from None
        return counted.number

    def emit_one(self, result: object) -> None:
        """Print one result."""
        data = to_data(result, masks=self._masks)
        try:
            self._emit_data(data)
            sys.stdout.flush()
        except BrokenPipeError:
            discard_output()
            raise typer.Exit from None

    def _emit_rows(self, rows: Iterable[Any], columns: Sequence[str]) -> None:
        chosen = self.fields or columns
        if self.format == "csv":
            self._emit_csv(rows, chosen)
        elif self.format == "table":
            self._emit_table(rows, chosen)
        elif self.format == "jsonl":
            for row in rows:
                _print(self._json(self._queried(self._reduced(row)), indent=None))
        elif self._jq:
            self._emit_queried([self._reduced(row) for row in rows])
        else:
            self._emit_array(self._reduced(row) for row in rows)

    def _emit_data(self, data: Any) -> None:
        if self.format == "csv":
            self._emit_csv([data], self.fields or list(data))
        elif self.format == "table":
            self._emit_properties(data)
        elif self._jq:
            self._emit_queried(self._reduced(data))
        else:
            indent = None if self.format == "jsonl" else 2
            _print(self._json(self._reduced(data), indent=indent))

    def _emit_array(self, rows: Iterable[Any]) -> None:
        indent = 2 if is_terminal() else None
        before = "[\n"
        end = "\n"  # if a row fails, the text is not JSON, and cannot be taken for all rows
        try:
            for row in rows:
                sys.stdout.write(before + self._json(row, indent=indent))
                before = ",\n"
            end = "[]\n" if before == "[\n" else "\n]\n"
        finally:
            sys.stdout.write(end if before == ",\n" or end != "\n" else "")

    def _emit_queried(self, data: Any) -> None:
        """Print what the expression selects: texts as they are, so that scripts can use them."""
        result = self._queried(data)
        if self._has_format:
            _print(self._json(result, indent=2 if is_terminal() else None))
            return
        items: list[Any] = [result]
        if isinstance(result, list):
            content = list(cast("Iterable[Any]", result))
            items = items if any(isinstance(item, list | dict) for item in content) else content
        for item in items:
            if isinstance(item, str):
                _print(printable(item, keep_lines=True) if is_terminal() else item)
            else:
                _print(self._json(item, indent=2))

    def _emit_csv(self, rows: Iterable[Any], columns: Sequence[str]) -> None:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            cells = [cell_text(field_value(row, column)) for column in columns]
            writer.writerow(map(printable, cells) if is_terminal() else cells)

    def _emit_table(self, rows: Iterable[Any], columns: Sequence[str]) -> None:
        from ._tables import print_table

        part: list[list[str]] = []
        is_first = True
        for row in rows:
            names = columns or list(row)
            columns = names
            part.append([printable(cell_text(field_value(row, name))) for name in names])
            if len(part) == ROWS_PER_TABLE:
                print_table(columns, part)
                part, is_first = [], False
        if part or (is_first and columns):
            print_table(columns, part)

    def _emit_properties(self, data: Any) -> None:
        from ._tables import print_properties

        shown: Mapping[str, object]
        if self.fields:
            shown = {name: field_value(data, name) for name in self.fields}
        elif isinstance(data, Mapping):
            shown = cast("Mapping[str, object]", data)
        else:
            shown = {"result": data}
        print_properties(
            [(printable(name), printable(cell_text(value))) for name, value in shown.items()]
        )

    def _reduced(self, data: Any) -> Any:
        return data if self.fields is None else selected(data, self.fields)

    def _queried(self, data: Any) -> Any:
        if self._expression is None:
            return data
        from jmespath.exceptions import JMESPathError

        try:
            return self._expression.search(data)
        except JMESPathError as error:
            problem = str(error).splitlines()[0]
        raise CommandError(
            f"--jq: {self._jq!r} does not fit the result: {problem}",
            hint="Print the result without --jq to see its fields.",
        )

    @cached_property
    def _expression(self) -> "ParsedResult | None":
        if not self._jq:
            return None
        import jmespath
        from jmespath.exceptions import JMESPathError

        try:
            parsed = jmespath.compile(self._jq)
            unknown = _unknown_function(parsed.parsed)
        except JMESPathError as error:
            problem = str(error).splitlines()[0]
        else:
            if unknown is None:
                return parsed
            problem = unknown
        raise UsageProblem(
            f"--jq: {self._jq!r} is not a JMESPath expression: {problem}",
            hint="Examples: 'id', '[].email', '[?blocked].username'. See https://jmespath.org",
        )

    @staticmethod
    def _json(data: Any, *, indent: int | None) -> str:
        return printable_json(json.dumps(data, ensure_ascii=False, indent=indent))


class _Counter:
    """Counts the items of an iterable."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = items
        self.number = 0

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self.number += 1
            yield item


def _unknown_function(node: Any) -> str | None:
    """Return what is wrong with the functions of a parsed expression, or ``None``."""
    from jmespath.functions import Functions

    from authing_graphql.input_values import did_you_mean

    known: Mapping[str, object] = Functions.FUNCTION_TABLE
    waiting: list[Any] = [node]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, Mapping):
            continue
        content = cast("Mapping[str, Any]", part)
        name = content.get("value")
        if content.get("type") == "function_expression" and name not in known:
            return f"there is no function {name}().{did_you_mean(str(name), sorted(known))}"
        waiting += content.get("children", ())
    return None


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _field_names(text: str, known: Callable[[], Sequence[str]] | None) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise UsageProblem(
            "--fields names no field", hint="Name some, separated by commas: --fields id,email"
        )
    if known is None:
        return names
    fields = known()
    by_folded_name = {name.replace("_", "").lower(): name for name in fields}
    found: list[str] = []
    for name in names:
        first, dot, rest = name.partition(".")
        field = by_folded_name.get(first.replace("_", "").lower())
        if field is None:
            raise UsageProblem(_unknown_field(name, fields))
        found.append(f"{field}{dot}{rest}")
    return found


def _unknown_field(name: str, known: Sequence[str]) -> str:
    from authing_graphql.input_values import did_you_mean

    suggestion = did_you_mean(name, list(known)) or f" The fields are {', '.join(known)}"
    return f"--fields: there is no field {name!r}.{suggestion}".rstrip()
