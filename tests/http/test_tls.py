"""Connections over TLS, and the way past or through a proxy."""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from authing_users import TransportError, TransportTimeoutError
from authing_users._runtime.clock import skip_waits

from ..support.client_kinds import ClientKind, close, management_client, run
from ..support.raw_server import (
    LONG,
    Gate,
    Peer,
    RawServer,
    Request,
    client_of,
    respond,
    serving,
)

ELSEWHERE = "users.example.com"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate, with its key, of this machine and of one that there is not."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(ELSEWHERE), x509.IPAddress(ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[RawServer]:
    """A server that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context=context) as server:
        yield server


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the certificate trusted, by the environment."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the proxies of whoever runs the tests out of them."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    client_kind: ClientKind, server: RawServer
) -> None:
    client = client_of(server, client_kind, retries=2)
    with skip_waits(), pytest.raises(TransportError, match="CERTIFICATE_VERIFY") as caught:
        await run(client.users.delete("u"))
    assert not caught.value.maybe_sent
    assert server.requests == []
    await server.until(lambda server: server.open == 0)
    await close(client)


@pytest.mark.usefixtures("trusted")
async def test_a_certificate_of_another_host_is_refused(
    client_kind: ClientKind, server: RawServer
) -> None:
    client = client_of(server, client_kind, host=f"https://localhost:{server.port}")
    with pytest.raises(TransportError, match="Hostname mismatch") as caught:
        await run(client.users.delete("u"))
    assert not caught.value.maybe_sent
    assert server.requests == []
    await close(client)


@pytest.mark.usefixtures("trusted")
async def test_calls_over_tls_share_a_connection(
    client_kind: ClientKind, server: RawServer
) -> None:
    client = client_of(server, client_kind)
    for _ in range(5):
        assert (await run(client.users.list())).total_count == 0
    assert len(server.peers) == 1
    await close(client)
    await server.until(lambda server: server.open == 0)


async def test_certificates_are_not_checked_when_told_so_loudly(
    client_kind: ClientKind, server: RawServer
) -> None:
    with pytest.warns(UserWarning, match="not verified"):
        client = client_of(server, client_kind, use_unverified_ssl=True)
    for _ in range(2):
        await run(client.users.list())
    assert len(server.peers) == 1
    await close(client)


@pytest.mark.usefixtures("trusted")
async def test_a_connection_that_tls_has_ended_is_not_reused(server: RawServer) -> None:
    """An async httpx client does not notice before the TCP connection ends."""
    said, may_hang_up = threading.Event(), threading.Event()

    def say_goodbye(peer: Peer, request: Request) -> None:
        respond(peer, request)
        assert isinstance(peer.socket, ssl.SSLSocket)
        peer.socket.settimeout(0.01)  # the answer to it does not come before the next call
        with suppress(OSError):
            peer.socket.unwrap()
        server.responder = respond
        said.set()
        assert may_hang_up.wait(LONG)

    server.responder = say_goodbye
    client = client_of(server, "sync")
    await run(client.users.list())
    assert said.wait(LONG)  # no other task gets to run
    assert (await run(client.users.delete("u"))).code == 200
    assert server.operations == ["ListUsers", "DeleteUser"]
    assert len(server.peers) == 2
    may_hang_up.set()
    await close(client)


@pytest.mark.usefixtures("trusted")
async def test_timeouts_hold_over_tls(client_kind: ClientKind, server: RawServer) -> None:
    gate = Gate()
    server.responder = gate
    client = client_of(server, client_kind)
    with pytest.raises(TransportTimeoutError) as caught:
        await run(client.with_options(timeout=1).users.delete("u"))
    assert caught.value.maybe_sent
    gate.open()
    await server.until(lambda server: server.open == 0)
    await close(client)


async def test_a_server_that_never_shakes_hands_got_nothing(client_kind: ClientKind) -> None:
    with serving() as server:
        client = client_of(
            server, client_kind, host=f"https://127.0.0.1:{server.port}", timeout=0.5
        )
        with pytest.raises(TransportTimeoutError) as caught:
            await run(client.users.delete("u"))
        assert not caught.value.maybe_sent
        await server.until(lambda server: server.open == 0)
        await close(client)


# Proxies.


class Proxy:
    """Lets every client through to one server, wherever it wants to go.

    Attributes:
        asked: The first line of what came in, in order.
    """

    def __init__(self, port: int) -> None:
        self.asked: list[str] = []
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Hang up on everybody."""
        for open_socket in (self._listener, *self._sockets):
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(LONG)
            assert not thread.is_alive()
        for open_socket in (self._listener, *self._sockets):
            open_socket.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            head = client.recv(65_536).decode()
            self.asked.append(head.partition("\r\n")[0])
            target = socket.create_connection(("127.0.0.1", self._target))
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            self._sockets += [client, target]
            for way in ((client, target), (target, client)):
                self._threads.append(threading.Thread(target=_relay, args=way))
                self._threads[-1].start()


def _relay(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy_to(server: RawServer) -> Generator[Proxy]:
    proxy = Proxy(server.port)
    try:
        yield proxy
    finally:
        proxy.close()


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Hosts whose address was asked for; there is none but that of this machine."""
    hosts: list[object] = []
    before = cast("Callable[..., object]", socket.getaddrinfo)

    def look_up(host: object, *args: object, **named: object) -> object:
        if host == "127.0.0.1":
            return before(host, *args, **named)
        hosts.append(host.decode() if isinstance(host, bytes) else host)
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return hosts


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
async def test_a_proxy_of_the_environment_is_used(
    client_kind: ClientKind,
    variable: str,
    server: RawServer,
    looked_up: list[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with proxy_to(server) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        client = management_client(client_kind, host=f"https://{ELSEWHERE}")
        for _ in range(2):
            assert (await run(client.users.list())).total_count == 0
        assert proxy.asked == [f"CONNECT {ELSEWHERE}:443 HTTP/1.1"]
        assert looked_up == []
        await close(client)


async def test_a_host_that_needs_no_proxy_is_called_directly(
    client_kind: ClientKind,
    server: RawServer,
    looked_up: list[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with proxy_to(server) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", ELSEWHERE)
        client = management_client(client_kind, host=f"https://{ELSEWHERE}", retries=0)
        with pytest.raises(TransportError) as caught:
            await run(client.users.delete("u"))
        assert not caught.value.maybe_sent
        assert looked_up == [ELSEWHERE]
        assert proxy.asked == []
        await close(client)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("secure", [True, False])
async def test_this_machine_is_never_called_through_a_proxy(
    client_kind: ClientKind, secure: bool, server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy_to(server) as proxy, serving() as plain:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        client = client_of(server if secure else plain, client_kind)
        assert (await run(client.users.list())).total_count == 0
        assert proxy.asked == []
        await close(client)
