"""Execute both calls of a call pair, each against a newly seeded pool."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from tests.emulator.server import Server

from authing_users import ManagementClient
from authing_users.errors import AuthingError

from .call_pairs.model import Call, CallPair
from .canonical_request import canonical_request, is_introspection
from .normalization import normalizer, to_plain_data
from .pool_snapshot import pool_snapshot
from .proxy import RecordedRequest, RecordingProxy
from .sdk_drivers import Driver, Sdk, VendorError
from .seeded_pool import SeededPool


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """The outcome of one call. All values but `requests` are normalized.

    Attributes:
        result: The return value, or ``{"raises": {"code": …, "message": …}}`` for an exception.
        pool: Snapshot of the pool after the call.
        requests: All requests that the call sent.
        canonical_requests: The canonical form of the requests, without introspection.
    """

    result: Any
    pool: Any
    requests: list[RecordedRequest]
    canonical_requests: list[Any]


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """The outcomes of both calls of a pair."""

    pair: CallPair
    vendor: CallOutcome
    ours: CallOutcome


class PairRunner:
    """Execute call pairs, each at most once.

    Args:
        emulator: The emulator.
        proxy: The proxy in front of the emulator.
        drivers: The drivers of the vendor's SDKs.
        client: The client of `authing_users`.
    """

    def __init__(
        self,
        emulator: Server,
        proxy: RecordingProxy,
        drivers: Mapping[Sdk, Driver],
        client: ManagementClient,
    ) -> None:
        self._emulator = emulator
        self._proxy = proxy
        self._drivers = drivers
        self._client = client
        self._outcomes: dict[str, PairOutcome] = {}
        # Fetch the management tokens now, so that no pair records the token request.
        for driver in drivers.values():
            driver.call("users.list")
        client.users.list()

    @property
    def outcomes(self) -> list[PairOutcome]:
        """The outcomes of all pairs that were executed so far."""
        return list(self._outcomes.values())

    def run(self, pair: CallPair) -> PairOutcome:
        """Execute both calls, or return the outcome of the previous execution."""
        if pair.id not in self._outcomes:
            self._outcomes[pair.id] = PairOutcome(
                pair=pair,
                vendor=self._execute(pair, pair.vendor_call, self._drivers[pair.sdk].call),
                ours=self._execute(pair, pair.our_call, self._call_client),
            )
        return self._outcomes[pair.id]

    def _execute(self, pair: CallPair, call: Call, send: Callable[..., Any]) -> CallOutcome:
        started_at = datetime.now(UTC)
        with SeededPool(self._emulator) as pool:
            pool.ensure(*pair.requires)
            args, kwargs = pool.resolve(list(call.args)), pool.resolve(call.kwargs)
            self._proxy.take_new_requests()
            try:
                result = to_plain_data(send(call.path, *args, **kwargs))
            except (AuthingError, VendorError) as error:
                code = getattr(error, "code", None)
                result = {"raises": {"code": code, "message": error.message}}
            requests = self._proxy.take_new_requests()
            normalize = normalizer(pool.placeholders, started_at)
            return CallOutcome(
                result=normalize(result),
                pool=normalize(pool_snapshot(pool)),
                requests=requests,
                canonical_requests=[
                    normalize(canonical_request(request))
                    for request in requests
                    if not is_introspection(request)
                ],
            )

    def _call_client(self, path: str, *args: Any, **kwargs: Any) -> Any:
        return attrgetter(path)(self._client)(*args, **kwargs)
