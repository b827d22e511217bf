"""The environment variables of the pool, which its own code at the service would see."""

from ..errors import ApiError, ErrorCode
from .records import Store, check_name


def everything(store: Store) -> list[dict[str, str]]:
    """All variables, by key."""
    rows = store.connection.execute("SELECT key, value FROM environment ORDER BY key")
    return [{"key": key, "value": value} for key, value in rows]


def get(store: Store, key: str) -> dict[str, str] | None:
    """One variable."""
    found = [variable for variable in everything(store) if variable["key"] == key]
    return found[0] if found else None


def put(store: Store, key: str, value: str) -> None:
    """Set a variable, whether it is there or not.

    Raises:
        ApiError: The key is malformed.
    """
    check_name(key, "key")
    store.connection.execute(
        "INSERT OR REPLACE INTO environment (key, value) VALUES (?, ?)", (key, value)
    )


def remove(store: Store, key: str) -> None:
    """Remove a variable.

    Raises:
        ApiError: There is no such variable.
    """
    if not store.connection.execute("DELETE FROM environment WHERE key = ?", (key,)).rowcount:
        raise ApiError(ErrorCode.NOT_FOUND, "key")
