"""The one user pool of a database: its identity, secret and keys."""

import hmac
import re
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from ..errors import ApiError, ErrorCode
from .database import Database, UnusableDatabaseError
from .passwords import PrivateKey
from .timestamps import user_time

DEFAULT_USER_POOL_ID = "5f0e3a7c9b1d2e4f6a8c0b5d"
"""The pool's id unless another is asked for: the same everywhere, for reproducible recordings."""

TOKEN_LIFETIME = 15 * 24 * 60 * 60
"""How long tokens live by default, in seconds: fifteen days, as at the service."""

_POOL_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True)
class UserPool:
    """What every request needs to know of the pool; it does not change while the server runs."""

    id: str
    secret: str
    jwt_secret: str
    management_key: str
    owner_id: str
    owner_email: str
    token_expires_after: int
    private_key: PrivateKey

    def check_id(self, pool_id: str) -> None:
        """Refuse another pool's id."""
        if pool_id != self.id:
            raise ApiError(ErrorCode.POOL_NOT_FOUND)

    def check_secret(self, secret: str) -> None:
        """Refuse a wrong secret, in a time that does not tell how wrong it is."""
        if not hmac.compare_digest(secret.encode(), self.secret.encode()):
            raise ApiError(ErrorCode.WRONG_SECRET)

    def arn(self, kind: str, thing_id: str) -> str:
        """The resource name of something in the pool."""
        return f"arn:cn:authing:{self.id}:{kind}:{thing_id}"


def open_pool(
    database: Database,
    *,
    user_pool_id: str | None,
    secret: str | None,
    now: float,
    new_id: Callable[[float], str],
) -> UserPool:
    """Load the database's pool, or create it.

    Args:
        database: The database.
        user_pool_id: The id that is expected; the stored one, or the default, when ``None``.
        secret: The secret to use from now on; the stored one, or a new one, when ``None``.
        now: The time, in Unix seconds.
        new_id: Makes ids.

    Raises:
        UnusableDatabaseError: The database holds another pool, or an argument is unusable.
    """
    if user_pool_id is not None and not _POOL_ID.fullmatch(user_pool_id):
        message = "A user pool id has 1 to 64 letters, digits, hyphens and underscores."
        raise UnusableDatabaseError(message)
    if secret is not None and not (secret.isprintable() and secret):
        message = "The secret of a user pool is a text without control characters, and not empty."
        raise UnusableDatabaseError(message)
    with database.transaction(write=True) as transaction:
        pool = _load(transaction.connection)
        if pool is None:
            _create(transaction.connection, user_pool_id or DEFAULT_USER_POOL_ID, new_id(now), now)
            pool = cast("UserPool", _load(transaction.connection))
        elif user_pool_id not in (None, pool.id):
            message = f"The database holds the user pool {pool.id}, not {user_pool_id}."
            raise UnusableDatabaseError(message)
        if secret is not None and secret != pool.secret:
            transaction.connection.execute(
                "UPDATE userpool SET secret = ?, updatedAt = ?", (secret, user_time(now))
            )
            pool = replace(pool, secret=secret)
    return pool


def _load(connection: sqlite3.Connection) -> UserPool | None:
    row = connection.execute(
        "SELECT id, secret, jwtSecret, managementKey, ownerId, ownerEmail, tokenExpiresAfter,"
        " privateKey FROM userpool"
    ).fetchone()
    if row is None:
        return None
    pool_id, secret, jwt_secret, management_key, owner_id, owner_email, lifetime, key = row
    return UserPool(
        id=pool_id,
        secret=secret,
        jwt_secret=jwt_secret,
        management_key=management_key,
        owner_id=owner_id,
        owner_email=owner_email,
        token_expires_after=lifetime,
        private_key=PrivateKey(key),
    )


def _create(connection: sqlite3.Connection, pool_id: str, owner_id: str, now: float) -> None:
    connection.execute(
        "INSERT INTO userpool (id, name, domain, secret, jwtSecret, ownerId, logo, createdAt,"
        " updatedAt, tokenExpiresAfter, ownerEmail, managementKey, privateKey)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            pool_id,
            "Emulator",
            "emulator",
            secrets.token_hex(16),
            secrets.token_hex(32),
            owner_id,
            "",
            user_time(now),
            user_time(now),
            TOKEN_LIFETIME,
            "owner@emulator.invalid",
            secrets.token_hex(32),
            PrivateKey.generate(),
        ),
    )
