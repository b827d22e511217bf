"""How many users did or have something."""

from ..._inputs import check_text
from ..._rest import rest_call, rest_result
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
        query = {"appId": check_text(app_id, "app_id")}
        path = "/api/v2/analysis/total-login-count"
        call = rest_call("CountLoginsOfApplication", "GET", path, query=query)
        return await self._transport.run(call, lambda answer: rest_result(int, answer))

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
            "definedFieldKey": check_text(key, "key"),
            "appId": check_text(app_id, "app_id"),
        }
        path = "/api/v2/analysis/exist-defined-field-count"
        call = rest_call("CountUsersOfCustomField", "GET", path, query=query)
        return await self._transport.run(call, lambda answer: rest_result(int, answer))
