"""The keys of a new user pool."""

import secrets
from dataclasses import dataclass
from functools import cache, lru_cache
from math import gcd, prod
from random import Random

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
_SIGNING_BITS = 2048  # libraries warn of shorter keys
_SMALL_PRIMES = prod(n for n in range(3, 1000, 2) if all(n % d for d in range(3, n, 2)))


@dataclass(frozen=True, slots=True)
class PoolKeys:
    """The keys of a user pool.

    Attributes:
        jwt_secret: Signs the tokens of users, unless they are signed with RS256.
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


def random_signing_key(_: str) -> str:
    """Return a new RSA key that signs tokens, as PEM text."""
    return private_pem(rsa.generate_private_key(public_exponent=_EXPONENT, key_size=_SIGNING_BITS))


@lru_cache(maxsize=16)
def derived_signing_key(kid: str) -> str:
    """Return the RSA key with an ID, for deterministic emulators. Everybody can derive it."""
    random = Random(kid)
    return private_pem(_rsa_key(_prime(random), _prime(random)))


def _prime(random: Random) -> int:
    size = _SIGNING_BITS // 2
    while True:
        number = random.getrandbits(size) | 3 << (size - 2) | 1
        # For random numbers of this size, the test of Fermat does not err.
        if gcd(number, _SMALL_PRIMES) == 1 and pow(2, number - 1, number) == 1:
            return number


@lru_cache(maxsize=16)
def _shared_private_key(_: str) -> str:
    return PrivateKey.generate()


@cache
def _development_private_key() -> str:
    return private_pem(_rsa_key(_P, _Q))


def _rsa_key(p: int, q: int) -> rsa.RSAPrivateKey:
    exponent = rsa.rsa_recover_private_exponent(_EXPONENT, p, q)
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=exponent,
        dmp1=rsa.rsa_crt_dmp1(exponent, p),
        dmq1=rsa.rsa_crt_dmq1(exponent, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(_EXPONENT, p * q),
    ).private_key()
