"""Makes both calls of a pair, each on a scene of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.emulator.server import Server

from authing_users import ManagementClient
from authing_users.errors import AuthingError

from .drivers import Driver, Sdk, VendorError
from .pairs import Call, Pair
from .plain import namer, plain
from .pool import read_pool
from .proxy import RecordingProxy, Request
from .scene import Scene
from .sent import is_introspection, sent


@dataclass(frozen=True, slots=True)
class Side:
    """What a call came to, with names for what must differ from scene to scene.

    Attributes:
        result: Its result; ``{"raises": {"code": …, "message": …}}`` when it raised.
        pool: The pool afterwards.
        requests: The requests that it sent.
        sent: What those ask for that do not ask for the schema.
    """

    result: Any
    pool: Any
    requests: list[Request]
    sent: list[Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What both calls of a pair came to."""

    pair: Pair
    vendors: Side
    ours: Side


class Sides:
    """Makes the calls of pairs, of each pair once.

    Args:
        emulator: The emulator that all calls end at.
        proxy: The proxy in front of it.
        drivers: The vendor's SDKs.
        ours: Our client.
    """

    def __init__(
        self,
        emulator: Server,
        proxy: RecordingProxy,
        drivers: Mapping[Sdk, Driver],
        ours: ManagementClient,
    ) -> None:
        self._emulator = emulator
        self._proxy = proxy
        self._drivers = drivers
        self._ours = ours
        self._outcomes: dict[str, Outcome] = {}
        for driver in drivers.values():
            driver.call("users.list")  # now it has a token
        ours.users.list()

    def outcome(self, pair: Pair) -> Outcome:
        """Make both calls, if that has not been done yet."""
        if pair.id not in self._outcomes:
            vendors = self._side(pair, pair.vendors, self._drivers[pair.sdk])
            self._outcomes[pair.id] = Outcome(pair, vendors, self._side(pair, pair.ours, None))
        return self._outcomes[pair.id]

    def outcomes(self) -> list[Outcome]:
        """Return what has been done so far."""
        return list(self._outcomes.values())

    def _side(self, pair: Pair, call: Call, driver: Driver | None) -> Side:
        began = datetime.now(UTC)
        scene = Scene(self._emulator)
        try:
            for need in pair.needs:
                getattr(scene, need)
            args, kwargs = scene.fill(list(call.args)), scene.fill(call.kwargs)
            self._proxy.take()
            try:
                if driver is None:
                    result = plain(self._call_ours(call.path, args, kwargs))
                else:
                    result = plain(driver.call(call.path, *args, **kwargs))
            except (AuthingError, VendorError) as error:
                result = {
                    "raises": {"code": getattr(error, "code", None), "message": error.message}
                }
            requests = self._proxy.take()
            name = namer(scene.names, began)
            asked = [sent(request) for request in requests if not is_introspection(request)]
            return Side(
                result=name(result),
                pool=name(read_pool(scene)),
                requests=requests,
                sent=[name(item) for item in asked],
            )
        finally:
            scene.close()

    def _call_ours(self, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        method: Any = self._ours
        for part in path.split("."):
            method = getattr(method, part)
        return method(*args, **kwargs)
