"""Base classes of the generated models."""

from typing import Any, ClassVar, Self

from pydantic import ConfigDict, TypeAdapter, model_validator
from pydantic.alias_generators import to_camel

from .input_values import CheckedModel
from .result_model import ResultModel


class UnsetType:
    """The type of ``UNSET``, the value of arguments that are not given."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET = UnsetType()


class BaseModel(ResultModel):
    """A result of the API that is not a page.

    It is not registered as a ``Mapping``: error trackers expand mappings that are locals of frames,
    and would show the secrets that a ``repr`` masks.
    """


class InputModel(CheckedModel):
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


class OneOfModel(InputModel):
    """An input of which exactly one field is set, and not to ``None``."""

    @model_validator(mode="after")
    def _check_one_of(self) -> Self:
        given = sorted(self.model_fields_set)
        if len(given) != 1:
            names = ", ".join(given) or "none"
            raise ValueError(f"exactly one field must be set. Fields that are set: {names}")
        if getattr(self, given[0]) is None:
            raise ValueError(f"the only field that is set, {given[0]}, must not be None")
        return self


def default_value(type_: Any, value: object) -> Any:
    """Return the default of an input field as its Python type.

    Args:
        type_: The annotation of the field.
        value: The default as JSON content.
    """
    return TypeAdapter(type_).validate_python(value, strict=False)
