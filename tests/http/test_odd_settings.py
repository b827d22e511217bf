"""Whatever the settings and the HTTP client do, a caller gets an error of this library."""

import asyncio
import importlib
import os
import ssl
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from authing_users import (
    AuthingError,
    ConfigurationError,
    ManagementClientOptions,
    TransportError,
    fast,
)
from authing_users._config import resolve
from authing_users._http.proxies import checked_proxy
from authing_users._http.tls import ssl_context
from authing_users._runtime.secret import SealedSecret

from ..support.client_kinds import POOL_ID, SECRET, ClientKind, close, management_client, run
from ..support.scripted_server import NO_USERS, ScriptedServer, rest, token

# Settings of the environment.

HOST_CHARACTERS = st.text(
    st.sampled_from(
        string.ascii_letters + string.digits + ":/.@[]%?#-_ \t\n\0\x7f\\<>^ü认ß😀\ud800\u200b"
    ),
    max_size=20,
)
SCHEMES = st.sampled_from(["http", "https", "socks5", "", "HTTPS"])
ENDS = st.sampled_from(["", "/", "/x", "?q", "#f"])
HOSTS = st.one_of(
    HOST_CHARACTERS,
    st.builds(
        "{}://{}:{}{}".format,
        SCHEMES,
        HOST_CHARACTERS,
        st.integers(-1, 70_000),
        ENDS,
    ),
    st.builds("https://[{}%{}]".format, st.ip_addresses(v=6), HOST_CHARACTERS),
    st.builds("https://[{}]:{}".format, st.ip_addresses(v=6), st.integers(0, 65_536)),
    st.builds("https://{}".format, st.ip_addresses()),
    st.builds("https://xn--{}".format, HOST_CHARACTERS),
)
VALUES = st.one_of(HOSTS, st.text(max_size=10))


def usable_url(url: str) -> bool:
    """Whether the HTTP libraries can parse a URL, and find the same host in it."""
    parsed = httpx.URL(url)
    yarl: Any = importlib.import_module("yarl")
    return bool(parsed.raw_host) and bool(yarl.URL(url).raw_host) and bool(parsed.host)


@pytest.mark.slow
@given(host=HOSTS)
@settings(max_examples=1000, deadline=None)
def test_a_host_is_usable_or_rejected(host: str) -> None:
    options = ManagementClientOptions(POOL_ID, SECRET, host)
    try:
        config = resolve(options, {})
    except ConfigurationError:
        return
    assert usable_url(config.host)


@given(
    variables=st.dictionaries(
        st.sampled_from(["USERPOOL_ID", "USERPOOL_SECRET", "HOST", "EMULATOR_HOST"]), VALUES
    )
)
@settings(max_examples=500, deadline=None)
def test_variables_are_usable_or_rejected(variables: dict[str, str]) -> None:
    environ = {f"AUTHING_{name}": value for name, value in variables.items()}
    try:
        config = resolve(ManagementClientOptions(), environ)
    except ConfigurationError:
        return
    assert usable_url(config.host)
    assert httpx.Headers(config.headers)
    assert config.secret is not None
    assert config.secret.reveal().encode()


SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    "timeout": st.one_of(st.floats(), st.integers(), st.just("1")),
    "deadline": st.one_of(st.none(), st.floats(), st.integers()),
    "retries": st.one_of(st.integers(-2), st.floats(), st.booleans()),
    "requests_per_second": st.one_of(st.none(), st.floats(), st.integers()),
    "max_in_flight": st.one_of(st.none(), st.floats(), st.integers()),
    "max_response_bytes": st.one_of(st.floats(), st.integers()),
    "lang": st.one_of(st.sampled_from(["zh-CN", "en-US"]), st.text(max_size=5), st.binary()),
    "app_id": st.one_of(st.none(), st.text(max_size=5), st.integers()),
    "user_pool_id": st.one_of(st.text(max_size=5), st.integers()),
    "secret": st.one_of(st.text(max_size=5), st.integers(), st.binary()),
    "on_error": st.one_of(st.none(), st.integers(), st.just(print)),
    "verify": st.one_of(st.booleans(), st.none(), st.integers(), st.text(max_size=8), st.binary()),
}


@given(options=st.fixed_dictionaries({}, optional=SETTINGS))
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.filterwarnings("ignore:Certificates are not verified")
def test_options_are_usable_or_rejected(client_kind: ClientKind, options: dict[str, Any]) -> None:
    try:
        client = management_client(client_kind, **options)
    except ConfigurationError:
        return
    asyncio.run(close(client))


