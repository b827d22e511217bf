"""Changed copies of ``schema.graphql``: servers of other releases, or with fields of their own."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from graphql import REMOVE, NameNode, Node, Visitor, parse, print_ast, visit

SCHEMA_TEXT = (Path(__file__).parents[2] / "schema.graphql").read_text("utf-8")

_DOCUMENT = parse(SCHEMA_TEXT)


def changed_schema(
    *,
    remove: Collection[str] = (),
    rename: Mapping[str, str] | None = None,
    retype: Mapping[str, str] | None = None,
    arguments: Mapping[str, str] | None = None,
    add: str = "",
) -> str:
    """Return the schema with changes.

    Definitions are named like ``Group``, ``User.nickname``, ``Query.users(page)`` and
    ``SortByEnum.UPDATEDAT_ASC``.

    Args:
        remove: Definitions to remove.
        rename: New names by definition. Types keep their new name wherever they are used.
        retype: New types of fields, arguments and input fields, with a default value where there
            is one: ``"Int! = 1"``.
        arguments: Arguments to add to fields, such as ``"size: Int"``.
        add: Definitions to add, such as ``extend type User { age: Int }``.

    Raises:
        AssertionError: The schema does not have a definition.
    """
    changes = _Changes(set(remove), dict(rename or {}), dict(retype or {}), dict(arguments or {}))
    text = print_ast(visit(_DOCUMENT, changes))
    unused = changes.unused()
    assert not unused, unused
    return f"{text}\n{add}"


class _Changes(Visitor):
    def __init__(
        self,
        remove: set[str],
        rename: dict[str, str],
        retype: dict[str, str],
        arguments: dict[str, str],
    ) -> None:
        super().__init__()
        self._remove = remove
        self._rename = rename
        self._retype = {
            name: _declarations(f"value: {notation}")[0] for name, notation in retype.items()
        }
        self._arguments = {name: _declarations(text) for name, text in arguments.items()}
        self._used: set[str] = set()

    def unused(self) -> set[str]:
        return {*self._remove, *self._rename, *self._retype, *self._arguments} - self._used

    def enter(self, node: Node, _: object, __: object, ___: object, ancestors: Any) -> Any:
        if node.kind == "named_type":
            new_name = self._rename.get(node.name.value)  # type: ignore[attr-defined]
            return None if new_name is None else _with(node, name=NameNode(value=new_name))
        name = _coordinate(node, ancestors)
        if name in self._remove:
            self._used.add(name)
            return REMOVE
        return None

    def leave(self, node: Node, _: object, __: object, ___: object, ancestors: Any) -> Any:
        name = _coordinate(node, ancestors)
        changes: dict[str, Any] = {}
        if name in self._retype:
            declared = self._retype[name]
            changes["type"] = declared.type
            if node.kind == "input_value_definition":
                changes["default_value"] = declared.default_value
        if name in self._rename:
            changes["name"] = NameNode(value=self._rename[name])
        if name in self._arguments:
            changes["arguments"] = (
                *(getattr(node, "arguments", None) or ()),
                *self._arguments[name],
            )
        if not changes:
            return None
        self._used.add(name)
        return _with(node, **changes)


def _coordinate(node: Any, ancestors: Any) -> str:
    if not node.kind.endswith("definition"):
        return ""
    nodes: list[Any] = [
        owner for owner in ancestors if getattr(owner, "kind", "").endswith("definition")
    ]
    names: list[str] = [definition.name.value for definition in [*nodes, node]]
    if len(names) == 3:
        return f"{names[0]}.{names[1]}({names[2]})"
    return ".".join(names)


def _with(node: Any, **changes: Any) -> Any:
    values = {key: getattr(node, key) for key in node.keys}
    return type(node)(**{**values, **changes})


def _declarations(text: str) -> Any:
    definition: Any = parse(f"input Declarations {{ {text} }}").definitions[0]
    return definition.fields
