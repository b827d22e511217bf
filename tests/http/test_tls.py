"""TLS connections, and connections through a proxy."""

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

OTHER_HOST = "users.example.com"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate, with its key, for 127.0.0.1 and for a host that does not exist."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(OTHER_HOST), x509.IPAddress(ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    private_key = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private_key + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[RawServer]:
    """A TLS server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context=context) as server:
        yield server


@pytest.fixture
def trusted_certificate(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the certificate through the environment."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture(autouse=True)
def clear_proxy_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the proxy settings of the developer's shell."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def test_a_self_signed_certificate_is_rejected(
    client_kind: ClientKind, server: RawServer
) -> None:
    client = client_of(server, client_kind, retries=2)
    with skip_waits(), pytest.raises(TransportError, match="CERTIFICATE_VERIFY") as caught:
        await run(client.users.delete("u"))
    assert not caught.value.maybe_sent
    assert server.requests == []
    await server.until(lambda server: server.open == 0)
    await close(client)


@pytest.mark.usefixtures("trusted_certificate")
async def test_a_certificate_of_another_host_is_rejected(
    client_kind: ClientKind, server: RawServer
) -> None:
    client = client_of(server, client_kind, host=f"https://localhost:{server.port}")
    with pytest.raises(TransportError, match="Hostname mismatch") as caught:
        await run(client.users.delete("u"))
    assert not caught.value.maybe_sent
    assert server.requests == []
    await close(client)


@pytest.mark.usefixtures("trusted_certificate")
async def test_calls_over_tls_share_a_connection(
    client_kind: ClientKind, server: RawServer
) -> None:
    client = client_of(server, client_kind)
    for _ in range(5):
        assert (await run(client.users.list())).total_count == 0
    assert len(server.peers) == 1
    await close(client)
    await server.until(lambda server: server.open == 0)


async def test_use_unverified_ssl_skips_verification_with_a_warning(
    client_kind: ClientKind, server: RawServer
) -> None:
    with pytest.warns(UserWarning, match="not verified"):
        client = client_of(server, client_kind, use_unverified_ssl=True)
    for _ in range(2):
        await run(client.users.list())
    assert len(server.peers) == 1
    await close(client)


@pytest.mark.usefixtures("trusted_certificate")
async def test_a_connection_is_not_reused_after_tls_close_notify(server: RawServer) -> None:
    """An async httpx client notices only the end of the TCP connection."""
    notified, may_close = threading.Event(), threading.Event()

    def close_tls(peer: Peer, request: Request) -> None:
        respond(peer, request)
        assert isinstance(peer.socket, ssl.SSLSocket)
        peer.socket.settimeout(0.01)  # the client replies only during its next call
        with suppress(OSError):
            peer.socket.unwrap()
        server.responder = respond
        notified.set()
        assert may_close.wait(LONG)

    server.responder = close_tls
    client = client_of(server, "sync")
    await run(client.users.list())
    assert notified.wait(LONG)  # blocks the event loop, so no other task runs
    assert (await run(client.users.delete("u"))).code == 200
    assert server.operations == ["ListUsers", "DeleteUser"]
    assert len(server.peers) == 2
    may_close.set()
    await close(client)


@pytest.mark.usefixtures("trusted_certificate")
async def test_timeouts_apply_over_tls(client_kind: ClientKind, server: RawServer) -> None:
    gate = Gate()
    server.responder = gate
    client = client_of(server, client_kind)
    with pytest.raises(TransportTimeoutError) as caught:
        await run(client.with_options(timeout=1).users.delete("u"))
    assert caught.value.maybe_sent
    gate.open()
    await server.until(lambda server: server.open == 0)
    await close(client)


async def test_maybe_sent_is_false_after_a_handshake_timeout(client_kind: ClientKind) -> None:
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
    """A proxy that connects every client to one server, whatever the requested host.

    Attributes:
        request_lines: First lines of the requests, in order.
    """

    def __init__(self, port: int) -> None:
        self.request_lines: list[str] = []
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Close all connections and wait for all threads."""
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
            self.request_lines.append(head.partition("\r\n")[0])
            target = socket.create_connection(("127.0.0.1", self._target))
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            self._sockets += [client, target]
            for ends in ((client, target), (target, client)):
                self._threads.append(threading.Thread(target=_relay, args=ends))
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
def resolved_hosts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Hosts that were resolved. Only 127.0.0.1 has an address."""
    hosts: list[object] = []
    getaddrinfo = cast("Callable[..., object]", socket.getaddrinfo)

    def resolve(host: object, *args: object, **kwargs: object) -> object:
        if host == "127.0.0.1":
            return getaddrinfo(host, *args, **kwargs)
        hosts.append(host.decode() if isinstance(host, bytes) else host)
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return hosts


@pytest.mark.usefixtures("trusted_certificate")
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
async def test_a_proxy_in_the_environment_is_used(
    client_kind: ClientKind,
    variable: str,
    server: RawServer,
    resolved_hosts: list[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with proxy_to(server) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        client = management_client(client_kind, host=f"https://{OTHER_HOST}")
        for _ in range(2):
            assert (await run(client.users.list())).total_count == 0
        assert proxy.request_lines == [f"CONNECT {OTHER_HOST}:443 HTTP/1.1"]
        assert resolved_hosts == []
        await close(client)


async def test_a_host_in_no_proxy_is_called_directly(
    client_kind: ClientKind,
    server: RawServer,
    resolved_hosts: list[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with proxy_to(server) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", OTHER_HOST)
        client = management_client(client_kind, host=f"https://{OTHER_HOST}", retries=0)
        with pytest.raises(TransportError) as caught:
            await run(client.users.delete("u"))
        assert not caught.value.maybe_sent
        assert resolved_hosts == [OTHER_HOST]
        assert proxy.request_lines == []
        await close(client)


@pytest.mark.usefixtures("trusted_certificate")
@pytest.mark.parametrize("use_tls", [True, False])
async def test_localhost_is_never_called_through_a_proxy(
    client_kind: ClientKind, use_tls: bool, server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy_to(server) as proxy, serving() as plain:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        client = client_of(server if use_tls else plain, client_kind)
        assert (await run(client.users.list())).total_count == 0
        assert proxy.request_lines == []
        await close(client)
