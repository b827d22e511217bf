"""A service in the same process, to record from, and helpers to record and replay."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from authing_users import ManagementClient
from authing_users.testing import cassette_settings
from authing_users.testing.cassettes.vcrpy import VCR

yaml: Any = import_module("yaml")  # it has no types

HOST = "https://one.example"
POOL = "5f0e3a7c9b1d2e4f6a8c0b5d"
OTHER_POOL = "6a1b2c3d4e5f60718293a4b5"
SECRET = "canary-secret-of-the-pool"
TOKEN = "canary-token-of-the-pool"

Content = dict[str, Any]
Respond = Callable[[Content], Content | httpx.Response]


class Service:
    """Responds to token requests itself, and to others with what a function returns.

    Args:
        respond: Gets the content of a GraphQL request, or an empty one; returns ``data``.

    Attributes:
        requests: The requests, in order.
    """

    def __init__(self, respond: Respond | None = None) -> None:
        self._respond = respond or echo
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        content: Content = json.loads(request.content) if request.content else {}
        if content.get("operationName") == "GetAccessToken":
            data = {"accessToken": {"accessToken": TOKEN, "iat": 1, "exp": 99_999_999}}
            return httpx.Response(200, json={"data": data})
        if f"Bearer {TOKEN}" != request.headers.get("authorization"):
            problem = {"code": 2020, "message": "The token is not valid"}
            return httpx.Response(200, json={"errors": [{"message": problem}], "data": None})
        response = self._respond(content)
        if isinstance(response, httpx.Response):
            return response
        return httpx.Response(200, json={"data": response})

    @property
    def operations(self) -> list[str]:
        """The operations that it was asked for, in order."""
        return [
            json.loads(request.content)["operationName"] if request.content else request.url.path
            for request in self.requests
        ]


def echo(content: Content) -> Content:
    """Return a page, or a user, that tells what was asked for."""
    variables = content["variables"]
    if content["operationName"] == "ListUsers":
        return {"users": {"totalCount": variables["page"], "list": []}}
    return {"user": {"id": variables["id"], "username": "ada"}}


@contextmanager
def client(service: Service | None = None, **options: Any) -> Generator[ManagementClient]:
    """Run a client of a service; without one, a client of a server that does not exist."""
    transport = None if service is None else httpx.MockTransport(service)
    options = {"user_pool_id": POOL, "secret": SECRET, "host": HOST, "retries": 0, **options}
    with (
        httpx.Client(transport=transport) as http,
        ManagementClient(http_client=http, **options) as made,
    ):
        yield made


@contextmanager
def cassette(path: Path, mode: str = "none", **settings: Any) -> Generator[Any]:
    """Use a cassette through plain vcrpy."""
    names = ("scrub", "pseudonymize", "strict", "record_secrets")
    ours = {name: settings.pop(name) for name in names if name in settings}
    recorder: Any = VCR(**cassette_settings(**ours))
    with recorder.use_cassette(str(path), record_mode=mode, **settings) as used:
        yield used


def interactions(path: Path) -> list[dict[str, Any]]:
    """Return the interactions of a file."""
    recorded: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["interactions"]
    return recorded


def operations(path: Path) -> list[str]:
    """Return the operations of a file."""
    return [one["operation"] for one in interactions(path)]
