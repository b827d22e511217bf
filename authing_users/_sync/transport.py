# Derived from authing_users/_async/transport.py: change that, and run `make generate`.

"""Sends calls, with a valid management token, and reads the answers."""

import time
from collections.abc import Callable, Mapping
from copy import copy
from typing import TypeVar, cast

from pydantic import BaseModel

from authing_graphql import Client

from .._answers import Answer, graphql_result, refuses_token, token_error
from .._config import Config
from .._http import (
    Clients,
    HTTPClient,
    check_sync_client,
    sync_leader,
    sync_outcome,
    transport_error,
)
from .._operations import Call, graphql_call
from .._secret import Secret, scrub
from .._tokens import Lead, Token, TokenCache, Wait, received_token
from ..errors import APIError, AuthingError, ConfigurationError

ResultT = TypeVar("ResultT")
ModelT = TypeVar("ModelT", bound=BaseModel)


class Transport:
    """What stands between the clients and the network: one HTTP client, one token cache.

    It is the executor of the generated client.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        if config.http_client is not None:
            check_sync_client(config.http_client)
        self._given = cast("HTTPClient | None", config.http_client)
        self._own = Clients(config)
        self._closed = False
        self._tokens = TokenCache()

    def execute(
        self,
        result_type: type[ModelT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ModelT:
        """Run a GraphQL operation and return its data."""
        call = graphql_call(document, operation_name, variables)
        return self.run(call, lambda answer: graphql_result(result_type, answer))

    def run(self, call: Call, read: Callable[[Answer], ResultT]) -> ResultT:
        """Send a call until it has an outcome, and return what its answer says.

        A call that is refused for its token was not acted on: it is repeated once, with a new
        token.

        Args:
            call: The call.
            read: Returns the result of an answer, or raises the error that it stands for.
        """
        used: list[Secret] = [self.config.secret]
        try:
            return self._run(call, read, used)
        except AuthingError as error:
            failure = error
        scrub(failure, used)
        if isinstance(failure, APIError) and self.config.on_error is not None:
            self.config.on_error(failure.code, failure.message)
        # As if it began here: the frames below hold the answer, which may repeat a secret too.
        raise failure.with_traceback(None)

    def run_unreported(self, call: Call, read: Callable[[Answer], ResultT]) -> ResultT:
        """Do as ``run`` does for a part of another call, which reports its error."""
        return self._run(call, read, [])

    def _run(self, call: Call, read: Callable[[Answer], ResultT], used: list[Secret]) -> ResultT:
        refused = False
        while True:
            token = self._token() if call.authorized else None
            if token is not None:
                used.append(token.value)
            try:
                return read(self._send(call, token))
            except AuthingError as error:
                failure = error
            if token is None or refused or not refuses_token(failure):
                raise failure
            refused = True
            self._tokens.discard(token)

    def close(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._closed = True
        self._own.close()

    def _send(self, call: Call, token: Token | None) -> Answer:
        http = self._client()
        try:
            response = http.request(
                call.method,
                f"{self.config.host}{call.path}",
                content=call.body,
                headers=self._headers(token),
                follow_redirects=False,
            )
        except Exception as error:
            failure = transport_error(error, call.operation)
        else:
            return Answer(call.operation, response.status_code, response.headers, response.content)
        # Raised out here, so that no frame of the HTTP client, with its headers, hangs on it.
        raise failure

    def _client(self) -> HTTPClient:
        if self._closed:
            raise ConfigurationError("The client is closed")
        return self._given or self._own.get()

    def _headers(self, token: Token | None) -> Mapping[str, str]:
        if token is None:
            return self.config.headers
        return {**self.config.headers, "authorization": f"Bearer {token.value.reveal()}"}

    def _token(self) -> Token:
        while True:
            claim = self._tokens.claim(time.monotonic(), sync_leader())
            if isinstance(claim, Token):
                return claim
            if isinstance(claim, Lead):
                return self._lead(claim)
            token = self._follow(claim)
            if token is not None:
                return token

    def _follow(self, wait: Wait) -> Token | None:
        try:
            return sync_outcome(wait.flight)
        except AuthingError as error:
            # Everyone who waits gets an error of their own: raising one changes its traceback.
            raise copy(error) from None

    def _lead(self, lead: Lead) -> Token:
        try:
            token = self._fetch_token()
        except Exception as error:
            fallback = self._tokens.fail(lead.flight, error, time.monotonic())
            if fallback is None:
                raise
            return fallback
        except BaseException:
            self._tokens.abandon(lead.flight)
            raise
        self._tokens.land(lead.flight, token)
        return token

    def _fetch_token(self) -> Token:
        asked_at = time.monotonic()
        client = Client(_TokenlessExecutor(self))
        try:
            answer = client.get_access_token(self.config.user_pool_id, self.config.secret)
        except APIError as error:
            failure = token_error(error)
        else:
            value = Secret(answer.access_token) if answer.access_token else None
            return received_token(value, answer.iat, answer.exp, asked_at)
        raise failure


class _TokenlessExecutor:
    """Runs the operation that gets a token, and so cannot carry one."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def execute(
        self,
        result_type: type[ModelT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ModelT:
        """Run a GraphQL operation without a token and return its data."""
        call = graphql_call(document, operation_name, variables, authorized=False)
        return self._transport.run_unreported(
            call, lambda answer: graphql_result(result_type, answer)
        )
