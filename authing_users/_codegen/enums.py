"""The enums."""

from graphql import GraphQLEnumType

from .class_source import class_source
from .documentation import description_of, docstring, one_line
from .naming import member_names


def enum_source(name: str, type_: GraphQLEnumType) -> str:
    """Return the source of an enum, which accepts values that newer servers may add."""
    members = member_names(type_.values)
    body: list[str] = []
    for value, definition in type_.values.items():
        body.append(f'    {members[value]} = "{value}"')
        body += docstring(description_of(definition))
    return class_source(name, ("OpenEnum",), one_line(type_.description or ""), body)
