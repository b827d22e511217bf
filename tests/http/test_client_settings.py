"""Settings of HTTP clients: certificates, injected clients, localhost, the fast clients."""

import asyncio
import datetime
import importlib
import os
import ssl
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from authing_users import (
    AsyncManagementClient,
    ConfigurationError,
    ManagementClient,
    TransportError,
    fast,
)
from authing_users._http.tls import ssl_context

from ..support.client_kinds import ClientKind, close, management_client, run
from ..support.raw_server import RawServer, client_of, serving
from ..support.senders import Sender, http_client

HOST = "https://service.example"


class Certificates:
    """A certificate authority, and a certificate for localhost that it has signed.

    Attributes:
        ca: Path of the certificate of the authority.
        localhost: Path of the certificate for localhost, with its key.
    """

    def __init__(self, folder: Path) -> None:
        ca_key, key = (
            ec.generate_private_key(ec.SECP256R1()),
            ec.generate_private_key(ec.SECP256R1()),
        )
        authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        ca = (
            _certificate_builder(authority, authority, ca_key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False
            )
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .sign(ca_key, hashes.SHA256())
        )
        localhost = (
            _certificate_builder(subject, authority, key.public_key())
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()),
                critical=False,
            )
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .sign(ca_key, hashes.SHA256())
        )
        self.ca, self.localhost = folder / "ca.pem", folder / "localhost.pem"
        self.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        private_key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self.localhost.write_bytes(private_key + localhost.public_bytes(serialization.Encoding.PEM))


