"""Update the text of a schema: its order and its descriptions stay."""

from collections.abc import Sequence
from typing import Any, cast

from graphql import Node, parse, print_ast

_LISTS = ("fields", "values", "arguments")


def updated_text(old: str, new: str) -> str:
    """Return the text of a new schema in the form of the old one.

    Definitions keep their order; new ones come last. Old descriptions stay where the new
    schema has none, and so do the comments at the beginning.

    Args:
        old: The text before.
        new: The text of the new schema.
    """
    before, after = parse(old), parse(new)
    definitions = _merged([*before.definitions], [*after.definitions])
    header: list[str] = []
    for line in old.splitlines():
        if not line.startswith("#"):
            break
        header.append(line)
    texts = [print_ast(definition) for definition in definitions]
    return "\n\n".join([*(["\n".join(header)] if header else []), *texts]) + "\n"


def _merged(before: Sequence[Any], after: Sequence[Any]) -> list[Any]:
    known = {_key(node): (position, node) for position, node in enumerate(before)}
    ordered = sorted(after, key=lambda node: known.get(_key(node), (len(known), node))[0])
    return [
        _with_old_descriptions(known[_key(node)][1], node) if _key(node) in known else node
        for node in ordered
    ]


def _key(node: Any) -> tuple[str, str]:
    name = getattr(node, "name", None)
    return node.kind, "" if name is None else name.value


def _text(description: Any) -> str | None:
    return None if description is None else description.value


def _with_old_descriptions(before: Any, after: Any) -> Node:
    values = {key: getattr(after, key) for key in after.keys}
    if "description" in values and values["description"] is None:
        values["description"] = before.description
    elif "description" in values and _text(before.description) == _text(after.description):
        values["description"] = before.description  # as it is quoted there
    for key in _LISTS:
        if values.get(key):
            values[key] = tuple(_merged(getattr(before, key) or (), values[key]))
    return cast("Node", type(after)(**values))
