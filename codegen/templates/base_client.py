"""What the generated clients stand on: an executor that sends one operation."""

from collections.abc import Mapping
from typing import Protocol, TypeVar, cast

from pydantic import BaseModel

from .base_model import UNSET, InputModel

ResultT = TypeVar("ResultT", bound=BaseModel)


class AsyncExecutor(Protocol):
    """Sends one operation and gives back its data."""

    async def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ResultT:
        """Send ``document`` with ``variables``; return the answer's data as ``result_type``."""
        ...


class Executor(Protocol):
    """Sends one operation and gives back its data."""

    def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ResultT:
        """Send ``document`` with ``variables``; return the answer's data as ``result_type``."""
        ...


def wire_variables(variables: Mapping[str, object]) -> dict[str, object]:
    """Leave out what was not given, and turn inputs into what goes over the wire.

    An explicit ``None`` stays, as null.
    """
    return {name: _wire(value) for name, value in variables.items() if value is not UNSET}


def _wire(value: object) -> object:
    if isinstance(value, InputModel):
        return value.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(value, list):
        return [_wire(item) for item in cast("list[object]", value)]
    return value


class AsyncBaseClient:
    """Hands every operation to an executor."""

    def __init__(self, executor: AsyncExecutor) -> None:
        self._executor = executor

    async def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
    ) -> ResultT:
        """Send one operation through the executor."""
        return await self._executor.execute(
            result_type, document, operation_name, wire_variables(variables)
        )


class BaseClient:
    """Hands every operation to an executor."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
    ) -> ResultT:
        """Send one operation through the executor."""
        return self._executor.execute(
            result_type, document, operation_name, wire_variables(variables)
        )
