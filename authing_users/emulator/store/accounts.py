"""Whole accounts: a user with the password, the linked account and the tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from ..errors import ApiError, ErrorCode
from . import departments, identities, sessions, users
from .passwords import Credential, credential, hashed
from .records import Record, Store
from .user_fields import IDENTIFIERS, writable
from .userpool import UserPool


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written, after every check and computation that needs no database."""

    values: Mapping[str, object]
    credential: Credential | None
    identity: Mapping[str, object] | None = None
    reset_password: bool = False
    clears_password: bool = False


def draft_new(
    pool: UserPool,
    given: Mapping[str, object],
    *,
    keep_password: bool,
    raw_password: bool = False,
    reset_password: bool,
    identity: Mapping[str, object] | None,
) -> Draft:
    """Prepare a new account. Slow where there is a password to hash.

    Args:
        pool: The pool that it will be in.
        given: The fields of a CreateUserInput.
        keep_password: Whether the password is stored as it is.
        raw_password: Whether the password was sent without encryption.
        reset_password: Whether a new password is due at the first login.
        identity: The fields of a CreateUserIdentityInput.

    Raises:
        ApiError: A value is malformed, or there is nothing that would name the user.
    """
    values = writable(given)
    if identity is not None:
        identities.check_complete(identity)
    elif all(values.get(name) is None for name in IDENTIFIERS):
        raise ApiError(ErrorCode.INCOMPLETE, ", ".join([*IDENTIFIERS, "identity"]))
    password = cast("str | None", given.get("password"))
    stored = None
    if password is not None and raw_password:
        stored = hashed(password)
    elif password is not None:
        stored = credential(pool.private_key, password, keep=keep_password)
    return Draft(
        values=values,
        credential=stored,
        identity=identity,
        reset_password=reset_password,
    )


def draft_change(pool: UserPool, given: Mapping[str, object]) -> Draft:
    """Prepare a change of an account. Slow where there is a password to hash.

    Args:
        pool: The pool that it is in.
        given: The fields of an UpdateUserInput.

    Raises:
        ApiError: A value is malformed.
    """
    password = cast("str | None", given.get("password"))
    return Draft(
        values=writable(given),
        credential=None if password is None else credential(pool.private_key, password, keep=False),
        clears_password="password" in given and password is None,
    )


def create(store: Store, draft: Draft) -> Record:
    """Create a prepared account.

    Raises:
        ApiError: Something that must be unique is taken.
    """
    user_id = users.add(store, draft.values, reset_password=draft.reset_password)
    _set_password(store, user_id, draft)
    if draft.identity is not None:
        identities.link(store, user_id, draft.identity)
    return cast("Record", users.get(store, user_id))


def update(store: Store, user_id: str, draft: Draft) -> Record:
    """Make a prepared change.

    Raises:
        ApiError: There is no such user, or something that must be unique is taken.
    """
    users.check_exist(store, [user_id])
    main_department = departments.main_fields(store, user_id, draft.values)
    users.update(store, user_id, {**draft.values, **main_department})
    _set_password(store, user_id, draft)
    expired_at = draft.values.get("tokenExpiredAt")
    if isinstance(expired_at, str):
        sessions.end_at(store, user_id, expired_at)
    return cast("Record", users.get(store, user_id))


def _set_password(store: Store, user_id: str, draft: Draft) -> None:
    if draft.credential is not None:
        store.connection.execute(
            "INSERT OR REPLACE INTO credentials (userId, kept, value) VALUES (?, ?, ?)",
            (user_id, draft.credential.kept, draft.credential.value),
        )
    elif draft.clears_password:
        store.connection.execute("DELETE FROM credentials WHERE userId = ?", (user_id,))
