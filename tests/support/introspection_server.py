"""A server that describes a schema, and rejects introspection in the ways that servers do."""

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    build_schema,
    parse,
    specified_directives,
)

TOKEN = "canary-token"

# Some of its parameters have incomplete types.
_execute: Callable[[GraphQLSchema, DocumentNode], Any] = import_module("graphql").execute_sync


class IntrospectionServer:
    """Responds to introspection.

    Attributes:
        host: Its address.
        schema: The schema that it describes.
        unknown: Parts of queries that it does not know, and the messages about them.
        max_depth: The deepest query that it accepts, or ``None``.
        needs_token: Whether it describes its schema only with a token.
        message: Why it never describes its schema, or ``None``.
        status: HTTP status of errors.
        requests: The headers of the requests for the schema.
        tokens: How many tokens were requested.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        self.schema: GraphQLSchema = build_schema("type Query { a: Int }")
        self.unknown: dict[str, str] = {}
        self.max_depth: int | None = None
        self.needs_token = False
        self.message: str | None = None
        self.status = 200
        self.requests: list[dict[str, str]] = []
        self.tokens = 0

    def respond(self, content: dict[str, Any], headers: dict[str, str]) -> tuple[int, object]:
        """Return the status and the content of a response."""
        if content["operationName"] == "GetAccessToken":
            self.tokens += 1
            token = {"accessToken": TOKEN, "iat": 1_700_000_000, "exp": 1_800_000_000}
            return 200, {"data": {"accessToken": token}}
        self.requests.append(headers)
        if errors := self._errors(content["query"], headers):
            return self.status, {"errors": [{"message": message} for message in errors]}
        result = _execute(self.schema, parse(content["query"]))
        assert result.errors is None, result.errors
        return 200, {"data": result.data}

    def _errors(self, query: str, headers: dict[str, str]) -> list[str]:
        if self.message is not None:
            return [self.message]
        if self.needs_token and headers.get("authorization") != f"Bearer {TOKEN}":
            return ["You are not allowed to read the schema."]
        (operation,) = parse(query).definitions
        depth = _depth(operation)
        if self.max_depth is not None and depth > self.max_depth:
            return [f"'IntrospectionQuery' exceeds maximum operation depth of {self.max_depth}"]
        return [message for text, message in self.unknown.items() if text in query]


def _depth(node: Any) -> int:
    inner: Any = node.selection_set
    below = 0 if inner is None else max(map(_depth, inner.selections))
    return below + isinstance(node, FieldNode)


def knows_one_of() -> bool:
    """Whether graphql-core itself can describe inputs with exactly one key."""
    return any(directive.name == "oneOf" for directive in specified_directives)


@contextmanager
def running_introspection_server() -> Generator[IntrospectionServer]:
    """Run a server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["content-length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, response = server.respond(content, headers)
            body = json.dumps(response).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        server = IntrospectionServer(f"http://127.0.0.1:{listener.server_port}")
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
