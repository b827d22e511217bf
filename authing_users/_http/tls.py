"""TLS settings: one context for all clients of a process, or the caller's own."""

import os
import ssl
import threading
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import cast

from .._runtime.fork import register_after_fork
from ..errors import ConfigurationError

Verify = bool | ssl.SSLContext


class _SharedContexts:
    """The contexts that all clients of the process share: building one takes 20 ms or more."""

    def __init__(self) -> None:
        self.after_fork()
        register_after_fork(self)
        # By whether certificates are verified, and the variables that name them.
        self._contexts: dict[tuple[bool, str | None, str | None], ssl.SSLContext] = {}

    def after_fork(self) -> None:
        """Start with a free lock."""
        self._lock = threading.Lock()

    def get(self, verify: bool) -> ssl.SSLContext:
        """Return the context that verifies certificates, or the one that does not."""
        key = (verify, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        with self._lock:
            if key not in self._contexts:
                self._contexts[key] = _create(verify)
            return self._contexts[key]


def _create(verify: bool) -> ssl.SSLContext:
    import httpx

    try:
        # Reads SSL_CERT_FILE and SSL_CERT_DIR.
        return httpx.create_ssl_context(verify=verify)
    except OSError as error:
        reason = f"{type(error).__name__}: {error}"
    raise ConfigurationError(
        f"Cannot load the CA certificates that SSL_CERT_FILE or SSL_CERT_DIR names ({reason})"
    )


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
    path = Path(cast("str | PathLike[str]", verify))
    if not path.exists():
        raise ConfigurationError(f"verify: there is no file or folder {str(path)!r}")
    try:
        if path.is_dir():
            return ssl.create_default_context(capath=str(path))
        return ssl.create_default_context(cafile=str(path))
    except OSError as error:
        reason = f"{type(error).__name__}: {error}"
    raise ConfigurationError(f"verify: cannot load CA certificates from {str(path)!r} ({reason})")


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
        except OSError as error:
            reason = f"{type(error).__name__}: {error}"
        else:
            return context
        raise ConfigurationError(f"cert: cannot load {' and '.join(cert)} ({reason})")
    if isinstance(verify, ssl.SSLContext):
        return verify
    return _shared.get(verify) if needed else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
