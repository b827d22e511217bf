"""HTTP clients for many calls: pyreqwest for synchronous clients, aiohttp for asynchronous ones.

They take a fraction of the CPU time of ``httpx``. Needs the extra ``fast``::

    pip install 'authing-users[fast]'

    from authing_users import AsyncManagementClient, ManagementClient, fast

    with fast.Client() as http, ManagementClient(http_client=http) as client: ...
    async with fast.AsyncClient() as http, AsyncManagementClient(http_client=http) as client: ...

Tools that watch ``httpx`` do not see their requests; those that watch ``aiohttp`` do.
"""

from ._aiohttp import AsyncClient, AsyncResponse
from ._pyreqwest import Client, Response
from ._shared import (
    ConnectError,
    ConnectTimeout,
    Limits,
    PoolTimeout,
    ReadError,
    ReadTimeout,
    Request,
    TimeoutException,
    Timeouts,
)

__all__ = [
    "AsyncClient",
    "AsyncResponse",
    "Client",
    "ConnectError",
    "ConnectTimeout",
    "Limits",
    "PoolTimeout",
    "ReadError",
    "ReadTimeout",
    "Request",
    "Response",
    "TimeoutException",
    "Timeouts",
]
