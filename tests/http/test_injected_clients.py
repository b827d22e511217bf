"""What an injected HTTP client is set up with goes on working, and it stays the caller's own."""

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
    TransportError,
    TransportTimeoutError,
)
from authing_users.testing import skip_waits

from ..support.client_kinds import ClientKind, Management, management_client, run
from ..support.scripted_server import ScriptedServer, data, rest, token

NO_USERS = data(users={"totalCount": 0, "list": []})
DELETED = data(deleteUser={"code": 200, "message": "ok"})

# One of the two packages; a test that takes it is about both.
Library = Any


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> Library:
    """Either of the two packages that clients are injected from."""
    return request.param


def answering(library: Library, server: ScriptedServer) -> Any:
    """Return a transport of a package that lets a scripted server answer."""

    def answer(request: Any) -> Any:
        arrived = httpx.Request(
            request.method,
            str(request.url),
            headers=request.headers.raw,
            content=request.content,
            extensions=request.extensions,
        )
        reply = server(arrived)
        return library.Response(reply.status_code, headers=reply.headers.raw, content=reply.content)

    return library.MockTransport(answer)


def http_client(client_kind: ClientKind, library: Library, **settings: Any) -> Any:
    """Build an HTTP client of either kind and package."""
    return library.Client(**settings) if client_kind == "sync" else library.AsyncClient(**settings)


@asynccontextmanager
async def injected(
    client_kind: ClientKind, http: Any, **settings: Any
) -> AsyncGenerator[Management]:
    """Have a client that sends through an HTTP client, which is closed at the end."""
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


async def test_its_auth_adds_to_every_request(client_kind: ClientKind, library: Library) -> None:
    class Signature(library.Auth):  # type: ignore[misc]
        def auth_flow(self, request: Any) -> Generator[Any, Any]:
            request.headers["x-signature"] = f"of {len(request.content)} bytes"
            yield request

    server = ScriptedServer(NO_USERS)
    http = http_client(client_kind, library, transport=answering(library, server), auth=Signature())
    async with injected(client_kind, http) as client:
        await run(client.users.list())
    for request in server.requests:
        assert request.headers["x-signature"] == f"of {len(request.content)} bytes"
    assert [request.headers.get("authorization") for request in server.requests] == [
        None,
        "Bearer canary-token",
    ]


async def test_its_auth_can_answer_a_challenge(client_kind: ClientKind, library: Library) -> None:
    class Challenged(library.Auth):  # type: ignore[misc]
        def auth_flow(self, request: Any) -> Generator[Any, Any]:
            response = yield request
            if response.status_code == 401:
                request.headers["x-answer"] = response.headers["x-challenge"]
                yield request

    challenge = httpx.Response(401, headers={"x-challenge": "riddle"})
    server = ScriptedServer(challenge, DELETED)
    http = http_client(
        client_kind, library, transport=answering(library, server), auth=Challenged()
    )
    async with injected(client_kind, http) as client:
        assert (await run(client.users.delete("u"))).code == 200
    # It did not come to us, so the token was not replaced.
    assert server.operations == ["GetAccessToken", "DeleteUser", "DeleteUser"]
    assert server.requests[2].headers["x-answer"] == "riddle"


async def test_its_auth_has_the_last_word_on_the_authorization(
    client_kind: ClientKind, library: Library
) -> None:
    seen: list[str | None] = []

    class Gate(library.Auth):  # type: ignore[misc]
        def auth_flow(self, request: Any) -> Generator[Any, Any]:
            seen.append(request.headers.get("authorization"))
            request.headers["authorization"] = "Basic gate"
            yield request

    server = ScriptedServer(NO_USERS, httpx.Response(401), httpx.Response(401))
    server.tokens = [token("canary-first"), token("canary-second")]
    http = http_client(client_kind, library, transport=answering(library, server), auth=Gate())
    async with injected(client_kind, http, retries=2) as client:
        await run(client.users.list())
        # A service that wants ours refuses it: once more with a new token, and then an error.
        with pytest.raises(AuthenticationError):
            await run(client.users.delete("u"))
    assert {request.headers["authorization"] for request in server.requests} == {"Basic gate"}
    first, second = "Bearer canary-first", "Bearer canary-second"
    assert seen == [None, first, first, None, second]


