# Derived from authing_users/_async/transport.py: change that, and run `make generate`.

"""Sends calls, with a valid management token, and reads the answers."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .._answers import Answer, graphql_result, refuses_token, token_error
from .._config import CallSettings, Config
from .._log import log_attempt, log_wait, logs_attempts, switch_on
from .._operations import Call, graphql_call
from .._origin import NoTimeLeftError, Patience, by_deadline, no_connection
from .._retries import wait_before_retry
from .._secret import Secret, scrub
from .._threads.flights import leader, outcome_of
from .._threads.network import Network
from .._timing import TIMING, is_abandoned
from .._tokens import REFRESH_PART, Lead, Token, TokenCache, Wait, received_token
from .._tracing import CallSpan, tracing
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
        self._settings = config.call
        self._patience = Patience(config.call.timeout, None)
        self._network = Network(config)
        self._tokens = TokenCache()
        self._tracing = tracing(config.host)
        switch_on()

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """Return a transport that makes calls in another way, over the same network.

        Raises:
            ConfigurationError: An option is unknown or makes no sense.
        """
        return self._with(self._settings.changed(options))

    def _with(self, settings: CallSettings) -> Self:
        other = copy(self)
        other._settings = settings
        other._patience = Patience(settings.timeout, None, is_explicit=settings.has_own_timeout)
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
        call = graphql_call(document, operation_name, variables)
        return self.run(call, lambda answer: graphql_result(result_type, answer))

    def run(self, call: Call, read: Callable[[Answer], ResultT]) -> ResultT:
        """Send a call until it has an outcome, and return what its answer says.

        A call that is refused for its token was not acted on: it is repeated once, with a new
        token. Other failures are handled as ``_retries`` says.

        Args:
            call: The call.
            read: Returns the result of an answer, or raises the error that it stands for.
        """
        used: list[Secret] = [self.config.secret]
        if call.bearer is not None:
            used.append(call.bearer)
        try:
            return self.run_unreported(call, read, used)
        except AuthingError as error:
            failure = error
        scrub(failure, used)
        if isinstance(failure, APIError) and self.config.on_error is not None:
            self.config.on_error(failure.code, failure.message)
        # As if it began here: the frames below hold the answer, which may repeat a secret too.
        raise failure.with_traceback(None)

    def run_unreported(
        self, call: Call, read: Callable[[Answer], ResultT], used: list[Secret]
    ) -> ResultT:
        """Do as ``run`` does for a part of another call, which reports its error.

        Args:
            call: The call.
            read: Returns the result of an answer, or raises the error that it stands for.
            used: Takes the tokens that the call was sent with.
        """
        if self._tracing is None:
            return self._run(call, read, used, None)
        with self._tracing.span(call) as span:
            return self._run(call, read, used, span)

    def _run(
        self,
        call: Call,
        read: Callable[[Answer], ResultT],
        used: list[Secret],
        span: CallSpan | None,
    ) -> ResultT:
        patience, settings = self._patience, self._settings
        if settings.deadline is not None:
            deadline = TIMING.monotonic() + settings.deadline
            patience = Patience(patience.timeout, deadline, patience.is_explicit)
        attempt = sent = 0
        refused = False
        while True:
            # Outside of what is tried again here: fetching a token is a call of its own.
            token = self._token(call, patience) if call.authorized else None
            if token is not None:
                used.append(token.value)
            sent += 1
            try:
                return read(self._send(call, token, patience, sent, span))
            except AuthingError as error:
                failure = error
            if token is not None and not refused and refuses_token(failure):
                refused = True
                self._tokens.discard(token)
                continue
            wait = wait_before_retry(
                failure,
                attempt,
                settings=settings,
                changes=call.changes,
                time_left=patience.left(TIMING.monotonic()),
                random=TIMING.random,
            )
            if wait is None:
                raise failure
            if logs_attempts():
                log_wait(call.operation, sent, wait)
            if span is not None:
                span.wait(sent, wait)
            TIMING.sleep(wait)
            if is_abandoned():
                raise failure
            attempt += 1

    def close(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        self._network.close()

    def _send(
        self, call: Call, token: Token | None, patience: Patience, sent: int, span: CallSpan | None
    ) -> Answer:
        logs = logs_attempts()
        started = TIMING.monotonic() if logs else 0.0
        bearer = call.bearer if token is None else token.value
        outcome = self._network.send(call, bearer, patience)
        if isinstance(outcome, TransportError):
            outcome = by_deadline(outcome, patience, TIMING.monotonic())
        if logs:
            log_attempt(call.operation, sent, TIMING.monotonic() - started, outcome)
        if span is not None:
            span.attempt(sent, outcome)
        if isinstance(outcome, TransportError):
            # Raised out here, so that no frame that holds the request hangs on it.
            raise outcome
        return outcome

    def _token(self, call: Call, patience: Patience) -> Token:
        while True:
            claim = self._tokens.claim(TIMING.monotonic(), leader())
            if isinstance(claim, Token):
                return claim
            if isinstance(claim, Lead):
                return self._lead(claim, patience)
            token = self._follow(claim, call, patience)
            if token is not None:
                return token

    def _follow(self, wait: Wait, call: Call, patience: Patience) -> Token | None:
        try:
            return outcome_of(wait.flight, patience)
        except NoTimeLeftError as error:
            late = no_connection(error, call.operation)
        except AuthingError as error:
            # Everyone who waits gets an error of their own: raising one changes its traceback.
            raise copy(error) from None
        raise by_deadline(late, patience, TIMING.monotonic())

    def _lead(self, lead: Lead, patience: Patience) -> Token:
        flight = lead.flight
        try:
            token = self._fetch_token(patience, flight.fallback)
        except Exception as error:
            if flight.fallback is None and self._was_impatient(error):
                # Those who wait may have more patience.
                self._tokens.abandon(flight, TIMING.monotonic())
                raise
            fallback = self._tokens.fail(flight, error, TIMING.monotonic())
            if fallback is None:
                raise
            return fallback
        except BaseException:
            self._tokens.abandon(flight, TIMING.monotonic())
            raise
        self._tokens.land(flight, token)
        return token

    def _was_impatient(self, error: Exception) -> bool:
        """Whether other callers might get a token where this one, with its settings, did not."""
        has_own_settings = self._settings != self.config.call
        return isinstance(error, DeadlineExceededError) or (
            has_own_settings and not isinstance(error, AuthenticationError)
        )

    def _fetch_token(self, patience: Patience, fallback: Token | None) -> Token:
        asked_at = TIMING.monotonic()
        settings = self._settings
        if (left := patience.left(asked_at)) is not None:
            # Where an ageing token will do, the better part of the time is for the call itself.
            left = left if fallback is None else left * REFRESH_PART
            # At least a moment, so that it is a deadline that has come and not one that is wrong.
            settings = replace(settings, deadline=max(left, 1e-6))
        transport = self._with(settings)
        from authing_graphql import Client

        client = Client(_TokenlessExecutor(transport))
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
            call, lambda answer: graphql_result(result_type, answer), []
        )
