# Derived from authing_users/_async/base.py: change that, and run `make generate`.

"""The base of all clients: construction, request options, closing."""

from collections.abc import Iterable
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Generic, NamedTuple, Self, TypeVar, Unpack

from .._config import Config, config_or_error
from .._inputs.signatures import show_keywords
from .._runtime.user_type import UserT_co
from ..options import ClientOptionsDict, ManagementClientOptions, RequestOptionsDict
from .transport import Transport

if TYPE_CHECKING:
    from pydantic import BaseModel

    from authing_graphql import Client, User

ModelT = TypeVar("ModelT", bound="BaseModel")


class UserRequest(NamedTuple):
    """How a call requests users.

    Attributes:
        api: The generated client, whose operations request the fields.
        with_custom_data: Whether the values of custom fields are requested.
    """

    api: "Client"
    with_custom_data: bool


class ClientBase:
    """Holds a transport, and the generated client that uses it."""

    _transport: Transport

    @show_keywords
    def __init__(
        self,
        options: ManagementClientOptions | None = None,
        **keyword_options: Unpack[ClientOptionsDict],
    ) -> None:
        """Configure the client. Nothing is sent before the first call.

        Args:
            options: All options in one object.
            **keyword_options: The same options by keyword; see ``ManagementClientOptions``.

        Raises:
            ConfigurationError: The pool ID, or the secret and the access token, are missing, or an
                option is invalid.
        """
        config = config_or_error(options, keyword_options)
        del options, keyword_options  # tracebacks with locals would show the secret
        self._configure(config)

    def _configure(self, config: Config | Exception) -> None:
        if isinstance(config, Exception):
            raise config
        self._transport = Transport(config)

    @cached_property
    def _api(self) -> "Client":
        # Imported by the first call, since its models take long to load.
        from authing_graphql import Client

        transport, selection = self._transport, self._transport.selection
        if selection is None:
            return Client(transport)
        from .executors import SelectingExecutor

        return Client(SelectingExecutor(transport, selection))

    @classmethod
    def _over(cls, transport: Transport) -> Self:
        client = cls.__new__(cls)
        client._transport = transport
        return client

    @show_keywords
    def with_options(self, **options: Unpack[RequestOptionsDict]) -> Self:
        """Return a client with other request options: ``with_options(retries=5).list()``.

        It shares connections, token and limits with this client. Closing one closes both.

        Args:
            **options: ``timeout`` and ``deadline`` in seconds, ``retries``, ``retry_mutations``;
                see ``ManagementClientOptions``. Omitted options keep their values.

        Raises:
            ConfigurationError: An option is unknown or invalid.
        """
        return self._over(self._transport.with_options(options))

    def close(self) -> None:
        """Close all connections. An ``http_client`` stays open. Closing twice is allowed."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if not hasattr(self, "_transport"):  # the constructor failed
            return f"{type(self).__name__}()"
        config = self._transport.config
        return f"{type(self).__name__}(user_pool_id={config.user_pool_id!r}, host={config.host!r})"


class UserClientBase(ClientBase, Generic[UserT_co]):
    """The base of clients whose methods return users: instances of ``User``, or a subclass."""

    @show_keywords
    def __init__(
        self,
        options: ManagementClientOptions[UserT_co] | None = None,
        *,
        user_model: type[UserT_co] | None = None,
        **keyword_options: Unpack[ClientOptionsDict],
    ) -> None:
        """Configure the client. Nothing is sent before the first call.

        Args:
            options: All options in one object.
            user_model: Subclass of ``User`` with more fields; see ``ManagementClientOptions``.
            **keyword_options: The other options by keyword; see ``ManagementClientOptions``.

        Raises:
            ConfigurationError: The pool ID, or the secret and the access token, are missing, or an
                option is invalid.
        """
        keywords: dict[str, object] = {**keyword_options}
        if user_model is not None:
            keywords["user_model"] = user_model
        config = config_or_error(options, keywords)
        del options, keyword_options, keywords  # tracebacks with locals would show the secret
        self._configure(config)

    def _result_type(self, model: type[ModelT]) -> type[ModelT]:
        """Return the type of a REST result, which contains the caller's model of users."""
        selection = self._transport.selection
        return model if selection is None else selection.result_type(model)

    @property
    def _user_model(self) -> "type[User] | None":
        return self._transport.config.user_model

    def _requesting(self, fields: Iterable[str] | None, with_custom_data: bool) -> UserRequest:
        """Return how a call requests users.

        Args:
            fields: The argument ``fields`` of the call. ``None`` for all fields.
            with_custom_data: Whether to request the values of custom fields.
        """
        from .._inputs.checks import boolean

        boolean(with_custom_data, "with_custom_data")
        if fields is None:
            return UserRequest(self._api, with_custom_data)
        from authing_graphql import Client

        from .._inputs.selected_fields import CUSTOM_DATA, requested_fields
        from .._policy.selection import default_selection
        from .executors import SelectingExecutor

        selection = self._transport.selection or default_selection()
        names = requested_fields(fields, selection.user_model, with_custom_data=with_custom_data)
        executor = SelectingExecutor(self._transport, selection.only(names))
        return UserRequest(Client(executor), CUSTOM_DATA in names)
