"""Stubbed responses: what a client gets for each operation."""

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from pydantic import BaseModel

from ..._async.management import AsyncManagementClient
from ..._http import in_process
from ..._inputs.passwords import DEFAULT_PUBLIC_KEY
from ..._sync.management import ManagementClient
from ...models import WellKnown
from ..display import shown_call
from ..environment import STUB
from ..failures import TestFailure
from .expectations import Stub
from .http_client import AsyncStubHTTPClient, StubHTTPClient, StubRequest
from .operation_types import StubsOperations
from .operations import (
    KEY_REQUEST,
    TOKEN_REQUEST,
    StubCall,
    all_operations,
    operation_named,
    own_operation,
    read_call,
)
from .responses import StubFailure, StubResponse

USER_POOL_ID = "5f0e3a7c9b1d2e4f6a8c0b5d"
SECRET = "stub-secret"

_TOKEN = b'{"data":{"accessToken":{"accessToken":"stub-token","iat":0,"exp":2000000000}}}'


class UnexpectedCallError(TestFailure):
    """A client made a call that the test did not stub."""


class UnusedStubError(TestFailure):
    """The test stubbed calls that no client made."""


class AuthingStub(StubsOperations):
    """The fixture ``authing_stub``: clients whose calls get the responses of the test.

    Token requests get a response without being stubbed. The stub responds until it is closed.

    Attributes:
        user_pool_id: ID of the user pool of the clients.
        secret: Secret of the user pool.
        host: URL that clients are created with. It exists in this process only.
    """

    def __init__(self) -> None:
        self.user_pool_id: str = USER_POOL_ID
        self.secret: str = SECRET
        self.host: str = STUB
        self._stubs: list[Stub[Any]] = []
        self._calls: list[StubCall] = []
        self._unexpected: list[UnexpectedCallError] = []
        self._lock = threading.Lock()
        _active.append(self)

    def _on(self, operation: str, variables: Mapping[str, object]) -> Stub[Any]:
        found = operation_named(operation)
        for name in variables:
            found.check_variable(name)
        stub: Stub[Any] = Stub(found, {name: _plain(value) for name, value in variables.items()})
        self._stubs.append(stub)
        return stub

    def on_own(self, operation: str, /, **variables: object) -> Stub[dict[str, Any] | BaseModel]:
        """Respond to an operation of the project under test.

        Such operations are those of a generated package, and documents that are executed with
        ``execute``.

        Args:
            operation: Name of the operation. It can be that of an operation of this library.
            **variables: The stub is only for calls with these variables.

        Returns:
            The stub. ``returns`` takes the ``data`` of a response: a dict, or a model.
        """
        expected = {name: _plain(value) for name, value in variables.items()}
        stub: Stub[Any] = Stub(own_operation(operation), expected)
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
        called = [call for call in self._calls if operation in (None, call.operation)]
        if operation is None or called or any(stub.is_own(operation) for stub in self._stubs):
            return called
        operation_named(operation)  # raises if it does not exist
        return []

    @property
    def unexpected(self) -> tuple[UnexpectedCallError, ...]:
        """The errors of the calls that were not stubbed, in order."""
        return tuple(self._unexpected)

    def close(self) -> None:
        """Let calls fail. The asynchronous client has nothing to close."""
        _active.remove(self)
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
                if stub.matches(call):
                    response: StubResponse | StubFailure | None = stub.next_response()
                    if response is not None:
                        return response
            error = self._unexpected_call(call)
            self._unexpected.append(error)
        raise error

    def _unexpected_call(self, call: StubCall) -> UnexpectedCallError:
        stubbed = [stub.describe() for stub in self._stubs]
        is_known = call.operation in all_operations()
        method, result = ("on", "…") if is_known else ("on_own", "{…}")
        lines = [
            f"Unexpected call: {shown_call(call.operation, call.variables)}",
            f"Stubbed: {', '.join(stubbed) or 'nothing'}",
            f'To stub it, add authing_stub.{method}("{call.operation}").returns({result})',
        ]
        return UnexpectedCallError("\n".join(lines))


def _plain(value: object) -> object:
    """Return the fields of an input that were set, with the names of the API."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    return value


def _key_response() -> StubResponse:
    """Return the response with the public key that encrypts passwords."""
    key = WellKnown(public_key=DEFAULT_PUBLIC_KEY)
    return StubResponse(
        b'{"code":200,"message":"OK","data":%b}' % key.model_dump_json(by_alias=True).encode()
    )


class _Entrance:
    """Creates the HTTP clients for the URL of the stub.

    They get the responses of the stub of the running test: clients may live longer than a test.
    """

    def default_client(self) -> StubHTTPClient:
        return StubHTTPClient(_respond)

    def async_default_client(self) -> AsyncStubHTTPClient:
        return AsyncStubHTTPClient(_respond)


_active: list[AuthingStub] = []
in_process.SERVERS[STUB] = _Entrance()


def _respond(request: StubRequest) -> StubResponse | StubFailure:
    if not _active:
        message = "The test does not use the fixture authing_stub"
        return StubFailure(message, maybe_sent=False, is_timeout=False)
    return _active[-1].respond(request)
