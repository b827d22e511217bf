"""Passwords: decryption and hashing."""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ..errors import ApiError, ErrorCode

MIN_LENGTH = 6  # characters

_KEY_BITS = 1024  # as at the service, so that the maximum length of a password is the same
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}
_hash_slots = threading.Semaphore(4)  # each hash needs 16 MB


class PrivateKey:
    """The RSA key that decrypts passwords.

    Args:
        pem: The private key as PEM text, from ``generate``.
    """

    def __init__(self, pem: str) -> None:
        key = load_private_key(pem)
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
        """Return a new private key as PEM text."""
        return private_pem(rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS))

    def decrypt(self, encrypted: str) -> str:
        """Decrypt a password: RSA with PKCS#1 v1.5 padding, in base64.

        Raises:
            ApiError: The password was not encrypted with this key.
        """
        # OpenSSL returns random bytes for a wrong padding instead of an error, and they could be
        # a valid password. So decrypt and check the padding here.
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
            raise ApiError(ErrorCode.PASSWORD_NOT_DECRYPTABLE) from None


def private_pem(key: rsa.RSAPrivateKey) -> str:
    """Return a private key as PEM text."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@lru_cache(maxsize=16)  # loading checks the key, the slowest step of the start of an emulator
def load_private_key(pem: str) -> rsa.RSAPrivateKey:
    """Load a private key from PEM text."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        message = "The private key of a user pool must be an RSA key."
        raise TypeError(message)
    return key


@dataclass(frozen=True, slots=True)
class Credential:
    """The stored form of a password.

    Attributes:
        kept: The value is stored unchanged (``keepPassword``), such as a hash of another system.
        value: The value, or ``scrypt$n$r$p$salt$hash`` with salt and hash in hexadecimal.
    """

    kept: bool
    value: str


def make_credential(key: PrivateKey, encrypted: str, *, keep: bool) -> Credential:
    """Decrypt a password and return its stored form. Hashing is slow; ``keep`` skips it.

    Raises:
        ApiError: The password cannot be decrypted or is too short.
    """
    password = key.decrypt(encrypted)
    return Credential(kept=True, value=password) if keep else hash_password(password)


def hash_password(password: str) -> Credential:
    """Hash a password. Slow by design.

    Raises:
        ApiError: The password is too short.
    """
    if not is_strong_enough(password):
        raise ApiError(ErrorCode.PASSWORD_TOO_SHORT)
    salt = secrets.token_bytes(16)
    with _hash_slots:
        digest = hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)
    cost = "$".join(str(number) for number in _SCRYPT.values())
    return Credential(kept=False, value=f"scrypt${cost}${salt.hex()}${digest.hex()}")


def matches(credential: Credential, password: str) -> bool:
    """Return whether a password is the one of a stored hash. Slow by design.

    Raises:
        ApiError: The stored value was kept unchanged, so its kind of hash is unknown.
    """
    if credential.kept:
        raise ApiError(ErrorCode.UNSUPPORTED, "login with a keepPassword value")
    _, n, r, p, salt, digest = credential.value.split("$")
    with _hash_slots:
        candidate = hashlib.scrypt(
            password.encode(), salt=bytes.fromhex(salt), n=int(n), r=int(r), p=int(p)
        )
    return hmac.compare_digest(candidate, bytes.fromhex(digest))


def is_strong_enough(password: str) -> bool:
    """Return whether a password satisfies the policy of the pool."""
    return len(password) >= MIN_LENGTH
