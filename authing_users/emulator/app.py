"""The ASGI application."""

import time
from collections.abc import Callable, Collection

from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from .core import Emulator
from .gql.older_schema import older_schema
from .gql.schema import executable_schema
from .store import seeding
from .store.userpool import TOKEN_LIFETIME
from .web.control import ControlService
from .web.graphql_endpoint import graphql_route
from .web.responses import http_error_response
from .web.rest_routes import rest_routes


class EmulatorApp(Starlette):
    """The emulator as an ASGI application, for a server or for ``httpx.ASGITransport``.

    Attributes:
        user_pool_id: ID of the user pool.
        secret: Secret of the user pool.
        public_key: The public key that encrypts passwords, as PEM text.
    """

    def __init__(
        self, emulator: Emulator, schema: GraphQLSchema, own_hosts: Collection[str]
    ) -> None:
        super().__init__(
            routes=[
                graphql_route(emulator, schema),
                *rest_routes(emulator),
                *ControlService(emulator, own_hosts).routes(),
            ],
            exception_handlers={HTTPException: _http_error, ClientDisconnect: _client_disconnected},
        )
        self.router.redirect_slashes = False  # the API has no paths with a trailing slash
        self._emulator = emulator
        self.user_pool_id: str = emulator.pool.id
        self.secret: str = emulator.pool.secret
        self.public_key: str = emulator.pool.private_key.public_pem

    def seed_users(self, number: int) -> None:
        """Create generated users until the pool has at least ``number`` users."""
        with self._emulator.transaction(write=True) as transaction:
            store = self._emulator.store(transaction)
            missing = number - seeding.count_records(store)["users"]
            seeding.seed_users(store, max(missing, 0))

    def interrupt(self) -> None:
        """Make long requests fail, now and later. Their changes are rolled back."""
        self._emulator.interrupt()

    def close(self) -> None:
        """Close the database. Later requests fail."""
        self._emulator.close()


def create_app(
    database: str = ":memory:",
    *,
    user_pool_id: str | None = None,
    secret: str | None = None,
    token_lifetime: int = TOKEN_LIFETIME,
    clock: Callable[[], float] = time.time,
    own_hosts: Collection[str] = (),
    schema: str | None = None,
    private_key: str | None = None,
) -> EmulatorApp:
    """Open a database and return the application that serves it.

    Args:
        database: Path of a SQLite file, which is created if it does not exist, or ``:memory:``.
        user_pool_id: ID of the user pool; the stored ID, or a default, when ``None``.
        secret: Secret of the user pool; the stored secret, or a new one, when ``None``.
        token_lifetime: Lifetime of management tokens, in seconds. A setting of the user pool
            controls the lifetime of users' tokens.
        clock: Returns the current Unix time in seconds.
        own_hosts: Host names of the server besides ``localhost`` and loopback addresses. The
            control paths reject requests for any other host.
        schema: The GraphQL schema of an older server, in the schema definition language: any part
            of ``schema.graphql``. Everything else is unknown to the GraphQL API, but not to the
            REST API. The whole schema when ``None``.
        private_key: RSA key of a new user pool, as PEM text, which decrypts passwords. A new key
            when ``None``, which takes some tens of milliseconds.

    Raises:
        UnusableSchemaError: ``schema`` is invalid or is not a part of ``schema.graphql``.
        UnusableDatabaseError: The database cannot be opened, is in use by another emulator, or
            holds another pool.
    """
    served = executable_schema()
    if schema is not None:
        served = older_schema(schema, served)
    emulator = Emulator(
        database,
        user_pool_id=user_pool_id,
        secret=secret,
        token_lifetime=token_lifetime,
        clock=clock,
        private_key=private_key,
    )
    return EmulatorApp(emulator, served, own_hosts)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    messages = {
        404: f"Path {request.url.path} not found.",
        405: f"Method {request.method} not allowed for {request.url.path}.",
    }
    return http_error_response(status, messages.get(status, "The request cannot be handled."))


async def _client_disconnected(_: Request, __: Exception) -> Response:
    return Response(status_code=400)  # the client has disconnected
