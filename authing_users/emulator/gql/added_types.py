"""Find out what a served schema adds to the stored objects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLNamedType,
    GraphQLSchema,
    Undefined,
    is_leaf_type,
    is_required_input_field,
)

from ..store import user_fields
from ..store.added_fields import (
    TABLES,
    AddedFields,
    InputField,
    search_expression,
    sort_expression,
)
from ..store.tables import table_columns
from .schema_types import (
    Definition,
    SchemaType,
    fields_of,
    is_input,
    is_object,
    named,
    nullable,
)
from .values import TYPES_OF_INPUTS, coerce, column_value, default_value

_SORTED_TYPES = ("User", "Role", "Group")


@dataclass(frozen=True, slots=True)
class _Object:
    """A type of stored objects: as it is served, and the API's own."""

    served: SchemaType
    own: SchemaType

    @property
    def columns(self) -> tuple[str, ...]:
        return table_columns()[TABLES[self.own.name]]

    @property
    def computed(self) -> frozenset[str]:
        """The own fields that are not stored with the object."""
        return frozenset(self.own.fields.keys() - {*self.columns, "password"})


def added_fields(served: GraphQLSchema, pairs: Mapping[str, GraphQLNamedType]) -> AddedFields:
    """Return what a schema adds to the stored objects.

    Args:
        served: The schema.
        pairs: The API's own type for each type of the schema, by name.
    """
    objects = _objects(served, pairs)
    outputs = {
        name: {*types.served.fields} - {*types.own.fields} for name, types in objects.items()
    }
    inputs: dict[str, dict[str, InputField]] = {}
    defaults: dict[str, dict[str, object]] = {}
    for name, own in pairs.items():
        graphql_type = served.type_map[name]
        type_name = TYPES_OF_INPUTS.get(own.name)
        if is_input(graphql_type) and type_name is not None:
            types = objects.get(type_name)
            inputs[own.name] = _input_fields(graphql_type, own, types)
            defaults[own.name] = _defaults(graphql_type)
            if types is not None:
                added = inputs[own.name].keys() & types.served.fields.keys()
                outputs[type_name] |= added - types.computed
    user = fields_of(objects["User"].served) if "User" in objects else {}
    columns = table_columns()["users"]
    return AddedFields(
        outputs={name: frozenset(names) for name, names in outputs.items()},
        inputs=inputs,
        defaults=defaults,
        missing=user_fields.FIELDS - user.keys(),
        search={
            name: search_expression(name, has_column=name in columns)
            for name in sorted(outputs.get("User", ()))
            if _is_text(user[name])
        },
        sort=dict(_sort_terms(served, pairs, objects, outputs)),
    )


def _objects(served: GraphQLSchema, pairs: Mapping[str, GraphQLNamedType]) -> dict[str, _Object]:
    objects: dict[str, _Object] = {}
    for name, own in pairs.items():
        graphql_type = served.type_map[name]
        if own.name not in TABLES:
            continue
        if is_object(graphql_type):
            objects[own.name] = _Object(graphql_type, own)
    return objects


def _input_fields(
    served: SchemaType, own: SchemaType, types: _Object | None
) -> dict[str, InputField]:
    """Return the fields of an input that the schema adds or changes."""
    own_fields = fields_of(own)
    computed = frozenset[str]() if types is None else types.computed
    fields: dict[str, InputField] = {}
    for name, field in served.fields.items():
        own_field = own_fields.get(name)
        has_default = default_value(field) is not Undefined
        if own_field is None or has_default or str(field.type) != str(own_field.type):
            fields[name] = InputField(
                notation=str(field.type),
                coerce=_Coercion(field.type),
                is_required=is_required_input_field(field),
                is_supported=own_field is not None or name not in computed,
                to_column=None if own_field is None else _Conversion(field.type, own_field.type),
            )
    return fields


def _defaults(served: SchemaType) -> dict[str, object]:
    defaults = {name: default_value(field) for name, field in served.fields.items()}
    return {name: value for name, value in defaults.items() if value is not Undefined}


@dataclass(frozen=True, slots=True)
class _Coercion:
    """Checks the JSON value of an input field."""

    served: SchemaType

    def __call__(self, value: object) -> object:
        return coerce(value, self.served, "")


@dataclass(frozen=True, slots=True)
class _Conversion:
    """Converts the value of an input field to that of its column."""

    served: SchemaType
    own: SchemaType

    def __call__(self, value: object) -> object:
        return column_value(value, self.served, self.own)


def _is_text(field: Definition) -> bool:
    """Return whether a search accepts a field."""
    graphql_type = named(field.type)
    return is_leaf_type(graphql_type) and graphql_type is not GraphQLBoolean


def _sort_terms(
    served: GraphQLSchema,
    pairs: Mapping[str, GraphQLNamedType],
    objects: Mapping[str, _Object],
    outputs: Mapping[str, set[str]],
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the SQL terms of added sort orders, such as ``EMPLOYEENUMBER_ASC``."""
    enums = [served.type_map[name] for name, own in pairs.items() if own.name == "SortByEnum"]
    values = {value for enum in enums if isinstance(enum, GraphQLEnumType) for value in enum.values}
    for value in sorted(values):
        word, _, direction = value.rpartition("_")
        for type_name in _SORTED_TYPES if direction in ("ASC", "DESC") else ():
            types = objects.get(type_name)
            name = None if types is None else _sorted_field(types, word, outputs[type_name])
            if types is not None and name is not None:
                has_column, table = name in types.columns, TABLES[type_name]
                term = f"{table}.{name}"
                if name in outputs[type_name]:
                    term = sort_expression(type_name, name, has_column=has_column)
                yield (table, value), f"{term} {direction}, {table}.seq DESC"


def _sorted_field(types: _Object, word: str, added: set[str]) -> str | None:
    for name, field in fields_of(types.served).items():
        is_named = name.replace("_", "").upper() == word.replace("_", "").upper()
        is_stored = name in added or (name in types.columns and name in types.own.fields)
        if is_named and is_stored and is_leaf_type(nullable(field.type)):
            return name
    return None
