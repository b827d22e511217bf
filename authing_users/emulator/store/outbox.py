"""The e-mails that the service would send. The emulator only stores them."""

from ..errors import ApiError, ErrorCode
from . import users
from .records import Record, Store, insert_row
from .tables import Table
from .timestamps import local_timestamp
from .user_fields import normalize_email

FIRST_LOGIN = "FIRST_LOGIN_VERIFY"
"""The scene of the e-mail that verifies a first login. EmailScene does not contain it."""

TABLE = Table("outbox")


def send_to_user(store: Store, user_id: str, app_id: str) -> None:
    """Send a user the e-mail that verifies the first login.

    Raises:
        ApiError: The user does not exist or has no e-mail address.
    """
    user = users.get(store, user_id)
    if user is None:
        raise ApiError(ErrorCode.USER_NOT_FOUND)
    if user["email"] is None:
        raise ApiError(ErrorCode.NO_EMAIL)
    _send(store, user, FIRST_LOGIN, app_id)


def send_to_address(store: Store, address: str, scene: str) -> None:
    """Send the e-mail of an EmailScene to the user with an address.

    Raises:
        ApiError: The address is invalid, or no user has it.
    """
    user = users.find(store, {"users.email": normalize_email(address)})
    if user is None:
        raise ApiError(ErrorCode.USER_NOT_FOUND)
    _send(store, user, scene, None)


def list_mails(store: Store) -> list[dict[str, object]]:
    """Return all e-mails, oldest first."""
    rows = store.connection.execute(f"SELECT {TABLE.selection} FROM outbox ORDER BY seq")
    return [TABLE.decode(row) for row in rows]


def _send(store: Store, user: Record, scene: str, app_id: str | None) -> None:
    mail = {
        "email": user["email"],
        "scene": scene,
        "userId": user.id,
        "appId": app_id,
        "sentAt": local_timestamp(store.clock()),
    }
    insert_row(store, "outbox", mail)
