"""The user pool itself: its settings and environment variables."""

from authing_graphql import CommonMessage

from .._inputs.checks import non_empty_string, text, type_name
from .._protocol.response import not_found
from .._protocol.rest import rest_message, rest_request, rest_result
from .._runtime.secret import masked
from ..errors import APIError, InvalidInputError
from ..models import EnvVariable, EnvVariables, UserPoolDetail
from .base import AsyncClientBase

__all__ = ["AsyncUserpoolManagementClient"]


class AsyncUserpoolManagementClient(AsyncClientBase):
    """Reads the settings of a user pool, and manages the environment variables of its pipelines."""

    async def detail(self) -> UserPoolDetail:
        """Fetch the settings of the user pool.

        Returns:
            The settings. They contain the secrets ``secret`` and ``jwt_secret``, which their
            ``repr`` masks. Settings without an attribute can be read by name:
            ``pool["customSMSProvider"]``.

        Raises:
            NotFoundError: The user pool does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/userpools/detail``.
        """
        request = rest_request("GetUserPool", "GET", "/api/v2/userpools/detail")
        return await self._transport.run(
            request,
            lambda response: rest_result(UserPoolDetail, response, absent=_no_pool),
        )

    async def list_env(self) -> list[EnvVariable]:
        """List the environment variables of the pipelines of the user pool.

        Returns:
            All variables.

        Raises:
            PermissionDeniedError: The user pool is not allowed to make this call.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``GET /api/v2/env``.
        """
        request = rest_request("ListEnvVariables", "GET", "/api/v2/env")
        return await self._transport.run(
            request, lambda response: rest_result(EnvVariables, response)
        )

    async def add_env(self, key: str, value: str) -> CommonMessage:
        """Set an environment variable. A variable with this key is replaced.

        Args:
            key: Key of the variable.
            value: Value of the variable. Errors and logs do not show it.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``key`` is empty, or ``value`` is not a string.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/env``.
        """
        checked = masked(value)
        del value  # tracebacks with locals would show it
        if not isinstance(checked, str):
            raise InvalidInputError(f"value must be a string, not {type_name(checked)}")
        body = {"key": non_empty_string(key, "key"), "value": text(checked, "value")}
        request = rest_request("SetEnvVariable", "POST", "/api/v2/env", body=body)
        return await self._transport.run(request, rest_message)

    async def remove_env(self, key: str) -> CommonMessage:
        """Delete an environment variable.

        Args:
            key: Key of the variable.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``key`` is empty.
            NotFoundError: The variable does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``DELETE /api/v2/env/{key}``.
        """
        request = rest_request(
            "RemoveEnvVariable", "DELETE", "/api/v2/env/{}", non_empty_string(key, "key")
        )
        return await self._transport.run(request, rest_message)


def _no_pool(operation: str) -> APIError:
    return not_found("user pool", operation)
