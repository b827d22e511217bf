"""Stubbed responses: what a client gets for each operation."""

import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Self, cast

from ..._async.management import AsyncManagementClient
from ..._http import in_process
from ..._inputs.passwords import DEFAULT_PUBLIC_KEY
from ..._sync.management import ManagementClient
from ...errors import AuthingError
from ...models import WellKnown
from ..display import shown_call
from ..environment import STUB
from ..failures import TestFailure
from .http_client import AsyncStubHTTPClient, StubHTTPClient, StubRequest
from .operations import (
    KEY_REQUEST,
    TOKEN_REQUEST,
    Operation,
    StubCall,
    operation_named,
    read_call,
)
from .responses import SUCCESS, StubFailure, StubResponse, failure, success

USER_POOL_ID = "5f0e3a7c9b1d2e4f6a8c0b5d"
SECRET = "stub-secret"

_TOKEN = b'{"data":{"accessToken":{"accessToken":"stub-token","iat":0,"exp":2000000000}}}'


class UnexpectedCallError(TestFailure):
    """A client made a call that the test did not stub."""


class UnusedStubError(TestFailure):
    """The test stubbed calls that no client made."""


class Stub:
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

    def returns(self, result: object = SUCCESS) -> Self:
        """Return a result for the next call.

        Args:
            result: The result that the API returns: a model, a list of models, a number … Default:
                the message that a mutation succeeded, for operations that return one.

        Raises:
            InvalidInputError: The operation returns results of another type.
        """
        self._responses.append(success(self._operation, result))
        return self

    def returns_many(self, *results: object) -> Self:
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

    def matches(self, call: StubCall) -> bool:
        """Whether a call is one of those that the stub responds to."""
        is_text = not self._operation.fields and self._operation.method == "GET"
        return call.operation == self._operation.name and all(
            _matches(value, call.variables.get(name), is_text=is_text)
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
        return f"{self.describe()} has {expected} responses, but was called {self._hits} times"

    def next_response(self) -> StubResponse | StubFailure | None:
        """Count a call and return its response; ``None`` if the stub has none."""
        if not self._responses:
            return None
        response = self._responses[min(self._hits, len(self._responses) - 1)]
        self._hits += 1
        return response


class AuthingStub:
    """The fixture ``authing_stub``: clients whose calls get the responses of the test.

    Token requests get a response without being stubbed.

    Attributes:
        user_pool_id: ID of the user pool of the clients.
        secret: Secret of the user pool.
        host: URL that clients are created with. It exists in this process only.
    """

    def __init__(self) -> None:
        self.user_pool_id = USER_POOL_ID
        self.secret = SECRET
        self.host = STUB
        self._stubs: list[Stub] = []
        self._calls: list[StubCall] = []
        self._unexpected: list[UnexpectedCallError] = []
        self._lock = threading.Lock()

    def on(self, operation: str, /, **variables: object) -> Stub:
        """Stub the calls of an operation.

        Args:
            operation: Name of the operation, as errors and logs show it: ``ListUsers``.
            **variables: Variables that the calls must have, as in ``on("ListUsers", page=1)``.
                Others do not matter. A dict stands for an object with at least these fields. If
                several stubs match a call, the last one responds.

        Raises:
            InvalidInputError: The operation or a variable does not exist.
        """
        found = operation_named(operation)
        stub = Stub(found, {found.variable(name): value for name, value in variables.items()})
        self._stubs.append(stub)
        return stub

    @cached_property
    def client(self) -> ManagementClient:
        """A synchronous client. It does not retry."""
        return ManagementClient(
            user_pool_id=self.user_pool_id, secret=self.secret, host=self.host, retries=0
        )

    @cached_property
    def async_client(self) -> AsyncManagementClient:
        """An asynchronous client. It does not retry."""
        return AsyncManagementClient(
            user_pool_id=self.user_pool_id, secret=self.secret, host=self.host, retries=0
        )

    def calls(self, operation: str | None = None) -> list[StubCall]:
        """Return the calls that clients made, in order, without token requests.

        Args:
            operation: Name of the operation. Default: all.

        Raises:
            InvalidInputError: The operation does not exist.
        """
        name = None if operation is None else operation_named(operation).name
        return [call for call in self._calls if name in (None, call.operation)]

    def close(self) -> None:
        """Close the synchronous client. The asynchronous one has nothing to close."""
        if "client" in vars(self):
            self.client.close()

    def verify(self) -> None:
        """Check that each call was stubbed, and that each stub was called.

        The fixture does so at the end of the test.

        Raises:
            UnexpectedCallError: A call was not stubbed.
            UnusedStubError: A stub got fewer calls than it has responses.
        """
        if self._unexpected:
            raise self._unexpected[0]
        if problems := list(filter(None, (stub.problem() for stub in self._stubs))):
            raise UnusedStubError("\n".join(["Unused stubs:", *problems]))

    def respond(self, request: StubRequest) -> StubResponse | StubFailure:
        """Return the response to a request of a client.

        Raises:
            UnexpectedCallError: The call is not stubbed.
        """
        call = read_call(request.method, request.target, request.content)
        if call.operation == TOKEN_REQUEST:
            return StubResponse(_TOKEN)
        if call.operation == KEY_REQUEST:
            return _key_response()
        with self._lock:
            self._calls.append(call)
            for stub in reversed(self._stubs):
                if stub.matches(call) and (response := stub.next_response()) is not None:
                    return response
            error = self._unexpected_call(call)
            self._unexpected.append(error)
        raise error

    def _unexpected_call(self, call: StubCall) -> UnexpectedCallError:
        stubbed = [stub.describe() for stub in self._stubs]
        lines = [
            f"Unexpected call: {shown_call(call.operation, call.variables)}",
            f"Stubbed: {', '.join(stubbed) or 'nothing'}",
            f'To stub it, add authing_stub.on("{call.operation}").returns(…)',
        ]
        return UnexpectedCallError("\n".join(lines))

    def default_client(self) -> StubHTTPClient:
        """Return an HTTP client for clients of ``host``."""
        return StubHTTPClient(_respond)

    def async_default_client(self) -> AsyncStubHTTPClient:
        """Return an asynchronous HTTP client for clients of ``host``."""
        return AsyncStubHTTPClient(_respond)


def _key_response() -> StubResponse:
    """Return the response with the public key that encrypts passwords."""
    key = WellKnown(public_key=DEFAULT_PUBLIC_KEY)
    return StubResponse(
        b'{"code":200,"message":"OK","data":%b}' % key.model_dump_json(by_alias=True).encode()
    )


def _respond(request: StubRequest) -> StubResponse | StubFailure:
    # A client that lives longer than a test gets the responses of the next one.
    stub = in_process.SERVERS.get(STUB)
    if not isinstance(stub, AuthingStub):
        return StubFailure(
            "The test does not use the fixture authing_stub", maybe_sent=False, is_timeout=False
        )
    return stub.respond(request)


def _matches(expected: object, value: object, *, is_text: bool) -> bool:
    """Whether a variable has the value, or at least the fields, that a stub expects."""
    if isinstance(expected, Mapping):
        fields = cast("Mapping[str, object]", expected)
        return isinstance(value, Mapping) and all(
            _matches(item, cast("Mapping[str, object]", value).get(key), is_text=is_text)
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
