"""The emulator behind a smaller schema: a server of another release of the service."""

import json
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import httpx
from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values

from .client_kinds import ClientKind, Management, management_client
from .emulator_pool import EmulatorPool
from .smaller_schema import smaller_schema

# Seconds to wait for requests that must arrive.
LONG = 10.0


class Received(NamedTuple):
    """A GraphQL request that arrived, and the errors that it was rejected with."""

    operation: str
    document: str
    variables: dict[str, Any]
    messages: list[str]


class OlderServer:
    """Validates documents as graphql-core does, and forwards valid ones to the emulator.

    Attributes:
        host: Its address.
        received: GraphQL requests that arrived, in order, except those for tokens.
        quote: The quotes of error messages: those of graphql-js are double.
        max_errors: How many errors a response contains.
        quick: How many documents are rejected at once. The others wait for `goes_on`.
        goes_on: Set when waiting requests may be rejected.
        meeting: Rejections wait for each other here, if set.
    """

    def __init__(self, pool: EmulatorPool, host: str, http: httpx.Client) -> None:
        self.host = host
        self.received: list[Received] = []
        self.quote = "'"
        self.max_errors = 100
        self.quick: int | None = None
        self.goes_on = threading.Event()
        self.meeting: threading.Barrier | None = None
        self._pool = pool
        self._http = http
        self._schema = smaller_schema()

    def lack(self, *names: str) -> None:
        """Remove names from the complete schema: see ``smaller_schema``."""
        self._schema = smaller_schema(*sorted(names))

    def client(self, client_kind: ClientKind, **options: Any) -> Management:
        """Build a client of this server."""
        return management_client(
            client_kind,
            user_pool_id=self._pool.emulator.user_pool_id,
            secret=self._pool.emulator.secret,
            host=self.host,
            lang="en-US",
            **options,
        )

    @property
    def operations(self) -> list[str]:
        """The operations that arrived, in order."""
        return [request.operation for request in self.received]

    @property
    def executed(self) -> Counter[str]:
        """How often each operation was executed."""
        return Counter(request.operation for request in self.received if not request.messages)

    def respond(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Return the status and the body of a response."""
        if path.startswith("/graphql"):
            content: dict[str, Any] = json.loads(body)
            messages = self._reject(content["query"], content["variables"])
            if content["operationName"] != "GetAccessToken":
                self.received.append(
                    Received(
                        content["operationName"], content["query"], content["variables"], messages
                    )
                )
            if messages:
                if self.meeting is not None:
                    self.meeting.wait(LONG)
                if self.quick is not None and len(self.received) > self.quick:
                    self.goes_on.wait(LONG)
                errors = [{"message": message} for message in messages]
                return 400, json.dumps({"errors": errors}).encode()
        method = "POST" if body else "GET"
        response = self._http.request(
            method, f"{self._pool.host}{path}", headers=headers, content=body
        )
        return response.status_code, response.content

    def _reject(self, text: str, variables: dict[str, Any]) -> list[str]:
        errors = _errors(self._schema, text, variables)
        messages = [error.message.replace("'", self.quote) for error in errors]
        return messages[: self.max_errors]


def _errors(schema: GraphQLSchema, text: str, variables: dict[str, Any]) -> list[GraphQLError]:
    document = parse(text)
    if errors := validate(schema, document):
        return errors
    (operation,) = (
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    )
    values = get_variable_values(schema, operation.variable_definitions or (), variables)
    return values if isinstance(values, list) else []


@contextmanager
def running_older_server(pool: EmulatorPool) -> Generator[OlderServer]:
    """Run a server with the complete schema, on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._respond(b"")

        def do_POST(self) -> None:
            self._respond(self.rfile.read(int(self.headers["content-length"])))

        def _respond(self, body: bytes) -> None:
            forwarded = {
                name: value
                for name, value in self.headers.items()
                if name.lower() in ("authorization", "content-type")
                or name.lower().startswith("x-authing-")
            }
            status, content = server.respond(self.path, forwarded, body)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener,
        httpx.Client(trust_env=False) as http,
    ):
        server = OlderServer(pool, f"http://127.0.0.1:{listener.server_port}", http)
        thread = threading.Thread(target=listener.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
