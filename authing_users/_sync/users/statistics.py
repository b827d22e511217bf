# Derived from authing_users/_async/users/statistics.py: change that, and run `make generate`.

"""Count users."""

from ..._inputs.checks import non_empty_string
from ..._protocol.rest import rest_request, rest_result
from ..base import ClientBase


class Statistics(ClientBase):
    """Counts users."""

    def get_application_login_user_num(self, app_id: str) -> int:
        """Count the users who have logged in to an application.

        Args:
            app_id: ID of the application.

        Returns:
            The number of users.

        Raises:
            InvalidInputError: ``app_id`` is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/analysis/total-login-count``.
        """
        query = {"appId": non_empty_string(app_id, "app_id")}
        path = "/api/v2/analysis/total-login-count"
        request = rest_request("CountLoginsOfApplication", "GET", path, query=query)
        return self._transport.run(request, lambda response: rest_result(int, response))

    def get_udf_field_user_num(self, key: str, app_id: str) -> int:
        """Count the users of an application who have a value for a custom field.

        Args:
            key: Key of the custom field.
            app_id: ID of the application. Only users who have logged in to it are counted.

        Returns:
            The number of users.

        Raises:
            InvalidInputError: ``key`` or ``app_id`` is empty.
            NotFoundError: The custom field does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/analysis/exist-defined-field-count``.
        """
        query = {
            "definedFieldKey": non_empty_string(key, "key"),
            "appId": non_empty_string(app_id, "app_id"),
        }
        path = "/api/v2/analysis/exist-defined-field-count"
        request = rest_request("CountUsersOfCustomField", "GET", path, query=query)
        return self._transport.run(request, lambda response: rest_result(int, response))
