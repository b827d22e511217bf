"""The ASGI application."""

import time
from collections.abc import Callable, Collection

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from .core import Emulator
from .store import seeding
from .store.userpool import TOKEN_LIFETIME
from .web.control import ControlService
from .web.envelope import plain_error
from .web.graphql_endpoint import GraphQLEndpoint
from .web.rest import RestService


class EmulatorApp(Starlette):
    """The emulator as an ASGI application: to be served, or mounted in ``httpx.ASGITransport``.

    Attributes:
        user_pool_id: Id of the user pool.
        secret: Secret of the user pool.
        public_key: The key to encrypt passwords for, as PEM text.
    """

    def __init__(self, emulator: Emulator, own_hosts: Collection[str]) -> None:
        super().__init__(
            routes=[
                *GraphQLEndpoint(emulator).routes(),
                *RestService(emulator).routes(),
                *ControlService(emulator, own_hosts).routes(),
            ],
            exception_handlers={HTTPException: _http_error, ClientDisconnect: _nobody},
        )
        self.router.redirect_slashes = False  # no path of the API has two spellings
        self._emulator = emulator
        self.user_pool_id: str = emulator.pool.id
        self.secret: str = emulator.pool.secret
        self.public_key: str = emulator.pool.private_key.public_pem

    def seed_users(self, number: int) -> None:
        """Create made-up users until there are at least a number of users."""
        with self._emulator.transaction(write=True) as transaction:
            store = self._emulator.store(transaction)
            missing = number - seeding.counts(store)["users"]
            seeding.seed_users(store, max(missing, 0))

    def close(self) -> None:
        """Close the database. Requests that come later fail."""
        self._emulator.close()


def create_app(
    database: str = ":memory:",
    *,
    user_pool_id: str | None = None,
    secret: str | None = None,
    token_lifetime: int = TOKEN_LIFETIME,
    clock: Callable[[], float] = time.time,
    own_hosts: Collection[str] = (),
) -> EmulatorApp:
    """Open a database and make the application that serves it.

    Args:
        database: Path of a SQLite file, which is created if need be, or ``:memory:``.
        user_pool_id: Id of the user pool; the stored one, or a default, when ``None``.
        secret: Secret of the user pool; the stored one, or a new one, when ``None``.
        token_lifetime: How long management tokens live, in seconds. Users' tokens live as long
            as the user pool says.
        clock: Tells the time, in Unix seconds.
        own_hosts: Names that the server is known by, besides those of the loopback interface;
            the control paths refuse requests for any other.

    Raises:
        UnusableDatabaseError: The database cannot be opened, is in use by another emulator, or
            holds another pool.
    """
    emulator = Emulator(
        database,
        user_pool_id=user_pool_id,
        secret=secret,
        token_lifetime=token_lifetime,
        clock=clock,
    )
    return EmulatorApp(emulator, own_hosts)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = {
        404: f"There is no path {request.url.path}.",
        405: f"The path {request.url.path} does not take {request.method}.",
    }
    return plain_error(status, said.get(status, "The request cannot be served."))


async def _nobody(_: Request, __: Exception) -> Response:
    return Response(status_code=400)  # to a client that has gone
