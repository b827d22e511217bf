"""The environment variables of the user pool."""

from ..errors import ApiError, ErrorCode
from .records import Store, reject_nul


def list_variables(store: Store) -> list[dict[str, str]]:
    """Return all variables in the order of their keys."""
    rows = store.connection.execute("SELECT key, value FROM environment ORDER BY key")
    return [{"key": key, "value": value} for key, value in rows]


def get_variable(store: Store, key: str) -> dict[str, str] | None:
    """Return one variable."""
    return next((item for item in list_variables(store) if item["key"] == key), None)


def set_variable(store: Store, key: str, value: str) -> None:
    """Create or replace a variable.

    Raises:
        ApiError: The key is invalid.
    """
    reject_nul(key, "key")
    store.connection.execute(
        "INSERT OR REPLACE INTO environment (key, value) VALUES (?, ?)", (key, value)
    )


def delete_variable(store: Store, key: str) -> None:
    """Delete a variable.

    Raises:
        ApiError: The variable does not exist.
    """
    if not store.connection.execute("DELETE FROM environment WHERE key = ?", (key,)).rowcount:
        raise ApiError(ErrorCode.NOT_FOUND, "key")
