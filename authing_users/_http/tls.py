"""TLS settings: one context for all clients of a process, or the caller's own."""

import os
import ssl
import threading
from collections.abc import Sequence
from os import PathLike
from typing import cast

from .._runtime.foreign import describe
from .._runtime.fork import register_after_fork
from ..errors import ConfigurationError

Verify = bool | ssl.SSLContext


class _SharedContexts:
    """The contexts that all clients of the process share: building one takes 20 ms or more."""

    def __init__(self) -> None:
        self.after_fork()
        register_after_fork(self)
        # By whether certificates are verified, and the variables that name them. Also by the
        # class, which a test tool may have replaced.
        self._contexts: dict[tuple[object, ...], ssl.SSLContext] = {}

    def after_fork(self) -> None:
        """Start with a free lock."""
        self._lock = threading.Lock()

    def get(self, verify: bool) -> ssl.SSLContext:
        """Return the context that verifies certificates, or the one that does not."""
        variables = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
        key = (verify, *variables, ssl.SSLContext)
        with self._lock:
            if key not in self._contexts:
                self._contexts[key] = _create(verify)
            return self._contexts[key]


def _create(verify: bool) -> ssl.SSLContext:
    context = environment_context() if verify else None
    if context is not None:
        return context
    import httpx

    return httpx.create_ssl_context(verify=verify, trust_env=False)


def environment_context() -> ssl.SSLContext | None:
    """Return a context that trusts what ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` names, if set.

    Raises:
        ConfigurationError: The certificates cannot be loaded.
    """
    if path := os.environ.get("SSL_CERT_FILE"):
        return _trusting(path, "SSL_CERT_FILE")
    if path := os.environ.get("SSL_CERT_DIR"):
        # A list of folders. OpenSSL ignores those that do not exist.
        if not any(os.path.isdir(folder) for folder in path.split(os.pathsep)):
            raise ConfigurationError(f"SSL_CERT_DIR: there is no folder {path!r}")
        return ssl.create_default_context(capath=path)
    return None


def _trusting(path: str, setting: str) -> ssl.SSLContext:
    """Return a context that trusts the CA certificates of a file or folder.

    Raises:
        ConfigurationError: The certificates cannot be loaded.
    """
    try:
        if os.path.isdir(path):
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except FileNotFoundError:
        problem = f"{setting}: there is no file or folder {path!r}"
    except (OSError, ValueError) as error:
        problem = f"{setting}: cannot load CA certificates from {path!r} ({describe(error)})"
    raise ConfigurationError(problem)


_shared = _SharedContexts()


def resolve_verify(verify: object) -> Verify:
    """Check the option ``verify``; load the CA certificates if it names a file or folder.

    Raises:
        ConfigurationError: ``verify`` has the wrong type, or its certificates cannot be loaded.
    """
    if isinstance(verify, bool | ssl.SSLContext):
        return verify
    if not isinstance(verify, str | PathLike):
        raise ConfigurationError(
            "verify must be True, False, the path of a CA file or an ssl.SSLContext, "
            f"not {type(verify).__name__}"
        )
    try:
        path = os.fspath(cast("str | PathLike[str]", verify))
    except Exception as error:
        problem = f"Cannot read the path that verify names ({describe(error)})"
    else:
        if path:
            return _trusting(path, "verify")
        problem = "verify is empty: pass the path of a CA file, or True"
    raise ConfigurationError(problem)


def ssl_context(verify: Verify, *, needed: bool, cert: Sequence[str] = ()) -> ssl.SSLContext:
    """Return the context for a client.

    Args:
        verify: The checked option.
        needed: Whether a TLS connection will be made; without one, loading the CA certificates
            would only cost time.
        cert: Paths of a client certificate and its key, or of a file with both.

    Raises:
        ConfigurationError: The client certificate cannot be loaded.
    """
    if cert:
        context = _create(verify) if isinstance(verify, bool) else verify
        try:
            context.load_cert_chain(*cert)
        except (OSError, ValueError) as error:
            reason = describe(error)
        else:
            return context
        raise ConfigurationError(f"cert: cannot load {' and '.join(cert)} ({reason})")
    if isinstance(verify, ssl.SSLContext):
        return verify
    return _shared.get(verify) if needed else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


# Parts of the messages of OpenSSL, then of rustls, and what to do.
_HINTS = {
    ("CERTIFICATE_VERIFY_FAILED", "invalid peer certificate"): (
        "The certificate of the server was rejected. If it is from a private authority, pass the "
        "CA file as verify="
    ),
    ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "InvalidContentType"): (
        "The server does not use TLS on this port: check the scheme and the port of the host"
    ),
    ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "ProtocolVersion", "peer is incompatible"): (
        "The server does not support a secure version of TLS"
    ),
}


def tls_hint(reason: str) -> str:
    """Return what to do about the failure of a TLS connection, or an empty string."""
    for marks, hint in _HINTS.items():
        if any(mark in reason for mark in marks):
            return f". {hint}"
    return ""
