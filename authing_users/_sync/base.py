# Derived from authing_users/_async/base.py: change that, and run `make generate`.

"""What every client has: a transport, a way to build it, and an end."""

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from .._config import (
    ClientOptionsDict,
    ManagementClientOptions,
    RequestOptionsDict,
    options_from,
    resolve,
)
from .transport import Transport

if TYPE_CHECKING:
    from authing_graphql import Client


class ClientBase:
    """Holds a transport, and the generated client that sends through it."""

    _transport: Transport

    def __init__(
        self,
        options: ManagementClientOptions | None = None,
        **settings: Unpack[ClientOptionsDict],
    ) -> None:
        """Configure the client; nothing is sent before the first call.

        Args:
            options: All options in one object.
            **settings: The same options by keyword; see ``ManagementClientOptions``.

        Raises:
            ConfigurationError: The pool id or the secret is missing, or an option makes no sense.
        """
        self._transport = Transport(resolve(options_from(options, settings)))

    @cached_property
    def _api(self) -> "Client":
        # Loaded with all its models by the first call, and not before.
        from authing_graphql import Client

        return Client(self._transport)

    @classmethod
    def _over(cls, transport: Transport) -> Self:
        client = cls.__new__(cls)
        client._transport = transport
        return client

    def with_options(self, **options: Unpack[RequestOptionsDict]) -> Self:
        """Return a client that makes its calls in another way: ``with_options(retries=5).list()``.

        It shares connections, token and limits with this one; closing either closes both.

        Args:
            **options: ``timeout`` and ``deadline`` in seconds, ``retries``, ``retry_mutations``;
                see ``ManagementClientOptions``. What is not given stays as it is here.

        Raises:
            ConfigurationError: An option is unknown or makes no sense.
        """
        return self._over(self._transport.with_options(options))

    def close(self) -> None:
        """Close the connections. Closing twice does no harm; an ``http_client`` stays open."""
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
        config = self._transport.config
        return f"{type(self).__name__}(user_pool_id={config.user_pool_id!r}, host={config.host!r})"
