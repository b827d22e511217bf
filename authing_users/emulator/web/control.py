"""The control paths: what tests and developers do to the emulator itself."""

from collections.abc import Callable, Collection
from functools import partial

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..control import Control
from ..core import Emulator
from ..json_body import BodyError, read_body
from ..request_context import MAX_CPU_TIME, RequestContext
from ..store import departments, outbox, seeding, sessions
from ..store.database import DatabaseBusyError
from .control_access import denial_reason
from .responses import http_error_response, json_response, run_in_transaction
from .seed_request import parse_seed

_HEALTH_TIMEOUT = 1.0  # seconds to wait for other transactions


class ControlService:
    """Handles the control requests of one emulator.

    Args:
        emulator: The emulator.
        control: The control over the emulator.
        own_hosts: Host names of the server besides ``localhost`` and loopback addresses.
    """

    def __init__(self, emulator: Emulator, control: Control, own_hosts: Collection[str]) -> None:
        self._emulator = emulator
        self._control = control
        self._own_hosts = own_hosts
        self._health_threads = anyio.CapacityLimiter(2)  # other requests cannot occupy them

    def routes(self) -> list[Route]:
        """Return the routes of all control paths."""
        return [
            Route("/emulator/v1/health", self._health, methods=["GET"]),
            Route("/emulator/v1/reset", self._reset, methods=["POST"]),
            Route("/emulator/v1/outbox", self._outbox, methods=["GET"]),
            Route("/emulator/v1/seed", self._seed, methods=["POST"]),
        ]

    async def _health(self, request: Request) -> Response:
        """Return the status of the emulator and the number of users, roles and groups.

        Without ``--db``, the numbers are null while a long change is running.
        """
        return await self._run(
            request, _status, timeout=_HEALTH_TIMEOUT, limiter=self._health_threads
        )

    async def _reset(self, request: Request) -> Response:
        """Delete all data, faults and calls, and reset the clock. ID, secret and keys stay."""
        reason = denial_reason(request, self._own_hosts)
        if reason is not None:
            return http_error_response(403, reason)
        await anyio.to_thread.run_sync(self._control.reset)
        return await self._run(request, _status)

    async def _outbox(self, request: Request) -> Response:
        """Return the e-mails that the service would have sent."""

        def list_mails(context: RequestContext) -> Response:
            return json_response({"mails": outbox.list_mails(context.store)})

        return await self._run(request, list_mails)

    async def _seed(self, request: Request) -> Response:
        """Create users, roles, groups and organisations, and archive users."""
        reason = denial_reason(request, self._own_hosts)
        if reason is not None:
            return http_error_response(403, reason)
        try:
            seed = parse_seed(await read_body(request))
        except BodyError as error:
            return http_error_response(error.status, str(error))

        def create_seed(context: RequestContext) -> Response:
            seeding.seed_users(context.store, seed.users, seed.prefix)
            seeding.seed_roles(context.store, seed.roles)
            seeding.seed_groups(context.store, seed.groups)
            for organisation in seed.organisations:
                departments.create_tree(context.store, organisation)
            sessions.set_status(context.store, seed.archived, "Archived")
            return _status(context)

        return await self._run(request, create_seed, write=True, max_cpu_time=None)

    async def _run(
        self,
        request: Request,
        handler: Callable[[RequestContext], Response],
        *,
        write: bool = False,
        timeout: float | None = None,
        max_cpu_time: float | None = MAX_CPU_TIME,
        limiter: anyio.CapacityLimiter | None = None,
    ) -> Response:
        reason = denial_reason(request, self._own_hosts)
        if reason is not None:
            return http_error_response(403, reason)
        run = partial(
            run_in_transaction,
            self._emulator,
            request,
            handler,
            write=write,
            timeout=timeout,
            max_cpu_time=max_cpu_time,
        )
        return await anyio.to_thread.run_sync(run, limiter=limiter)


def _status(context: RequestContext) -> Response:
    try:
        counts = seeding.count_records(context.store)
    except DatabaseBusyError:
        counts = None
    return json_response({"status": "ok", "userPoolId": context.emulator.pool.id, "counts": counts})
