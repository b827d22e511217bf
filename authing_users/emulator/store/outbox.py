"""The e-mails that would have been sent: they are only written down."""

from ..errors import ApiError, ErrorCode
from . import users
from .records import Record, Store, insert
from .timestamps import user_time
from .user_fields import email_address

FIRST_LOGIN = "FIRST_LOGIN_VERIFY"
"""The scene of the e-mail that verifies a first login, which is no EmailScene."""

_FIELDS = ("email", "scene", "userId", "appId", "sentAt")


def send_to_user(store: Store, user_id: str, app_id: str) -> None:
    """Send a user the e-mail that verifies the first login.

    Raises:
        ApiError: There is no such user, or the user has no e-mail address.
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
        ApiError: The address is malformed, or no user's.
    """
    user = users.find(store, {"users.email": email_address(address)})
    if user is None:
        raise ApiError(ErrorCode.USER_NOT_FOUND)
    _send(store, user, scene, None)


def everything(store: Store) -> list[dict[str, object]]:
    """All e-mails, the first one first."""
    rows = store.connection.execute(f"SELECT {', '.join(_FIELDS)} FROM outbox ORDER BY seq")
    return [dict(zip(_FIELDS, row, strict=True)) for row in rows]


def _send(store: Store, user: Record, scene: str, app_id: str | None) -> None:
    mail = (user["email"], scene, user.id, app_id, user_time(store.clock()))
    insert(store, "outbox", dict(zip(_FIELDS, mail, strict=True)))
