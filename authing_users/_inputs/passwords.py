"""Encryption of passwords for the API."""

import base64
from typing import TYPE_CHECKING

from .._runtime.secret import Secret
from ..errors import ConfigurationError, InvalidInputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

# The key that the service publishes for all user pools.
DEFAULT_PUBLIC_KEY = """\
-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC4xKeUgQ+Aoz7TLfAfs9+paePb
5KIofVthEopwrXFkp8OCeocaTHt9ICjTT2QeJh6cZaDaArfZ873GPUn00eOIZ7Ae
+TiA2BKHbCvloW3w5Lnqm70iSsUi5Fmu9/2+68GZRH9L7Mlh8cFksCicW2Y2W2uM
GKl64GDcIq3au+aqJQIDAQAB
-----END PUBLIC KEY-----
"""

# What PKCS#1 v1.5 padding takes of each block.
PADDING_BYTES = 11


class PasswordEncryptor:
    """Encrypts passwords with RSA PKCS#1 v1.5, as the API requires; parses the key once."""

    def __init__(self, public_key: str) -> None:
        self._key = _load(public_key)
        self._most_bytes = self._key.key_size // 8 - PADDING_BYTES

    def encrypt(self, password: Secret) -> str:
        """Return the password encrypted and base64-encoded.

        Raises:
            InvalidInputError: The password is too long for the key.
        """
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

        # Not held in a name: a traceback that shows locals would show it.
        size = len(password.encode("utf-8"))
        if size > self._most_bytes:
            raise InvalidInputError(
                f"The password has {size} bytes in UTF-8; "
                f"at most {self._most_bytes} can be encrypted for the API"
            )
        ciphertext = self._key.encrypt(password.encode("utf-8"), PKCS1v15())
        return base64.b64encode(ciphertext).decode("ascii")


def _load(public_key: str) -> "RSAPublicKey":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        # A key that stands indented in a program, or with blank lines around it, is fine.
        lines = [line.strip() for line in public_key.strip().splitlines()]
        key = load_pem_public_key("\n".join(lines).encode("utf-8"))
    except ValueError:
        raise ConfigurationError("enc_public_key is not a public key in PEM form") from None
    if not isinstance(key, RSAPublicKey):
        raise ConfigurationError("enc_public_key is not an RSA key")
    return key
