"""How many users did or have something."""

from ..messages import Action
from . import custom_data
from .records import Store, count

# A login that names no application is one in every application.
_LOGGED_IN = "id IN (SELECT operatorId FROM actions WHERE operation = ? AND appId IN ('', ?))"
_HAS_VALUE = "id IN (SELECT targetId FROM udv WHERE targetType = 'USER' AND key = ?)"


def logged_in_to(store: Store, app_id: str) -> int:
    """How many users have ever logged in to an application; those who are deleted do not count."""
    return count(store, f"FROM users WHERE {_LOGGED_IN}", _login(app_id))


def logged_in_with_value(store: Store, app_id: str, key: str) -> int:
    """How many users have ever logged in to an application and have a value of a custom field.

    Raises:
        ApiError: The field is not defined.
    """
    custom_data.check_defined(store, "USER", [key])
    return count(store, f"FROM users WHERE {_LOGGED_IN} AND {_HAS_VALUE}", (*_login(app_id), key))


def _login(app_id: str) -> tuple[str, str]:
    return Action.REFRESH_TOKEN.operation, app_id
