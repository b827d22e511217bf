"""The accounts at identity providers that are linked to a user."""

from authing_graphql import CommonMessage

from ..._inputs.checks import boolean, non_empty_string
from ..._protocol.rest import rest_message, rest_request
from ..._runtime.secret import Secret
from ..base import AsyncClientBase


class AsyncIdentities(AsyncClientBase):
    """Links accounts at identity providers to users, and unlinks them."""

    async def link_identity(
        self,
        user_id: str,
        user_id_in_idp: str,
        is_social: bool,
        identifier: str,
        type: str | None = None,
        ext_idp_id: str | None = None,
    ) -> CommonMessage:
        """Link an account at an identity provider to a user.

        Args:
            user_id: Id of the user.
            user_id_in_idp: The user's id at the identity provider.
            is_social: Whether the provider is a social one, as opposed to an enterprise one.
            identifier: Identifier of the connection to the provider.
            type: Kind of id that ``user_id_in_idp`` is, such as ``openid``.
            ext_idp_id: Id of the identity source; newer servers need it.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            NotFoundError: There is no such user.
            ConflictError: The account is linked to another user.

        API: ``POST /api/v2/users/identity/link``.
        """
        body = _body(user_id, is_social, identifier, type, ext_idp_id)
        body["userIdInIdp"] = non_empty_string(user_id_in_idp, "user_id_in_idp")
        request = rest_request("LinkIdentity", "POST", "/api/v2/users/identity/link", body=body)
        return await self._transport.run(request, rest_message)

    async def unlink_identity(
        self,
        user_id: str,
        is_social: bool,
        identifier: str,
        type: str | None = None,
        ext_idp_id: str | None = None,
    ) -> CommonMessage:
        """Unlink an account at an identity provider from a user.

        Args:
            user_id: Id of the user.
            is_social: Whether the provider is a social one, as opposed to an enterprise one.
            identifier: Identifier of the connection to the provider.
            type: Kind of id that links the account, such as ``openid``.
            ext_idp_id: Id of the identity source; newer servers need it.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            NotFoundError: There is no such user, or no such link.

        API: ``POST /api/v2/users/identity/unlink``.
        """
        body = _body(user_id, is_social, identifier, type, ext_idp_id)
        request = rest_request("UnlinkIdentity", "POST", "/api/v2/users/identity/unlink", body=body)
        return await self._transport.run(request, rest_message)

    async def unlink_by_user(self, type: str, identifier: str, token: str) -> CommonMessage:
        """Unlink an account at an identity provider on behalf of the user that it belongs to.

        Args:
            type: Kind of identity provider, such as ``wechat``.
            identifier: Identifier of the connection to the provider.
            token: The user's own token: it says who the user is, and is sent in place of the
                management token.

        Returns:
            The outcome; its ``code`` is 200.

        Raises:
            AuthenticationError: The token is none of a user's, or has expired.
            NotFoundError: The user has no such link.

        API: ``POST /api/v2/users/identity/unlinkByUser``.
        """
        bearer = Secret(non_empty_string(token, "token"))
        del token  # It shows in a traceback that shows locals.
        body = {
            "type": non_empty_string(type, "type"),
            "identifier": non_empty_string(identifier, "identifier"),
        }
        path = "/api/v2/users/identity/unlinkByUser"
        request = rest_request("UnlinkOwnIdentity", "POST", path, body=body, bearer=bearer)
        return await self._transport.run(request, rest_message)


def _body(
    user_id: str, is_social: bool, identifier: str, type_: str | None, ext_idp_id: str | None
) -> dict[str, object]:
    body: dict[str, object] = {
        "userId": non_empty_string(user_id, "user_id"),
        "isSocial": boolean(is_social, "is_social"),
        "identifier": non_empty_string(identifier, "identifier"),
    }
    if type_ is not None:
        body["type"] = non_empty_string(type_, "type")
    if ext_idp_id is not None:
        body["extIdpId"] = non_empty_string(ext_idp_id, "ext_idp_id")
    return body
