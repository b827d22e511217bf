"""Edit ``schema.graphql`` for tests."""

from collections.abc import Collection, Mapping
from typing import Any

from graphql import (
    REMOVE,
    GraphQLSchema,
    Node,
    Visitor,
    build_ast_schema,
    extend_schema,
    parse,
    parse_type,
    visit,
)

from ..support.smaller_schema import SCHEMA


def edited(
    *, removed: Collection[str] = (), retyped: Mapping[str, str] | None = None, added: str = ""
) -> GraphQLSchema:
    """Return our schema with changes.

    Args:
        removed: Names to remove: types, fields (``User.email``), arguments (``Query.users.page``)
            and enum values.
        retyped: New types of fields and arguments.
        added: Definitions and extensions.
    """
    types = dict(retyped or {})
    left = {*removed, *types}

    class Edit(Visitor):
        def enter(self, node: Any, _: object, __: object, ___: object, ancestors: Any) -> Any:
            owners = [owner.name.value for owner in ancestors if hasattr(owner, "name")]
            name = getattr(getattr(node, "name", None), "value", None)
            coordinate = ".".join([*owners, str(name)])
            if coordinate not in left:
                return None
            left.remove(coordinate)
            return _retyped(node, types[coordinate]) if coordinate in types else REMOVE

    schema = build_ast_schema(visit(SCHEMA, Edit()))
    assert not left, left
    return extend_schema(schema, parse(added)) if added else schema


def _retyped(node: Any, text: str) -> Node:
    values = {key: getattr(node, key) for key in node.keys}
    copied: Node = type(node)(**{**values, "type": parse_type(text)})
    return copied
