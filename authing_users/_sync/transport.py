# Derived from authing_users/_async/transport.py: change that, and run `make generate`.

"""Sends calls, with a valid management token, and reads the answers."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .._config import Config, RequestOptions
from .._origin import DeadlineReached, RequestTimeout, as_deadline_error, connect_error
from .._policy.retry import retry_delay
from .._policy.tokens import (
    REFRESH_PART,
    RefreshNeeded,
    RefreshPending,
    Token,
    TokenCache,
    received_token,
)
from .._protocol.request import Request, graphql_request
from .._protocol.response import Response, graphql_result, is_token_rejected, token_error
from .._runtime.clock import CLOCK, is_cancelled
from .._runtime.secret import Secret, scrub
from .._telemetry.logging import configure_from_env, is_enabled, log_attempt, log_wait
from .._telemetry.tracing import CallSpan, tracing
from .._threads.flights import owner_is_alive, wait_for_refresh
from .._threads.network import Network
from ..errors import (
    APIError,
    AuthenticationError,
    AuthingError,
    DeadlineExceededError,
    TransportError,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

ResultT = TypeVar("ResultT")
ModelT = TypeVar("ModelT", bound="BaseModel")


class Transport:
    """What stands between the clients and the network: one way to it, and one token cache.

    It is the executor of the generated client.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._settings = config.request_options
        self._patience = RequestTimeout(config.request_options.timeout, None)
        self._network = Network(config)
        self._tokens = TokenCache()
        self._tracing = tracing(config.host)
        configure_from_env()

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """Return a transport that makes calls in another way, over the same network.

        Raises:
            ConfigurationError: An option is unknown or makes no sense.
        """
        return self._with(self._settings.replace(options))

    def _with(self, settings: RequestOptions) -> Self:
        other = copy(self)
        other._settings = settings
        other._patience = RequestTimeout(
            settings.timeout, None, is_per_request=settings.timeout_is_per_request
        )
        return other

    def execute(
        self,
        result_type: type[ModelT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ModelT:
        """Run a GraphQL operation and return its data."""
        request = graphql_request(document, operation_name, variables)
        return self.run(request, lambda response: graphql_result(result_type, response))

    def run(self, request: Request, read: Callable[[Response], ResultT]) -> ResultT:
        """Send a call until it has an outcome, and return what its answer says.

        A call that is refused for its token was not acted on: it is repeated once, with a new
        token. Other failures are handled as ``_retries`` says.

        Args:
            call: The call.
            read: Returns the result of an answer, or raises the error that it stands for.
        """
        used: list[Secret] = [self.config.secret]
        if request.bearer is not None:
            used.append(request.bearer)
        try:
            return self.run_unreported(request, read, used)
        except AuthingError as error:
            failure = error
        scrub(failure, used)
        if isinstance(failure, APIError) and self.config.on_error is not None:
            self.config.on_error(failure.code, failure.message)
        # As if it began here: the frames below hold the answer, which may repeat a secret too.
        raise failure.with_traceback(None)

    def run_unreported(
        self, request: Request, read: Callable[[Response], ResultT], used: list[Secret]
    ) -> ResultT:
        """Do as ``run`` does for a part of another call, which reports its error.

        Args:
            call: The call.
            read: Returns the result of an answer, or raises the error that it stands for.
            used: Takes the tokens that the call was sent with.
        """
        if self._tracing is None:
            return self._run(request, read, used, None)
        with self._tracing.span(request) as span:
            return self._run(request, read, used, span)

    def _run(
        self,
        request: Request,
        read: Callable[[Response], ResultT],
        used: list[Secret],
        span: CallSpan | None,
    ) -> ResultT:
        timeout, settings = self._patience, self._settings
        if settings.deadline is not None:
            deadline = CLOCK.monotonic() + settings.deadline
            timeout = RequestTimeout(timeout.timeout, deadline, timeout.is_per_request)
        attempt = sent = 0
        refused = False
        while True:
            # Outside of what is tried again here: fetching a token is a call of its own.
            token = self._token(request, timeout) if request.authorized else None
            if token is not None:
                used.append(token.value)
            sent += 1
            try:
                return read(self._send(request, token, timeout, sent, span))
            except AuthingError as error:
                failure = error
            if token is not None and not refused and is_token_rejected(failure):
                refused = True
                self._tokens.discard(token)
                continue
            wait = retry_delay(
                failure,
                attempt,
                settings=settings,
                is_mutation=request.is_mutation,
                time_left=timeout.remaining(CLOCK.monotonic()),
                random=CLOCK.random,
            )
            if wait is None:
                raise failure
            if is_enabled():
                log_wait(request.operation, sent, wait)
            if span is not None:
                span.wait(sent, wait)
            CLOCK.sleep(wait)
            if is_cancelled():
                raise failure
            attempt += 1

    def close(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._network.close()

    def _send(
        self,
        request: Request,
        token: Token | None,
        timeout: RequestTimeout,
        sent: int,
        span: CallSpan | None,
    ) -> Response:
        logs = is_enabled()
        started = CLOCK.monotonic() if logs else 0.0
        bearer = request.bearer if token is None else token.value
        outcome = self._network.send(request, bearer, timeout)
        if isinstance(outcome, TransportError):
            outcome = as_deadline_error(outcome, timeout, CLOCK.monotonic())
        if logs:
            log_attempt(request.operation, sent, CLOCK.monotonic() - started, outcome)
        if span is not None:
            span.attempt(sent, outcome)
        if isinstance(outcome, TransportError):
            # Raised out here, so that no frame that holds the request hangs on it.
            raise outcome
        return outcome

    def _token(self, request: Request, timeout: RequestTimeout) -> Token:
        while True:
            acquired = self._tokens.acquire(CLOCK.monotonic(), owner_is_alive())
            if isinstance(acquired, Token):
                return acquired
            if isinstance(acquired, RefreshNeeded):
                return self._refresh_token(acquired, timeout)
            token = self._await_refresh(acquired, request, timeout)
            if token is not None:
                return token

    def _await_refresh(
        self, wait: RefreshPending, request: Request, timeout: RequestTimeout
    ) -> Token | None:
        try:
            return wait_for_refresh(wait.refresh, timeout)
        except DeadlineReached as error:
            late = connect_error(error, request.operation)
        except AuthingError as error:
            # Everyone who waits gets an error of their own: raising one changes its traceback.
            raise copy(error) from None
        raise as_deadline_error(late, timeout, CLOCK.monotonic())

    def _refresh_token(self, lead: RefreshNeeded, timeout: RequestTimeout) -> Token:
        refresh = lead.refresh
        try:
            token = self._fetch_token(timeout, refresh.fallback)
        except Exception as error:
            if refresh.fallback is None and self._failed_on_own_limits(error):
                # Those who wait may have more patience.
                self._tokens.release(refresh, CLOCK.monotonic())
                raise
            fallback = self._tokens.fail(refresh, error, CLOCK.monotonic())
            if fallback is None:
                raise
            return fallback
        except BaseException:
            self._tokens.release(refresh, CLOCK.monotonic())
            raise
        self._tokens.complete(refresh, token)
        return token

    def _failed_on_own_limits(self, error: Exception) -> bool:
        """Whether other callers might get a token where this one, with its settings, did not."""
        has_own_settings = self._settings != self.config.request_options
        return isinstance(error, DeadlineExceededError) or (
            has_own_settings and not isinstance(error, AuthenticationError)
        )

    def _fetch_token(self, timeout: RequestTimeout, fallback: Token | None) -> Token:
        asked_at = CLOCK.monotonic()
        settings = self._settings
        if (left := timeout.remaining(asked_at)) is not None:
            # Where an ageing token will do, the better part of the time is for the call itself.
            left = left if fallback is None else left * REFRESH_PART
            # At least a moment, so that it is a deadline that has come and not one that is wrong.
            settings = replace(settings, deadline=max(left, 1e-6))
        transport = self._with(settings)
        from authing_graphql import Client

        client = Client(_TokenlessExecutor(transport))
        try:
            response = client.get_access_token(self.config.user_pool_id, self.config.secret)
        except APIError as error:
            failure = token_error(error)
        else:
            value = Secret(response.access_token) if response.access_token else None
            return received_token(value, response.iat, response.exp, asked_at)
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
        request = graphql_request(document, operation_name, variables, authorized=False)
        return self._transport.run_unreported(
            request, lambda response: graphql_result(result_type, response), []
        )
