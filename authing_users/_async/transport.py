"""Makes calls: each with a management token, retries, a deadline, logging and tracing."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .._concurrency.tasks import owner_is_alive, wait_for_refresh
from .._config import Config
from .._http.failures import as_deadline_error, deadline_error, without_frames
from .._policy.retry import retry_delay
from .._policy.timeouts import DeadlineReached, RequestTimeout
from .._policy.tokens import (
    REFRESH_FRACTION,
    RefreshNeeded,
    RefreshPending,
    Token,
    TokenCache,
    received_token,
)
from .._protocol.request import Request, graphql_request
from .._protocol.response import Response, graphql_result, is_token_rejected, token_error
from .._runtime.clock import CLOCK, is_cancelled
from .._runtime.foreign import describe
from .._runtime.secret import Scrubber, Secret
from .._telemetry.logging import configure_from_env, is_enabled, log_attempt, log_wait
from .._telemetry.tracing import CallSpan, tracing
from ..errors import APIError, AuthenticationError, AuthingError, DeadlineExceededError
from ..options import RequestOptions
from .sender import AsyncSender

if TYPE_CHECKING:
    from pydantic import BaseModel

ResultT = TypeVar("ResultT")
ModelT = TypeVar("ModelT", bound="BaseModel")


class AsyncTransport:
    """Executes the operations of the generated client, and REST calls.

    All clients that are derived from one share its sender and its token cache.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._options = config.request_options
        self._timeout = RequestTimeout(config.request_options.timeout, None)
        self._sender = AsyncSender(config)
        self._tokens = TokenCache()
        self._tracing = tracing(config.host)
        configure_from_env()

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """Return a transport with other request options that shares sender and token cache.

        Raises:
            ConfigurationError: An option is unknown or invalid.
        """
        return self._with(self._options.replace(options))

    def _with(self, options: RequestOptions) -> Self:
        other = copy(self)
        other._options = options
        other._timeout = RequestTimeout(
            options.timeout, None, is_per_request=options.timeout_is_per_request
        )
        return other

    async def execute(
        self,
        result_type: type[ModelT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ModelT:
        """Execute a GraphQL operation and return its data."""
        request = graphql_request(document, operation_name, variables)
        return await self.run(request, lambda response: graphql_result(result_type, response))

    async def run(self, request: Request, read: Callable[[Response], ResultT]) -> ResultT:
        """Make a call and return its result.

        If the server rejects the token, it has not acted: the request is sent once more with a
        new token. Other failures are retried as ``_policy.retry`` decides.

        Args:
            request: What to send.
            read: Returns the result of a response, or raises the error that it stands for.
        """
        try:
            return await self.run_unreported(request, read)
        except AuthingError as error:
            failure = error
        # Without the errors and frames below, which hold the response: it may repeat a secret.
        without_frames(failure).__suppress_context__ = False
        scrubber = Scrubber(self._secrets(request))
        scrubber.value(failure)
        if isinstance(failure, APIError) and self.config.on_error is not None:
            try:
                self.config.on_error(failure.code, failure.message)
            except Exception as error:
                failure.add_note(scrubber.text(f"on_error raised {describe(error)}"))
        raise failure

    def _secrets(self, request: Request) -> list[Secret]:
        """Return the secrets that an error or a log record about a request must not show."""
        pool_secret = Secret(self.config.secret.reveal())
        return [pool_secret, *self._tokens.received(), *request.secrets()]

    async def run_unreported(
        self, request: Request, read: Callable[[Response], ResultT]
    ) -> ResultT:
        """Make a call that is part of another one, which reports its error.

        Args:
            request: What to send.
            read: Returns the result of a response, or raises the error that it stands for.
        """
        if self._tracing is None or not self._tracing.is_active():
            return await self._run(request, read, None)
        with self._tracing.span(request, lambda: self._secrets(request)) as span:
            return await self._run(request, read, span)

    async def _run(
        self,
        request: Request,
        read: Callable[[Response], ResultT],
        span: CallSpan | None,
    ) -> ResultT:
        timeout, options = self._timeout, self._options
        if options.deadline is not None:
            deadline = CLOCK.monotonic() + options.deadline
            timeout = RequestTimeout(timeout.timeout, deadline, timeout.is_per_request)
        retries = sent = 0
        was_rejected = False
        while True:
            # Errors of the token request are not retried here: it is a call of its own.
            token = None
            if request.authorized:
                token = self._tokens.fresh(CLOCK.monotonic())
                if token is None:
                    token = await self._token(request, timeout)
            sent += 1
            try:
                return read(await self._send(request, token, timeout, sent, span))
            except AuthingError as error:
                failure = error
            if token is not None and not was_rejected and is_token_rejected(failure):
                was_rejected = True
                self._tokens.discard(token)
                continue
            delay = retry_delay(
                failure,
                retries,
                options=options,
                is_mutation=request.is_mutation,
                time_left=timeout.remaining(CLOCK.monotonic()),
                random=CLOCK.random,
            )
            if delay is None:
                raise failure
            if is_enabled():
                log_wait(request.operation, sent, delay)
            if span is not None:
                span.wait(sent, delay)
            await CLOCK.async_sleep(delay)
            if is_cancelled():
                raise failure
            retries += 1

    async def aclose(self) -> None:
        """Close the connections. The caller's ``http_client`` stays open."""
        await self._sender.aclose()

    async def _send(
        self,
        request: Request,
        token: Token | None,
        timeout: RequestTimeout,
        attempt: int,
        span: CallSpan | None,
    ) -> Response:
        logs = is_enabled()
        started = CLOCK.monotonic() if logs else 0.0
        bearer = request.bearer if token is None else token.value
        outcome = await self._sender.send(request, bearer, timeout)
        if not isinstance(outcome, Response):
            outcome = as_deadline_error(outcome, timeout, CLOCK.monotonic())
        if logs:
            seconds = CLOCK.monotonic() - started
            log_attempt(request.operation, attempt, seconds, outcome, self._secrets(request))
        if span is not None:
            span.attempt(attempt, outcome)
        if isinstance(outcome, Response):
            return outcome
        # Raised here, so that its traceback holds no frame of the sender.
        raise outcome

    async def _token(self, request: Request, timeout: RequestTimeout) -> Token:
        while True:
            acquired = self._tokens.acquire(CLOCK.monotonic(), owner_is_alive())
            if isinstance(acquired, Token):
                return acquired
            if isinstance(acquired, RefreshNeeded):
                return await self._refresh_token(acquired, timeout)
            token = await self._await_refresh(acquired, request, timeout)
            if token is not None:
                return token

    async def _await_refresh(
        self, pending: RefreshPending, request: Request, timeout: RequestTimeout
    ) -> Token | None:
        try:
            return await wait_for_refresh(pending.refresh, timeout)
        except DeadlineReached:
            failure: AuthingError = deadline_error(request.operation, maybe_sent=False)
        except AuthingError as error:
            # A copy for each waiter: raising an error changes its traceback.
            failure = copy(error)
        raise failure

    async def _refresh_token(self, needed: RefreshNeeded, timeout: RequestTimeout) -> Token:
        refresh = needed.refresh
        try:
            token = await self._fetch_token(timeout, refresh.fallback)
        except Exception as error:
            if refresh.fallback is None and self._failed_on_own_limits(error):
                # Waiting callers may allow more time.
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
        """Whether a caller with other options might get a token where this one did not."""
        has_own_options = self._options != self.config.request_options
        return isinstance(error, DeadlineExceededError) or (
            has_own_options and not isinstance(error, AuthenticationError)
        )

    async def _fetch_token(self, timeout: RequestTimeout, fallback: Token | None) -> Token:
        requested_at = CLOCK.monotonic()
        options = self._options
        if (left := timeout.remaining(requested_at)) is not None:
            # If the current token is still usable, most of the time is kept for the call itself.
            left = left if fallback is None else left * REFRESH_FRACTION
            # Positive, so that an exceeded deadline is not reported as an invalid option.
            options = replace(options, deadline=max(left, 1e-6))
        transport = self._with(options)
        from authing_graphql import AsyncClient

        client = AsyncClient(_AsyncTokenlessExecutor(transport))
        try:
            response = await client.get_access_token(
                self.config.user_pool_id, Secret(self.config.secret.reveal())
            )
        except APIError as error:
            failure = token_error(error)
        else:
            value = Secret(response.access_token) if response.access_token else None
            return received_token(value, response.iat, response.exp, requested_at)
        raise failure


class _AsyncTokenlessExecutor:
    """Executes the operation that fetches a token, without a token."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def execute(
        self,
        result_type: type[ModelT],
        document: str,
        operation_name: str,
        variables: Mapping[str, object],
        /,
    ) -> ModelT:
        """Execute a GraphQL operation without a token and return its data."""
        request = graphql_request(document, operation_name, variables, authorized=False)
        return await self._transport.run_unreported(
            request, lambda response: graphql_result(result_type, response)
        )
