"""The keys that sign the tokens of users, and the algorithm that is used."""

from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from .passwords import load_private_key
from .records import Store

HS256 = "HS256"
RS256 = "RS256"
ALGORITHMS = (HS256, RS256)
"""The algorithms. With HS256, the secret of the pool signs; with RS256, the newest key."""


@dataclass(frozen=True, slots=True)
class Signature:
    """How a token is signed.

    Attributes:
        algorithm: The algorithm.
        key: The secret, or the private key as PEM text.
        kid: ID of the key, or ``None`` for a secret.
    """

    algorithm: str
    key: str
    kid: str | None = None


def algorithm(store: Store) -> str:
    """Return the algorithm that signs new tokens."""
    (name,) = store.connection.execute("SELECT tokenAlgorithm FROM userpool").fetchone()
    return str(name)


def use_algorithm(store: Store, name: str) -> None:
    """Sign new tokens with another algorithm. RS256 needs a key. Earlier tokens stay valid."""
    store.connection.execute("UPDATE userpool SET tokenAlgorithm = ?", (name,))


def add_key(store: Store, kid: str, private_pem: str) -> None:
    """Add a key, which signs new tokens from now on. The earlier keys stay published."""
    store.connection.execute(
        "INSERT INTO signing_keys (kid, privateKey) VALUES (?, ?)", (kid, private_pem)
    )


def delete_old_keys(store: Store) -> None:
    """Delete all keys except for the newest. Tokens that they signed become invalid."""
    store.connection.execute(
        "DELETE FROM signing_keys WHERE seq < (SELECT max(seq) FROM signing_keys)"
    )


def key_ids(store: Store) -> list[str]:
    """Return the IDs of the keys, oldest first."""
    return [kid for kid, _ in _keys(store)]


def signature(store: Store) -> Signature:
    """Return how a new token of a user is signed."""
    if algorithm(store) == HS256:
        return Signature(HS256, store.pool.jwt_secret)
    kid, private_pem = _keys(store)[-1]
    return Signature(RS256, private_pem, kid)


def public_key(store: Store, kid: object) -> str | None:
    """Return a published key as PEM text, or ``None`` if it does not exist."""
    private_pem = next((pem for known, pem in _keys(store) if known == kid), None)
    return None if private_pem is None else _public_pem(private_pem)


def key_set(store: Store) -> dict[str, object]:
    """Return the published keys as a JSON Web Key Set."""
    return {
        "keys": [
            {**_web_key(private_pem), "alg": RS256, "use": "sig", "kid": kid}
            for kid, private_pem in _keys(store)
        ]
    }


def _keys(store: Store) -> list[tuple[str, str]]:
    rows = store.connection.execute("SELECT kid, privateKey FROM signing_keys ORDER BY seq")
    return rows.fetchall()


@lru_cache(maxsize=16)
def _public_pem(private_pem: str) -> str:
    return (
        _public(private_pem)
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@lru_cache(maxsize=16)
def _web_key(private_pem: str) -> dict[str, object]:
    key = RSAAlgorithm.to_jwk(_public(private_pem), as_dict=True)
    return {name: key[name] for name in ("kty", "n", "e")}


def _public(private_pem: str) -> rsa.RSAPublicKey:
    return load_private_key(private_pem).public_key()
