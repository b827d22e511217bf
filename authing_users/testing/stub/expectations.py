"""Stubs: the responses to the calls of one operation."""

from collections.abc import Mapping
from typing import Generic, Self, TypeVar, cast

from authing_graphql import CommonMessage

from ...errors import AuthingError
from ..display import shown_call
from .operations import Operation, StubCall
from .responses import SUCCESS, StubFailure, StubResponse, failure, success

ResultT = TypeVar("ResultT")


class Stub(Generic[ResultT]):
    """The responses to the calls of one operation with some variables.

    ``returns`` and ``raises`` can be combined: ``raises(ServerError).returns(user())``. Calls get
    the responses in this order, and all further calls get the last one.
    """

    def __init__(self, operation: Operation, variables: Mapping[str, object]) -> None:
        self._operation = operation
        self._variables = variables
        self._responses: list[StubResponse | StubFailure] = []
        self._is_optional = False
        self._hits = 0

    def returns(self, result: ResultT | CommonMessage = SUCCESS) -> Self:
        """Return a result for the next call.

        Args:
            result: The result that the API returns: a model, a list of models, a number … Default:
                the message that a mutation succeeded, for operations that return one.

        Raises:
            InvalidInputError: The operation returns results of another type.
        """
        self._responses.append(success(self._operation, result))
        return self

    def returns_many(self, *results: ResultT) -> Self:
        """Return several results, one for each call. See ``returns``."""
        for result in results:
            self.returns(result)
        return self

    def raises(self, error: type[AuthingError] | AuthingError) -> Self:
        """Raise an error for the next call. The client does not retry the call.

        Args:
            error: The class of the error, or an instance with ``code``, ``message``,
                ``http_status``, ``request_id``, ``retry_after`` or ``data``.

        Raises:
            InvalidInputError: No response of the API causes the error.
        """
        self._responses.append(failure(self._operation, error))
        return self

    def optional(self) -> Self:
        """Allow that no client makes the call, for stubs that many tests share."""
        self._is_optional = True
        return self

    @property
    def hits(self) -> int:
        """How many calls got a response."""
        return self._hits

    def __repr__(self) -> str:
        return f"<Stub: {self.describe()}>"

    def describe(self) -> str:
        """Describe the calls in one line."""
        return shown_call(self._operation.name, self._variables)

    def is_own(self, operation: str) -> bool:
        """Whether the stub is for an operation with a name of the project under test."""
        return self._operation.is_own and self._operation.name == operation

    def matches(self, call: StubCall) -> bool:
        """Whether a call is one of those that the stub responds to."""
        operation = self._operation
        is_in_query = not operation.fields and operation.method == "GET"
        return call.operation == operation.name and all(
            _matches(
                value,
                call.variables.get(name),
                is_text=is_in_query or f"{{{name}}}" in operation.path,
            )
            for name, value in self._variables.items()
        )

    def problem(self) -> str | None:
        """Return why the stub makes the test fail, or ``None``."""
        if not self._responses:
            return f"{self.describe()} has no response: add .returns(…) or .raises(…)"
        expected = len(self._responses)
        if self._is_optional or self._hits >= expected:
            return None
        if expected == 1:
            return f"{self.describe()} was never called"
        calls = "1 call" if self._hits == 1 else f"{self._hits} calls"
        return f"{self.describe()} has {expected} responses, but got {calls} only"

    def next_response(self) -> StubResponse | StubFailure | None:
        """Count a call and return its response; ``None`` if the stub has none."""
        if not self._responses:
            return None
        response = self._responses[min(self._hits, len(self._responses) - 1)]
        self._hits += 1
        return response


def _matches(expected: object, value: object, *, is_text: bool) -> bool:
    """Whether a variable has the value, or at least the fields, that a stub expects."""
    if isinstance(expected, Mapping):
        fields = cast("Mapping[str, object]", expected)
        if not isinstance(value, Mapping):
            return False
        others = cast("Mapping[str, object]", value)
        # `None` clears a field, unlike a field that is not sent.
        return all(
            key in others and _matches(item, others[key], is_text=is_text)
            for key, item in fields.items()
        )
    if isinstance(expected, list | tuple):
        items = list(cast("list[object]", expected))
        if not isinstance(value, list):
            return is_text and len(items) == 1 and _matches(items[0], value, is_text=True)
        values = cast("list[object]", value)
        return len(items) == len(values) and all(
            _matches(item, other, is_text=is_text)
            for item, other in zip(items, values, strict=True)
        )
    if isinstance(expected, bool) or isinstance(value, bool):
        return expected is value
    return expected == value or (is_text and expected is not None and str(expected) == value)
