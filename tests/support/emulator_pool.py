"""A user pool of a running emulator, which a test fills before it begins."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from authing_users import ManagementClient

from ..emulator.server import Server, running
from .client_kinds import ClientKind, Management, management_client


class EmulatorPool:
    """An empty user pool.

    Attributes:
        emulator: The running emulator.
        host: Its address.
        requests: Requests that the clients of this pool sent, in order.
    """

    def __init__(self, emulator: Server) -> None:
        self.emulator = emulator
        self.host = emulator.url
        self.requests: list[httpx.Request] = []

    @property
    def request_count(self) -> int:
        """How many requests the clients of this pool sent."""
        return len(self.requests)

    def control(self, path: str, **content: Any) -> None:
        """Call a control path of the emulator."""
        # Without certificates, which take longer to load than the call.
        with httpx.Client(trust_env=False, verify=False) as http:
            http.post(f"{self.host}/emulator/v1/{path}", json=content).raise_for_status()

    def remove_faults(self) -> None:
        """Remove all faults of the emulator."""
        with httpx.Client(trust_env=False, verify=False) as http:
            http.delete(f"{self.host}/emulator/v1/faults").raise_for_status()

    def read(self, path: str) -> Any:
        """Return the content of a control path of the emulator."""
        with httpx.Client(trust_env=False, verify=False) as http:
            return http.get(f"{self.host}/emulator/v1/{path}").raise_for_status().json()

    def seed_users(self, number: int) -> None:
        """Add generated users to the pool."""
        self.control("seed", users=number)

    def seed_roles(self, *codes: str) -> None:
        """Add roles to the pool."""
        self.control("seed", users=0, roles=list(codes))

    def seed_groups(self, *codes: str) -> None:
        """Add groups to the pool."""
        self.control("seed", users=0, groups=list(codes))

    def seed_organisations(self, *trees: Mapping[str, object]) -> None:
        """Add organisations to the pool, each as a tree of departments."""
        self.control("seed", users=0, organisations=list(trees))

    def client(self, client_kind: ClientKind, **options: Any) -> Management:
        """Build a client whose requests are recorded."""
        if "access_token" not in options:
            options["secret"] = self.emulator.secret
        return management_client(
            client_kind,
            user_pool_id=self.emulator.user_pool_id,
            host=self.host,
            lang="en-US",
            http_client=self._http_client(client_kind),
            **options,
        )

    def plain_client(self) -> ManagementClient:
        """Build a synchronous client whose requests are not recorded."""
        return ManagementClient(
            user_pool_id=self.emulator.user_pool_id, secret=self.emulator.secret, host=self.host
        )

    def _http_client(self, client_kind: ClientKind) -> httpx.Client | httpx.AsyncClient:
        if client_kind == "sync":
            return httpx.Client(verify=False, event_hooks={"request": [self.requests.append]})

        async def record(request: httpx.Request) -> None:
            self.requests.append(request)

        return httpx.AsyncClient(verify=False, event_hooks={"request": [record]})


@pytest.fixture(scope="session")
def emulator() -> Iterator[Server]:
    """An emulator in a process of its own, for all tests."""
    with running() as server:
        yield server


@pytest.fixture
def emulator_pool(emulator: Server) -> EmulatorPool:
    """An empty user pool."""
    pool = EmulatorPool(emulator)
    pool.control("reset")
    return pool