async def test_a_header_of_its_own_does_not_replace_the_token(
    client_kind: ClientKind, library: Library
) -> None:
    server = ScriptedServer(NO_USERS)
    headers = {"authorization": "Basic gate", "x-team": "blue", "content-type": "text/plain"}
    http = http_client(client_kind, library, transport=answering(library, server), headers=headers)
    async with injected(client_kind, http) as client:
        await run(client.users.list())
    for request in server.requests:
        assert request.headers["x-team"] == "blue"
        assert request.headers["content-type"] == "application/json"
    assert server.requests[1].headers.get_list("authorization") == ["Bearer canary-token"]


async def test_its_event_hooks_see_every_request_and_response(
    client_kind: ClientKind, library: Library
) -> None:
    seen: list[object] = []

    def note_request(request: Any) -> None:
        request.headers["x-hooked"] = "yes"
        seen.append(request.url.path)

    def note_response(response: Any) -> None:
        seen.append(response.status_code)

    async def async_note_request(request: Any) -> None:
        note_request(request)

    async def async_note_response(response: Any) -> None:
        note_response(response)

    hooks: dict[str, list[Any]] = {"request": [note_request], "response": [note_response]}
    if client_kind == "async":
        hooks = {"request": [async_note_request], "response": [async_note_response]}
    server = ScriptedServer(NO_USERS, rest({"isLogin": False}))
    http = http_client(
        client_kind, library, transport=answering(library, server), event_hooks=hooks
    )
    async with injected(client_kind, http) as client:
        await run(client.users.list())
        await run(client.users.check_login_status("u"))
    assert seen == ["/graphql/v2", 200, "/graphql/v2", 200, "/api/v2/users/login-status", 200]
    assert all(request.headers["x-hooked"] == "yes" for request in server.requests)


async def test_a_hook_that_raises_for_the_status_hides_no_refused_token_and_no_wait(
    client_kind: ClientKind, library: Library
) -> None:
    def refuse(response: Any) -> None:
        response.raise_for_status()

    async def async_refuse(response: Any) -> None:
        refuse(response)

    hooks = {"response": [refuse if client_kind == "sync" else async_refuse]}
    busy = httpx.Response(429, headers={"retry-after": "7"})
    server = ScriptedServer(httpx.Response(401), DELETED, busy, DELETED)
    http = http_client(
        client_kind, library, transport=answering(library, server), event_hooks=hooks
    )
    async with injected(client_kind, http, retries=1) as client:
        with skip_waits() as waits:
            await run(client.users.delete("u"))
            await run(client.users.delete("u"))
    assert server.operations == [*["GetAccessToken", "DeleteUser"] * 2, *["DeleteUser"] * 2]
    assert waits == [7]


@pytest.mark.parametrize("failure", ["refused", "busy", "unauthorized"])
async def test_what_a_hook_meets_elsewhere_is_not_taken_for_the_answer_to_a_change(
    client_kind: ClientKind, library: Library, failure: str
) -> None:
    def audit(response: Any) -> None:
        if b"DeleteUser" not in response.request.content:
            return
        request = library.Request("POST", "https://audit.example/records")
        if failure == "refused":
            raise library.ConnectError("refused", request=request)
        status = 503 if failure == "busy" else 401
        headers = {"retry-after": "0"}
        library.Response(status, headers=headers, request=request).raise_for_status()

    async def async_audit(response: Any) -> None:
        audit(response)

    hooks = {"response": [audit if client_kind == "sync" else async_audit]}
    server = ScriptedServer(DELETED, DELETED, DELETED)
    http = http_client(
        client_kind, library, transport=answering(library, server), event_hooks=hooks
    )
    async with injected(client_kind, http, retries=2) as client:
        with skip_waits(), pytest.raises(TransportError) as caught:
            await run(client.users.delete("u"))
    assert caught.value.maybe_sent
    assert server.operations == ["GetAccessToken", "DeleteUser"]


