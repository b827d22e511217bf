"""Show results and inputs: short, and without secrets."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, cast

from pydantic import BaseModel

MASK = "**********"
# Ends of names, in lower case, of fields with a value that is not shown.
SECRET_ENDINGS = ("authorization", "oauth", "password", "secret", "token")
# The name of such a field in JSON text, which may be a string in JSON text itself.
_SECRET_IN_JSON = re.compile(rf'(?:{"|".join(SECRET_ENDINGS)})\\*"\s*:', re.IGNORECASE)
LONGEST_TEXT = 60
MOST_LEVELS = 6
MOST_ITEMS = 3
MOST_KEYS = 10
MOST_ROWS = 20
# Fields that tell what an item of a page is, the best first.
LABELS = ("username", "name", "nickname", "label", "code", "key", "email", "phone", "id")


class Verbatim(str):
    """Text that a repr contains without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def is_secret(name: str) -> bool:
    """Return whether the value of a field with this name is not shown."""
    return name.lower().endswith(SECRET_ENDINGS)


def shown_fields(
    fields: Iterable[tuple[str, object]], levels: int = MOST_LEVELS
) -> Iterator[tuple[str, Any]]:
    """Yield the names of fields, with the values as they are shown.

    Args:
        fields: Names and values.
        levels: How many levels of lists and dicts are shown.
    """
    fields = list(fields)
    key = dict(fields).get("key")
    # The value of a custom field, which stands beside its name.
    is_secret_value = isinstance(key, str) and is_secret(key)
    for name, value in fields:
        is_masked = is_secret_value and name == "value" and value
        yield name, MASK if is_masked else shown(name, value, levels)


def shown(name: str, value: object, levels: int = MOST_LEVELS) -> Any:
    """Return a value as it is shown.

    Args:
        name: Name of the field.
        value: The value.
        levels: How many levels of lists and dicts are shown.
    """
    if value is None or isinstance(value, BaseModel):
        return value
    if is_secret(name):
        return MASK
    if isinstance(value, str):
        text = value if len(value) <= LONGEST_TEXT else f"{value[: LONGEST_TEXT - 1]}…"
        return MASK if _SECRET_IN_JSON.search(text) else text
    if levels == 0 and isinstance(value, list | tuple | set | frozenset | Mapping):
        return Verbatim("…")
    if isinstance(value, list | tuple | set | frozenset):
        items = list(cast("Iterable[object]", value))
        first = [shown("", item, levels - 1) for item in items[:MOST_ITEMS]]
        return first + _more(len(items) - MOST_ITEMS)
    if isinstance(value, Mapping):
        fields = {str(key): item for key, item in cast("Mapping[object, object]", value).items()}
        content: dict[str, Any] = dict(shown_fields([*fields.items()][:MOST_KEYS], levels - 1))
        for more in _more(len(fields) - MOST_KEYS):
            content[Verbatim("…")] = more
        return content
    return value


def _more(number: int) -> list[Verbatim]:
    return [Verbatim(f"… {number} more")] if number > 0 else []


def page_summary(items: list[Any], total: object) -> Verbatim:
    """Return the number of items of a page, and the names of the first ones."""
    count = f"{len(items)} of {total}" if total is not None else f"{len(items)}"
    labels = map(label, items[:MOST_ITEMS])
    # A line break or a control character of a name could forge a line of a log.
    names = [text if text.isprintable() else repr(text) for text in labels]
    names += ["…"] * (len(items) > MOST_ITEMS)
    return Verbatim(f"{count}: {', '.join(names)}" if names else count)


def label(item: object) -> str:
    """Return what an item of a page is called."""
    if not isinstance(item, BaseModel):
        return repr(shown("", item))
    fields = {name or "": value for name, value in item.__repr_args__()}
    texts = {
        name: value
        for name, value in fields.items()
        if isinstance(value, str) and value not in ("", MASK)
    }
    for name in LABELS:
        if name in texts:
            return texts[name]
    inner = [label(value) for value in fields.values() if isinstance(value, BaseModel)]
    return next(iter([*inner, *texts.values()]), type(item).__name__)


def html_table(title: str, fields: Iterable[tuple[str | None, object]]) -> str:
    """Return a table with a row for each field.

    Args:
        title: The caption.
        fields: Names, and the values as they are shown.
    """
    rows = [f"<tr><th>{escape(name or '')}</th>{_cell(value)}</tr>" for name, value in fields]
    return _table(title, rows)


def html_page(title: str, items: list[Any]) -> str:
    """Return a table with a row for each of the first items.

    Args:
        title: The caption.
        items: The items.
    """
    rows = [
        {name or "": value for name, value in item.__repr_args__()}
        if isinstance(item, BaseModel)
        else {"": shown("", item)}
        for item in items[:MOST_ROWS]
    ]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = ["<tr>" + "".join(f"<th>{escape(name)}</th>" for name in columns) + "</tr>"]
    lines += ["<tr>" + "".join(_cell(row.get(name)) for name in columns) + "</tr>" for row in rows]
    span = max(len(columns), 1)
    lines += [
        f'<tr><td colspan="{span}">{more}</td></tr>' for more in _more(len(items) - MOST_ROWS)
    ]
    return _table(title, lines)


def _cell(value: object) -> str:
    text = "" if value is None else str(value) if isinstance(value, str) else repr(value)
    return f"<td>{escape(text)}</td>"


def _table(title: str, rows: list[str]) -> str:
    return "\n".join(["<table>", f"<caption>{escape(title)}</caption>", *rows, "</table>"])
