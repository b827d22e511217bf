"""Plain ``httpx``, the baseline, and plain ``httpx2``: parsed JSON, without any types."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import httpx2

from .contenders import (
    HTTPX_ASYNC,
    HTTPX_SYNC,
    REQUESTS,
    AsyncContender,
    Contender,
    Request,
    SyncContender,
    endpoint,
    headers,
)
from .server import Server

# By default, httpx keeps 20 connections and closes all others after each request.
LIMITS: dict[str, int | None] = {"max_connections": None, "max_keepalive_connections": None}


def httpx_sync(server: Server, in_flight: int = 1) -> Contender:
    """Return a synchronous client of ``httpx``."""
    limits = httpx.Limits(**LIMITS)
    client = httpx.Client(headers=headers(), limits=limits, trust_env=False)
    return _synchronous(HTTPX_SYNC, server, client, in_flight)


def httpx2_sync(server: Server, in_flight: int = 1) -> Contender:
    """Return a synchronous client of ``httpx2``."""
    limits = httpx2.Limits(**LIMITS)
    client = httpx2.Client(headers=headers(), limits=limits, trust_env=False)
    return _synchronous("httpx2, sync", server, client, in_flight)


def httpx_async(server: Server, in_flight: int = 1) -> Contender:
    """Return an asynchronous client of ``httpx``."""
    limits = httpx.Limits(**LIMITS)
    client = httpx.AsyncClient(headers=headers(), limits=limits, trust_env=False)
    return _asynchronous(HTTPX_ASYNC, server, client, in_flight)


def httpx2_async(server: Server, in_flight: int = 1) -> Contender:
    """Return an asynchronous client of ``httpx2``."""
    limits = httpx2.Limits(**LIMITS)
    client = httpx2.AsyncClient(headers=headers(), limits=limits, trust_env=False)
    return _asynchronous("httpx2, async", server, client, in_flight)


def _synchronous(
    name: str, server: Server, client: httpx.Client | httpx2.Client, in_flight: int
) -> Contender:
    url = endpoint(server)

    def post(request: Request) -> Callable[[], Any]:
        return lambda: client.post(url, json=request.body).json()

    calls = {operation: post(request) for operation, request in REQUESTS.items()}
    return SyncContender(name, calls, client.close, in_flight)


def _asynchronous(
    name: str, server: Server, client: httpx.AsyncClient | httpx2.AsyncClient, in_flight: int
) -> Contender:
    url = endpoint(server)

    def post(request: Request) -> Callable[[], Awaitable[Any]]:
        async def response() -> Any:
            return (await client.post(url, json=request.body)).json()

        return response

    calls = {operation: post(request) for operation, request in REQUESTS.items()}
    return AsyncContender(name, calls, client.aclose, asyncio.Runner(), in_flight)
