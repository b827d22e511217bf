"""Passwords: how they arrive, and the little that is kept of them."""

import base64
import binascii
import hashlib
import secrets
import threading
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ..errors import ApiError, ErrorCode

MINIMUM_LENGTH = 6  # characters

_KEY_BITS = 1024  # as the service's key, so that a password has the same longest length
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}
_hashing = threading.Semaphore(4)  # each hash takes 16 MB for a moment


class PrivateKey:
    """The key that passwords are encrypted for.

    Args:
        pem: The private key as PEM text, as ``generate`` makes it.
    """

    def __init__(self, pem: str) -> None:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            message = "The private key of a user pool is an RSA key."
            raise TypeError(message)
        numbers = key.private_numbers()
        self._exponent = numbers.d
        self._modulus = numbers.public_numbers.n
        self._size = key.key_size // 8
        self.public_pem: str = (
            key.public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            .decode()
        )

    @staticmethod
    def generate() -> str:
        """Make a new private key, as PEM text."""
        return (
            rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
            .private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            .decode()
        )

    def decrypt(self, encrypted: str) -> str:
        """Decrypt base64 text of RSA PKCS#1 v1.5.

        Raises:
            ApiError: The text is nothing that was encrypted for this key.
        """
        # Done by hand, because OpenSSL answers a ciphertext with wrong padding with random bytes
        # instead of an error, and these may happen to be a valid password.
        try:
            cipher = base64.b64decode(encrypted, validate=True)
            number = int.from_bytes(cipher, "big")
            if len(cipher) != self._size or number >= self._modulus:
                raise ValueError
            padded = pow(number, self._exponent, self._modulus).to_bytes(self._size, "big")
            filler, separator, plain = padded[2:].partition(b"\0")
            if padded[:2] != b"\0\2" or len(filler) < 8 or not separator:
                raise ValueError
            return plain.decode()
        except (ValueError, binascii.Error):
            raise ApiError(ErrorCode.PASSWORD_UNREADABLE) from None


@dataclass(frozen=True, slots=True)
class Credential:
    """What is stored of a password.

    Attributes:
        kept: Whether the caller had the value stored as it is (a hash of another system).
        value: The value, or ``scrypt$n$r$p$salt$hash`` in hexadecimal digits.
    """

    kept: bool
    value: str


def credential(key: PrivateKey, encrypted: str, *, keep: bool) -> Credential:
    """Decrypt a password and make what is stored of it. Slow on purpose, unless it is kept.

    Raises:
        ApiError: The password cannot be decrypted, or is too short.
    """
    password = key.decrypt(encrypted)
    return Credential(kept=True, value=password) if keep else hashed(password)


def hashed(password: str) -> Credential:
    """Make what is stored of a password. Slow on purpose.

    Raises:
        ApiError: The password is too short.
    """
    if not strong_enough(password):
        raise ApiError(ErrorCode.PASSWORD_TOO_SHORT)
    salt = secrets.token_bytes(16)
    with _hashing:
        digest = hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)
    cost = "$".join(str(number) for number in _SCRYPT.values())
    return Credential(kept=False, value=f"scrypt${cost}${salt.hex()}${digest.hex()}")


def strong_enough(password: str) -> bool:
    """Whether a password satisfies the rules of the pool."""
    return len(password) >= MINIMUM_LENGTH
