"""The stored passwords of users."""

from .passwords import Credential
from .records import Store


def get(store: Store, user_id: str) -> Credential | None:
    """Return the stored password of a user."""
    row = store.connection.execute(
        "SELECT kept, value FROM credentials WHERE userId = ?", (user_id,)
    ).fetchone()
    return None if row is None else Credential(kept=bool(row[0]), value=row[1])


def set_credential(store: Store, user_id: str, credential: Credential) -> None:
    """Store the password of a user. It replaces an earlier one."""
    store.connection.execute(
        "INSERT OR REPLACE INTO credentials (userId, kept, value) VALUES (?, ?, ?)",
        (user_id, credential.kept, credential.value),
    )


def delete(store: Store, user_id: str) -> None:
    """Delete the password of a user. A missing password is ignored."""
    store.connection.execute("DELETE FROM credentials WHERE userId = ?", (user_id,))
