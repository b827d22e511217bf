"""The error of a failed TLS handshake says why it failed, and what to do."""

import datetime
import socketserver
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from authing_users import TransportError

from ..support.client_kinds import ClientKind, close, run
from ..support.raw_server import client_of, serving
from ..support.senders import SENDERS, Sender, http_client

LOOPBACK = x509.IPAddress(ip_address("127.0.0.1"))
OTHER_HOST = x509.DNSName("other.example")
NOW = datetime.datetime.now(datetime.UTC)
HOUR = datetime.timedelta(hours=1)


# Python 3.13 requires it of an authority.
_KEY_USAGE = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


class Authority:
    """A certificate authority that issues certificates for this machine.

    Attributes:
        path: Path of its own certificate.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        self._key = ec.generate_private_key(ec.SECP256R1())
        public_key = self._key.public_key()
        certificate = (
            x509.CertificateBuilder(
                self._name,
                self._name,
                public_key,
                x509.random_serial_number(),
                NOW - 9 * HOUR,
                NOW + 9 * HOUR,
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(_KEY_USAGE, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.path = folder / "authority.pem"
        self.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        name: x509.GeneralName = LOOPBACK,
        start: datetime.datetime = NOW - HOUR,
        end: datetime.datetime = NOW + HOUR,
        *,
        is_self_signed: bool = False,
    ) -> Path:
        """Return the path of a new certificate, with its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test server")])
        certificate = (
            x509.CertificateBuilder(
                subject if is_self_signed else self._name,
                subject,
                key.public_key(),
                x509.random_serial_number(),
                start,
                end,
            )
            .add_extension(x509.SubjectAlternativeName([name]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    (key if is_self_signed else self._key).public_key()
                ),
                critical=False,
            )
            .sign(key if is_self_signed else self._key, hashes.SHA256())
        )
        path = self._folder / f"{x509.random_serial_number()}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return path


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def message_of_failure(
    authority: Authority, client_kind: ClientKind, sender: Sender, port: int
) -> str:
    """Call a server over TLS, and return the message of the error."""
    if sender == "httpx2":
        trusted: Any = ssl.create_default_context(cafile=authority.path)
        options: dict[str, Any] = {"http_client": http_client(sender, client_kind, verify=trusted)}
    elif sender == "fast":
        http = http_client(sender, client_kind, verify=str(authority.path))
        options = {"http_client": http}
    else:
        options = {"verify": authority.path}
    with serving() as unused:
        client = client_of(unused, client_kind, host=f"https://127.0.0.1:{port}", **options)
        with pytest.raises(TransportError) as caught:
            await run(client.users.delete("u"))
        await close(client)
    return caught.value.message


CERTIFICATES: dict[str, tuple[dict[str, Any], str, str]] = {
    # The arguments of `issue`, and the reasons that OpenSSL and rustls give.
    "self-signed": ({"is_self_signed": True}, "self-signed certificate", "UnknownIssuer"),
    "expired": (
        {"start": NOW - 2 * HOUR, "end": NOW - HOUR},
        "certificate has expired",
        "certificate expired",
    ),
    "not valid yet": (
        {"start": NOW + HOUR, "end": NOW + 2 * HOUR},
        "certificate is not yet valid",
        "certificate not valid yet",
    ),
    "other host": (
        {"name": OTHER_HOST},
        "certificate is not valid for '127.0.0.1'",
        'certificate not valid for name "127.0.0.1"',
    ),
}


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("name", CERTIFICATES)
async def test_the_error_names_what_is_wrong_with_a_certificate(
    authority: Authority, client_kind: ClientKind, sender: Sender, name: str
) -> None:
    arguments, openssl, rustls = CERTIFICATES[name]
    with serving(context=server_context(authority.issue(**arguments))) as server:
        message = await message_of_failure(authority, client_kind, sender, server.port)
        assert server.requests == []
    assert f"https://127.0.0.1:{server.port}" in message
    assert (rustls if (sender, client_kind) == ("fast", "sync") else openssl) in message
    assert "certificate of the server was rejected" in message
    assert "verify=" in message


async def test_a_trusted_certificate_is_accepted(
    authority: Authority, client_kind: ClientKind
) -> None:
    with serving(context=server_context(authority.issue())) as server:
        client = client_of(server, client_kind, verify=authority.path)
        assert (await run(client.users.list())).total_count == 0
        await close(client)


class _BadRequest(socketserver.BaseRequestHandler):
    """Responds like an HTTP server that receives a TLS handshake."""

    def handle(self) -> None:
        self.request.recv(65_536)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")


@contextmanager
def plain_server() -> Generator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _BadRequest) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("sender", SENDERS)
async def test_the_error_says_that_the_server_does_not_use_tls(
    authority: Authority, client_kind: ClientKind, sender: Sender
) -> None:
    with plain_server() as port:
        message = await message_of_failure(authority, client_kind, sender, port)
    assert "The server does not use TLS on this port: check the scheme and the port" in message


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")
async def test_the_error_says_that_the_version_of_tls_is_too_old(
    authority: Authority, client_kind: ClientKind, sender: Sender
) -> None:
    context = server_context(authority.issue())
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(context=context) as server:
        message = await message_of_failure(authority, client_kind, sender, server.port)
    assert "does not support a secure version of TLS" in message
