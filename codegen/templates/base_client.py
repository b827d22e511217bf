"""What the generated clients stand on: an executor that sends one operation."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from pydantic import BaseModel

from .base_model import UNSET

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


def given(variables: Mapping[str, object]) -> dict[str, object]:
    """Leave out the variables that were not given; an explicit ``None`` stays, as null."""
    return {name: value for name, value in variables.items() if value is not UNSET}


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
            result_type, document, operation_name, given(variables)
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
        return self._executor.execute(result_type, document, operation_name, given(variables))
