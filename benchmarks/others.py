"""``gql``, the client that ariadne-codegen writes with its default options, and the vendor's SDK.

They are not installed where the tests run, so they are imported late and have no types.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from . import canned
from .contenders import (
    CREATE,
    DETAIL,
    HTTPX_SYNC,
    LIST_10,
    LIST_100,
    NEW_USER,
    REQUESTS,
    SECRET,
    USER_ID,
    AsyncContender,
    Contender,
    Request,
    SyncContender,
    Timing,
    endpoint,
    headers,
)
from .server import Server

STOCK = Path("build", "bench")
VENDOR_PYTHON = Path(".venv-vendor", "bin", "python")
VENDOR_WORKER = Path(__file__).with_name("vendor_worker.py")


def stock_sync(server: Server) -> Contender:
    """Return the stock generated client, synchronous."""
    stock = _stock("stock_sync")
    http_client = httpx.Client(headers=headers(), trust_env=False)
    client = stock.Client(url=endpoint(server), http_client=http_client)
    return SyncContender("stock generated, sync", _stock_calls(stock, client), http_client.close)


def stock_async(server: Server) -> Contender:
    """Return the stock generated client, asynchronous."""
    stock = _stock("stock_async")
    http_client = httpx.AsyncClient(headers=headers(), trust_env=False)
    client = stock.Client(url=endpoint(server), http_client=http_client)
    calls = _stock_calls(stock, client)
    return AsyncContender("stock generated, async", calls, http_client.aclose, asyncio.Runner())


def _stock(name: str) -> Any:
    if str(STOCK) not in sys.path:
        sys.path.append(str(STOCK))
    return import_module(name)


def _stock_calls(stock: Any, client: Any) -> dict[str, Callable[[], Any]]:
    # The flag has a default in the document, but the stock client requires it.
    return {
        LIST_10: lambda: client.list_users(False, page=1, limit=10),
        LIST_100: lambda: client.list_users(False, page=1, limit=100),
        DETAIL: lambda: client.get_user(USER_ID, False),
        CREATE: lambda: client.create_user(stock.CreateUserInput(**NEW_USER), False),
    }


def gql_sync(server: Server) -> Contender:
    """Return ``gql``, synchronous. Its documents are parsed once, in advance."""
    gql, transports = import_module("gql"), import_module("gql.transport.httpx")
    transport = transports.HTTPXTransport(endpoint(server), headers=headers(), trust_env=False)
    client = gql.Client(transport=transport)
    session = client.connect_sync()

    def execute(request: Request) -> Callable[[], Any]:
        prepared = _gql_request(gql, request)
        return lambda: session.execute(prepared)

    calls = {name: execute(request) for name, request in REQUESTS.items()}
    return SyncContender("gql, sync", calls, client.close_sync)


def gql_async(server: Server) -> Contender:
    """Return ``gql``, asynchronous. Its documents are parsed once, in advance."""
    gql, transports = import_module("gql"), import_module("gql.transport.httpx")
    transport = transports.HTTPXAsyncTransport(endpoint(server), headers=headers(), trust_env=False)
    client = gql.Client(transport=transport)
    runner = asyncio.Runner()
    session = runner.run(client.connect_async())

    def execute(request: Request) -> Callable[[], Awaitable[Any]]:
        prepared = _gql_request(gql, request)
        return lambda: session.execute(prepared)

    calls = {name: execute(request) for name, request in REQUESTS.items()}
    return AsyncContender("gql, async", calls, client.close_async, runner)


def _gql_request(gql: Any, request: Request) -> Any:
    return gql.GraphQLRequest(
        request.document, variable_values=request.variables, operation_name=request.operation
    )


class VendorContender:
    """The vendor's SDK. It needs old packages, so it runs in an environment of its own."""

    name = "vendor's SDK"
    baseline = HTTPX_SYNC
    in_flight = 1

    def __init__(self, server: Server) -> None:
        self._process = subprocess.Popen(
            [str(VENDOR_PYTHON), str(VENDOR_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NO_PROXY": "127.0.0.1"},
        )
        self._request(
            host=server.url,
            user_pool_id=canned.POOL_ID,
            secret=SECRET,
            calls={
                LIST_10: ["list", {"limit": 10}],
                LIST_100: ["list", {"limit": 100}],
                DETAIL: ["detail", {"user_id": USER_ID}],
                CREATE: ["create", {"userInfo": NEW_USER}],
            },
        )

    def response(self, operation: str) -> Any:
        """Make one call and return its result."""
        return self._request(operation=operation, calls=1)["response"]

    def time(self, operation: str, calls: int) -> Timing:
        """Make a number of calls."""
        outcome = self._request(operation=operation, calls=calls)
        return Timing(outcome["cpu"], outcome["wall"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _request(self, **request: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(request), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The vendor's SDK ended (exit code {self._process.wait()})")
        return json.loads(line)
