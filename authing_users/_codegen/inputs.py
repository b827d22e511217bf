"""The models of inputs."""

from collections.abc import Mapping

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
)

from .class_source import class_source, field_source
from .documentation import description_of, one_line
from .naming import field_names, member_names
from .scalars import BUILTIN_SCALARS, ScalarTypes


def unquoted(annotation: str) -> str:
    """Return an annotation without the quotes of forward references."""
    return annotation.replace('"', "")


class InputTypes:
    """The annotations of arguments and input fields.

    Args:
        schema: The schema.
        scalars: The types of scalars.
        classes: The classes of enums and inputs, by GraphQL name.
    """

    def __init__(
        self, schema: GraphQLSchema, scalars: ScalarTypes, classes: Mapping[str, str]
    ) -> None:
        self._schema = schema
        self._scalars = scalars
        self._classes = classes

    def annotation(self, type_: GraphQLInputType) -> str:
        """Return the annotation of a type, with ``Optional`` if it is nullable."""
        if isinstance(type_, GraphQLNonNull):
            return self.non_null(type_.of_type)
        return f"Optional[{self.non_null(type_)}]"

    def non_null(self, type_: GraphQLInputType) -> str:
        """Return the annotation of a type that is not null."""
        if isinstance(type_, GraphQLList):
            return f"List[{self.annotation(type_.of_type)}]"
        if isinstance(type_, GraphQLScalarType):
            return self._scalars.annotation(type_.name)
        assert isinstance(type_, GraphQLEnumType | GraphQLInputObjectType)
        name = self._classes[type_.name]
        return f'"{name}"' if isinstance(type_, GraphQLInputObjectType) else name

    def enum_member(self, type_: GraphQLEnumType, value: str) -> str:
        """Return the source of an enum value."""
        return f"{self._classes[type_.name]}.{member_names(type_.values)[value]}"

    def source(self, type_: GraphQLInputObjectType) -> str:
        """Return the source of the model of an input."""
        names = field_names(type_.fields)
        body: list[str] = []
        for key, field in type_.fields.items():
            annotation = self.annotation(field.type)
            default = self._default(field)
            body += field_source(names[key], key, annotation, default, description_of(field))
        base = "OneOfModel" if type_.is_one_of else "InputModel"
        description = one_line(type_.description or "")
        return class_source(self._classes[type_.name], (base,), description, body)

    def _default(self, field: GraphQLInputField) -> str | None:
        """Return the default of a field, which is what the server uses if it is not sent."""
        if field.default_value is Undefined or field.default_value is None:
            return None if isinstance(field.type, GraphQLNonNull) else "None"
        value = field.default_value
        type_ = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        if isinstance(type_, GraphQLScalarType) and type_.name in BUILTIN_SCALARS:
            return repr(value)
        if isinstance(type_, GraphQLEnumType):
            return self.enum_member(type_, value)
        annotation = unquoted(self.non_null(type_))
        content = f"default_value({annotation}, {value!r})"
        return f"default_factory=lambda: {content}"
