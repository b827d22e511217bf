"""An injected HTTP client keeps its configuration, and the caller keeps its ownership."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import httpx2
import pytest

from authing_users import (
    AuthenticationError,
    ConfigurationError,
    DeadlineExceededError,
    ManagementClient,
    RateLimitError,
    TransportError,
    TransportTimeoutError,
)
from authing_users.testing import skip_waits

from ..support.client_kinds import ClientKind, Management, management_client, run
from ..support.scripted_server import ScriptedServer, api_error, data, rest, token

NO_USERS = data(users={"totalCount": 0, "list": []})
DELETED = data(deleteUser={"code": 200, "message": "ok"})

# The module ``httpx`` or ``httpx2``.
Library = Any


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> Library:
    """A package with HTTP clients to inject."""
    return request.param


def scripted_transport(library: Library, server: ScriptedServer) -> Any:
    """Return a transport of a package that gets its responses from a scripted server."""

    def respond(request: Any) -> Any:
        httpx_request = httpx.Request(
            request.method,
            str(request.url),
            headers=request.headers.raw,
            content=request.content,
            extensions=request.extensions,
        )
        response = server(httpx_request)
        return library.Response(
            response.status_code, headers=response.headers.raw, content=response.content
        )

    return library.MockTransport(respond)


def http_client(client_kind: ClientKind, library: Library, **settings: Any) -> Any:
    """Build an HTTP client of either kind and package."""
    return library.Client(**settings) if client_kind == "sync" else library.AsyncClient(**settings)


@asynccontextmanager
async def client_with(
    client_kind: ClientKind, http: Any, **settings: Any
) -> AsyncGenerator[Management]:
    """Run a client with an injected HTTP client, and close both at the end."""
    client = management_client(client_kind, http_client=http, **{"retries": 0, **settings})
    try:
        yield client
    finally:
        if isinstance(client, ManagementClient):
            client.close()
        else:
            await client.aclose()
        assert not http.is_closed
        await run(http.close() if client_kind == "sync" else http.aclose())


async def test_auth_signs_every_request(client_kind: ClientKind, library: Library) -> None:
    class SignatureAuth(library.Auth):  # type: ignore[misc]
        def auth_flow(self, request: Any) -> Generator[Any, Any]:
            request.headers["x-signature"] = f"of {len(request.content)} bytes"
            yield request

    server = ScriptedServer(NO_USERS)
    http = http_client(
        client_kind, library, transport=scripted_transport(library, server), auth=SignatureAuth()
    )
    async with client_with(client_kind, http) as client:
        await run(client.users.list())
    for request in server.requests:
        assert request.headers["x-signature"] == f"of {len(request.content)} bytes"
    assert [request.headers.get("authorization") for request in server.requests] == [
        None,
        "Bearer canary-token",
    ]


async def test_auth_can_respond_to_a_challenge(client_kind: ClientKind, library: Library) -> None:
    class ChallengeAuth(library.Auth):  # type: ignore[misc]
        def auth_flow(self, request: Any) -> Generator[Any, Any]:
            response = yield request
            if response.status_code == 401:
                request.headers["x-solution"] = response.headers["x-challenge"]
                yield request

    challenge = httpx.Response(401, headers={"x-challenge": "nonce"})
    server = ScriptedServer(challenge, DELETED)
    http = http_client(
        client_kind, library, transport=scripted_transport(library, server), auth=ChallengeAuth()
    )
    async with client_with(client_kind, http) as client:
        assert (await run(client.users.delete("u"))).code == 200
    # The auth handled the 401, so our client did not refresh the token.
    assert server.operations == ["GetAccessToken", "DeleteUser", "DeleteUser"]
    assert server.requests[2].headers["x-solution"] == "nonce"


async def test_auth_overrides_the_authorization_header(
    client_kind: ClientKind, library: Library
) -> None:
    authorizations: list[str | None] = []

    class GatewayAuth(library.Auth):  # type: ignore[misc]
        def auth_flow(self, request: Any) -> Generator[Any, Any]:
            authorizations.append(request.headers.get("authorization"))
            request.headers["authorization"] = "Basic gateway"
            yield request

    server = ScriptedServer(NO_USERS, *[api_error(2020, "no token")] * 2)
    server.tokens = [token("canary-first"), token("canary-second")]
    http = http_client(
        client_kind, library, transport=scripted_transport(library, server), auth=GatewayAuth()
    )
    async with client_with(client_kind, http, retries=2) as client:
        await run(client.users.list())
        # The rejected token causes one retry with a new one; the second rejection raises.
        with pytest.raises(AuthenticationError):
            await run(client.users.delete("u"))
    assert {request.headers["authorization"] for request in server.requests} == {"Basic gateway"}
    first, second = "Bearer canary-first", "Bearer canary-second"
    assert authorizations == [None, first, first, None, second]


async def test_default_headers_are_sent_except_for_the_content_type(
    client_kind: ClientKind, library: Library
) -> None:
    server = ScriptedServer(NO_USERS)
    headers = {"x-team": "blue", "content-type": "text/plain"}
    http = http_client(
        client_kind, library, transport=scripted_transport(library, server), headers=headers
    )
    async with client_with(client_kind, http) as client:
        await run(client.users.list())
    for request in server.requests:
        assert request.headers["x-team"] == "blue"
        assert request.headers["content-type"] == "application/json"


async def test_event_hooks_receive_every_request_and_response(
    client_kind: ClientKind, library: Library
) -> None:
    events: list[object] = []

    def record_request(request: Any) -> None:
        request.headers["x-hooked"] = "yes"
        events.append(request.url.path)

    def record_response(response: Any) -> None:
        events.append(response.status_code)

    async def async_record_request(request: Any) -> None:
        record_request(request)

    async def async_record_response(response: Any) -> None:
        record_response(response)

    hooks: dict[str, list[Any]] = {"request": [record_request], "response": [record_response]}
    if client_kind == "async":
        hooks = {"request": [async_record_request], "response": [async_record_response]}
    server = ScriptedServer(NO_USERS, rest({"isLogin": False}))
    http = http_client(
        client_kind, library, transport=scripted_transport(library, server), event_hooks=hooks
    )
    async with client_with(client_kind, http) as client:
        await run(client.users.list())
        await run(client.users.check_login_status("u"))
    assert events == ["/graphql/v2", 200, "/graphql/v2", 200, "/api/v2/users/login-status", 200]
    assert all(request.headers["x-hooked"] == "yes" for request in server.requests)


async def test_a_hook_that_raises_for_the_status_does_not_prevent_token_refresh_and_retry_after(
    client_kind: ClientKind, library: Library
) -> None:
    def raise_for_status(response: Any) -> None:
        response.raise_for_status()

    async def async_raise_for_status(response: Any) -> None:
        raise_for_status(response)

    hooks = {"response": [raise_for_status if client_kind == "sync" else async_raise_for_status]}
    rate_limited = httpx.Response(429, headers={"retry-after": "7"})
    server = ScriptedServer(httpx.Response(401), NO_USERS, rate_limited, NO_USERS, rate_limited)
    http = http_client(
        client_kind, library, transport=scripted_transport(library, server), event_hooks=hooks
    )
    async with client_with(client_kind, http, retries=1) as client:
        with skip_waits() as waits:
            await run(client.users.list())
            await run(client.users.list())
            # The body is lost, so nothing proves that the API itself rejected the mutation.
            with pytest.raises(RateLimitError):
                await run(client.users.delete("u"))
    reads = [*["GetAccessToken", "ListUsers"] * 2, *["ListUsers"] * 2]
    assert server.operations == [*reads, "DeleteUser"]
    assert waits == [7]


@pytest.mark.parametrize("failure", ["connect error", "unavailable", "unauthorized"])
async def test_an_error_of_a_request_inside_a_hook_is_not_treated_as_the_response(
    client_kind: ClientKind, library: Library, failure: str
) -> None:
    def audit(response: Any) -> None:
        if b"DeleteUser" not in response.request.content:
            return
        request = library.Request("POST", "https://audit.example/records")
        if failure == "connect error":
            raise library.ConnectError("connection refused", request=request)
        status = 503 if failure == "unavailable" else 401
        headers = {"retry-after": "0"}
        library.Response(status, headers=headers, request=request).raise_for_status()

    async def async_audit(response: Any) -> None:
        audit(response)

    hooks = {"response": [audit if client_kind == "sync" else async_audit]}
    server = ScriptedServer(DELETED, DELETED, DELETED)
    http = http_client(
        client_kind, library, transport=scripted_transport(library, server), event_hooks=hooks
    )
    async with client_with(client_kind, http, retries=2) as client:
        with skip_waits(), pytest.raises(TransportError) as caught:
            await run(client.users.delete("u"))
    assert caught.value.maybe_sent
    assert server.operations == ["GetAccessToken", "DeleteUser"]


class ConnectError(Exception):
    """An error that does not name its request."""


async def test_an_error_of_a_hook_that_names_no_request_does_not_prove_that_nothing_was_sent(
    client_kind: ClientKind, library: Library
) -> None:
    def audit(response: Any) -> None:
        if b"DeleteUser" in response.request.content:
            message = "the audit server is down"
            raise ConnectError(message)

    async def async_audit(response: Any) -> None:
        audit(response)

    hooks = {"response": [audit if client_kind == "sync" else async_audit]}
    server = ScriptedServer(DELETED, DELETED)
    http = http_client(
        client_kind, library, transport=scripted_transport(library, server), event_hooks=hooks
    )
    async with client_with(client_kind, http, retries=2) as client:
        with skip_waits(), pytest.raises(TransportError) as caught:
            await run(client.users.delete("u"))
    assert caught.value.maybe_sent
    assert server.operations == ["GetAccessToken", "DeleteUser"]


@pytest.fixture
def proxy() -> Iterator[tuple[str, ScriptedServer]]:
    """A proxy that responds itself instead of forwarding requests: its address and its script."""
    server = ScriptedServer(NO_USERS)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            response = server(httpx.Request("POST", self.path, content=content))
            self.send_response(response.status_code)
            self.send_header("content-length", str(len(response.content)))
            self.end_headers()
            self.wfile.write(response.content)

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing to stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http_server:
        thread = threading.Thread(target=http_server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http_server.server_port}", server
        http_server.shutdown()
        thread.join()


async def test_the_proxy_is_used(
    client_kind: ClientKind, library: Library, proxy: tuple[str, ScriptedServer]
) -> None:
    address, server = proxy
    http = http_client(client_kind, library, proxy=address)
    async with client_with(client_kind, http, host="http://127.0.0.1:9") as client:
        await run(client.users.list())
    assert [str(request.url) for request in server.requests] == [
        "http://127.0.0.1:9/graphql/v2"
    ] * 2


async def test_mounts_are_used(client_kind: ClientKind, library: Library) -> None:
    server = ScriptedServer(NO_USERS)
    mounts = {"https://inner.example": scripted_transport(library, server)}
    default = scripted_transport(library, ScriptedServer(AssertionError("wrong transport")))
    http = http_client(client_kind, library, mounts=mounts, transport=default)
    async with client_with(client_kind, http, host="https://inner.example") as client:
        await run(client.users.list())
    assert server.operations == ["GetAccessToken", "ListUsers"]


@pytest.mark.parametrize(
    "environment", [None, "https://third.example"], ids=["base_url", "environment"]
)
async def test_base_url_takes_precedence_over_the_environment(
    client_kind: ClientKind,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    environment: str | None,
) -> None:
    if environment is not None:
        monkeypatch.setenv("AUTHING_HOST", environment)
    server = ScriptedServer(NO_USERS, rest({"isLogin": False}))
    http = http_client(
        client_kind,
        library,
        transport=scripted_transport(library, server),
        base_url="https://gateway.example:8443/authing",
    )
    async with client_with(client_kind, http) as client:
        await run(client.users.list())
        await run(client.users.check_login_status("u"))
    expected = "https://gateway.example:8443/authing"
    graphql = f"{expected}/graphql/v2"
    status = f"{expected}/api/v2/users/login-status?userId=u"
    assert [str(request.url) for request in server.requests] == [graphql, graphql, status]


def test_a_base_url_without_https_is_rejected(client_kind: ClientKind, library: Library) -> None:
    transport = scripted_transport(library, ScriptedServer())
    http = http_client(client_kind, library, transport=transport, base_url="http://gateway.example")
    with pytest.raises(ConfigurationError, match="base_url of the http_client"):
        management_client(client_kind, http_client=http)


async def test_cookies_are_sent_and_stored(client_kind: ClientKind, library: Library) -> None:
    sets_cookie = httpx.Response(
        200,
        headers={"set-cookie": "node=7; Path=/"},
        json={"data": {"users": {"totalCount": 0, "list": []}}},
    )
    server = ScriptedServer(sets_cookie, NO_USERS)
    http = http_client(
        client_kind,
        library,
        transport=scripted_transport(library, server),
        cookies={"team": "blue"},
    )
    async with client_with(client_kind, http) as client:
        await run(client.users.list())
        await run(client.users.list())
    cookies = [request.headers["cookie"] for request in server.requests]
    assert cookies == ["team=blue", "team=blue", "team=blue; node=7"]


async def timeouts_of_requests(
    client_kind: ClientKind, library: Library, http_timeout: Any, **options: float
) -> dict[str, float | None]:
    """Return the timeouts that the transport of an injected client receives."""
    server = ScriptedServer(NO_USERS)
    http = http_client(
        client_kind, library, transport=scripted_transport(library, server), timeout=http_timeout
    )
    async with client_with(client_kind, http) as client:
        await run(client.with_options(**options).users.list())  # type: ignore[arg-type]
    first, second = (request.extensions["timeout"] for request in server.requests)
    assert first.keys() == second.keys() == {"connect", "read", "write", "pool"}
    timeouts: dict[str, float | None] = second
    return timeouts


async def test_timeouts_of_the_http_client_apply_unless_the_call_sets_one(
    client_kind: ClientKind, library: Library
) -> None:
    http_timeout = library.Timeout(connect=1, read=20, write=None, pool=4)
    assert await timeouts_of_requests(client_kind, library, http_timeout) == http_timeout.as_dict()
    assert (
        await timeouts_of_requests(client_kind, library, http_timeout, retries=1)
        == http_timeout.as_dict()
    )
    assert set(
        (await timeouts_of_requests(client_kind, library, http_timeout, timeout=0.5)).values()
    ) == {0.5}


async def test_a_deadline_only_shortens_timeouts(client_kind: ClientKind, library: Library) -> None:
    http_timeout = library.Timeout(connect=1, read=20, write=None, pool=4)
    timeouts = await timeouts_of_requests(client_kind, library, http_timeout, deadline=15)
    assert (timeouts["connect"], timeouts["pool"]) == (1, 4)
    for phase in ("read", "write"):
        seconds = timeouts[phase]
        assert seconds is not None
        assert 5 < seconds < 15
    timeouts = await timeouts_of_requests(
        client_kind, library, http_timeout, timeout=30, deadline=15
    )
    assert all(seconds is not None and 5 < seconds < 15 for seconds in timeouts.values())


async def test_a_deadline_applies_without_timeouts(library: Library) -> None:
    async def hang(_: Any) -> Any:
        await asyncio.get_running_loop().create_future()

    http = library.AsyncClient(transport=library.MockTransport(hang), timeout=None)
    async with client_with("async", http) as client:
        async with asyncio.timeout(20):
            with pytest.raises(DeadlineExceededError) as caught:
                await run(client.with_options(deadline=0.05).users.list())
        assert caught.value.maybe_sent


@pytest.mark.parametrize(
    ("name", "is_timeout", "maybe_sent"),
    [
        ("ConnectError", False, False),
        ("ConnectTimeout", True, False),
        ("PoolTimeout", True, False),
        ("ProxyError", False, False),
        ("ReadError", False, True),
        ("ReadTimeout", True, True),
        ("WriteError", False, True),
        ("WriteTimeout", True, True),
        ("RemoteProtocolError", False, True),
        ("LocalProtocolError", False, True),
        ("DecodingError", False, True),
        ("TooManyRedirects", False, True),
    ],
)
async def test_httpx_errors_become_transport_errors_with_maybe_sent(
    client_kind: ClientKind, library: Library, name: str, is_timeout: bool, maybe_sent: bool
) -> None:
    server = ScriptedServer(getattr(library, name)("broken"))
    http = http_client(client_kind, library, transport=scripted_transport(library, server))
    async with client_with(client_kind, http) as client:
        with pytest.raises(TransportError) as caught:
            await run(client.users.list())
    assert type(caught.value) is (TransportTimeoutError if is_timeout else TransportError)
    assert caught.value.maybe_sent is maybe_sent
    assert name in str(caught.value)


async def test_a_mutation_is_retried_only_after_an_error_before_sending(
    client_kind: ClientKind, library: Library
) -> None:
    server = ScriptedServer(
        library.ConnectError("connection refused"), library.ReadError("connection reset")
    )
    http = http_client(client_kind, library, transport=scripted_transport(library, server))
    async with client_with(client_kind, http, retries=2) as client:
        with skip_waits(), pytest.raises(TransportError, match="ReadError"):
            await run(client.users.delete("u"))
    assert server.operations == ["GetAccessToken", "DeleteUser", "DeleteUser"]


async def test_a_custom_transport_is_used(client_kind: ClientKind, library: Library) -> None:
    server = ScriptedServer(NO_USERS)
    inner = scripted_transport(library, server)
    methods: list[str] = []

    class SyncTransport(library.BaseTransport):  # type: ignore[misc]
        def handle_request(self, request: Any) -> Any:
            methods.append(request.method)
            return inner.handle_request(request)

    class AsyncTransport(library.AsyncBaseTransport):  # type: ignore[misc]
        async def handle_async_request(self, request: Any) -> Any:
            methods.append(request.method)
            return await inner.handle_async_request(request)

    transport: Callable[[], Any] = SyncTransport if client_kind == "sync" else AsyncTransport
    http = http_client(client_kind, library, transport=transport())
    async with client_with(client_kind, http) as client:
        await run(client.users.list())
    assert methods == ["POST", "POST"]


@pytest.mark.parametrize("close_by", ["close", "with"])
async def test_our_client_does_not_close_the_http_client(
    client_kind: ClientKind, library: Library, close_by: str
) -> None:
    server = ScriptedServer(NO_USERS)
    http = http_client(client_kind, library, transport=scripted_transport(library, server))
    client = management_client(client_kind, http_client=http)
    if isinstance(client, ManagementClient):
        if close_by == "with":
            with client:
                client.users.list()
        client.with_options(retries=0).close()
    else:
        if close_by == "with":
            async with client:
                await client.users.list()
        await client.with_options(retries=0).aclose()
    assert not http.is_closed
    await run(http.close() if client_kind == "sync" else http.aclose())
