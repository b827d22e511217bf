"""Parse requests and send responses, for all REST endpoints."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TypeAlias, cast

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..call_log import Call, LoggedCall
from ..core import Emulator
from ..errors import ApiError, ErrorCode
from ..faults import Disruption, drops_connection, failure_error
from ..json_body import BodyError, parse_json_object, read_body
from ..messages import Language
from ..operation_errors import check_declared
from ..operations import rest_names
from ..request_context import RequestContext
from .disruptions import disrupt, failure_response
from .responses import client_info, error_response, http_error_response, run_in_transaction

_TRUE = frozenset({"1", "true"})
_DIGITS = re.compile(r"[0-9]{1,15}")  # enough for a page number or a time in milliseconds


@dataclass(frozen=True, slots=True)
class RestRequest:
    """A parsed REST request.

    The methods raise ``ApiError`` when a value is missing or has the wrong type.
    """

    path: Mapping[str, str]
    query: QueryParams
    body: Mapping[str, object]

    @property
    def variables(self) -> dict[str, object]:
        """The path parameters, query parameters and fields of the body."""
        query: dict[str, object] = {}
        for name in self.query:
            values = self.query.getlist(name)
            query[name] = values[0] if len(values) == 1 else values
        return {**query, **self.path, **self.body}

    def string(self, name: str) -> str:
        """Return a non-empty string of the body."""
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise ApiError(ErrorCode.INVALID_PARAMETER, name)
        return value

    def optional_string(self, name: str) -> str | None:
        """Return a string of the body, or ``None`` when it is absent or null."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, str):
            raise ApiError(ErrorCode.INVALID_PARAMETER, name)
        return value

    def strings(self, name: str) -> list[str]:
        """Return a non-empty list of strings of the body."""
        value = self.body.get(name)
        strings = cast("list[object]", value) if isinstance(value, list) else []
        if not strings or not all(isinstance(string, str) for string in strings):
            raise ApiError(ErrorCode.INVALID_PARAMETER, name)
        return cast("list[str]", strings)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean of the body."""
        value = self.body.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ApiError(ErrorCode.INVALID_PARAMETER, name)
        return value

    def number(self, name: str) -> int | None:
        """Return an integer of the body, or ``None`` when it is absent or null."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, int | None):
            raise ApiError(ErrorCode.INVALID_PARAMETER, name)
        return value

    def parameter(self, name: str) -> str:
        """Return a non-empty query parameter."""
        value = self.query.get(name)
        if not value:
            raise ApiError(ErrorCode.INVALID_PARAMETER, name)
        return value

    def parameters(self, name: str) -> list[str]:
        """Return all non-empty values of a query parameter."""
        # Some clients mark a list with brackets.
        values = [*self.query.getlist(name), *self.query.getlist(f"{name}[]")]
        return [value for value in values if value]

    def query_flag(self, name: str) -> bool:
        """Return whether a query parameter is true."""
        return self.query.get(name, "").lower() in _TRUE

    def query_number(self, name: str) -> int | None:
        """Return an integer query parameter, or ``None`` when it is absent or empty."""
        value = self.query.get(name)
        if not value:
            return None
        if not _DIGITS.fullmatch(value):
            raise ApiError(ErrorCode.INVALID_PARAMETER, name)
        return int(value)


Handler: TypeAlias = Callable[[RequestContext, RestRequest], Response]
ErrorRenderer: TypeAlias = Callable[[ApiError, Language], Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A REST endpoint.

    Attributes:
        method: The HTTP method.
        path: The path, with placeholders.
        handler: Handles a request.
        summary: What the endpoint does, for the documentation.
        writes: The handler writes to the database.
        needs_token: Requests need a management token.
        render_error: Renders an API error.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    writes: bool = False
    needs_token: bool = True
    render_error: ErrorRenderer = error_response

    def route(self, emulator: Emulator) -> Route:
        """Return the route that serves the endpoint."""
        names = rest_names(self.method, self.path)

        @wraps(self.handler)  # so that the coverage page can name the handler
        async def serve(request: Request) -> Response:
            try:
                body = await read_body(request)
                fields = parse_json_object(body) if body.strip() else {}
            except BodyError as error:
                return http_error_response(error.status, str(error))
            rest_request = RestRequest(request.path_params, request.query_params, fields)
            disruption = emulator.faults.next(names, emulator.clock()) if emulator.faults else None
            response, api_error = await self._respond(emulator, request, rest_request, disruption)
            if emulator.call_log.is_enabled:
                call = Call(
                    kind="rest",
                    operation=f"{self.method} {self.path}",
                    operation_name=None,
                    method=self.method,
                    path=request.url.path,
                    variables=rest_request.variables,
                    status=None if drops_connection(disruption) else response.status_code,
                    code=None if api_error is None else int(api_error.code),
                    time=emulator.clock(),
                )
                emulator.call_log.add(LoggedCall(call, names, len(body)))
            return response if disruption is None else await disrupt(request, response, disruption)

        serve.__doc__ = self.summary
        return Route(self.path, serve, methods=[self.method])

    async def _respond(
        self,
        emulator: Emulator,
        request: Request,
        rest_request: RestRequest,
        disruption: Disruption | None,
    ) -> tuple[Response, ApiError | None]:
        """Return the response, and the API error that it contains."""
        errors: list[ApiError] = []

        def handle(context: RequestContext) -> Response:
            context.check_pool()
            if self.needs_token:
                context.check_token()
            return self.handler(context, rest_request)

        response = Response()
        if disruption is None or not disruption.prevents_execution:
            response = await run_in_threadpool(
                run_in_transaction,
                emulator,
                request,
                handle,
                write=self.writes,
                render_error=self.render_error,
                on_error=errors.append,
            )
            for rejection in errors:
                check_declared(f"{self.method} {self.path}", rejection.code)
        if disruption is not None and disruption.failure is not None:
            language = client_info(request).language
            response = failure_response(disruption.failure, language, self.render_error)
            return response, failure_error(disruption.failure)
        error = errors[0] if errors else None
        if error is not None and error.code == ErrorCode.UNSUPPORTED:
            emulator.call_log.add_unsupported(error.subject)
        return response, error