@pytest.mark.parametrize("password", ["p%5Bw", "pä", "a:b"])
def test_passwords_of_proxies_are_kept(password: str) -> None:
    url = f"http://user:{password}@proxy.example:3128"
    assert checked_proxy(SealedSecret(url), "proxy").reveal() == url


def test_ssl_cert_dir_is_a_list_of_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", f"/does/not/exist{os.pathsep}{tmp_path}")
    assert ssl_context(True, needed=True).verify_mode is ssl.CERT_REQUIRED


async def test_numbers_that_the_system_cannot_wait_for_are_rejected(
    client_kind: ClientKind,
) -> None:
    for name in ("timeout", "deadline", "requests_per_second"):
        for value in (1e300, 10**400, 1e-300):
            with pytest.raises(ConfigurationError, match=f"{name} must be a number"):
                management_client(client_kind, **{name: value})


PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]
CLIENT_KINDS: tuple[ClientKind, ...] = ("sync", "async")
PROXY_PASSWORD = "canary-proxy-password"


@pytest.mark.slow
@given(
    proxies=st.dictionaries(
        st.sampled_from(PROXIES),
        st.one_of(
            VALUES,
            st.builds(f"http://user:{PROXY_PASSWORD}@{{}}".format, VALUES),
            st.builds(f"{{}}:{PROXY_PASSWORD}@proxy.example".format, VALUES),
        ).map(lambda value: value.replace("\0", "").encode("utf-8", "replace").decode()),
    )
)
@settings(max_examples=300, deadline=None)
def test_proxies_are_usable_or_rejected(proxies: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in PROXIES:
            patch.delenv(name, raising=False)
            patch.delenv(name.lower(), raising=False)
        for name, value in proxies.items():
            patch.setenv(name, value)
        shown: list[str] = []
        for client_kind in CLIENT_KINDS:
            try:
                client = management_client(client_kind, host="https://service.example")
                asyncio.run(_create_http_client(client))
            except ConfigurationError as error:
                shown.append(str(error))
        assert PROXY_PASSWORD not in "".join(shown)


async def _create_http_client(client: Any) -> None:
    """Create the HTTP client, as the first request does, and close it."""
    client._transport._sender._own.acquire()
    client._transport._sender._own.release()
    await close(client)


# Files.


@pytest.fixture
def odd_files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    (tmp_path / "text").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    return {
        "empty": str(tmp_path / "empty"),
        "binary": str(tmp_path / "binary"),
        "text": str(tmp_path / "text"),
        "unreadable": "/proc/self/mem",
        "missing": str(tmp_path / "missing"),
        "long": str(tmp_path / ("x" * 300)),
    }


KINDS = ("empty", "binary", "text", "unreadable", "missing", "long")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_ca_file_that_cannot_be_used_is_named(
    client_kind: ClientKind,
    odd_files: dict[str, str],
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = odd_files[kind]
    with pytest.raises(ConfigurationError, match="verify: ") as caught:
        management_client(client_kind, verify=path)
    assert repr(path) in str(caught.value)
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR")[: 2 if kind in {"missing", "empty"} else 1]:
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        monkeypatch.setenv(variable, path)
        client = management_client(client_kind, host="https://service.example", retries=0)
        with pytest.raises(ConfigurationError, match=f"{variable}: ") as caught:
            await run(client.users.list())
        assert repr(path) in str(caught.value)
        await close(client)


@pytest.mark.parametrize("kind", KINDS)
def test_a_ca_file_that_a_fast_client_cannot_use_is_named_with_its_variable(
    client_kind: ClientKind,
    odd_files: dict[str, str],
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", odd_files[kind])
    client_type: Any = fast.Client if client_kind == "sync" else fast.AsyncClient
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE: ") as caught:
        asyncio.run(_use(client_type))
    assert repr(odd_files[kind]) in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_a_fast_client_cannot_use_is_named(
    client_kind: ClientKind, odd_files: dict[str, str], kind: str
) -> None:
    client_type: Any = fast.Client if client_kind == "sync" else fast.AsyncClient
    for setting in ("verify", "cert"):
        with pytest.raises(ConfigurationError, match=f"{setting}: ") as caught:
            asyncio.run(_use(client_type, **{setting: odd_files[kind]}))
        assert odd_files[kind] in str(caught.value)


async def _use(client_type: Any, **options: Any) -> None:
    http = client_type(**options)
    client = management_client(
        "sync" if client_type is fast.Client else "async",
        host="https://127.0.0.1:9",
        http_client=http,
        retries=0,
    )
    try:
        await run(client.users.list())
    finally:
        await close(client)


class _Raising:
    """An object whose attributes cannot be read."""

    def __getattr__(self, name: str) -> object:
        raise LookupError("odd")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"timeout": "10"}, "timeout must be a number of seconds or httpx.Timeout, not str"),
        ({"timeout": -1}, "timeout must be a number of seconds above 0"),
        ({"timeout": float("nan")}, "timeout must be a number of seconds above 0"),
        ({"timeout": 1e300}, "timeout must be a number of seconds above 0"),
        ({"timeout": _Raising()}, r"Cannot read timeout.connect \(LookupError: odd\)"),
        ({"limits": 5}, "limits must be fast.Limits or httpx.Limits, not int"),
        ({"limits": fast.Limits(max_connections=-1)}, "limits.max_connections must be a whole"),
        ({"limits": fast.Limits(keepalive_expiry=1e300)}, "limits.keepalive_expiry must be"),
        ({"cert": 5}, "cert must be the path of a PEM file, or the paths of two"),
        ({"cert": ("a", 5)}, "cert must be the path of a PEM file, or the paths of two"),
        ({"cert": "/a\0b"}, "cert: there is no file"),
        ({"verify": None}, "verify must be True, False"),
        ({"proxy": "ftp://proxy"}, "proxy names a proxy with scheme 'ftp'"),
        ({"proxy": "http://a\0b"}, "proxy is not a valid proxy"),
    ],
    ids=range(14),
)
def test_invalid_settings_of_fast_clients_are_rejected(
    client_kind: ClientKind, settings: dict[str, Any], message: str
) -> None:
    client_type: Any = fast.Client if client_kind == "sync" else fast.AsyncClient
    with pytest.raises(ConfigurationError, match=message):
        client_type(**settings)


