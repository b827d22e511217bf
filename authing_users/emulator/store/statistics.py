"""Statistics of users."""

from ..messages import Action
from . import custom_fields
from .records import Store, count_rows

# A login without an application counts for every application.
_LOGGED_IN = "id IN (SELECT operatorId FROM actions WHERE operation IN (?, ?) AND appId IN ('', ?))"
_HAS_VALUE = "id IN (SELECT targetId FROM udv WHERE targetType = 'USER' AND key = ?)"


def count_logged_in(store: Store, app_id: str) -> int:
    """Count the users that have ever logged in to an application. Deleted users do not count."""
    return count_rows(store, f"FROM users WHERE {_LOGGED_IN}", _login_parameters(app_id))


def count_logged_in_with_field(store: Store, app_id: str, key: str) -> int:
    """Count the users that have ever logged in to an application and have a custom field value.

    Raises:
        ApiError: The field does not exist.
    """
    custom_fields.require_fields(store, "USER", [key])
    return count_rows(
        store, f"FROM users WHERE {_LOGGED_IN} AND {_HAS_VALUE}", (*_login_parameters(app_id), key)
    )


def _login_parameters(app_id: str) -> tuple[str, str, str]:
    return Action.LOGIN.operation, Action.REFRESH_TOKEN.operation, app_id
