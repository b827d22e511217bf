"""The accounts at external identity providers that are linked to users."""

from collections.abc import Mapping, Sequence
from typing import cast

from ..errors import ApiError, ErrorCode
from . import users
from .records import Columns, Record, Store, count, insert, json_list

COLUMNS = Columns(
    "identities",
    (
        *("openid", "userIdInIdp", "userId", "connectionId", "isSocial", "provider"),
        *("userPoolId", "refreshToken", "accessToken", "type", "extIdpId"),
    ),
    booleans=("isSocial",),
)


def check_complete(given: Mapping[str, object]) -> None:
    """Refuse an account that does not say which one it is."""
    for name in ("provider", "userIdInIdp"):
        if not given[name]:
            raise ApiError(ErrorCode.INCOMPLETE, f"identity.{name}")


def link(store: Store, user_id: str, given: Mapping[str, object]) -> None:
    """Link an account, as a CreateUserIdentityInput describes it, to a user.

    Raises:
        ApiError: The account is linked already.
    """
    if count(
        store,
        "FROM identities WHERE provider = ? AND userIdInIdp = ?",
        (cast("str", given["provider"]), cast("str", given["userIdInIdp"])),
    ):
        raise ApiError(ErrorCode.USER_EXISTS, "identity")
    insert(store, "identities", {**given, "userId": user_id, "userPoolId": store.pool.id})


def unlink(store: Store, user_id: str, identifier: str, kind: str | None) -> None:
    """Unlink the accounts at one source from a user.

    Args:
        store: The store.
        user_id: Id of the user.
        identifier: Which source: its connection.
        kind: The kind of source that is meant, where the identifier does not tell.

    Raises:
        ApiError: No such account is linked to the user.
    """
    removed = store.connection.execute(
        "DELETE FROM identities WHERE userId = ? AND connectionId = ? AND coalesce(?, provider)"
        " = provider",
        (user_id, identifier, kind or None),
    )
    if not removed.rowcount:
        raise ApiError(ErrorCode.NOT_FOUND, "identity")


def of_users(store: Store, user_ids: Sequence[str]) -> dict[str, list[dict[str, object]]]:
    """The linked accounts of each of some users, in the order of linking."""
    found: dict[str, list[dict[str, object]]] = {user_id: [] for user_id in user_ids}
    for row in store.connection.execute(
        f"SELECT {COLUMNS.selection} FROM identities"
        " WHERE userId IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (json_list(user_ids),),
    ):
        identity = COLUMNS.decoded(row)
        found[cast("str", identity["userId"])].append(identity)
    return found


def of(store: Store, user: Record) -> list[dict[str, object]]:
    """The linked accounts of one user; read for everybody who was answered with them."""
    return user.batch.related("identities", user.id, lambda ids: of_users(store, ids)) or []


def find_user(
    store: Store, criteria: Mapping[str, str], identity: Mapping[str, object]
) -> Record | None:
    """The user for whom all criteria hold, on the user and on one linked account.

    Args:
        store: The store.
        criteria: Fields of the user with their values.
        identity: Fields of a FindUserByIdentityInput.

    Raises:
        ApiError: There is nothing to look for.
    """
    conditions = {f"users.{name}": value for name, value in criteria.items() if value}
    linked = {
        # What identifies a source of accounts is, in this schema, its connection.
        f"identities.{'connectionId' if name == 'identifier' else name}": cast("str", value)
        for name, value in identity.items()
        if value not in (None, "")
    }
    if not conditions and not linked:
        raise ApiError(ErrorCode.INCOMPLETE, "username, email, phone, externalId, identity")
    join = "JOIN identities ON identities.userId = users.id" if linked else ""
    return users.find(store, conditions | linked, join)
