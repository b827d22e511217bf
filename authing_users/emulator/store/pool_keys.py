"""The keys of a new user pool."""

import secrets
from dataclasses import dataclass
from functools import cache, lru_cache

from cryptography.hazmat.primitives.asymmetric import rsa

from .passwords import PrivateKey, private_pem

# The prime factors of a public RSA key for deterministic emulators.
_P = int(
    "f96bb342ccbb82c8bc4ed758a08376159330fb6501d361457f598ba91a2a4eb7"
    "5f3526c6675f36d1449217372b208b9ad53d3a20c71bd3e86301ae3229d3a161",
    16,
)
_Q = int(
    "cc22ce8c1f2d779e81a2fd32caf9a1e4249c1f84000f80d3c71938f70e6c4a40"
    "6b3858c11d1b68167cea67d12a7d3979a8a478128b476210bd0a50a652d9b973",
    16,
)
_EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class PoolKeys:
    """The keys of a user pool.

    Attributes:
        jwt_secret: Signs the tokens of users.
        management_key: Signs management tokens.
        private_key: Decrypts passwords, as PEM text.
    """

    jwt_secret: str
    management_key: str
    private_key: str


def random_keys(_: str) -> PoolKeys:
    """Return new keys."""
    return PoolKeys(
        jwt_secret=secrets.token_hex(32),
        management_key=secrets.token_hex(32),
        private_key=PrivateKey.generate(),
    )


def random_keys_in_memory(pool_id: str) -> PoolKeys:
    """Return new keys for a pool that is not stored.

    Such pools with the same ID share the RSA key, because it takes long to generate.
    """
    return PoolKeys(
        jwt_secret=secrets.token_hex(32),
        management_key=secrets.token_hex(32),
        private_key=_shared_private_key(pool_id),
    )


def development_keys(_: str) -> PoolKeys:
    """Return the keys of a deterministic emulator, which are public and the same everywhere."""
    return PoolKeys(
        jwt_secret="deterministic-users-" + "0" * 44,
        management_key="deterministic-management-" + "0" * 39,
        private_key=_development_private_key(),
    )


@lru_cache(maxsize=16)
def _shared_private_key(_: str) -> str:
    return PrivateKey.generate()


@cache
def _development_private_key() -> str:
    exponent = rsa.rsa_recover_private_exponent(_EXPONENT, _P, _Q)
    key = rsa.RSAPrivateNumbers(
        p=_P,
        q=_Q,
        d=exponent,
        dmp1=rsa.rsa_crt_dmp1(exponent, _P),
        dmq1=rsa.rsa_crt_dmq1(exponent, _Q),
        iqmp=rsa.rsa_crt_iqmp(_P, _Q),
        public_numbers=rsa.RSAPublicNumbers(_EXPONENT, _P * _Q),
    ).private_key()
    return private_pem(key)
