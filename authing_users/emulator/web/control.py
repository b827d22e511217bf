"""The control paths: what tests and developers do to the emulator itself."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..bodies import MalformedBodyError, TooLargeBodyError, json_object, read_body
from ..core import Emulator
from ..operation import Operation
from ..store import seeding
from .control_access import objection
from .envelope import answer, json_response, plain_error

MOST_SEEDED = 1_000_000
"""How many users one request may create."""

_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class _Seed:
    users: int
    prefix: str
    roles: list[str]
    groups: list[str]


class ControlService:
    """Answers control requests to one emulator.

    Args:
        emulator: The emulator.
        own_hosts: Names that this server is known by, besides those of the loopback interface.
    """

    def __init__(self, emulator: Emulator, own_hosts: Collection[str]) -> None:
        self._emulator = emulator
        self._own_hosts = own_hosts

    def routes(self) -> list[Route]:
        """The routes of all control paths."""
        return [
            Route("/emulator/v1/health", self._health, methods=["GET"]),
            Route("/emulator/v1/reset", self._reset, methods=["POST"]),
            Route("/emulator/v1/seed", self._seed, methods=["POST"]),
        ]

    async def _health(self, request: Request) -> Response:
        return await self._answer(request, _state)

    async def _reset(self, request: Request) -> Response:
        def work(operation: Operation) -> Response:
            seeding.reset(operation.store)
            return _state(operation)

        return await self._answer(request, work, write=True)

    async def _seed(self, request: Request) -> Response:
        try:
            seed = _read_seed(await read_body(request))
        except MalformedBodyError as error:
            return plain_error(400, str(error))
        except TooLargeBodyError:
            return plain_error(413, "The body of the request is too large.")

        def work(operation: Operation) -> Response:
            seeding.seed_users(operation.store, seed.users, seed.prefix)
            seeding.seed_roles(operation.store, seed.roles)
            seeding.seed_groups(operation.store, seed.groups)
            return _state(operation)

        return await self._answer(request, work, write=True)

    async def _answer(
        self, request: Request, work: Callable[[Operation], Response], *, write: bool = False
    ) -> Response:
        refusal = objection(request, self._own_hosts)
        if refusal is not None:
            return plain_error(403, refusal)
        return await run_in_threadpool(answer, self._emulator, request, work, write=write)


def _state(operation: Operation) -> Response:
    return json_response(
        {
            "status": "ok",
            "userPoolId": operation.emulator.pool.id,
            "counts": seeding.counts(operation.store),
        }
    )


def _read_seed(body: bytes) -> _Seed:
    fields = json_object(body)
    unknown = sorted(fields.keys() - {"users", "prefix", "roles", "groups"})
    if unknown:
        message = f"A seed has no {unknown[0]!r}; it has users, prefix, roles and groups."
        raise MalformedBodyError(message)
    users = fields.get("users", 0)
    if not isinstance(users, int) or isinstance(users, bool) or not 0 <= users <= MOST_SEEDED:
        message = f'The "users" of a seed are a number from 0 to {MOST_SEEDED:,}.'
        raise MalformedBodyError(message)
    prefix = fields.get("prefix", seeding.DEFAULT_PREFIX)
    if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
        message = (
            'The "prefix" of a seed is a letter and up to 31 letters, digits, hyphens and'
            " underscores."
        )
        raise MalformedBodyError(message)
    return _Seed(users, prefix, _codes(fields, "roles"), _codes(fields, "groups"))


def _codes(fields: dict[str, object], name: str) -> list[str]:
    codes = fields.get(name, [])
    if not isinstance(codes, list) or not all(
        isinstance(code, str) and code.strip() for code in cast("list[object]", codes)
    ):
        message = f'The "{name}" of a seed are a list of codes.'
        raise MalformedBodyError(message)
    return cast("list[str]", codes)