@pytest.fixture
def proxy() -> Iterator[tuple[str, ScriptedServer]]:
    """A proxy that answers itself what it should pass on, and its address."""
    server = ScriptedServer(NO_USERS)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            reply = server(httpx.Request("POST", self.path, content=content))
            self.send_response(reply.status_code)
            self.send_header("content-length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Write nothing to stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", server
        listening.shutdown()
        thread.join()


async def test_its_proxy_is_used(
    client_kind: ClientKind, library: Library, proxy: tuple[str, ScriptedServer]
) -> None:
    address, server = proxy
    http = http_client(client_kind, library, proxy=address)
    async with injected(client_kind, http, host="http://127.0.0.1:9") as client:
        await run(client.users.list())
    assert [str(request.url) for request in server.requests] == [
        "http://127.0.0.1:9/graphql/v2"
    ] * 2


async def test_its_mounts_are_used(client_kind: ClientKind, library: Library) -> None:
    server = ScriptedServer(NO_USERS)
    mounts = {"https://inner.example": answering(library, server)}
    other = answering(library, ScriptedServer(AssertionError("not mounted")))
    http = http_client(client_kind, library, mounts=mounts, transport=other)
    async with injected(client_kind, http, host="https://inner.example") as client:
        await run(client.users.list())
    assert server.operations == ["GetAccessToken", "ListUsers"]


@pytest.mark.parametrize(
    ("settings", "environment", "expected"),
    [
        ({}, None, "https://gate.example:8443/authing"),
        ({"host": "https://other.example"}, None, "https://other.example"),
        ({}, "https://third.example", "https://third.example"),
    ],
    ids=["base_url", "host", "environment"],
)
async def test_its_base_url_is_used_where_no_host_is_given(
    client_kind: ClientKind,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    environment: str | None,
    expected: str,
) -> None:
    if environment is not None:
        monkeypatch.setenv("AUTHING_HOST", environment)
    server = ScriptedServer(NO_USERS, rest({"isLogin": False}))
    http = http_client(
        client_kind,
        library,
        transport=answering(library, server),
        base_url="https://gate.example:8443/authing",
    )
    async with injected(client_kind, http, **settings) as client:
        await run(client.users.list())
        await run(client.users.check_login_status("u"))
    graphql = f"{expected}/graphql/v2"
    status = f"{expected}/api/v2/users/login-status?userId=u"
    assert [str(request.url) for request in server.requests] == [graphql, graphql, status]


def test_a_base_url_that_would_show_the_secret_is_refused(
    client_kind: ClientKind, library: Library
) -> None:
    transport = answering(library, ScriptedServer())
    http = http_client(client_kind, library, transport=transport, base_url="http://gate.example")
    with pytest.raises(ConfigurationError, match="base_url of the http_client"):
        management_client(client_kind, http_client=http)


async def test_its_cookies_are_sent_and_kept(client_kind: ClientKind, library: Library) -> None:
    sticky = httpx.Response(
        200,
        headers={"set-cookie": "node=7; Path=/"},
        json={"data": {"users": {"totalCount": 0, "list": []}}},
    )
    server = ScriptedServer(sticky, NO_USERS)
    http = http_client(
        client_kind, library, transport=answering(library, server), cookies={"team": "blue"}
    )
    async with injected(client_kind, http) as client:
        await run(client.users.list())
        await run(client.users.list())
    cookies = [request.headers["cookie"] for request in server.requests]
    assert cookies == ["team=blue", "team=blue", "team=blue; node=7"]


async def timeouts(
    client_kind: ClientKind, library: Library, own: Any, **options: float
) -> dict[str, float | None]:
    """Return the timeouts that reach the transport of an injected client."""
    server = ScriptedServer(NO_USERS)
    http = http_client(client_kind, library, transport=answering(library, server), timeout=own)
    async with injected(client_kind, http) as client:
        await run(client.with_options(**options).users.list())  # type: ignore[arg-type]
    first, second = (request.extensions["timeout"] for request in server.requests)
    assert first.keys() == second.keys() == {"connect", "read", "write", "pool"}
    reached: dict[str, float | None] = second
    return reached


async def test_its_timeouts_hold_unless_the_call_has_one(
    client_kind: ClientKind, library: Library
) -> None:
    own = library.Timeout(connect=1, read=20, write=None, pool=4)
    assert await timeouts(client_kind, library, own) == own.as_dict()
    assert await timeouts(client_kind, library, own, retries=1) == own.as_dict()
    assert set((await timeouts(client_kind, library, own, timeout=0.5)).values()) == {0.5}


async def test_a_deadline_shortens_its_timeouts_and_lengthens_none(
    client_kind: ClientKind, library: Library
) -> None:
    own = library.Timeout(connect=1, read=20, write=None, pool=4)
    reached = await timeouts(client_kind, library, own, deadline=15)
    assert (reached["connect"], reached["pool"]) == (1, 4)
    for phase in ("read", "write"):
        left = reached[phase]
        assert left is not None
        assert 5 < left < 15
    reached = await timeouts(client_kind, library, own, timeout=30, deadline=15)
    assert all(left is not None and 5 < left < 15 for left in reached.values())


async def test_a_deadline_ends_a_call_that_its_timeouts_would_not(library: Library) -> None:
    async def hang(_: Any) -> Any:
        await asyncio.get_running_loop().create_future()

    http = library.AsyncClient(transport=library.MockTransport(hang), timeout=None)
    async with injected("async", http) as client:
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
async def test_its_errors_become_ours_and_say_whether_anything_was_sent(
    client_kind: ClientKind, library: Library, name: str, is_timeout: bool, maybe_sent: bool
) -> None:
    server = ScriptedServer(getattr(library, name)("broken"))
    http = http_client(client_kind, library, transport=answering(library, server))
    async with injected(client_kind, http) as client:
        with pytest.raises(TransportError) as caught:
            await run(client.users.list())
    assert type(caught.value) is (TransportTimeoutError if is_timeout else TransportError)
    assert caught.value.maybe_sent is maybe_sent
    assert name in str(caught.value)


async def test_a_change_is_sent_once_more_only_where_its_error_says_that_it_was_not_sent(
    client_kind: ClientKind, library: Library
) -> None:
    server = ScriptedServer(library.ConnectError("refused"), library.ReadError("cut"))
    http = http_client(client_kind, library, transport=answering(library, server))
    async with injected(client_kind, http, retries=2) as client:
        with skip_waits(), pytest.raises(TransportError, match="ReadError"):
            await run(client.users.delete("u"))
    assert server.operations == ["GetAccessToken", "DeleteUser", "DeleteUser"]


async def test_a_transport_of_ones_own_is_used(client_kind: ClientKind, library: Library) -> None:
    server = ScriptedServer(NO_USERS)
    inner = answering(library, server)
    seen: list[str] = []

    class Sync(library.BaseTransport):  # type: ignore[misc]
        def handle_request(self, request: Any) -> Any:
            seen.append(request.method)
            return inner.handle_request(request)

    class Async(library.AsyncBaseTransport):  # type: ignore[misc]
        async def handle_async_request(self, request: Any) -> Any:
            seen.append(request.method)
            return await inner.handle_async_request(request)

    transport: Callable[[], Any] = Sync if client_kind == "sync" else Async
    http = http_client(client_kind, library, transport=transport())
    async with injected(client_kind, http) as client:
        await run(client.users.list())
    assert seen == ["POST", "POST"]


@pytest.mark.parametrize("how", ["close", "with"])
async def test_it_is_never_closed_by_us(
    client_kind: ClientKind, library: Library, how: str
) -> None:
    server = ScriptedServer(NO_USERS)
    http = http_client(client_kind, library, transport=answering(library, server))
    client = management_client(client_kind, http_client=http)
    if isinstance(client, ManagementClient):
        if how == "with":
            with client:
                client.users.list()
        client.with_options(retries=0).close()
    else:
        if how == "with":
            async with client:
                await client.users.list()
        await client.with_options(retries=0).aclose()
    assert not http.is_closed
    await run(http.close() if client_kind == "sync" else http.aclose())
