"""The control paths: what tests and developers do to the emulator itself."""

from collections.abc import Callable, Collection

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..bodies import MalformedBodyError, TooLargeBodyError, read_body
from ..core import Emulator
from ..operation import Operation
from ..store import departments, outbox, seeding
from .control_access import objection
from .envelope import answer, json_response, plain_error
from .seed_bodies import read_seed


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
            Route("/emulator/v1/outbox", self._outbox, methods=["GET"]),
            Route("/emulator/v1/seed", self._seed, methods=["POST"]),
        ]

    async def _health(self, request: Request) -> Response:
        return await self._answer(request, _state)

    async def _reset(self, request: Request) -> Response:
        def work(operation: Operation) -> Response:
            seeding.reset(operation.store)
            return _state(operation)

        return await self._answer(request, work, write=True)

    async def _outbox(self, request: Request) -> Response:
        def work(operation: Operation) -> Response:
            return json_response({"mails": outbox.everything(operation.store)})

        return await self._answer(request, work)

    async def _seed(self, request: Request) -> Response:
        try:
            seed = read_seed(await read_body(request))
        except MalformedBodyError as error:
            return plain_error(400, str(error))
        except TooLargeBodyError:
            return plain_error(413, "The body of the request is too large.")

        def work(operation: Operation) -> Response:
            seeding.seed_users(operation.store, seed.users, seed.prefix)
            seeding.seed_roles(operation.store, seed.roles)
            seeding.seed_groups(operation.store, seed.groups)
            for organisation in seed.organisations:
                departments.plant(operation.store, organisation)
            seeding.seed_archived(operation.store, seed.archived)
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
