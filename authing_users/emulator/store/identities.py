"""Accounts at external identity providers that are linked to users."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from . import added_fields, users
from .records import Record, Store, count_rows, insert_row, json_array
from .tables import Table

TABLE = Table("identities", booleans=("isSocial",))


def require_complete(identity: Mapping[str, object]) -> None:
    """Reject an identity without a provider or a user ID at the provider."""
    for name in ("provider", "userIdInIdp"):
        if not identity.get(name):
            raise ApiError(ErrorCode.INVALID_PARAMETER, f"identity.{name}")


def link(store: Store, user_id: str, identity: Mapping[str, object]) -> None:
    """Link an identity to a user.

    Args:
        store: The store.
        user_id: ID of the user.
        identity: The fields of a CreateUserIdentityInput.

    Raises:
        ApiError: The identity is already linked.
    """
    if count_rows(
        store,
        "FROM identities WHERE provider = ? AND userIdInIdp = ?",
        (cast("str", identity["provider"]), cast("str", identity["userIdInIdp"])),
    ):
        raise ApiError(ErrorCode.USER_EXISTS, "identity")
    columns, added = store.added.split("CreateUserIdentityInput", identity)
    insert_row(store, "identities", {**columns, "userId": user_id, "userPoolId": store.pool.id})
    key = added_fields.object_key("Identity", identity)
    added_fields.write(store.connection, "Identity", key, added)


def unlink(store: Store, user_id: str, identifier: str, kind: str | None) -> None:
    """Unlink the identities of one connection from a user.

    Args:
        store: The store.
        user_id: ID of the user.
        identifier: ID of the connection.
        kind: The provider; every provider when ``None``.

    Raises:
        ApiError: The user has no such identity.
    """
    removed = store.connection.execute(
        "DELETE FROM identities WHERE userId = ? AND connectionId = ? AND coalesce(?, provider)"
        " = provider",
        (user_id, identifier, kind or None),
    )
    if not removed.rowcount:
        raise ApiError(ErrorCode.NOT_FOUND, "identity")


def identities_of_users(
    store: Store, user_ids: Sequence[str]
) -> dict[str, list[dict[str, object]]]:
    """Return the identities by user ID, in the order of linking."""
    identities: dict[str, list[dict[str, object]]] = {user_id: [] for user_id in user_ids}
    for row in store.connection.execute(
        f"SELECT {TABLE.selection} FROM identities"
        " WHERE userId IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (json_array(user_ids),),
    ):
        identity = TABLE.decode(row)
        identities[cast("str", identity["userId"])].append(identity)
    return identities


def identities_of_user(store: Store, user: Record) -> list[dict[str, object]]:
    """Return the identities of one user. Loads them for the whole batch of the user."""
    return (
        user.batch.related("identities", user.id, lambda ids: identities_of_users(store, ids)) or []
    )


def find_user(
    store: Store, criteria: Mapping[str, str], identity: Mapping[str, object]
) -> Record | None:
    """Return the user that matches all criteria.

    Args:
        store: The store.
        criteria: Fields of the user. Empty values are ignored, and so is the case of the e-mail.
        identity: Fields of a FindUserByIdentityInput. One identity must match all of them.

    Raises:
        ApiError: There are no criteria.
    """
    conditions = {
        f"users.{name}": value.lower() if name == "email" else value
        for name, value in criteria.items()
        if value
    }
    linked = {
        # The schema names the connection ID ``identifier``.
        f"identities.{'connectionId' if name == 'identifier' else name}": cast("str", value)
        for name, value in identity.items()
        if value not in (None, "")
    }
    if not conditions and not linked:
        raise ApiError(ErrorCode.INVALID_PARAMETER, "username, email, phone, externalId, identity")
    join = "JOIN identities ON identities.userId = users.id" if linked else ""
    return users.find(store, conditions | linked, join)
