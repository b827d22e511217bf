"""The custom scalars of a schema: their Python types, and the module that defines them."""

from collections.abc import Mapping

from ariadne_codegen.client_generators.scalars import ScalarData

from .naming import ClassNames, class_name

BUILTIN_SCALARS: Mapping[str, str] = {
    "String": "str",
    "ID": "str",
    "Int": "int",
    "Float": "float",
    "Boolean": "bool",
}


class ScalarTypes:
    """The annotation of each scalar, and the module that defines those of custom scalars.

    The module has two types for a scalar with a Python class: one for results, and one for
    arguments and inputs, which has the conversion to JSON content.
    """

    def __init__(self, scalars: Mapping[str, ScalarData], names: ClassNames) -> None:
        self._scalars = scalars
        self._names = names
        self._results: dict[str, str] = {}
        self._inputs: dict[str, str] = {}

    @property
    def aliases(self) -> list[str]:
        """The names that the module defines."""
        return sorted([*self._results.values(), *self._inputs.values()])

    def annotation(self, name: str) -> str:
        """Return the annotation of a scalar in arguments and inputs."""
        scalar = self._scalars.get(name)
        if scalar is None:
            return BUILTIN_SCALARS.get(name, "Any")
        if "." not in scalar.type_ and not scalar.serialize:
            return scalar.type_
        if name not in self._inputs:
            self._inputs[name] = self._names.claim(f"{class_name(name)}Input")
        return self._inputs[name]

    def result_annotation(self, name: str) -> str:
        """Return the annotation of a scalar in results."""
        scalar = self._scalars.get(name)
        if scalar is None:
            return BUILTIN_SCALARS.get(name, "Any")
        if "." not in scalar.type_ and not scalar.parse:
            return scalar.type_
        if name not in self._results:
            self._results[name] = self._names.claim(class_name(name))
        return self._results[name]

    def is_converted(self, name: str) -> bool:
        """Return whether values of a scalar are converted to JSON content."""
        return name in self._inputs

    def module(self) -> str:
        """Return the source of the module with the types of custom scalars."""
        imports: dict[str, None] = {}
        lines: list[str] = []
        for name, alias in sorted(self._results.items()):
            scalar = self._scalars[name]
            type_ = _imported(scalar.type_, imports)
            if scalar.parse:
                type_ = f"Annotated[{type_}, BeforeValidator({_imported(scalar.parse, imports)})]"
            lines.append(f"{alias} = {type_}")
        for name, alias in sorted(self._inputs.items()):
            scalar = self._scalars[name]
            type_ = _imported(scalar.type_, imports)
            serialize = scalar.serialize or "pydantic_core.to_jsonable_python"
            serializer = f"PlainSerializer({_imported(serialize, imports)})"
            lines.append(f"{alias} = Annotated[{type_}, {serializer}]")
        return "\n".join(
            [
                '"""The custom scalars of the schema."""',
                "from typing import Annotated, Any",
                "from pydantic import BeforeValidator, PlainSerializer",
                *imports,
                *lines,
            ]
        )


def _imported(path: str, imports: dict[str, None]) -> str:
    """Return how a module refers to an object, and add the import that it needs."""
    module, _, _ = path.rpartition(".")
    if module:
        imports[f"import {module}"] = None
    return path
