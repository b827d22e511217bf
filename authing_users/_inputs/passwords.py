"""Encryption of passwords for the API."""

import base64
from typing import TYPE_CHECKING

from .._runtime.secret import EncryptedPassword, Secret
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

# PKCS#1 v1.5 padding uses at least this many bytes of each block.
PADDING_BYTES = 11


class PasswordEncryptor:
    """Encrypts passwords with RSA PKCS#1 v1.5, as the API requires. Parses the key once.

    Args:
        public_key: RSA public key in PEM format.
        setting: The setting that the key is from, for messages.

    Raises:
        ConfigurationError: The key is not an RSA public key in PEM format.
    """

    def __init__(self, public_key: str, setting: str = "enc_public_key") -> None:
        self._key = _load(public_key, setting)
        self._max_bytes = self._key.key_size // 8 - PADDING_BYTES

    def encrypt(self, password: Secret) -> EncryptedPassword:
        """Return the password encrypted and base64-encoded.

        Raises:
            InvalidInputError: The password is too long for the key.
        """
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

        size = len(password.encode("utf-8"))
        if size > self._max_bytes:
            raise InvalidInputError(
                f"The password is too long: {size} bytes in UTF-8; "
                f"at most {self._max_bytes} can be encrypted"
            )
        ciphertext = self._key.encrypt(password.encode("utf-8"), PKCS1v15())
        encrypted = EncryptedPassword(base64.b64encode(ciphertext).decode("ascii"))
        encrypted.password = password
        return encrypted


def _load(public_key: str, setting: str) -> "RSAPublicKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    problem = f"{setting} must be an RSA public key in PEM format"
    try:
        # The key may be indented or surrounded by blank lines, as in a triple-quoted string.
        lines = [line.strip() for line in public_key.strip().splitlines()]
        key = load_pem_public_key("\n".join(lines).encode("utf-8"))
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationError(problem) from None
    if not isinstance(key, RSAPublicKey):
        raise ConfigurationError(problem)
    return key
