"""The base of all clients: construction, request options, closing."""

from collections.abc import Iterable
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Generic, NamedTuple, Self, TypeVar, Unpack

from .._config import Config, config_or_error
from .._inputs.signatures import show_keywords
from .._runtime.user_type import UserT_co
from ..options import AsyncClientOptionsDict, ManagementClientOptions, RequestOptionsDict
from .transport import AsyncTransport

if TYPE_CHECKING:
    from pydantic import BaseModel

    from authing_graphql import AsyncClient, User

ModelT = TypeVar("ModelT", bound="BaseModel")


class AsyncUserRequest(NamedTuple):
    """How a call requests users.

    Attributes:
        api: The generated client, whose operations request the fields.
        with_custom_data: Whether the values of custom fields are requested.
    """

    api: "AsyncClient"
    with_custom_data: bool


class AsyncClientBase:
    """Holds a transport, and the generated client that uses it."""

    _transport: AsyncTransport

    @show_keywords
    def __init__(
        self,
        options: ManagementClientOptions | None = None,
        **keyword_options: Unpack[AsyncClientOptionsDict],
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
        self._transport = AsyncTransport(config)

    @cached_property
    def _api(self) -> "AsyncClient":
        # Imported by the first call, since its models take long to load.
        from authing_graphql import AsyncClient

        transport, selection = self._transport, self._transport.selection
        if selection is None:
            return AsyncClient(transport)
        from .executors import AsyncSelectingExecutor

        return AsyncClient(AsyncSelectingExecutor(transport, selection))

    @classmethod
    def _over(cls, transport: AsyncTransport) -> Self:
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

    async def aclose(self) -> None:
        """Close all connections. An ``http_client`` stays open. Closing twice is allowed."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        if not hasattr(self, "_transport"):  # the constructor failed
            return f"{type(self).__name__}()"
        config = self._transport.config
        return f"{type(self).__name__}(user_pool_id={config.user_pool_id!r}, host={config.host!r})"


class AsyncUserClientBase(AsyncClientBase, Generic[UserT_co]):
    """The base of clients whose methods return users: instances of ``User``, or a subclass."""

    @show_keywords
    def __init__(
        self,
        options: ManagementClientOptions[UserT_co] | None = None,
        *,
        user_model: type[UserT_co] | None = None,
        **keyword_options: Unpack[AsyncClientOptionsDict],
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

    def _requesting(self, fields: Iterable[str] | None, with_custom_data: bool) -> AsyncUserRequest:
        """Return how a call requests users.

        Args:
            fields: The argument ``fields`` of the call. ``None`` for all fields.
            with_custom_data: Whether to request the values of custom fields.
        """
        from .._inputs.checks import boolean

        boolean(with_custom_data, "with_custom_data")
        if fields is None:
            return AsyncUserRequest(self._api, with_custom_data)
        from authing_graphql import AsyncClient

        from .._inputs.selected_fields import CUSTOM_DATA, requested_fields
        from .._policy.selection import default_selection
        from .executors import AsyncSelectingExecutor

        selection = self._transport.selection or default_selection()
        names = requested_fields(fields, selection.user_model, with_custom_data=with_custom_data)
        executor = AsyncSelectingExecutor(self._transport, selection.only(names))
        return AsyncUserRequest(AsyncClient(executor), CUSTOM_DATA in names)
