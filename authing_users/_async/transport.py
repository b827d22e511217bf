"""Makes calls: each with a management token, retries, a deadline, logging and tracing."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from .._concurrency.tasks import check_event_loop, owner_is_alive, wait_for_refresh
from .._config import Config
from .._http.failures import as_deadline_error, deadline_error, without_frames
from .._policy.key_cache import KeyCaches
from .._policy.limits import Turn
from .._policy.retry import retry_delay
from .._policy.server_schema import RejectedDocument, ServerSchema, read_graphql
from .._policy.timeouts import DeadlineReached, RequestTimeout
from .._policy.tokens import (
    REFRESH_FRACTION,
    RefreshNeeded,
    Token,
    TokenCache,
    TokenRefresh,
    longest_refresh,
    received_token,
)
from .._protocol.request import Request
from .._protocol.response import Response, given_token_error, is_token_rejected, token_error
from .._runtime.clock import CLOCK, is_cancelled
from .._runtime.foreign import describe
from .._runtime.hosts import ServiceHost
from .._runtime.secret import SECRET_WATCH, Scrubber, SealedSecret, Secret
from .._telemetry.logging import configure_from_env, is_enabled, log_attempt, log_wait
from .._telemetry.tracing import CallSpan, tracing
from ..errors import APIError, AuthingError, DeadlineExceededError, TransportTimeoutError
from ..options import RequestOptions
from .sender import UNLIMITED, AsyncSender

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .._policy.selection import Selection

ResultT = TypeVar("ResultT")
ModelT = TypeVar("ModelT", bound="BaseModel")


class AsyncTransport:
    """Executes the operations of the generated client, and REST calls.

    All clients that are derived from one share its sender, its token cache and what is known of
    the server's schema.

    Attributes:
        config: The configuration.
        selection: What operations request, and the models of their results. ``None`` if no option
            changes it.
        schema: What is known of the server's schema.
        keys: The keys that verify users' tokens.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.selection: Selection | None = None
        if config.has_own_fields:
            from .._inputs.user_model import selection_of

            self.selection = selection_of(config)
        self._options = config.request_options
        self._timeout = RequestTimeout(config.request_options.timeout, None)
        self._sender = AsyncSender(config)
        given = config.access_token
        self._tokens = TokenCache(None if given is None else Secret(given.reveal()))
        self.schema = ServerSchema(is_strict=config.strict_schema)
        self.keys = KeyCaches()
        self._others: dict[str, AsyncTransport] = {}
        self._tracing = tracing(config.host)
        configure_from_env()

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """Return a transport with other request options that shares sender and token cache.

        Raises:
            ConfigurationError: An option is unknown or invalid.
        """
        return self._with(self._options.replace(options))

    @property
    def options(self) -> RequestOptions:
        """How requests are made."""
        return self._options

    def at(self, host: ServiceHost) -> "AsyncTransport":
        """Return a transport with the same options for a host that needs no management token.

        It is closed with this one.

        Raises:
            ConfigurationError: The client is closed.
        """
        self._sender.check_open()
        if host.url == self.config.host:
            return self
        config = replace(
            self.config,
            host=host.url,
            host_setting=host.setting,
            is_local=host.is_local,
            user_model=None,
            create_input=None,
            update_input=None,
            omit_fields=None,
        )
        other = self._others.get(host.url)
        if other is None:  # of several threads, the first one wins; senders connect on first use
            other = self._others.setdefault(host.url, AsyncTransport(config))
        return other._with(self._options)

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
        request = self.schema.request(document, operation_name, variables)
        return await self.run(request, lambda response: read_graphql(result_type, response))

    async def run(self, request: Request, read: Callable[[Response], ResultT]) -> ResultT:
        """Make a call and return its result.

        If the server rejects the token, it has not acted: the request is sent once more with a
        new token, unless the program has passed the token. If it rejects a document because its
        schema lacks a part, the request is sent again without that part. Other failures are
        retried as ``_policy.retry`` decides.

        Args:
            request: What to send.
            read: Returns the result of a response, or raises the error that it stands for.
        """
        check_event_loop()
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
        sealed = self.config.secret
        pool_secret = [] if sealed is None else [Secret(sealed.reveal())]
        return [*pool_secret, *self._tokens.received(), *request.secrets()]

    def _log(
        self,
        request: Request,
        attempt: int,
        seconds: float,
        outcome: Response | AuthingError,
        failure: AuthingError | None,
    ) -> None:
        if is_enabled():
            secrets = self._secrets(request)
            log_attempt(request.operation, attempt, seconds, outcome, failure, secrets)

    async def run_unreported(
        self,
        request: Request,
        read: Callable[[Response], ResultT],
        turn: Turn | None = None,
    ) -> ResultT:
        """Make a call that is part of another one, which reports its error.

        Args:
            request: What to send.
            read: Returns the result of a response, or raises the error that it stands for.
            turn: The turn of the other call, if this one is made within it.
        """
        if self._tracing is None or not self._tracing.is_active():
            return await self._run(request, read, turn, None)
        with self._tracing.span(request, lambda: self._secrets(request)) as span:
            return await self._run(request, read, turn, span)

    async def _run(
        self,
        request: Request,
        read: Callable[[Response], ResultT],
        turn: Turn | None,
        span: CallSpan | None,
    ) -> ResultT:
        timeout, options = self._timeout, self._options
        if options.deadline is not None:
            deadline = CLOCK.monotonic() + options.deadline
            timeout = RequestTimeout(timeout.timeout, deadline, timeout.is_per_request)
        only_if_safe = request.is_mutation and not options.retry_mutations
        retries = sent = 0
        was_rejected = False
        while True:
            sent += 1
            outcome, token, seconds = await self._attempt(request, timeout, turn, sent, span)
            if isinstance(outcome, Response):
                try:
                    result = read(outcome)
                except AuthingError as error:
                    failure = error
                else:
                    self._log(request, sent, seconds, outcome, None)
                    return result
            else:
                failure = outcome
            self._log(request, sent, seconds, outcome, failure)
            if isinstance(failure, RejectedDocument):
                adapted = self.schema.adapt(request, failure)
                if adapted is not None:
                    request = adapted
                    continue
                failure = failure.error
            if token is not None and self._tokens.is_given:
                if isinstance(failure, APIError) and is_token_rejected(failure, certainly=False):
                    raise given_token_error(failure)
            elif (
                token is not None
                and not was_rejected
                and is_token_rejected(failure, certainly=only_if_safe)
            ):
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
            if turn is not None and turn.on_delay is not None:
                turn.on_delay(delay)
            await CLOCK.async_sleep(delay)
            if is_cancelled():
                raise failure
            retries += 1

    async def aclose(self) -> None:
        """Close the connections. The caller's ``http_client`` stays open."""
        await self._sender.aclose()
        for other in list(self._others.values()):
            await other.aclose()

    async def _attempt(
        self,
        request: Request,
        timeout: RequestTimeout,
        turn: Turn | None,
        attempt: int,
        span: CallSpan | None,
    ) -> tuple[Response | AuthingError, Token | None, float]:
        """Send a request once. Return its outcome, its token and its duration in seconds.

        Raises:
            AuthingError: The request was not sent. An error of the token request is not retried
                with this call: it is a call of its own.
        """
        own_turn = turn is None and self._sender.has_limits
        if turn is None:
            turn = await self._sender.begin(request.operation, timeout) if own_turn else UNLIMITED
        try:
            token = None
            if request.authorized:
                # Only now: it could expire while the call waits for its turn.
                token = self._tokens.fresh(CLOCK.monotonic())
                if token is None:
                    if turn is UNLIMITED:
                        turn = Turn(UNLIMITED.is_alive)  # a refresh keeps its state there
                    token = await self._token_in_turn(request, timeout, turn)
            started = CLOCK.monotonic()
            bearer = request.bearer if token is None else token.value
            if SECRET_WATCH.watchers:
                SECRET_WATCH.report(self._secrets(request))
            outcome = await self._sender.send(request, bearer, timeout, turn)
        finally:
            if own_turn:
                self._sender.end(turn)
        ended = CLOCK.monotonic()
        if not isinstance(outcome, Response):
            outcome = as_deadline_error(outcome, timeout, ended)
        if span is not None:
            span.attempt(attempt, outcome)
        return outcome, token, ended - started

    async def _token_in_turn(self, request: Request, timeout: RequestTimeout, turn: Turn) -> Token:
        token = await self._token(request, timeout, turn)
        while await self._sender.resume(turn, request.operation, timeout):
            token = await self._token(request, timeout, turn)
        return token

    async def _token(self, request: Request, timeout: RequestTimeout, turn: Turn) -> Token:
        # Bounded like a token request of this caller, whatever becomes of the others.
        latest = CLOCK.monotonic() + longest_refresh(self._options)
        while True:
            now = CLOCK.monotonic()
            acquired = self._tokens.acquire(now, owner_is_alive(), self._options)
            if isinstance(acquired, Token):
                return acquired
            if isinstance(acquired, RefreshNeeded):
                token = await self._refresh_token(acquired.refresh, timeout, turn)
            else:
                # The request for the token may need the place of this call.
                self._sender.leave_line(turn)
                token = await self._await_refresh(acquired.refresh, request, timeout, latest)
            if token is not None:
                return token

    async def _await_refresh(
        self, refresh: TokenRefresh, request: Request, timeout: RequestTimeout, latest: float
    ) -> Token | None:
        """Wait for the token of another caller; return ``None`` if this one has to request it."""
        has_deadline = timeout.deadline is not None and timeout.deadline <= latest
        try:
            return await wait_for_refresh(
                refresh, timeout if has_deadline else RequestTimeout(timeout.timeout, latest)
            )
        except DeadlineReached:
            is_late = has_deadline
            failure: AuthingError | None = None
        except AuthingError as error:
            now = CLOCK.monotonic()
            if refresh.leaves_chance(error, self._options, timeout.remaining(now), now):
                return None
            is_late = False
            # A copy for each waiter: raising an error changes its traceback. The deadline of the
            # other caller is not that of this one.
            failure = None if isinstance(error, DeadlineExceededError) else copy(error)
        if is_late:
            raise deadline_error(request.operation, maybe_sent=False)
        raise failure or TransportTimeoutError(
            "The token that another call requested did not arrive in time",
            operation=request.operation,
            maybe_sent=False,
        )

    async def _refresh_token(
        self, refresh: TokenRefresh, timeout: RequestTimeout, turn: Turn
    ) -> Token | None:
        """Request a token; return ``None`` to retry with all of the time that is left."""
        turn.on_delay = refresh.extend
        try:
            token = await self._fetch_token(timeout, refresh.fallback, turn)
        except AuthingError as error:
            now = CLOCK.monotonic()
            if is_cancelled():  # on behalf of this call only
                self._tokens.release(refresh, now)
                raise
            fallback = self._tokens.fail(refresh, error, now)
            left = timeout.remaining(now)
            had_part_of_time = refresh.fallback is not None and left is not None and left > 0
            if fallback is None and not (
                had_part_of_time and isinstance(error, DeadlineExceededError)
            ):
                raise
            return fallback
        except BaseException:
            self._tokens.release(refresh, CLOCK.monotonic())
            raise
        finally:
            turn.on_delay = None
        self._tokens.complete(refresh, token)
        return token

    async def _fetch_token(
        self, timeout: RequestTimeout, fallback: Token | None, turn: Turn
    ) -> Token:
        requested_at = CLOCK.monotonic()
        options = self._options
        if (left := timeout.remaining(requested_at)) is not None:
            # If the current token is still usable, most of the time is kept for the call itself.
            left = left if fallback is None else left * REFRESH_FRACTION
            # Positive, so that an exceeded deadline is not reported as an invalid option.
            options = replace(options, deadline=max(left, 1e-6))
        transport = self._with(options)
        from authing_graphql import AsyncClient

        from .executors import AsyncTokenlessExecutor

        client = AsyncClient(AsyncTokenlessExecutor(transport, turn))
        # A client without a secret has a given token, which is never fetched.
        secret = cast("SealedSecret", self.config.secret)
        try:
            response = await client.get_access_token(
                self.config.user_pool_id, Secret(secret.reveal())
            )
        except APIError as error:
            failure = token_error(error)
        else:
            value = Secret(response.access_token) if response.access_token else None
            return received_token(value, response.iat, response.exp, requested_at)
        raise failure
