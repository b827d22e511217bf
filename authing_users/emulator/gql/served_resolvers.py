"""Bind the resolvers of the emulator to another schema than the API's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLFieldResolver,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLTypeResolver,
    GraphQLUnionType,
    OperationType,
    is_composite_type,
    is_required_argument,
)

from ..errors import ApiError, ErrorCode
from ..store.added_fields import TABLES, AddedFields, object_key, read, write
from ..store.records import Record
from .bindings import Info
from .schema import Unsupported, with_token_check
from .schema_types import Definition, fields_of, named
from .values import check_result, default_value, is_default, own_value


def bind_schema(
    served: GraphQLSchema, pairs: Mapping[str, GraphQLNamedType], added: AddedFields
) -> None:
    """Give each field of a schema a resolver, and each interface and union one for its type.

    Args:
        served: The schema.
        pairs: The API's own type for each type of the schema, by name.
        added: What the schema adds to the stored objects.
    """
    roots = [served.get_root_type(operation) for operation in OperationType]
    for name, graphql_type in served.type_map.items():
        if isinstance(graphql_type, GraphQLInterfaceType | GraphQLUnionType):
            graphql_type.resolve_type = cast("GraphQLTypeResolver", _TypeResolver(pairs))
        if not isinstance(graphql_type, GraphQLObjectType) or name.startswith("__"):
            continue
        own = pairs.get(name)
        own_fields = fields_of(own)
        for field_name, field in graphql_type.fields.items():
            place = _Place(name, field_name, "" if own is None else own.name)
            own_field = own_fields.get(field_name)
            if own_field is not None:
                field.resolve = _resolver(place, field, own_field, pairs, added)
            elif graphql_type in roots:
                field.resolve = with_token_check(Unsupported(place.coordinate), field_name)
            else:
                field.resolve = _AddedField(place, field, pairs)
            for argument_name, argument in field.args.items():
                argument.out_name = argument_name


@dataclass(frozen=True, slots=True)
class _Place:
    """A field of an object type.

    Attributes:
        type_name: Name of the type.
        name: Name of the field.
        own_type: Name of the API's own type; empty if it has none.
    """

    type_name: str
    name: str
    own_type: str

    @property
    def coordinate(self) -> str:
        return f"{self.type_name}.{self.name}"


def _resolver(
    place: _Place,
    field: Definition,
    own: Definition,
    pairs: Mapping[str, GraphQLNamedType],
    added: AddedFields,
) -> GraphQLFieldResolver:
    """Return the resolver of a field that the API has too."""
    for name, argument in own.args.items():
        if name not in field.args and is_required_argument(argument):
            missing = Unsupported(f"{place.coordinate} without the argument {name}")
            return with_token_check(missing, place.name)
    resolve = cast("GraphQLFieldResolver", own.resolve)
    is_stored = place.name in added.outputs.get(place.own_type, ())
    if is_stored:
        resolve = _StoredField(place, resolve)
    if not field.args and not is_stored and str(field.type) == str(own.type):
        return resolve
    result = pairs.get(named(field.type).name)
    stored_arguments = frozenset[str]()
    if place.own_type == "Mutation" and result is not None:
        stored_arguments = added.outputs.get(result.name, stored_arguments)
    return _KnownField(
        place, field, own, resolve, "" if result is None else result.name, stored_arguments
    )


@dataclass(frozen=True, slots=True)
class _KnownField:
    """Resolves a field that the API has too, with converted arguments.

    Attributes:
        place: The field.
        field: Its definition.
        own: The definition of the API.
        resolve: The resolver for the definition of the API.
        result_type: Name of the API's own type of the result; empty if it has none.
        stored_arguments: Added arguments whose values are stored with the result.
    """

    place: _Place
    field: Definition
    own: Definition
    resolve: GraphQLFieldResolver
    result_type: str
    stored_arguments: frozenset[str]

    def __call__(self, source: object, info: Info, **arguments: object) -> object:
        own_arguments: dict[str, object] = {}
        stored: dict[str, object] = {}
        for name, value in arguments.items():
            definition = self.field.args[name]
            own = self.own.args.get(name)
            if own is not None:
                own_name = cast("str", own.out_name)
                own_arguments[own_name] = own_value(value, definition.type, own.type, name)
            elif name in self.stored_arguments:
                stored[name] = value
            elif not is_default(value, default_value(definition)):
                raise ApiError(ErrorCode.UNSUPPORTED, f"{self.place.coordinate}({name})")
        for name, own in self.own.args.items():
            if name not in arguments and is_required_argument(own):
                raise ApiError(ErrorCode.INVALID_PARAMETER, name)
        result: Any = self.resolve(source, info, **own_arguments)
        if stored and result is not None:
            key = object_key(self.result_type, result)
            write(info.context.store.connection, self.result_type, key, stored)
        check_result(result, self.field.type, self.place.coordinate)
        return result


@dataclass(frozen=True, slots=True)
class _StoredField:
    """Resolves a field of the API whose value may not fit into its column.

    Attributes:
        place: The field.
        resolve: The resolver for the column.
    """

    place: _Place
    resolve: GraphQLFieldResolver

    def __call__(self, source: object, info: Info) -> object:
        value = _stored_value(self.place, source, info)
        return self.resolve(source, info) if value is None else value


@dataclass(frozen=True, slots=True)
class _AddedField:
    """Resolves a field that the API does not have: its value is stored, or is null.

    Attributes:
        place: The field.
        field: Its definition.
        pairs: The API's own types by name of the served type.
    """

    place: _Place
    field: Definition
    pairs: Mapping[str, GraphQLNamedType]

    def __call__(self, source: object, info: Info, **arguments: object) -> object:
        coordinate = self.place.coordinate
        for name, value in arguments.items():
            if not is_default(value, default_value(self.field.args[name])):
                raise ApiError(ErrorCode.UNSUPPORTED, f"{coordinate}({name})")
        value = _stored_value(self.place, source, info)
        graphql_type = named(self.field.type)
        is_object = is_composite_type(graphql_type)
        if value is not None and is_object and graphql_type.name in self.pairs:
            raise ApiError(ErrorCode.UNSUPPORTED, coordinate)  # such as the manager of a user
        info.context.count_result(value)
        check_result(value, self.field.type, coordinate)
        return value


def _stored_value(place: _Place, source: object, info: Info) -> object:
    if not isinstance(source, Mapping):
        return None
    fields = cast("Mapping[str, object]", source)
    type_name = place.own_type
    if type_name not in TABLES:
        return fields.get(place.name)
    connection, key = info.context.store.connection, object_key(type_name, fields)
    if isinstance(source, Record):
        values = source.batch.related(
            ("added", type_name), key, lambda ids: read(connection, type_name, ids)
        )
    else:
        values = read(connection, type_name, [key]).get(key)
    return (values or {}).get(place.name)


@dataclass(frozen=True, slots=True)
class _TypeResolver:
    """Finds the object type of a value where the schema has an interface or a union.

    Attributes:
        pairs: The API's own types by name of the served type.
    """

    pairs: Mapping[str, GraphQLNamedType]

    def __call__(
        self, value: object, info: Info, abstract_type: GraphQLInterfaceType | GraphQLUnionType
    ) -> str:
        possible = [item.name for item in info.schema.get_possible_types(abstract_type)]
        if isinstance(value, dict):
            name = cast("dict[str, object]", value).get("__typename")
            if isinstance(name, str) and name in possible:
                return name
        if len(possible) > 1:
            parent = self.pairs.get(info.parent_type.name)
            fields = fields_of(parent)
            if info.field_name in fields:
                own = named(fields[info.field_name].type)
                possible = [name for name in possible if self.pairs.get(name) is own]
        if len(possible) != 1:
            message = f"The emulator cannot tell the type of a value of {abstract_type.name}."
            raise GraphQLError(message)
        return possible[0]
