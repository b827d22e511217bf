"""What every client has: a transport, a way to build it, and an end."""

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from .._config import (
    AsyncClientOptionsDict,
    ManagementClientOptions,
    RequestOptionsDict,
    options_from,
    resolve,
)
from .transport import AsyncTransport

if TYPE_CHECKING:
    from authing_graphql import AsyncClient


class AsyncClientBase:
    """Holds a transport, and the generated client that sends through it."""

    _transport: AsyncTransport

    def __init__(
        self,
        options: ManagementClientOptions | None = None,
        **settings: Unpack[AsyncClientOptionsDict],
    ) -> None:
        """Configure the client; nothing is sent before the first call.

        Args:
            options: All options in one object.
            **settings: The same options by keyword; see ``ManagementClientOptions``.

        Raises:
            ConfigurationError: The pool id or the secret is missing, or an option makes no sense.
        """
        self._transport = AsyncTransport(resolve(options_from(options, settings)))

    @cached_property
    def _api(self) -> "AsyncClient":
        # Loaded with all its models by the first call, and not before.
        from authing_graphql import AsyncClient

        return AsyncClient(self._transport)

    @classmethod
    def _over(cls, transport: AsyncTransport) -> Self:
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

    async def aclose(self) -> None:
        """Close the connections. Closing twice does no harm; an ``http_client`` stays open."""
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
        config = self._transport.config
        return f"{type(self).__name__}(user_pool_id={config.user_pool_id!r}, host={config.host!r})"
