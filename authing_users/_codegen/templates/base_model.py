"""Base classes of the generated models."""

from typing import ClassVar

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from .graphql_model import GraphQLModel


class UnsetType:
    """The type of ``UNSET``, the value of arguments that are not given."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET = UnsetType()


class BaseModel(GraphQLModel):
    """A result of the API. Unknown fields are ignored, and numbers are accepted as strings."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        coerce_numbers_to_str=True,
        defer_build=True,
        protected_namespaces=(),
    )


class InputModel(GraphQLModel):
    """An input of the API. Unknown fields are rejected, and only fields that were set are sent."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        extra="forbid",
        defer_build=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
        strict=True,
    )
