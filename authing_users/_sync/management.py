# Derived from authing_users/_async/management.py: change that, and run `make generate`.

"""The client of a user pool."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from .._runtime.secret import Secret, masked
from .._runtime.user_type import UserT_co
from ..errors import InvalidResponseError
from .base import UserClientBase

if TYPE_CHECKING:
    from authing_graphql import CommonMessage, Executor, TokenStatus

    from .._inputs.emails import EmailSceneName
    from .._inputs.user_tokens import TokenAlgorithm
    from ..models import PasswordCheck, TokenClaims
    from .acl import AclManagementClient
    from .custom_fields import UdfManagementClient
    from .groups import GroupsManagementClient
    from .orgs import OrgsManagementClient
    from .policies import PoliciesManagementClient
    from .roles import RolesManagementClient
    from .userpool import UserpoolManagementClient
    from .users import UsersManagementClient

__all__ = ["ManagementClient"]

ClientT = TypeVar("ClientT")
ResultT = TypeVar("ResultT")


class ManagementClient(UserClientBase[UserT_co]):
    """Manages a user pool. All parts of the client share connections and one management token.

    Use it as a context manager, or call ``close()`` when it is no longer needed.
    """

    # Each part is imported on first use, which makes programs that need only one start faster.

    @cached_property
    def users(self) -> "UsersManagementClient[UserT_co]":
        """The users of the user pool."""
        from .users import UsersManagementClient

        return UsersManagementClient[UserT_co]._over(self._transport)

    @cached_property
    def groups(self) -> "GroupsManagementClient[UserT_co]":
        """The groups of the user pool."""
        from .groups import GroupsManagementClient

        return GroupsManagementClient[UserT_co]._over(self._transport)

    @cached_property
    def roles(self) -> "RolesManagementClient[UserT_co]":
        """The roles of the user pool."""
        from .roles import RolesManagementClient

        return RolesManagementClient[UserT_co]._over(self._transport)

    @cached_property
    def policies(self) -> "PoliciesManagementClient":
        """The policies of the user pool."""
        from .policies import PoliciesManagementClient

        return PoliciesManagementClient._over(self._transport)

    @cached_property
    def udf(self) -> "UdfManagementClient":
        """The custom fields of the user pool."""
        from .custom_fields import UdfManagementClient

        return UdfManagementClient._over(self._transport)

    @cached_property
    def orgs(self) -> "OrgsManagementClient[UserT_co]":
        """The organizations of the user pool, and their departments."""
        from .orgs import OrgsManagementClient

        return OrgsManagementClient[UserT_co]._over(self._transport)

    @property
    def org(self) -> "OrgsManagementClient[UserT_co]":
        """The same as ``orgs``, by the name in the vendor's SDKs."""
        return self.orgs

    @cached_property
    def acl(self) -> "AclManagementClient":
        """The resources of the user pool, and who can access them."""
        from .acl import AclManagementClient

        return AclManagementClient._over(self._transport)

    @cached_property
    def userpool(self) -> "UserpoolManagementClient":
        """The settings of the user pool."""
        from .userpool import UserpoolManagementClient

        return UserpoolManagementClient._over(self._transport)

    @property
    def userPool(self) -> "UserpoolManagementClient":
        """The settings of the user pool: the name of ``userpool`` in the vendor's SDK."""
        return self.userpool

    def graphql(self, client_class: "Callable[[Executor], ClientT]") -> ClientT:
        """Return a client for the operations of a generated package.

        Its methods use the connections, the token and the request options of this client, and
        raise the same errors. Generate the package with ``authing-users generate``.

        Args:
            client_class: The client class of the package, of the same kind as this client.

        Returns:
            An instance of ``client_class``. Nothing is sent before its first call.

        Raises:
            InvalidInputError: ``client_class`` is not the client of a generated package, or is of
                the other kind.
            ConflictError: A value that the operation sets is taken.
            NotFoundError: An object that the operation names does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: the queries and mutations of the package.
        """
        from .._inputs.client_classes import check_client_class
        from .executors import PackageExecutor

        check_client_class(client_class)
        return client_class(PackageExecutor(self._transport))

    def execute(
        self,
        document: str,
        variables: Mapping[str, object] | None,
        result_type: type[ResultT],
        *,
        operation_name: str | None = None,
    ) -> ResultT:
        """Execute a GraphQL document without generated code.

        Mutations are retried like those of this library: only when the server provably did not
        process them, unless ``retry_mutations`` is set.

        Args:
            document: The document. The server checks its syntax.
            variables: Variables by name. Models are sent by alias, without fields that are not
                set. ``None`` for no variables.
            result_type: Type of ``data`` in the response: a pydantic model, a dataclass,
                ``dict[str, Any]`` or another type that pydantic can validate.
            operation_name: Name of the operation to execute, if the document has several.

        Returns:
            The data of the response.

        Raises:
            InvalidInputError: ``document`` does not have exactly one operation that can be
                executed, a variable is not JSON content, or ``result_type`` cannot be validated.
            ConflictError: A value that the operation sets is taken.
            NotFoundError: An object that the operation names does not exist.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: the query or mutation of ``document``.
        """
        from .._inputs.documents import selected_operation, wire_variables
        from .._protocol.response import check_result_type
        from .executors import execute_document

        operation = selected_operation(document, operation_name)
        check_result_type(result_type)
        content = wire_variables(variables)
        del variables  # tracebacks with locals would show secrets
        return execute_document(self._transport, document, operation, content, result_type)

    def check_login_status(self, token: str) -> "TokenStatus":
        """Check whether a user's token is valid.

        Args:
            token: Token of the user.

        Returns:
            ``status``, whether the token is valid; ``code``, 200 or the reason why it is not;
            ``iat`` and ``exp``, when it was issued and expires, in Unix seconds; ``data``, the
            user that it belongs to.

        Raises:
            InvalidInputError: ``token`` is empty.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: query ``checkLoginStatus``.
        """
        from .._inputs.checks import non_empty_string

        checked = Secret(non_empty_string(token, "token"))
        del token  # tracebacks with locals would show it
        response = self._api.check_login_status(checked)
        if response is None:
            raise InvalidResponseError(
                "The response does not say whether the token is valid",
                operation="CheckLoginStatus",
            )
        return response

    def is_password_valid(self, password: str) -> "PasswordCheck":
        """Check whether a password satisfies the policy of the user pool.

        Errors and logs do not show the password. It is sent in plain text, over https.

        Args:
            password: The password.

        Returns:
            ``valid``, whether it does, and ``message``, why it does not. The result is true in a
            condition if the password is valid.

        Raises:
            InvalidInputError: ``password`` is empty, or not a string.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: ``POST /api/v2/password/check``.
        """
        from .._inputs.checks import non_empty_string
        from .._protocol.rest import rest_request, rest_result
        from ..models import CheckedPassword

        checked = masked(password)
        del password  # tracebacks with locals would show it
        request = rest_request(
            "CheckPasswordStrength",
            "POST",
            "/api/v2/password/check",
            body={"password": non_empty_string(checked, "password")},
            is_mutation=False,
        )
        return self._transport.run(request, lambda response: rest_result(CheckedPassword, response))

    def send_email(self, email: str, scene: "EmailSceneName") -> "CommonMessage":
        """Send an email for a purpose, such as a code to reset the password.

        Args:
            email: Address to send it to.
            scene: Purpose: ``RESET_PASSWORD``, ``VERIFY_EMAIL``, ``CHANGE_EMAIL``, ``MFA_VERIFY``
                or ``VERIFY_CODE``. Where a user is meant, the address must be that of the user.

        Returns:
            The outcome, with ``code`` 200.

        Raises:
            InvalidInputError: ``email`` is empty, or ``scene`` is unknown.
            NotFoundError: No user has the address.
            InvalidRequestError: The address is invalid.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: mutation ``sendEmail``.
        """
        from .._inputs.checks import non_empty_string
        from .._inputs.emails import email_scene
        from .._protocol.response import require_outcome

        message = self._api.send_email(
            non_empty_string(email, "email"), email_scene(scene, "scene")
        )
        return require_outcome(message, "SendEmail")

    def verify_token(
        self,
        token: str,
        *,
        audience: str | Sequence[str] | None = None,
        issuer: str | None = None,
        secret: str | None = None,
        algorithm: "TokenAlgorithm | None" = None,
        leeway: float = 0,
    ) -> "TokenClaims":
        """Verify a user's token without asking the service about it.

        The keys are fetched by the first call and used for 10 minutes, or for a day if they cannot
        be fetched again. A token whose key is unknown makes the client fetch them again, at most
        once a minute. A session that was ended is not noticed: ``check_login_status`` asks the
        service. Needs the extra ``jwt``.

        Args:
            token: Token of the user.
            audience: The token must be for it, or for one of several: the ID of the application
                that accepts the token. ``None`` accepts tokens for any application.
            issuer: URL of the issuer of the token, such as ``https://APP.authing.cn/oidc``, which
                must be in the token. Its discovery document leads to the public keys. ``None`` for
                the public keys of the client's host, and any issuer in the token.
            secret: Secret that signs tokens with ``HS256``: that of the application. With it,
                nothing is fetched, and only ``HS256`` is accepted. ``None`` for the secret
                ``jwtSecret`` of the user pool, which is fetched.
            algorithm: The only algorithm to accept, ``HS256`` (a secret) or ``RS256`` (public
                keys). ``None`` for both.
            leeway: Seconds by which the clocks may differ, at most 3600.

        Returns:
            The claims of the token. ``sub`` is the ID of the user.

        Raises:
            InvalidTokenError: The token is not valid: malformed, signed with another key or
                algorithm, or for another audience.
            TokenExpiredError: The token has expired.
            InvalidInputError: An argument is invalid.
            ConfigurationError: The extra ``jwt`` is not installed, or the secret of the user pool
                is not available.
            InvalidResponseError: The keys cannot be read.
            ConfigurationError, AuthenticationError, PermissionDeniedError, InvalidRequestError,
            RateLimitError, ServerError, TransportError, InvalidResponseError: See docs/errors.md.

        API: the discovery document and the keys of the issuer, or ``GET /api/v2/userpools/detail``.
        """
        from .._inputs.user_tokens import accepted_algorithms, issuer_url, secret_key, token_check
        from .token_verifier import TokenVerifier

        checked, key = masked(token), masked(secret)
        del token, secret  # tracebacks with locals would show them
        signing_secret = secret_key(key)
        check = token_check(
            checked,
            algorithms=accepted_algorithms(algorithm, has_secret=signing_secret is not None),
            audience=audience,
            issuer=issuer_url(issuer),
            leeway=leeway,
        )
        return TokenVerifier(self._transport).verify(check, signing_secret)
