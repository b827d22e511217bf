"""How many users did or have something."""

from ..._inputs.checks import non_empty_string
from ..._protocol.rest import rest_request, rest_result
from ..base import AsyncClientBase


class AsyncStatistics(AsyncClientBase):
    """Counts users."""

    async def get_application_login_user_num(self, app_id: str) -> int:
        """Count the users who have logged in to an application.

        Args:
            app_id: Id of the application.

        Raises:
            InvalidInputError: The id is missing; nothing was sent.

        API: ``GET /api/v2/analysis/total-login-count``.
        """
        query = {"appId": non_empty_string(app_id, "app_id")}
        path = "/api/v2/analysis/total-login-count"
        request = rest_request("CountLoginsOfApplication", "GET", path, query=query)
        return await self._transport.run(request, lambda response: rest_result(int, response))

    async def get_udf_field_user_num(self, key: str, app_id: str) -> int:
        """Count the users with a value of a custom field who have logged in to an application.

        Args:
            key: Key of the custom field.
            app_id: Id of the application.

        Raises:
            InvalidInputError: The key or the id is missing; nothing was sent.
            NotFoundError: There is no such custom field.

        API: ``GET /api/v2/analysis/exist-defined-field-count``.
        """
        query = {
            "definedFieldKey": non_empty_string(key, "key"),
            "appId": non_empty_string(app_id, "app_id"),
        }
        path = "/api/v2/analysis/exist-defined-field-count"
        request = rest_request("CountUsersOfCustomField", "GET", path, query=query)
        return await self._transport.run(request, lambda response: rest_result(int, response))
