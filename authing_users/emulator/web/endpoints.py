"""What the REST endpoints share: how a request is read, and how it is answered."""

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

from ..bodies import MalformedBodyError, TooLargeBodyError, json_object, read_body
from ..core import Emulator
from ..errors import ApiError, ErrorCode
from ..messages import Language, Success
from ..operation import Operation
from .envelope import answer, json_response, plain_error, refused

_TRUE = frozenset({"1", "true"})
_DIGITS = re.compile(r"[0-9]{1,15}")  # what is longer is no page, and no time


@dataclass(frozen=True, slots=True)
class RestRequest:
    """One REST request, read as far as that needs no knowledge of the endpoint."""

    path: Mapping[str, str]
    query: QueryParams
    body: Mapping[str, object]

    def text(self, name: str) -> str:
        """A text of the body that may not be empty."""
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise ApiError(ErrorCode.INCOMPLETE, name)
        return value

    def optional_text(self, name: str) -> str | None:
        """A text of the body, or ``None`` when it is absent or null."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, str):
            raise ApiError(ErrorCode.INCOMPLETE, name)
        return value

    def texts(self, name: str) -> list[str]:
        """A list of texts of the body, which may not be empty."""
        value = self.body.get(name)
        texts = cast("list[object]", value) if isinstance(value, list) else []
        if not texts or not all(isinstance(text, str) for text in texts):
            raise ApiError(ErrorCode.INCOMPLETE, name)
        return cast("list[str]", texts)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A truth value of the body."""
        value = self.body.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ApiError(ErrorCode.INCOMPLETE, name)
        return value

    def number(self, name: str) -> int | None:
        """A whole number of the body, or ``None`` when it is absent or null."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, int | None):
            raise ApiError(ErrorCode.INCOMPLETE, name)
        return value

    def parameter(self, name: str) -> str:
        """A parameter of the query that may not be empty."""
        value = self.query.get(name)
        if not value:
            raise ApiError(ErrorCode.INCOMPLETE, name)
        return value

    def parameters(self, name: str) -> list[str]:
        """All values of a parameter of the query; empty ones are none."""
        # Some clients mark a list with brackets.
        values = [*self.query.getlist(name), *self.query.getlist(f"{name}[]")]
        return [value for value in values if value]

    def query_flag(self, name: str) -> bool:
        """Whether a parameter of the query is true."""
        return self.query.get(name, "").lower() in _TRUE

    def query_number(self, name: str) -> int | None:
        """A whole number of the query, or ``None`` when it is absent or empty."""
        value = self.query.get(name)
        if not value:
            return None
        if not _DIGITS.fullmatch(value):
            raise ApiError(ErrorCode.INCOMPLETE, name)
        return int(value)


Work: TypeAlias = Callable[[Operation, RestRequest], Response]
Refuse: TypeAlias = Callable[[ApiError, Language], Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint.

    Attributes:
        method: The HTTP method.
        path: The path, with placeholders.
        work: Makes the answer.
        writes: Whether it changes something.
        needs_token: Whether it is for holders of a management token only.
        refuse: Makes the answer to a request that is refused.
    """

    method: str
    path: str
    work: Work
    writes: bool = False
    needs_token: bool = True
    refuse: Refuse = refused

    def route(self, emulator: Emulator) -> Route:
        """The route that serves it."""

        @wraps(self.work)  # so that the coverage page can tell what serves the path
        async def serve(request: Request) -> Response:
            try:
                body = await read_body(request)
                fields = json_object(body) if body.strip() else {}
            except MalformedBodyError as error:
                return plain_error(400, str(error))
            except TooLargeBodyError:
                return plain_error(413, "The body of the request is too large.")
            rest = RestRequest(request.path_params, request.query_params, fields)

            def work(operation: Operation) -> Response:
                operation.check_pool()
                if self.needs_token:
                    operation.check_token()
                return self.work(operation, rest)

            return await run_in_threadpool(
                answer, emulator, request, work, write=self.writes, refuse=self.refuse
            )

        return Route(self.path, serve, methods=[self.method])


def done(operation: Operation, outcome: Success) -> Response:
    """The answer to a change that has nothing to show: the body itself is a CommonMessage."""
    return json_response({**operation.done(outcome), "data": None})
