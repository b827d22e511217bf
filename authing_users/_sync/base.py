# Derived from authing_users/_async/base.py: change that, and run `make generate`.

"""The base of all clients: construction, request options, closing."""

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from .._config import config_or_error
from ..options import ClientOptionsDict, ManagementClientOptions, RequestOptionsDict
from .transport import Transport

if TYPE_CHECKING:
    from authing_graphql import Client


class ClientBase:
    """Holds a transport, and the generated client that uses it."""

    _transport: Transport

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
            ConfigurationError: The pool ID or the secret is missing, or an option is invalid.
        """
        config = config_or_error(options, keyword_options)
        del options, keyword_options  # tracebacks with locals would show the secret
        if isinstance(config, Exception):
            raise config
        self._transport = Transport(config)

    @cached_property
    def _api(self) -> "Client":
        # Imported by the first call, since its models take long to load.
        from authing_graphql import Client

        return Client(self._transport)

    @classmethod
    def _over(cls, transport: Transport) -> Self:
        client = cls.__new__(cls)
        client._transport = transport
        return client

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
