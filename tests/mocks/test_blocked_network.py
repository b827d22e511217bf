"""Tools that block the network: their own message reaches the test, at once."""

import socket
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import pytest_socket
from pytest_recording.network import blocking_context

from authing_users import fast
from authing_users.testing import skip_waits

from ..support.client_kinds import ClientKind, close, management_client
from ..support.emulator_pool import EmulatorPool
from .tools import count, emulator_client, unix_socket_client


@contextmanager
def disabled_sockets() -> Generator[None]:
    """Block as ``--disable-socket --allow-unix-socket`` does."""
    pytest_socket.disable_socket(allow_unix_socket=True)
    try:
        yield
    finally:
        pytest_socket.enable_socket()


@contextmanager
def allowed_hosts(*hosts: str) -> Generator[None]:
    """Block as ``--allow-hosts`` does."""
    connect = socket.socket.connect
    pytest_socket.socket_allow_hosts(list(hosts), allow_unix_socket=True)
    try:
        yield
    finally:
        socket.socket.connect = connect  # type: ignore[method-assign]


Block = Callable[[], AbstractContextManager[None]]
BLOCKS: dict[str, tuple[Block, str]] = {
    "pytest-recording": (blocking_context, "Network is disabled for host '127.0.0.1'"),
    "pytest-socket": (disabled_sockets, "A test tried to use socket."),
    "pytest-socket, hosts": (lambda: allowed_hosts("192.0.2.1"), 'with host "127.0.0.1"'),
}
ALLOWED: dict[str, Block] = {
    "pytest-recording": lambda: blocking_context(allowed_hosts=["127.0.0.1"]),
    "pytest-socket": lambda: allowed_hosts("127.0.0.1"),
}
pytestmark = [
    pytest.mark.filterwarnings("ignore:A test tried to use:UserWarning"),  # of pytest-socket
    # A socket whose method `connect` raises another error than an OSError is not closed.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.usefixtures("collect_unclosed_sockets"),
]


def http_client(sender: str) -> fast.AsyncClient | None:
    return fast.AsyncClient() if sender == "fast" else None


SENDERS: list[tuple[ClientKind, str]] = [
    ("sync", "default"),
    ("async", "default"),
    ("async", "fast"),
]


@pytest.mark.parametrize("is_used_before", [False, True], ids=["new", "used"])
@pytest.mark.parametrize(("client_kind", "sender"), SENDERS)
@pytest.mark.parametrize("tool", BLOCKS)
async def test_the_message_of_the_tool_is_raised_at_once(
    emulator_pool: EmulatorPool,
    client_kind: ClientKind,
    sender: str,
    tool: str,
    is_used_before: bool,
) -> None:
    block, message = BLOCKS[tool]
    client = emulator_client(client_kind, emulator_pool, retries=3, http_client=http_client(sender))
    if is_used_before:
        assert await count(client) == 0  # opens a connection, which stays open
    with skip_waits() as waits, block(), pytest.raises(RuntimeError) as caught:
        await count(client)
    assert message in str(caught.value)
    assert waits == []
    assert await count(client) == 0
    await close(client)


@pytest.mark.parametrize(("client_kind", "sender"), SENDERS)
async def test_the_message_is_raised_for_a_host_with_several_addresses(
    emulator_pool: EmulatorPool, client_kind: ClientKind, sender: str
) -> None:
    """Asynchronous clients try addresses in parallel, and group the errors."""
    addresses = [
        (family, socket.SOCK_STREAM, 6, "", (address, 443))
        for family, address in ((socket.AF_INET6, "2001:db8::1"), (socket.AF_INET, "192.0.2.1"))
    ]

    def getaddrinfo(*args: object, **settings: object) -> object:
        return addresses

    client = emulator_client(
        client_kind,
        emulator_pool,
        host="https://service.example",
        http_client=http_client(sender),
    )
    with pytest.MonkeyPatch.context() as monkeypatch, blocking_context():
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        with pytest.raises(RuntimeError, match="Network is disabled for host"):
            await count(client)
    await close(client)


@pytest.mark.parametrize(("client_kind", "sender"), SENDERS)
@pytest.mark.parametrize("tool", ALLOWED)
async def test_allowed_hosts_are_reached(
    emulator_pool: EmulatorPool, client_kind: ClientKind, sender: str, tool: str
) -> None:
    client = emulator_client(client_kind, emulator_pool, http_client=http_client(sender))
    with ALLOWED[tool]():
        assert await count(client) == 0
    await close(client)


@pytest.mark.block_network
async def test_the_plugin_blocks_our_requests(client_kind: ClientKind) -> None:
    client = management_client(client_kind, host="http://127.0.0.1:9", retries=3)
    with pytest.raises(RuntimeError, match="Network is disabled"):
        await count(client)
    await close(client)


async def test_a_block_of_the_test_itself_closes_connections(
    emulator_pool: EmulatorPool, client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fixture of the user's own that replaces ``socket.connect``."""

    def connect(self: socket.socket, address: object) -> None:
        pytest.fail(f"connection to {address}")

    client = emulator_client(client_kind, emulator_pool)
    await count(client)
    with monkeypatch.context() as blocked:
        blocked.setattr(socket.socket, "connect", connect)
        with pytest.raises(pytest.fail.Exception, match=r"connection to \('127.0.0.1'"):
            await count(client)
    await close(client)


async def test_connections_stay_open_while_nothing_is_replaced(
    emulator_pool: EmulatorPool, client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = emulator_client(client_kind, emulator_pool)
    await count(client)
    connections: list[object] = []
    connect = socket.socket.connect

    def counted(self: socket.socket, address: object) -> None:
        connections.append(address)
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", counted)
    for _ in range(3):
        assert await count(client) == 0
    assert len(connections) == 1
    await close(client)


async def test_a_blocked_unix_socket_raises_the_message_of_the_tool(
    client_kind: ClientKind, tmp_path: Path
) -> None:
    socket_path = str(tmp_path / "s")
    client = unix_socket_client(client_kind, socket_path)
    with (
        blocking_context(),
        pytest.raises(RuntimeError, match=f"Network is disabled for host '{socket_path}'"),
    ):
        await count(client)
    await close(client)
