"""The control paths: what tests and developers do to the emulator itself."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from functools import partial

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..control import Control
from ..core import Emulator
from ..errors import ControlError
from ..json_body import BodyError, parse_json_object, read_body
from ..request_context import MAX_CPU_TIME, RequestContext
from ..seed.errors import SeedError
from ..seed.parser import parse_seed
from ..seed.writer import write_seed
from ..store import outbox, seeding
from ..store.database import DatabaseBusyError
from ..store.timestamps import utc_timestamp
from .control_access import denial_reason
from .control_requests import (
    add_fault,
    change_clock,
    change_signing,
    fault_content,
    reject_unknown_fields,
)
from .responses import http_error_response, json_response, run_in_transaction

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
            Route("/emulator/v1/seed", self._seed, methods=["POST"]),
            Route("/emulator/v1/faults", self._list_faults, methods=["GET"]),
            Route("/emulator/v1/faults", self._add_fault, methods=["POST"]),
            Route("/emulator/v1/faults", self._clear_faults, methods=["DELETE"]),
            Route("/emulator/v1/clock", self._read_clock, methods=["GET"]),
            Route("/emulator/v1/clock", self._change_clock, methods=["POST"]),
            Route("/emulator/v1/snapshots", self._list_snapshots, methods=["GET"]),
            Route("/emulator/v1/snapshots/{name}", self._create_snapshot, methods=["POST"]),
            Route("/emulator/v1/snapshots/{name}/restore", self._restore, methods=["POST"]),
            Route("/emulator/v1/calls", self._list_calls, methods=["GET"]),
            Route("/emulator/v1/outbox", self._outbox, methods=["GET"]),
            Route("/emulator/v1/signing", self._read_signing, methods=["GET"]),
            Route("/emulator/v1/signing", self._change_signing, methods=["POST"]),
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

        def reset(_: Mapping[str, object]) -> Response:
            self._control.reset()
            return run_in_transaction(self._emulator, request, _status)

        return await self._change(request, reset, ())

    async def _outbox(self, request: Request) -> Response:
        """Return the e-mails that the service would have sent."""

        def list_mails(context: RequestContext) -> Response:
            return json_response({"mails": outbox.list_mails(context.store)})

        return await self._run(request, list_mails)

    async def _list_faults(self, request: Request) -> Response:
        """Return all faults, with the number of requests that they affected."""
        return await self._respond(request, self._faults_response)

    async def _add_fault(self, request: Request) -> Response:
        """Make requests fail, or make them slow."""

        def add(fields: Mapping[str, object]) -> Response:
            return json_response({"fault": fault_content(add_fault(self._control, fields))})

        return await self._change(request, add)

    async def _clear_faults(self, request: Request) -> Response:
        """Remove all faults."""

        def clear(_: Mapping[str, object]) -> Response:
            self._control.clear_faults()
            return self._faults_response()

        return await self._change(request, clear, ())

    async def _read_clock(self, request: Request) -> Response:
        """Return the time of the emulator."""
        return await self._respond(request, self._clock_response)

    async def _change_clock(self, request: Request) -> Response:
        """Stop the clock at a time (`set`), move it (`advance`), or let it run (`reset`)."""

        def change(fields: Mapping[str, object]) -> Response:
            change_clock(self._control, fields)
            return self._clock_response()

        return await self._change(request, change)

    async def _list_snapshots(self, request: Request) -> Response:
        """Return the names of all snapshots."""
        return await self._respond(request, self._snapshots_response)

    async def _create_snapshot(self, request: Request) -> Response:
        """Keep a copy of the whole pool under a name."""

        def create(_: Mapping[str, object]) -> Response:
            self._control.snapshot(request.path_params["name"])
            return self._snapshots_response()

        return await self._change(request, create, ())

    async def _restore(self, request: Request) -> Response:
        """Replace the whole pool by a snapshot."""

        def restore(_: Mapping[str, object]) -> Response:
            self._control.restore(request.path_params["name"])
            return self._snapshots_response()

        return await self._change(request, restore, ())

    async def _list_calls(self, request: Request) -> Response:
        """Return the last requests of clients with masked secrets: all, or those of `operation`."""

        def list_calls() -> Response:
            reject_unknown_fields(request.query_params, ("operation",), "request for calls")
            calls = self._control.calls(request.query_params.get("operation"))
            content = [{_camel_case(name): v for name, v in asdict(call).items()} for call in calls]
            return json_response({"calls": content, "unserved": self._control.unserved})

        return await self._respond(request, list_calls)

    async def _read_signing(self, request: Request) -> Response:
        """Return the algorithm that signs tokens of users, and the IDs of the published keys."""
        return await self._respond(request, self._signing_response)

    async def _change_signing(self, request: Request) -> Response:
        """Sign tokens of users with an `algorithm`, or `rotate` the key and `retire` the others."""

        def change(fields: Mapping[str, object]) -> Response:
            change_signing(self._control, fields)
            return self._signing_response()

        return await self._change(request, change)

    def _signing_response(self) -> Response:
        return json_response(self._control.signing._asdict())

    def _faults_response(self) -> Response:
        return json_response({"faults": [fault_content(fault) for fault in self._control.faults]})

    def _clock_response(self) -> Response:
        now = self._control.clock.now()
        return json_response(
            {"now": now, "time": utc_timestamp(now), "stopped": self._control.clock.is_stopped}
        )

    def _snapshots_response(self) -> Response:
        return json_response({"snapshots": self._control.snapshots})

    async def _seed(self, request: Request) -> Response:
        """Create users, roles, groups, organisations and custom fields, and archive users."""
        reason = denial_reason(request, self._own_hosts)
        if reason is not None:
            return http_error_response(403, reason)
        try:
            content = parse_json_object(await read_body(request))
        except BodyError as error:
            return http_error_response(error.status, str(error))

        def create_seed(context: RequestContext) -> Response:
            try:
                # Hashes passwords before the transaction begins.
                seed = parse_seed(content, self._emulator.added_fields)
                write_seed(context.store, seed)
            except SeedError as error:
                context.rollback()
                return json_response({"code": error.code, "message": str(error), "data": None}, 400)
            return _status(context)

        return await self._run(request, create_seed, write=True, max_cpu_time=None)

    async def _respond(self, request: Request, handler: Callable[[], Response]) -> Response:
        """Run a handler in a thread, if the request is allowed."""
        reason = denial_reason(request, self._own_hosts)
        if reason is not None:
            return http_error_response(403, reason)
        try:
            return await anyio.to_thread.run_sync(handler)
        except ControlError as error:
            return http_error_response(400, str(error))

    async def _change(
        self,
        request: Request,
        handler: Callable[[Mapping[str, object]], Response],
        known_fields: Collection[str] | None = None,
    ) -> Response:
        """Run a handler with the fields of the body in a thread, if the request is allowed.

        Args:
            request: The request.
            handler: Handles the request.
            known_fields: The fields that the body may have; ``None`` if the handler checks them.
        """
        reason = denial_reason(request, self._own_hosts)
        if reason is not None:
            return http_error_response(403, reason)
        try:
            body = await read_body(request)
            fields = parse_json_object(body) if body.strip() else {}
        except BodyError as error:
            return http_error_response(error.status, str(error))

        def handle() -> Response:
            if known_fields is not None:
                reject_unknown_fields(fields, known_fields, "request without fields")
            return handler(fields)

        return await self._respond(request, handle)

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


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