class OddPath(os.PathLike[str]):
    """A path that cannot be read."""

    def __fspath__(self) -> str:
        raise OSError("no path")


@pytest.mark.parametrize(
    "path", ["/a\0b", "\ud800", OddPath()], ids=["null", "surrogate", "object"]
)
def test_a_path_that_no_file_can_have_is_rejected(client_kind: ClientKind, path: Any) -> None:
    with pytest.raises(ConfigurationError, match="verify"):
        management_client(client_kind, verify=path)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "garbage",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
        "-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMBIwDQYJKoZIhvcNAQEBBQADAQA=\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMAswBQYDKgMEAwIAAA==\n-----END PUBLIC KEY-----",
        "\ud800",
        "\0",
    ],
    ids=["empty", "garbage", "truncated", "Ed25519", "no RSA key", "unknown", "surrogate", "null"],
)
async def test_an_invalid_public_key_is_rejected(client_kind: ClientKind, key: str) -> None:
    http: Any = httpx.Client() if client_kind == "sync" else httpx.AsyncClient()
    client = management_client(client_kind, http_client=http, enc_public_key=key)
    with pytest.raises(ConfigurationError, match="enc_public_key must be an RSA public key"):
        await run(client.users.update("u", {"password": "123456"}))
    await close(client)


async def test_an_invalid_public_key_of_the_server_is_rejected(client_kind: ClientKind) -> None:
    server = ScriptedServer(rest({"publicKey": "garbage"}))
    client = server.client(client_kind, host="http://127.0.0.1:4466")
    with pytest.raises(ConfigurationError, match="The public key that http"):
        await run(client.users.update("u", {"password": "123456"}))
    await close(client)


# HTTP clients that misbehave.


