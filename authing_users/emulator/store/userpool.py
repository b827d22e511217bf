"""The user pool of a database: its ID, secret and keys."""

import hmac
import re
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from cryptography.exceptions import UnsupportedAlgorithm

from ..errors import ApiError, ErrorCode
from .database import Database, UnusableDatabaseError
from .passwords import PrivateKey
from .pool_keys import PoolKeys
from .timestamps import local_timestamp

DEFAULT_USER_POOL_ID = "5f0e3a7c9b1d2e4f6a8c0b5d"
"""The default ID of the pool. It is constant, for reproducible cassettes."""

DEVELOPMENT_SECRET = "emulator-development-secret"
"""The default secret of the pool. It is public, so it protects nothing."""

TOKEN_LIFETIME = 15 * 24 * 60 * 60
"""The default lifetime of tokens in seconds: 15 days, as at the service."""

_POOL_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True)
class UserPool:
    """The pool data that every request needs. It does not change while the server runs."""

    id: str
    secret: str
    secret_version: int
    jwt_secret: str
    management_key: str
    owner_id: str
    owner_email: str
    token_expires_after: int
    private_key: PrivateKey

    def check_id(self, pool_id: str) -> None:
        """Reject the ID of another pool."""
        if pool_id != self.id:
            raise ApiError(ErrorCode.POOL_NOT_FOUND)

    def check_secret(self, secret: str) -> None:
        """Reject a wrong secret. Compares in constant time."""
        if not hmac.compare_digest(secret.encode(), self.secret.encode()):
            raise ApiError(ErrorCode.WRONG_SECRET)

    def arn(self, kind: str, resource_id: str) -> str:
        """Return the resource name of an object of the pool."""
        return f"arn:cn:authing:{self.id}:{kind}:{resource_id}"


def open_pool(
    database: Database,
    *,
    user_pool_id: str | None,
    secret: str | None,
    allow_development_secret: bool,
    now: float,
    owner_id: str,
    new_keys: Callable[[str], PoolKeys],
) -> UserPool:
    """Load the pool of a database, or create it.

    Args:
        database: The database.
        user_pool_id: The expected ID; the stored ID, or the default, when ``None``.
        secret: The new secret; the stored secret, or ``DEVELOPMENT_SECRET``, when ``None``. A new
            secret ends all management tokens.
        allow_development_secret: Whether the secret may be ``DEVELOPMENT_SECRET``. If not, a random
            secret replaces it.
        now: The current Unix time in seconds.
        owner_id: ID of the owner of a new pool.
        new_keys: Returns the keys of a new pool with an ID.

    Raises:
        UnusableDatabaseError: The database holds another pool, or an argument is invalid.
    """
    if user_pool_id is not None and not _POOL_ID.fullmatch(user_pool_id):
        message = "Invalid user pool ID: expected 1 to 64 letters, digits, hyphens and underscores."
        raise UnusableDatabaseError(message)
    if secret is not None and not (secret.isprintable() and secret):
        message = "Invalid secret: expected a non-empty text without control characters."
        raise UnusableDatabaseError(message)
    if secret == DEVELOPMENT_SECRET and not allow_development_secret:
        message = "The development secret is public: give another secret, or none for a random one."
        raise UnusableDatabaseError(message)
    with database.transaction(write=True) as transaction:
        pool = load_pool(transaction.connection)
        if pool is None:
            pool_id = user_pool_id or DEFAULT_USER_POOL_ID
            _create(transaction.connection, pool_id, owner_id, now, new_keys(pool_id))
            pool = cast("UserPool", load_pool(transaction.connection))
        elif user_pool_id not in (None, pool.id):
            message = f"The database holds the user pool {pool.id}, not {user_pool_id}."
            raise UnusableDatabaseError(message)
        if secret is None and pool.secret == DEVELOPMENT_SECRET and not allow_development_secret:
            secret = secrets.token_hex(16)
        if secret is not None and secret != pool.secret:
            transaction.connection.execute(
                "UPDATE userpool SET secret = ?, secretVersion = secretVersion + 1, updatedAt = ?",
                (secret, local_timestamp(now)),
            )
            pool = replace(pool, secret=secret, secret_version=pool.secret_version + 1)
    return pool


def load_pool(connection: sqlite3.Connection) -> UserPool | None:
    """Load the pool of a database, or return ``None`` if it has none.

    Raises:
        UnusableDatabaseError: The keys of the pool are damaged.
    """
    row = connection.execute(
        "SELECT id, secret, jwtSecret, managementKey, ownerId, ownerEmail, privateKey,"
        " secretVersion, tokenExpiresAfter FROM userpool"
    ).fetchone()
    if row is None:
        return None
    pool_id, secret, jwt_secret, management_key, owner_id, owner_email, key, *numbers = row
    try:
        if not all(isinstance(text, str) for text in row[:-2]):
            raise TypeError
        secret_version, lifetime = map(int, numbers)
        private_key = PrivateKey(key)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        message = (
            "The keys of the user pool are damaged: restore the database from a backup, or use"
            " another file."
        )
        raise UnusableDatabaseError(message) from None
    return UserPool(
        id=pool_id,
        secret=secret,
        secret_version=secret_version,
        jwt_secret=jwt_secret,
        management_key=management_key,
        owner_id=owner_id,
        owner_email=owner_email,
        token_expires_after=lifetime,
        private_key=private_key,
    )


def _create(
    connection: sqlite3.Connection, pool_id: str, owner_id: str, now: float, keys: PoolKeys
) -> None:
    connection.execute(
        "INSERT INTO userpool (id, name, domain, secret, jwtSecret, ownerId, logo, createdAt,"
        " updatedAt, tokenExpiresAfter, ownerEmail, managementKey, privateKey)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            pool_id,
            "Emulator",
            "emulator",
            DEVELOPMENT_SECRET,
            keys.jwt_secret,
            owner_id,
            "",
            local_timestamp(now),
            local_timestamp(now),
            TOKEN_LIFETIME,
            "owner@emulator.invalid",
            keys.management_key,
            keys.private_key,
        ),
    )
