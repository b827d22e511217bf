"""Docstrings of models that list the fields."""

from types import NoneType, UnionType
from typing import Annotated, Any, ForwardRef, Self, Union, get_args, get_origin

from pydantic import BaseModel


class Documentation(str):
    """The docstring of a model, with its fields.

    Attributes:
        summary: The docstring without the fields.
    """

    summary: str

    @classmethod
    def of(cls, model: type[BaseModel]) -> Self:
        """Return the docstring of a model, which may be that of the model that it replaces."""
        written: object = model.__dict__.get("__doc__") or ""
        summary = written.summary if isinstance(written, Documentation) else str(written).rstrip()
        lines = [
            f"    {name} ({type_name(info.annotation)})"
            + (f": {info.description}" if info.description else "")
            for name, info in model.model_fields.items()
        ]
        fields = "\n".join(["Attributes:", *lines]) if lines else ""
        documentation = cls("\n\n".join(filter(None, [summary, fields])))
        documentation.summary = summary
        return documentation


def type_name(annotation: Any) -> str:
    """Return an annotation as it is written in code, without modules and metadata."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_name(arguments[0])
    if origin in (Union, UnionType):
        return " | ".join(map(type_name, arguments))
    if origin is not None:
        return f"{type_name(origin)}[{', '.join(map(type_name, arguments))}]"
    if annotation is NoneType:
        return "None"
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    return str(getattr(annotation, "__name__", annotation))