class Unprintable(Exception):
    """An exception whose attributes cannot be read."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    @property
    def response(self) -> object:
        raise ValueError("no response")

    @property
    def request(self) -> object:
        raise ValueError("no request")


class ConnectError(Unprintable):
    """An exception that is named like one of httpx."""


ERRORS: list[Callable[[], Exception]] = [
    lambda: UnicodeError("odd"),
    lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"),
    lambda: AttributeError("odd"),
    lambda: ValueError("odd"),
    lambda: TypeError("odd"),
    lambda: KeyError("odd"),
    lambda: RecursionError("odd"),
    lambda: MemoryError("odd"),
    lambda: OSError(1, "odd"),
    lambda: StopIteration("odd"),
    lambda: StopAsyncIteration("odd"),
    lambda: ExceptionGroup("odd", [ValueError("odd")]),
    Unprintable,
    ConnectError,
]
STEPS = ["build_request", "send", "headers", "status_code", "iter_bytes", "chunk", "close"]


class OddResponse:
    """A response, one step of which fails."""

    def __init__(self, client: "OddClient") -> None:
        self._client = client

    @property
    def status_code(self) -> int:
        self._client.step("status_code")
        return 200

    @property
    def headers(self) -> dict[str, str]:
        self._client.step("headers")
        return {}

    def iter_bytes(self) -> Any:
        self._client.step("iter_bytes")
        yield self._client.content
        self._client.step("chunk")

    async def aiter_bytes(self) -> Any:
        self._client.step("iter_bytes")
        yield self._client.content
        self._client.step("chunk")

    def close(self) -> None:
        self._client.step("close")

    async def aclose(self) -> None:
        self._client.step("close")


class OddClient:
    """An HTTP client, one step of which fails once a token has been fetched."""

    def __init__(self, failing: str, error: BaseException) -> None:
        self._failing = failing
        self._error = error
        self.content = b""

    def step(self, name: str) -> None:
        if name == self._failing and b"accessToken" not in self.content:
            raise self._error

    def build_request(self, method: str, url: str, **options: Any) -> Any:
        response = token() if b"GetAccessToken" in options["content"] else NO_USERS
        self.content = response.content
        self.step("build_request")
        return httpx.Request(method, url)

    def close(self) -> None: ...
    async def aclose(self) -> None: ...


class OddSyncClient(OddClient):
    """The synchronous kind."""

    def send(self, request: Any, **options: Any) -> OddResponse:
        self.step("send")
        return OddResponse(self)


class OddAsyncClient(OddClient):
    """The asynchronous kind."""

    async def send(self, request: Any, **options: Any) -> OddResponse:
        self.step("send")
        return OddResponse(self)


def odd_client(client_kind: ClientKind, failing: str, error: BaseException) -> Any:
    return (OddSyncClient if client_kind == "sync" else OddAsyncClient)(failing, error)


@pytest.mark.parametrize("step", STEPS)
async def test_any_exception_of_an_http_client_is_a_transport_error(
    client_kind: ClientKind, step: str
) -> None:
    for make_error in ERRORS:
        error = make_error()
        http = odd_client(client_kind, step, error)
        client = management_client(client_kind, http_client=http, retries=0)
        with pytest.raises(TransportError) as caught:
            await run(client.users.list())
        assert caught.value.maybe_sent is (step != "build_request")
        assert type(error).__name__ in str(caught.value) or "Error" in str(caught.value)
        await close(client)


class Interrupt(BaseException):
    """An exception that is not an error, like those of test runners and event loops."""


@pytest.mark.parametrize("step", STEPS)
async def test_interrupts_are_not_errors(client_kind: ClientKind, step: str) -> None:
    for kind in (Interrupt, KeyboardInterrupt, SystemExit, asyncio.CancelledError):
        http = odd_client(client_kind, step, kind())
        client = management_client(client_kind, http_client=http, retries=0)
        with pytest.raises(kind):
            await run(client.users.list())
        await close(client)


async def test_the_odd_client_works_unless_it_fails(client_kind: ClientKind) -> None:
    client = management_client(client_kind, http_client=odd_client(client_kind, "", ValueError()))
    assert (await run(client.users.list())).total_count == 0
    await close(client)


@pytest.mark.parametrize(
    "content", ["text", memoryview(b"x"), 7, None], ids=["text", "memory", "number", "None"]
)
async def test_a_chunk_of_the_wrong_type_is_an_error(client_kind: ClientKind, content: Any) -> None:
    http = odd_client(client_kind, "", ValueError())
    client = management_client(client_kind, http_client=http, retries=0)
    await run(client.users.list())
    build_request = http.build_request

    def build(*arguments: Any, **options: Any) -> Any:
        request = build_request(*arguments, **options)
        http.content = content
        return request

    http.build_request = build
    with pytest.raises(AuthingError):
        await run(client.users.list())
    await close(client)


@pytest.mark.parametrize("name", ["status_code", "headers"])
@pytest.mark.parametrize(
    "value", ["200", None, 2.5, object()], ids=["text", "None", "float", "object"]
)
async def test_a_response_of_the_wrong_type_is_an_error(
    client_kind: ClientKind, name: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    http = odd_client(client_kind, "", ValueError())
    client = management_client(client_kind, http_client=http, retries=0)
    monkeypatch.setattr(OddResponse, name, value)
    with pytest.raises(TransportError, match="has no status_code and headers"):
        await run(client.users.list())
    await close(client)


@pytest.mark.parametrize(
    "name", ["base_url", "headers", "is_closed", "build_request", "send", "close"]
)
def test_an_http_client_with_an_attribute_that_raises_is_rejected(
    client_kind: ClientKind, name: str
) -> None:
    def fail(self: object) -> object:
        raise LookupError("odd")

    http = odd_client(client_kind, "", ValueError())
    name = "aclose" if name == "close" and client_kind == "async" else name
    bases: Any = (type(http),)
    odd: Any = type("Odd", bases, {name: property(fail)})
    with pytest.raises(ConfigurationError, match=rf"http_client\.{name} \(LookupError: odd\)"):
        management_client(client_kind, http_client=odd("", ValueError()))


@pytest.mark.parametrize("name", ["base_url", "headers"])
def test_an_attribute_that_cannot_be_read_is_rejected(client_kind: ClientKind, name: str) -> None:
    class Odd(dict[str, object]):
        def __str__(self) -> str:
            raise LookupError("odd")

        items = __str__  # type: ignore[assignment]

    http = odd_client(client_kind, "", ValueError())
    setattr(http, name, Odd())
    with pytest.raises(ConfigurationError, match=rf"http_client\.{name} \(LookupError: odd\)"):
        management_client(client_kind, http_client=http)


def _zero(_: object) -> int:
    return 0


async def test_an_http_client_may_be_false(client_kind: ClientKind) -> None:
    http = odd_client(client_kind, "", ValueError())
    bases: Any = (type(http),)
    empty: Any = type("Empty", bases, {"__len__": _zero})
    client = management_client(client_kind, http_client=empty("", ValueError()))
    assert (await run(client.users.list())).total_count == 0
    await close(client)


# Headers that the caller's HTTP client sets.


def header_client(client_kind: ClientKind, server: ScriptedServer, **headers: str) -> Any:
    kind: Any = httpx.Client if client_kind == "sync" else httpx.AsyncClient
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return kind(transport=httpx.MockTransport(server), headers=named)


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("X_Authing_Lang", "lang"),
        ("x_authing_app_id", "app_id"),
        ("x_authing_userpool_id", "user_pool_id"),
    ],
)
async def test_a_header_that_contradicts_an_option_is_rejected(
    client_kind: ClientKind, name: str, option: str
) -> None:
    options = {"lang": "en-US", "app_id": "a", "user_pool_id": POOL_ID}
    http = header_client(client_kind, ScriptedServer(), **{name: "zh-CN"})
    with pytest.raises(ConfigurationError, match=f"another value than {option}"):
        management_client(client_kind, http_client=http, **options)
    server = ScriptedServer(NO_USERS)
    http = header_client(client_kind, server, **{name: options[option]})
    client = management_client(client_kind, http_client=http, **options)
    await run(client.users.list())
    await close(client)


async def test_headers_without_an_option_are_sent(client_kind: ClientKind) -> None:
    server = ScriptedServer(NO_USERS)
    http = header_client(
        client_kind, server, x_authing_lang="en-US", user_agent="program/1", x_more="y"
    )
    client = management_client(client_kind, http_client=http)
    await run(client.users.list())
    sent = server.requests[-1].headers
    assert (sent["x-authing-lang"], sent["user-agent"], sent["x-more"]) == (
        "en-US",
        "program/1",
        "y",
    )
    await close(client)


async def test_the_user_agent_of_the_library_is_replaced(client_kind: ClientKind) -> None:
    server = ScriptedServer(NO_USERS)
    client = management_client(client_kind, http_client=header_client(client_kind, server))
    await run(client.users.list())
    assert server.requests[-1].headers["user-agent"].startswith("authing-users/")
    await close(client)


def test_an_authorization_header_of_the_http_client_is_rejected(client_kind: ClientKind) -> None:
    http = header_client(client_kind, ScriptedServer(), authorization="Basic canary-header")
    with pytest.raises(ConfigurationError, match="sets the header authorization") as caught:
        management_client(client_kind, http_client=http)
    assert "canary" not in str(caught.value)
