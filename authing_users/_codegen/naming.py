"""The names of generated Python code, by one rule.

A GraphQL name becomes a Python name in these steps:

1. Fields, arguments and methods are written in ``snake_case``, classes in ``PascalCase``. Enum
   members keep their spelling. Underscores at the start are dropped. A name that then starts with a
   digit, or is empty, gets the prefix ``x_`` (classes: ``X``).
2. A name that Python or the package uses itself gets an underscore at the end: ``from_``,
   ``items_``, ``Optional_``. These are keywords, built-in classes, attributes of the base classes,
   ``self``, and the names that generated modules import or export. The field ``list`` stays
   ``list``.
3. A name that is already taken in its class, method or package gets further underscores: of
   ``userId`` and ``userID``, the second is ``user_id_``. A GraphQL name that is a valid Python name
   keeps it: beside ``user_id``, the other two are ``user_id_`` and ``user_id__``.

``__typename`` is the attribute ``typename__``. The GraphQL name is always what is sent, and it is
still the key of the value (``user["from"]``) and of inputs that are dicts. The names of operations
and fragments are not changed because of each other, or because of enums and inputs that operations
use: if two of them become one class or method, ``support.find_problems`` reports it.
"""

import builtins
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from keyword import kwlist
from types import MappingProxyType

from ariadne_codegen.utils import str_to_snake_case
from graphql import (
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
)

from .templates.page_model import PageModel

TYPENAME = "__typename"
TYPENAME_ATTRIBUTE = "typename__"
BUILTIN_CLASSES = frozenset(name for name, value in vars(builtins).items() if type(value) is type)
KEYWORDS = frozenset({*kwlist, "_", "case", "match", "type"})
# Those of all models: a page also has the methods of other results and of inputs.
MODEL_ATTRIBUTES = frozenset({*(name for name in dir(PageModel) if name[0] != "_"), "mro"})
# Annotations of the package use ``List``, so a field can be called ``list``.
FIELD_NAMES = (KEYWORDS | BUILTIN_CLASSES | MODEL_ATTRIBUTES) - {"list"}
ARGUMENT_NAMES = KEYWORDS | BUILTIN_CLASSES | {"self"}
METHOD_NAMES = KEYWORDS | BUILTIN_CLASSES | {"execute"}
MEMBER_NAMES = KEYWORDS | {*dir(StrEnum), "mro", "name", "value"}
EXPORTS: Mapping[str, str] = {
    "UNSET": "base_model",
    "AsyncBaseClient": "base_client",
    "AsyncClient": "client",
    "AsyncExecutor": "base_client",
    "BaseClient": "base_client",
    "BaseModel": "base_model",
    "Client": "client",
    "Executor": "base_client",
    "InputModel": "base_model",
    "OpenEnum": "open_enum",
    "PageModel": "page_model",
    "ResultModel": "result_model",
    "UnsetType": "base_model",
}
"""The names that each package exports, with their modules."""
CLASS_NAMES = frozenset(
    {
        *BUILTIN_CLASSES,
        *kwlist,
        *EXPORTS,
        *("Annotated", "Any", "ClassVar", "Enum", "Field", "Generic", "GraphQLModel", "List"),
        *("Literal", "Mapping", "OneOfModel", "Optional", "Required", "Sequence", "Tag"),
        *("DateText", "DateTimeText", "UUIDText"),
        *("TypeVar", "TypedDict", "Union", "CustomData", "BeforeValidator", "PlainSerializer"),
    }
)


def python_name(name: str, reserved: Collection[str]) -> str:
    """Return the snake-case name for a GraphQL name.

    Args:
        name: The GraphQL name.
        reserved: Names that get an underscore at the end.
    """
    if name == TYPENAME:
        return TYPENAME_ATTRIBUTE
    return _unreserved(_identifier(str_to_snake_case(name)), reserved)


def class_name(name: str) -> str:
    """Return the name of the class for a type, a fragment or an operation."""
    return _unreserved(pascal_case(name), CLASS_NAMES)


def pascal_case(name: str) -> str:
    """Return a name in ``PascalCase``."""
    words = _identifier(name.lstrip("_")).split("_")
    return "".join(word[:1].upper() + word[1:] for word in words)


def field_names(
    names: Iterable[str], inherited: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return the attribute of a model for each of its GraphQL names.

    Args:
        names: The GraphQL names.
        inherited: The attributes of the base classes, by GraphQL name.
    """
    fixed = {TYPENAME: TYPENAME_ATTRIBUTE, **inherited}
    return _distinct({name: python_name(name, FIELD_NAMES) for name in names}, fixed)


def argument_names(names: Iterable[str]) -> dict[str, str]:
    """Return the argument of a method for each of its GraphQL variables."""
    return _distinct({name: python_name(name, ARGUMENT_NAMES) for name in names})


def member_names(names: Iterable[str]) -> dict[str, str]:
    """Return the member of an enum for each of its GraphQL values."""
    return _distinct(
        {name: _unreserved(_identifier(name.lstrip("_")), MEMBER_NAMES) for name in names}
    )


def method_name(operation: OperationDefinitionNode) -> str:
    """Return the name of the method for an operation."""
    return python_name(definition_name(operation), METHOD_NAMES)


def constant_name(operation: OperationDefinitionNode) -> str:
    """Return the name of the constant with the document of an operation."""
    return f"{python_name(definition_name(operation), ()).upper()}_GQL"


def definition_name(node: FragmentDefinitionNode | OperationDefinitionNode) -> str:
    """Return the name of a definition that has one."""
    assert node.name is not None
    return node.name.value


def root_type(
    schema: GraphQLSchema, definition: FragmentDefinitionNode | OperationDefinitionNode
) -> GraphQLNamedType:
    """Return the type that an operation or fragment selects fields of."""
    if isinstance(definition, FragmentDefinitionNode):
        type_ = schema.get_type(definition.type_condition.name.value)
    else:
        type_ = schema.get_root_type(definition.operation)
    assert type_ is not None, definition
    return type_


def selectable_fields(type_: GraphQLNamedType) -> Mapping[str, GraphQLField]:
    """Return the fields of a type that selections can request."""
    return type_.fields if isinstance(type_, GraphQLInterfaceType | GraphQLObjectType) else {}


class ClassNames:
    """The names of all classes of a package, each used once."""

    def __init__(self) -> None:
        self._taken = set(CLASS_NAMES)

    def claim(self, name: str) -> str:
        """Return the name with as many underscores at the end as make it unique."""
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def _identifier(name: str) -> str:
    return name if name and not name[0].isdigit() else f"x_{name}"


def _unreserved(name: str, reserved: Collection[str]) -> str:
    return f"{name}_" if name in reserved else name


def _distinct(
    wanted: Mapping[str, str], fixed: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return a different Python name for each GraphQL name.

    A model can be built by the Python or the GraphQL names, so no Python name is the GraphQL name
    of another field.

    Args:
        wanted: The Python name for each GraphQL name.
        fixed: Python names that cannot be changed.
    """
    distinct = {name: name for name, candidate in wanted.items() if candidate == name}
    distinct.update(fixed)
    taken = set(distinct.values())
    for name, candidate in wanted.items():
        if name in distinct:
            continue
        while candidate in taken or (candidate in wanted and candidate != name):
            candidate += "_"
        taken.add(candidate)
        distinct[name] = candidate
    return {name: distinct[name] for name in wanted}
