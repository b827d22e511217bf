"""Serve an older version of the API: a part of the present schema."""

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_required_argument,
    is_required_input_field,
    is_specified_directive,
    print_ast,
    validate_schema,
)


class UnusableSchemaError(ValueError):
    """A schema is invalid, or is not a part of the present one. The message is for the user."""


def older_schema(text: str, present: GraphQLSchema) -> GraphQLSchema:
    """Build an older schema with the resolvers of the present one.

    Args:
        text: The older schema in the schema definition language.
        present: The present executable schema.

    Raises:
        UnusableSchemaError: The older schema is invalid, or has something that the present one
            does not have.
    """
    older = _read_schema(text)
    for difference in _differences(older, present):
        message = f"The schema is not a part of the emulator's schema: {difference}."
        raise UnusableSchemaError(message)
    for name, graphql_type in older.type_map.items():
        _copy_resolvers(present.type_map[name], graphql_type)
    return older


def _read_schema(text: str) -> GraphQLSchema:
    try:
        schema = build_schema(text)
        for error in validate_schema(schema):
            raise error
    except (GraphQLError, TypeError) as error:
        reason, where = str(error), ""
        if isinstance(error, GraphQLError):
            reason = error.message
            where = f" (line {error.locations[0].line})" if error.locations else ""
        message = f"The schema is invalid: {' '.join(reason.split())}{where}"
        raise UnusableSchemaError(message) from None
    return schema


def _copy_resolvers(present: GraphQLNamedType, older: GraphQLNamedType) -> None:
    if isinstance(present, GraphQLObjectType) and isinstance(older, GraphQLObjectType):
        for name, field in older.fields.items():
            field.resolve = present.fields[name].resolve
            for argument_name, argument in field.args.items():
                argument.out_name = present.fields[name].args[argument_name].out_name


def _differences(older: GraphQLSchema, present: GraphQLSchema) -> Iterator[str]:
    """Yield what only the older schema has, and what it lacks although each request needs it."""
    for operation in ("query", "mutation", "subscription"):
        root, present_root = (getattr(schema, f"{operation}_type") for schema in (older, present))
        if root is not None and (present_root is None or root.name != present_root.name):
            yield f"{root.name} is not its {operation} type"
    for directive in older.directives:
        if not is_specified_directive(directive):
            yield f"it has no directive @{directive.name}"
    for name, graphql_type in older.type_map.items():
        if name not in present.type_map:
            yield f"it has no type {name}"
        elif not name.startswith("__"):
            yield from _type_differences(graphql_type, present.type_map[name])


def _type_differences(older: GraphQLNamedType, present: GraphQLNamedType) -> Iterator[str]:
    name = older.name
    if isinstance(older, GraphQLObjectType) and isinstance(present, GraphQLObjectType):
        for interface in older.interfaces:
            yield f"{name} does not implement {interface.name} there"
        for field_name, field in older.fields.items():
            coordinate = f"{name}.{field_name}"
            if field_name not in present.fields:
                yield f"it has no field {coordinate}"
                continue
            present_field = present.fields[field_name]
            if str(field.type) != str(present_field.type):
                yield f"{coordinate} has the type {present_field.type} there, not {field.type}"
            yield from _input_differences(coordinate, "argument", field.args, present_field.args)
    elif isinstance(older, GraphQLInputObjectType) and isinstance(present, GraphQLInputObjectType):
        yield from _input_differences(name, "input field", older.fields, present.fields)
    elif isinstance(older, GraphQLEnumType) and isinstance(present, GraphQLEnumType):
        for value in older.values:
            if value not in present.values:
                yield f"it has no enum value {name}.{value}"
    elif type(older) is not type(present):
        yield f"{name} is another kind of type there"


def _input_differences(
    owner: str,
    kind: str,
    older: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
    present: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
) -> Iterator[str]:
    for name, definition in older.items():
        if name not in present:
            yield f"it has no {kind} {name} of {owner}"
        elif _notation(definition) != _notation(present[name]):
            yield (
                f"the {kind} {name} of {owner} is {_notation(present[name])} there,"
                f" not {_notation(definition)}"
            )
    for name, definition in present.items():
        if name not in older and _is_required(definition):
            yield f"its {kind} {name} of {owner} is required and cannot be left out"


def _is_required(definition: GraphQLArgument | GraphQLInputField) -> bool:
    if isinstance(definition, GraphQLArgument):
        return is_required_argument(definition)
    return is_required_input_field(definition)


def _notation(definition: GraphQLArgument | GraphQLInputField) -> str:
    """Return the type and the default value as in the schema definition language."""
    node = definition.ast_node
    if node is None:
        message = "The schema was not built from its definition."
        raise TypeError(message)
    default = f" = {print_ast(node.default_value)}" if node.default_value is not None else ""
    return f"{print_ast(node.type)}{default}"
