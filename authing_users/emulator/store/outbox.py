"""The e-mails that the service would send. The emulator only stores them."""

from ..errors import ApiError, ErrorCode
from . import users
from .records import Store, insert_row
from .tables import Table
from .timestamps import local_timestamp
from .user_fields import normalize_email

_OPEN_SCENES = frozenset({"CHANGE_EMAIL", "VERIFY_CODE"})  # the address may be new

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
    _send(store, user["email"], FIRST_LOGIN, user_id=user_id, app_id=app_id)


def send_to_address(store: Store, address: str, scene: str) -> None:
    """Send the e-mail of an EmailScene to an address.

    Raises:
        ApiError: The address is invalid, or the scene needs a user who has it.
    """
    email = normalize_email(address)
    user = users.find(store, {"users.email": email})
    if user is None and scene not in _OPEN_SCENES:
        raise ApiError(ErrorCode.USER_NOT_FOUND)
    _send(store, email, scene, user_id=None if user is None else user.id)


def list_mails(store: Store) -> list[dict[str, object]]:
    """Return all e-mails, oldest first."""
    rows = store.connection.execute(f"SELECT {TABLE.selection} FROM outbox ORDER BY seq")
    return [TABLE.decode(row) for row in rows]


def _send(
    store: Store, email: object, scene: str, *, user_id: str | None, app_id: str | None = None
) -> None:
    mail = {
        "email": email,
        "scene": scene,
        "userId": user_id,
        "appId": app_id,
        "sentAt": local_timestamp(store.clock()),
    }
    insert_row(store, "outbox", mail)
