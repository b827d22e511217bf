"""Base classes of the generated clients, and the executors that send their operations."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from pydantic import BaseModel, TypeAdapter

from .base_model import UNSET, InputModel

ResultT = TypeVar("ResultT", bound=BaseModel)


class AsyncExecutor(Protocol):
    """Sends an operation and returns its data."""

    async def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ResultT:
        """Send ``document`` with ``variables``. Return the data as ``result_type``."""
        ...


class Executor(Protocol):
    """Sends an operation and returns its data."""

    def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ResultT:
        """Send ``document`` with ``variables``. Return the data as ``result_type``."""
        ...


def wire_variables(variables: Mapping[str, object]) -> dict[str, object]:
    """Return the variables as JSON content, without those that are ``UNSET``.

    ``None`` is kept, as null.
    """
    return {name: _wire(value) for name, value in variables.items() if value is not UNSET}


def _wire(value: object) -> object:
    if isinstance(value, InputModel):
        return value.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(value, list):
        return [_wire(item) for item in cast("list[object]", value)]
    return value


def to_json(type_: Any, value: object) -> object:
    """Return the value of a custom scalar, or lists of them, as JSON content.

    Args:
        type_: The type of the scalar in Python.
        value: The value. ``None`` and ``UNSET`` are returned unchanged.
    """
    if value is None or value is UNSET:
        return value
    if isinstance(value, list):
        return [to_json(type_, item) for item in cast("list[object]", value)]
    return _adapter(type_).dump_python(value)


@cache
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


class AsyncBaseClient:
    """Passes operations to an executor."""

    def __init__(self, executor: AsyncExecutor) -> None:
        self._executor = executor

    async def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
    ) -> ResultT:
        """Send an operation through the executor."""
        return await self._executor.execute(
            result_type, document, operation_name, wire_variables(variables)
        )


class BaseClient:
    """Passes operations to an executor."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
    ) -> ResultT:
        """Send an operation through the executor."""
        return self._executor.execute(
            result_type, document, operation_name, wire_variables(variables)
        )