def _certificate_builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    hour = datetime.timedelta(hours=1)
    return x509.CertificateBuilder(
        issuer, subject, key, x509.random_serial_number(), now - hour, now + hour
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls_server(certificates: Certificates) -> Iterator[RawServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.localhost)
    with serving(context=context) as server:
        yield server


@pytest.fixture
def client_cert_server(certificates: Certificates) -> Iterator[RawServer]:
    """A server that requires a client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.localhost)
    context.load_verify_locations(certificates.ca)
    context.verify_mode = ssl.CERT_REQUIRED
    with serving(context=context) as server:
        yield server


# verify=


async def test_a_ca_file_is_trusted(
    client_kind: ClientKind, tls_server: RawServer, certificates: Certificates
) -> None:
    ca = certificates.ca
    for verify in (str(ca), ca, ssl.create_default_context(cafile=ca)):
        client = client_of(tls_server, client_kind, verify=verify)
        assert (await run(client.users.list())).total_count == 0
        await close(client)


async def test_an_unknown_certificate_is_rejected(
    client_kind: ClientKind, tls_server: RawServer
) -> None:
    client = client_of(tls_server, client_kind)
    with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
        await run(client.users.list())
    await close(client)


async def test_verify_false_skips_verification_with_a_warning(
    client_kind: ClientKind, tls_server: RawServer
) -> None:
    with pytest.warns(UserWarning, match="not verified"):
        client = client_of(tls_server, client_kind, verify=False)
    assert (await run(client.users.list())).total_count == 0
    await close(client)


@pytest.mark.parametrize(
    ("verify", "message"),
    [
        ("/does/not/exist.pem", "there is no file or folder '/does/not/exist.pem'"),
        (__file__, "cannot load CA certificates from"),
        (3, "must be True, False, the path of a CA file or an ssl.SSLContext, not int"),
        (None, "must be True, False, the path of a CA file or an ssl.SSLContext, not NoneType"),
    ],
    ids=["missing", "no certificate", "number", "None"],
)
def test_an_invalid_verify_is_rejected(
    client_kind: ClientKind, verify: object, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        management_client(client_kind, host=HOST, verify=verify)


def test_verify_conflicts_with_use_unverified_ssl_and_http_client(client_kind: ClientKind) -> None:
    with pytest.raises(ConfigurationError, match="use_unverified_ssl=True or verify="):
        management_client(client_kind, host=HOST, verify=False, use_unverified_ssl=True)
    http = httpx.Client() if client_kind == "sync" else httpx.AsyncClient()
    with pytest.raises(ConfigurationError, match="verifies certificates itself"):
        management_client(client_kind, host=HOST, verify=False, http_client=http)


async def test_the_error_for_a_missing_ssl_cert_file_names_the_variable(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/does/not/exist.pem")
    client = management_client(client_kind, host=HOST, retries=0)
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        await run(client.users.list())
    await close(client)


def test_clients_share_one_ssl_context() -> None:
    assert ssl_context(True, needed=True) is ssl_context(True, needed=True)
    assert ssl_context(False, needed=True) is not ssl_context(True, needed=True)


# http_client=


class WithoutBuildRequest:
    def send(self, request: Any) -> None: ...
    def close(self) -> None: ...
    async def aclose(self) -> None: ...


class RequestsSession(WithoutBuildRequest):
    def request(self, method: str, url: str) -> None: ...


@pytest.mark.parametrize(
    ("sync_client", "async_client", "message"),
    [
        (httpx.AsyncClient, httpx.Client, "has no a?close"),
        (httpx2.AsyncClient, httpx2.Client, "has no a?close"),
        (fast.AsyncClient, fast.Client, "has no a?close"),
        (RequestsSession, RequestsSession, "RequestsSession has no build_request: expected httpx"),
        (object, object, "object has no build_request or send or a?close"),
        (lambda: httpx.Client, lambda: httpx.AsyncClient, "pass an instance"),
        (lambda: "http://proxy", lambda: "http://proxy", "of type str has no build_request"),
    ],
    ids=["httpx", "httpx2", "fast", "requests", "object", "class", "string"],
)
def test_an_unsuitable_http_client_is_rejected_when_the_client_is_created(
    client_kind: ClientKind, sync_client: Any, async_client: Any, message: str
) -> None:
    http = sync_client() if client_kind == "sync" else async_client()
    with pytest.raises(ConfigurationError, match=message):
        management_client(client_kind, http_client=http)


async def test_a_closed_http_client_is_rejected_when_the_client_is_created(
    client_kind: ClientKind,
) -> None:
    for sender in ("httpx2", "fast"):
        http = http_client(sender, client_kind)
        await run(http.close() if client_kind == "sync" else http.aclose())
        with pytest.raises(ConfigurationError, match="http_client is closed"):
            management_client(client_kind, http_client=http)


async def test_proxies_in_the_environment_are_not_validated_for_an_injected_client(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "ftp://proxy.example")
    client = management_client(
        client_kind, host=HOST, http_client=http_client("httpx2", client_kind)
    )
    await close(client)


async def test_maybe_sent_is_false_after_the_fast_client_was_closed(
    client_kind: ClientKind,
) -> None:
    http = http_client("fast", client_kind)
    client = management_client(client_kind, host=HOST, http_client=http, retries=0)
    await run(http.close() if client_kind == "sync" else http.aclose())
    with pytest.raises(TransportError, match="HTTP client is closed") as caught:
        await run(client.users.delete("u"))
    assert not caught.value.maybe_sent
    await close(client)


# Localhost.


@pytest.mark.parametrize("sender", ["httpx", "fast"])
async def test_subdomains_of_localhost_allow_http(client_kind: ClientKind, sender: Sender) -> None:
    with serving() as server:
        host = f"http://core.authing.localhost:{server.port}"
        client = client_of(
            server, client_kind, host=host, http_client=http_client(sender, client_kind)
        )
        assert (await run(client.users.list())).total_count == 0
        for request in server.requests:
            assert f"host: core.authing.localhost:{server.port}" in request.head.lower()
        await close(client)


@pytest.mark.parametrize("host", ["http://localhost.example", "http://notlocalhost"])
def test_other_hosts_require_https(client_kind: ClientKind, host: str) -> None:
    with pytest.raises(ConfigurationError, match="use https"):
        management_client(client_kind, host=host)


# The fast clients.


async def test_fast_clients_trust_a_ca_file(
    client_kind: ClientKind, tls_server: RawServer, certificates: Certificates
) -> None:
    http = http_client("fast", client_kind, verify=str(certificates.ca))
    client = client_of(tls_server, client_kind, http_client=http, host=tls_server.url)
    assert (await run(client.users.list())).total_count == 0
    await close(client)


async def test_fast_clients_reject_an_unknown_certificate(
    client_kind: ClientKind, tls_server: RawServer
) -> None:
    client = client_of(tls_server, client_kind, http_client=http_client("fast", client_kind))
    with pytest.raises(TransportError) as caught:
        await run(client.users.delete("u"))
    assert not caught.value.maybe_sent
    await close(client)


async def test_fast_clients_can_skip_verification(
    client_kind: ClientKind, tls_server: RawServer
) -> None:
    client = client_of(
        tls_server, client_kind, http_client=http_client("fast", client_kind, verify=False)
    )
    assert (await run(client.users.list())).total_count == 0
    await close(client)


async def test_fast_async_accepts_an_ssl_context(
    tls_server: RawServer, certificates: Certificates
) -> None:
    context = ssl.create_default_context(cafile=certificates.ca)
    http = fast.AsyncClient(verify=context)
    client = client_of(tls_server, "async", http_client=http)
    assert (await run(client.users.list())).total_count == 0
    await close(client)


@pytest.mark.parametrize("as_pair", [True, False])
async def test_fast_clients_send_a_client_certificate(
    client_kind: ClientKind,
    client_cert_server: RawServer,
    certificates: Certificates,
    as_pair: bool,
) -> None:
    ca, cert = str(certificates.ca), str(certificates.localhost)
    http = http_client("fast", client_kind, verify=ca, cert=(cert, cert) if as_pair else cert)
    client = client_of(client_cert_server, client_kind, http_client=http)
    assert (await run(client.users.list())).total_count == 0
    await close(client)
    client = client_of(
        client_cert_server, client_kind, http_client=http_client("fast", client_kind, verify=ca)
    )
    with pytest.raises(TransportError):
        await run(client.users.list())
    await close(client)


@pytest.mark.parametrize("client_type", [fast.Client, fast.AsyncClient], ids=["sync", "async"])
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"verify": "/does/not/exist"}, "there is no file"),
        ({"cert": "/does/not/exist"}, "cert: there is no file '/does/not/exist'"),
        ({"proxy": "ftp://proxy"}, "proxy names a proxy with scheme 'ftp'"),
        ({"proxy": "http://"}, "proxy is not a valid proxy"),
    ],
    ids=["verify", "cert", "scheme", "proxy"],
)
def test_invalid_settings_of_fast_clients_are_rejected(
    client_type: Any, settings: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        client_type(**settings)


def test_settings_that_the_http_library_does_not_support_are_rejected() -> None:
    with pytest.raises(ConfigurationError, match=r"cannot use an ssl\.SSLContext"):
        fast.Client(verify=ssl.create_default_context())
    with pytest.raises(ConfigurationError, match="cannot use a SOCKS proxy"):
        fast.AsyncClient(proxy="socks5://127.0.0.1:1")


async def test_fast_clients_accept_limits_and_timeouts_of_httpx(client_kind: ClientKind) -> None:
    limits = httpx.Limits(max_connections=2, max_keepalive_connections=1, keepalive_expiry=1)
    timeout: Any = httpx.Timeout(5, connect=1)
    client_type: Any = fast.Client if client_kind == "sync" else fast.AsyncClient
    http = client_type(limits=limits, timeout=timeout)
    assert http.timeout == fast.Timeouts(connect=1, read=5, write=5, pool=5)
    with serving() as server:
        client = client_of(server, client_kind, http_client=http)
        if isinstance(client, AsyncManagementClient):
            await asyncio.gather(*[client.users.list() for _ in range(8)])
        else:
            await run(client.users.list())
        assert server.most_open <= 2
        await close(client)


async def test_fast_clients_use_a_proxy(client_kind: ClientKind) -> None:
    with serving() as proxy, serving() as server:
        http = http_client("fast", client_kind, proxy=proxy.url)
        client = client_of(server, client_kind, http_client=http)
        assert (await run(client.users.list())).total_count == 0
        assert server.requests == []
        assert proxy.requests[0].head.startswith(f"POST {server.url}/graphql/v2 HTTP/1.1")
        await close(client)


@pytest.mark.parametrize("module", ["aiohttp", "pyreqwest"])
def test_the_error_for_a_missing_package_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.setitem(sys.modules, name, None)
    client_type: Any = fast.AsyncClient if module == "aiohttp" else fast.Client
    with pytest.raises(ConfigurationError, match=r"pip install 'authing-users\[fast\]'"):
        client_type()


def test_importing_fast_requires_neither_library() -> None:
    assert importlib.import_module("authing_users.fast").__all__
    assert os.fspath(Path(fast.__file__ or "").parent).endswith("fast")


async def test_fast_clients_are_context_managers() -> None:
    with fast.Client() as http, serving() as server:
        client = client_of(server, "sync", http_client=http)
        assert isinstance(client, ManagementClient)
        client.users.list()
    assert http.is_closed
    async with fast.AsyncClient() as async_http:
        with serving() as server:
            await run(client_of(server, "async", http_client=async_http).users.list())
    assert async_http.is_closed
