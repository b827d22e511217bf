"""The ASGI application."""

import os
import re
import time
from collections.abc import Callable, Collection, Mapping
from functools import cache

from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from authing_graphql import operations

from .control import Control
from .core import Emulator, EmulatorOptions
from .gql.schema import executable_schema
from .gql.unsupported import UNSUPPORTED_OPERATIONS
from .operations import OperationNames
from .seed.errors import SeedError
from .seed.files import read_seed_file
from .seed.parser import parse_seed
from .seed.writer import write_seed
from .store import seeding
from .store.userpool import TOKEN_LIFETIME
from .web.control import ControlService
from .web.graphql_endpoint import graphql_route
from .web.responses import http_error_response
from .web.rest_routes import ENDPOINTS, rest_routes


class EmulatorApp(Starlette):
    """The emulator as an ASGI application, for a server or for ``httpx.ASGITransport``.

    Attributes:
        user_pool_id: ID of the user pool.
        secret: Secret of the user pool.
        public_key: The public key that encrypts passwords, as PEM text.
        control: Faults, clock, snapshots and log of the emulator.
        is_deterministic: Whether IDs, times and keys depend on the order of the requests only.
    """

    def __init__(
        self, emulator: Emulator, schema: GraphQLSchema, own_hosts: Collection[str]
    ) -> None:
        is_own_schema = schema is executable_schema()
        names = _operation_names() if is_own_schema else _names_of(schema)
        self.control: Control = Control(emulator, names)
        super().__init__(
            routes=[
                graphql_route(emulator, schema, is_own_schema=is_own_schema),
                *rest_routes(emulator),
                *ControlService(emulator, self.control, own_hosts).routes(),
            ],
            exception_handlers={
                HTTPException: self._http_error,
                ClientDisconnect: _client_disconnected,
            },
        )
        self.router.redirect_slashes = False  # the API has no paths with a trailing slash
        self._emulator = emulator
        self.user_pool_id: str = emulator.pool.id
        self.secret: str = emulator.pool.secret
        self.public_key: str = emulator.pool.private_key.public_pem
        self.is_deterministic: bool = emulator.is_deterministic

    def seed_users(self, number: int) -> None:
        """Create generated users until the pool has at least ``number`` users."""
        if number <= 0:
            return
        with self._emulator.transaction(write=True) as transaction:
            store = self._emulator.store(transaction)
            missing = number - seeding.count_records(store)["users"]
            seeding.seed_users(store, max(missing, 0))

    def seed(self, seed: Mapping[str, object] | str | os.PathLike[str]) -> None:
        """Create users, roles, groups, organisations and custom fields, or nothing on an error.

        Existing objects are skipped: they stay unchanged.

        Args:
            seed: The content, or the path of a YAML or JSON file.

        Raises:
            SeedError: The seed is invalid, or an object cannot be created. The message has the
                path of the value, and the file, line and column if the seed is a file.
        """
        if isinstance(seed, Mapping):
            self._write_seed(seed)
            return
        file = read_seed_file(seed)
        try:
            self._write_seed(file.content)
        except SeedError as error:
            raise file.located(error) from None

    def _write_seed(self, content: object) -> None:
        parsed = parse_seed(content, self._emulator.added_fields)
        with self._emulator.transaction(write=True) as transaction:
            write_seed(self._emulator.store(transaction), parsed)

    def interrupt(self) -> None:
        """Make long requests fail, now and later. Their changes are rolled back."""
        self._emulator.interrupt()

    def close(self) -> None:
        """Close the database. Later requests fail."""
        self.control.close()
        self._emulator.close()

    async def _http_error(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        path = request.url.path
        messages = {
            404: f"Path {path} not found.",
            405: f"Method {request.method} not allowed for {path}.",
        }
        if status in messages and not path.startswith("/emulator/"):
            self._emulator.call_log.add_unsupported(f"{request.method} {path}")
        return http_error_response(status, messages.get(status, "The request cannot be handled."))


def create_app(
    database: str = ":memory:",
    *,
    user_pool_id: str | None = None,
    secret: str | None = None,
    allow_development_secret: bool = True,
    token_lifetime: int = TOKEN_LIFETIME,
    clock: Callable[[], float] = time.time,
    own_hosts: Collection[str] = (),
    schema: str | os.PathLike[str] | None = None,
    seed: Mapping[str, object] | str | os.PathLike[str] | None = None,
    deterministic: bool = False,
    log_calls: bool = True,
    import_file: str | os.PathLike[str] | None = None,
) -> EmulatorApp:
    """Open a database and return the application that serves it.

    Args:
        database: Path of a SQLite file, which is created if it does not exist, or ``:memory:``.
        user_pool_id: ID of the user pool; the stored ID, or a default, when ``None``.
        secret: Secret of the user pool; the stored secret, or the development secret, which is
            public, when ``None``.
        allow_development_secret: Whether the secret may be the development secret. If not, a random
            secret replaces it.
        token_lifetime: Lifetime of management tokens, in seconds. A setting of the user pool
            controls the lifetime of users' tokens.
        clock: Returns the current Unix time in seconds.
        own_hosts: Host names of the server besides ``localhost`` and loopback addresses. The
            control paths reject requests for any other host.
        schema: The GraphQL schema to serve instead of ``schema.graphql``: the path of a file or of
            a folder of files, or text in the schema definition language. A string is a path if it
            ends with ``.graphql``, ``.graphqls`` or ``.gql``. The schema may add to
            ``schema.graphql`` and lack parts of it.
        seed: The data to start with: the content of a seed, or the path of a seed file. Existing
            objects are skipped.
        deterministic: IDs, times, tokens and keys depend only on the order of the requests, so two
            new emulators respond to the same requests with the same bytes. The clock starts at
            2024-01-01T00:00:00Z, and each change advances it by a second; ``clock`` is ignored.
            The keys are public.
        log_calls: Keep the last calls for ``control.calls``.
        import_file: A pool that ``control.export`` or ``--db`` wrote, to start with. The database
            must be new. An empty pool when ``None``.

    Raises:
        UnusableSchemaError: ``schema`` is invalid, or has no usable field ``accessToken``. The
            message has every problem.
        UnusableDatabaseError: The database cannot be opened, is in use by another emulator, or
            holds another pool.
        SeedError: ``seed`` is invalid.
    """
    served, added_fields = executable_schema(), None
    if schema is not None:
        from .gql.served_schema import serve_schema  # few emulators need it

        own = serve_schema(schema)
        served, added_fields = own.schema, own.added_fields
    emulator = Emulator(
        database,
        EmulatorOptions(
            user_pool_id=user_pool_id,
            secret=secret,
            allow_development_secret=allow_development_secret,
            token_lifetime=token_lifetime,
            clock=clock,
            deterministic=deterministic,
            log_calls=log_calls,
            import_file=None if import_file is None else os.fspath(import_file),
            added_fields=added_fields,
        ),
    )
    app = EmulatorApp(emulator, served, own_hosts)
    try:
        if seed is not None:
            app.seed(seed)
    except BaseException:
        app.close()
        raise
    return app


@cache
def _operation_names() -> OperationNames:
    return _names_of(executable_schema())


def _names_of(schema: GraphQLSchema) -> OperationNames:
    roots = [root for root in (schema.query_type, schema.mutation_type) if root is not None]
    fields = [name for root in roots for name in root.fields]
    unsupported = [name for names in UNSUPPORTED_OPERATIONS.values() for name in sorted(names)]
    documents = [getattr(operations, name) for name in operations.__all__]
    named = re.findall(r"^(?:query|mutation) (\w+)", "\n".join(documents), re.MULTILINE)
    endpoints = [(endpoint.method, endpoint.path) for endpoint in ENDPOINTS]
    return OperationNames([*fields, *unsupported, *named], endpoints)


async def _client_disconnected(_: Request, __: Exception) -> Response:
    return Response(status_code=400)  # the client has disconnected
