"""The control paths: what tests and developers do to the emulator itself."""

from collections.abc import Callable, Collection

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..core import Emulator
from ..json_body import BodyTooLargeError, MalformedBodyError, read_body
from ..request_context import RequestContext
from ..store import departments, outbox, seeding, sessions
from .control_access import denial_reason
from .responses import http_error_response, json_response, run_in_transaction
from .seed_request import parse_seed


class ControlService:
    """Handles the control requests of one emulator.

    Args:
        emulator: The emulator.
        own_hosts: Host names of the server besides the loopback names.
    """

    def __init__(self, emulator: Emulator, own_hosts: Collection[str]) -> None:
        self._emulator = emulator
        self._own_hosts = own_hosts

    def routes(self) -> list[Route]:
        """Return the routes of all control paths."""
        return [
            Route("/emulator/v1/health", self._health, methods=["GET"]),
            Route("/emulator/v1/reset", self._reset, methods=["POST"]),
            Route("/emulator/v1/outbox", self._outbox, methods=["GET"]),
            Route("/emulator/v1/seed", self._seed, methods=["POST"]),
        ]

    async def _health(self, request: Request) -> Response:
        """Return the status of the emulator and the number of users, roles and groups."""
        return await self._run(request, _status)

    async def _reset(self, request: Request) -> Response:
        """Delete everything in the user pool. Its ID, secret and keys stay."""

        def reset(context: RequestContext) -> Response:
            seeding.reset(context.store)
            return _status(context)

        return await self._run(request, reset, write=True)

    async def _outbox(self, request: Request) -> Response:
        """Return the e-mails that the service would have sent."""

        def list_mails(context: RequestContext) -> Response:
            return json_response({"mails": outbox.list_mails(context.store)})

        return await self._run(request, list_mails)

    async def _seed(self, request: Request) -> Response:
        """Create users, roles, groups and organisations, and archive users."""
        try:
            seed = parse_seed(await read_body(request))
        except MalformedBodyError as error:
            return http_error_response(400, str(error))
        except BodyTooLargeError as error:
            return http_error_response(413, str(error))

        def create_seed(context: RequestContext) -> Response:
            seeding.seed_users(context.store, seed.users, seed.prefix)
            seeding.seed_roles(context.store, seed.roles)
            seeding.seed_groups(context.store, seed.groups)
            for organisation in seed.organisations:
                departments.create_tree(context.store, organisation)
            sessions.set_status(context.store, seed.archived, "Archived")
            return _status(context)

        return await self._run(request, create_seed, write=True)

    async def _run(
        self,
        request: Request,
        handler: Callable[[RequestContext], Response],
        *,
        write: bool = False,
    ) -> Response:
        reason = denial_reason(request, self._own_hosts)
        if reason is not None:
            return http_error_response(403, reason)
        return await run_in_threadpool(
            run_in_transaction, self._emulator, request, handler, write=write
        )


def _status(context: RequestContext) -> Response:
    return json_response(
        {
            "status": "ok",
            "userPoolId": context.emulator.pool.id,
            "counts": seeding.count_records(context.store),
        }
    )
