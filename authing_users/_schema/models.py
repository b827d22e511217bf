"""The attributes of the generated models that hold each field of the schema."""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeGuard, Union, get_args, get_origin

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLType,
    SelectionSetNode,
    get_named_type,
)
from pydantic import BaseModel

from .definitions import members, type_of
from .nullability import levels_of
from .operations import Operation, own_operations

FRAGMENTS = "authing_graphql.fragments"

# The scalars that a model accepts, by the type of its attribute. Numbers become strings.
_ACCEPTED: dict[type, frozenset[str]] = {
    str: frozenset({"String", "ID", "Int", "Float"}),
    int: frozenset({"Int"}),
    float: frozenset({"Float", "Int"}),
    bool: frozenset({"Boolean"}),
}


@dataclass(frozen=True)
class Attribute:
    """An attribute of a model.

    Attributes:
        model: Name of the model.
        name: Name of the attribute.
        annotation: Its type.
        is_public: Whether the model is one that methods return, such as ``User``.
    """

    model: str
    name: str
    annotation: Any
    is_public: bool

    def __str__(self) -> str:
        return f"{self.model}.{self.name}"

    def accepts_nulls_of(self, type_: GraphQLType) -> bool:
        """Whether the attribute accepts null wherever a type allows it."""
        nullable, _ = levels_of(type_)
        accepted = list(_accepts_null(self.annotation))
        if accepted and accepted[-1] is None:  # Any accepts everything below it
            return True
        return all(
            accepts or not may_be_null
            for accepts, may_be_null in zip(accepted, nullable, strict=False)
        )

    def accepts_scalar(self, name: str) -> bool:
        """Whether the attribute accepts the values of a scalar."""
        leaf = _leaf(self.annotation)
        return leaf is Any or name in _ACCEPTED.get(leaf, ())


@cache
def attributes_by_field(schema: GraphQLSchema) -> dict[str, frozenset[Attribute]]:
    """Return the attributes that hold each field, by the coordinate of the field.

    Args:
        schema: The schema that the models are generated from.
    """
    from authing_graphql import operation_results

    found: dict[str, set[Attribute]] = {}
    for operation in own_operations():
        root = schema.get_root_type(operation.node.operation)
        model: type[BaseModel] = getattr(operation_results, operation.name)
        assert root is not None  # noqa: S101
        for coordinate, attribute in _walk(
            operation, operation.node.selection_set, root, model, schema
        ):
            found.setdefault(coordinate, set()).add(attribute)
    return {coordinate: frozenset(attributes) for coordinate, attributes in found.items()}


def _walk(
    operation: Operation,
    selections: SelectionSetNode,
    parent: GraphQLNamedType,
    model: type[BaseModel],
    schema: GraphQLSchema,
) -> Iterator[tuple[str, Attribute]]:
    from authing_graphql.graphql_model import attributes_by_graphql_name

    model.model_rebuild()
    names = attributes_by_graphql_name(model)
    for node in selections.selections:
        if isinstance(node, FragmentSpreadNode):
            fragment = operation.fragments[node.name.value]
            yield from _walk(operation, fragment.selection_set, parent, model, schema)
        elif isinstance(node, FieldNode) and node.name.value in names:
            name = names[node.name.value]
            annotation = model.model_fields[name].annotation
            is_public = model.__module__ == FRAGMENTS
            attribute = Attribute(model.__name__, name, annotation, is_public)
            yield f"{parent.name}.{node.name.value}", attribute
            below = _leaf(annotation)
            if node.selection_set is not None and _is_model(below):
                returned = get_named_type(type_of(members(parent)[node.name.value]))
                yield from _walk(operation, node.selection_set, returned, below, schema)


def _is_model(leaf: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(leaf, type) and issubclass(leaf, BaseModel)


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _without_none(annotation: Any) -> Any:
    """Return an annotation without ``None`` and without metadata."""
    if _is_union(annotation):
        others = [one for one in get_args(annotation) if one is not type(None)]
        return _without_none(others[0]) if len(others) == 1 else annotation
    if hasattr(annotation, "__metadata__"):  # Annotated
        return _without_none(get_args(annotation)[0])
    return annotation


def _accepts_null(annotation: Any) -> Iterator[bool | None]:
    """Yield whether each level of an annotation accepts ``None``; ``None`` if it is ``Any``."""
    yield _is_union(annotation) and type(None) in get_args(annotation)
    inner = _without_none(annotation)
    if inner is Any:
        yield None
    elif get_origin(inner) is list:
        yield from _accepts_null(get_args(inner)[0])


def _leaf(annotation: Any) -> Any:
    inner = _without_none(annotation)
    return _leaf(get_args(inner)[0]) if get_origin(inner) is list else inner
