# Derived from authing_users/_async/users/identities.py: change that, and run `make generate`.

"""Link users to their identities at identity providers."""

from authing_graphql import CommonMessage

from ..._inputs.checks import boolean, non_empty_string
from ..._protocol.rest import rest_message, rest_request
from ..._runtime.secret import Secret
from ..base import ClientBase


class Identities(ClientBase):
    """Links users to their identities at identity providers, and unlinks them."""

    def link_identity(
        self,
        user_id: str,
        user_id_in_idp: str,
        is_social: bool,
        identifier: str,
        type: str | None = None,
        ext_idp_id: str | None = None,
    ) -> CommonMessage:
        """Link an identity at an identity provider to a user.

        Args:
            user_id: ID of the user.
            user_id_in_idp: The user's ID at the identity provider.
            is_social: Whether the provider is a social one. Otherwise it is an enterprise one.
            identifier: Identifier of the connection to the provider.
            type: Kind of ID that ``user_id_in_idp`` is, such as ``openid``.
            ext_idp_id: ID of the identity source. Required by newer servers.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty, or ``is_social`` is not ``True`` or ``False``.
            NotFoundError: The user does not exist.
            ConflictError: The identity is linked to another user.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/users/identity/link``.
        """
        body = _identity_body(user_id, is_social, identifier, type, ext_idp_id)
        body["userIdInIdp"] = non_empty_string(user_id_in_idp, "user_id_in_idp")
        request = rest_request("LinkIdentity", "POST", "/api/v2/users/identity/link", body=body)
        return self._transport.run(request, rest_message)

    def unlink_identity(
        self,
        user_id: str,
        is_social: bool,
        identifier: str,
        type: str | None = None,
        ext_idp_id: str | None = None,
    ) -> CommonMessage:
        """Unlink an identity at an identity provider from a user.

        Args:
            user_id: ID of the user.
            is_social: Whether the provider is a social one. Otherwise it is an enterprise one.
            identifier: Identifier of the connection to the provider.
            type: Kind of ID that identifies the user at the provider, such as ``openid``.
            ext_idp_id: ID of the identity source. Required by newer servers.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty, or ``is_social`` is not ``True`` or ``False``.
            NotFoundError: The user or the linked identity does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/users/identity/unlink``.
        """
        body = _identity_body(user_id, is_social, identifier, type, ext_idp_id)
        request = rest_request("UnlinkIdentity", "POST", "/api/v2/users/identity/unlink", body=body)
        return self._transport.run(request, rest_message)

    def unlink_by_user(self, type: str, identifier: str, token: str) -> CommonMessage:
        """Unlink an identity at an identity provider on behalf of its user.

        Args:
            type: Kind of identity provider, such as ``wechat``.
            identifier: Identifier of the connection to the provider.
            token: Token of the user. It identifies the user, and is sent instead of the
                management token.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: A string is empty, or the token is not valid in an HTTP header.
            AuthenticationError: The token is invalid or expired.
            NotFoundError: The linked identity does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/users/identity/unlinkByUser``.
        """
        bearer = Secret(non_empty_string(token, "token"))
        del token  # tracebacks with locals would show it
        body = {
            "type": non_empty_string(type, "type"),
            "identifier": non_empty_string(identifier, "identifier"),
        }
        path = "/api/v2/users/identity/unlinkByUser"
        request = rest_request("UnlinkOwnIdentity", "POST", path, body=body, bearer=bearer)
        return self._transport.run(request, rest_message)


def _identity_body(
    user_id: str, is_social: bool, identifier: str, id_type: str | None, ext_idp_id: str | None
) -> dict[str, object]:
    body: dict[str, object] = {
        "userId": non_empty_string(user_id, "user_id"),
        "isSocial": boolean(is_social, "is_social"),
        "identifier": non_empty_string(identifier, "identifier"),
    }
    if id_type is not None:
        body["type"] = non_empty_string(id_type, "type")
    if ext_idp_id is not None:
        body["extIdpId"] = non_empty_string(ext_idp_id, "ext_idp_id")
    return body
