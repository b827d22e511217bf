"""The guard: a test that would call the real service fails, whatever it sends with."""

import asyncio
import os
import socket
from collections.abc import Callable, Generator
from contextlib import AsyncExitStack, ExitStack
from typing import Any, cast

import httpx
import httpx2
import pytest
import respx

from authing_users import AsyncManagementClient, ManagementClient, fast
from authing_users._runtime.hosts import DEFAULT_HOST
from authing_users.testing import RealServiceError
from authing_users.testing.emulator.guard import Guard, guarded, private_hosts

from .conftest import RunTests

IDS: Any = {"user_pool_id": "p", "secret": "canary-secret"}


@pytest.fixture
def guard() -> Generator[Guard]:
    """A guard whose attempts do not make the test fail."""
    with guarded({"pool.example"}) as guard:
        yield guard


def list_users(http: Any = None, **options: Any) -> None:
    with ExitStack() as stack:
        if http is not None:
            stack.callback(http.close)
        stack.enter_context(ManagementClient(**IDS, http_client=http, **options)).users.list()


async def list_users_async(http: Any = None) -> None:
    async with AsyncExitStack() as stack:
        if http is not None:
            stack.push_async_callback(http.aclose)
        client = AsyncManagementClient(**IDS, http_client=http)
        await (await stack.enter_async_context(client)).users.list()


CALLS: dict[str, Callable[[], object]] = {
    "default": list_users,
    "default, async": lambda: asyncio.run(list_users_async()),
    "httpx": lambda: list_users(httpx.Client()),
    "httpx2": lambda: asyncio.run(list_users_async(httpx2.AsyncClient())),
    "fast": lambda: list_users(fast.Client()),
    "fast, async": lambda: asyncio.run(list_users_async(fast.AsyncClient())),
    "own host": lambda: list_users(host="https://pool.example"),
    "plain httpx": lambda: httpx.get("https://CORE.authing.cn./"),
    "other region": lambda: httpx.get("https://core.us.authing.co/"),
    "socket": lambda: socket.create_connection(cast("Any", (b"core.authing.cn", 443))),
}


@pytest.mark.parametrize("name", CALLS)
def test_requests_to_the_service_are_stopped(guard: Guard, name: str) -> None:
    with pytest.raises(RealServiceError, match="The test tried to call the real service at"):
        CALLS[name]()
    assert guard.attempts


def test_the_error_is_not_handled_as_a_failed_request(guard: Guard) -> None:
    def handles_all_errors() -> None:
        try:
            list_users()
        except Exception:
            pytest.fail("handled")

    with pytest.raises(RealServiceError, match=r"core\.authing\.cn") as caught:
        handles_all_errors()
    assert "authing_emulator" in str(caught.value)
    assert len(guard.attempts) == 1  # not retried


def test_proxies_of_the_environment_do_not_hide_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "example.com")
    with guarded({"pool.example"}):
        assert (
            os.environ["no_proxy"] == "example.com,authing.cn,authing.co,authing.com,pool.example"
        )
        for name in ("default", "default, async", "httpx", "fast", "own host"):
            with pytest.raises(RealServiceError):
                CALLS[name]()
    assert "no_proxy" not in os.environ
    monkeypatch.setenv("no_proxy", "localhost")
    with guarded({"pool.example"}):
        assert os.environ["no_proxy"].startswith("localhost,authing.cn")
    assert os.environ["no_proxy"] == "localhost"


def test_other_hosts_and_mocked_requests_are_not_stopped(guard: Guard) -> None:
    assert socket.getaddrinfo("127.0.0.1", 80)
    assert socket.getaddrinfo(None, 80)
    with respx.mock:
        respx.get("https://core.authing.cn/").respond(204)
        assert httpx.get("https://core.authing.cn/").status_code == 204
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    with httpx.Client(transport=transport) as http:
        assert http.get("https://core.authing.cn/").status_code == 200
    assert guard.attempts == []


def test_the_default_host_is_guarded(guard: Guard) -> None:
    with pytest.raises(RealServiceError):
        guard.check(httpx.URL(DEFAULT_HOST).host)
    guard.check("notauthing.cn")


@pytest.mark.parametrize(
    ("value", "hosts"),
    [
        ("", set[str]()),
        ("https://pool.example:8443", {"pool.example"}),
        ("pool.example", {"pool.example"}),
        ("http://127.0.0.1:4466", set[str]()),
        ("https://[invalid", set[str]()),
    ],
)
def test_the_host_of_the_environment_is_guarded(
    monkeypatch: pytest.MonkeyPatch, value: str, hosts: set[str]
) -> None:
    monkeypatch.setenv("AUTHING_HOST", value)
    assert private_hosts() == hosts


TESTS = """
import httpx
import pytest
import socket

class Reached(Exception):
    pass

@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def reached(*_):
        raise Reached

    monkeypatch.setattr(socket.socket, "connect", reached)

def send():
    with socket.socket() as connection:
        socket.getaddrinfo("localhost.authing.cn", 443, flags=socket.AI_NUMERICHOST)

def test_open():
    send()

def test_swallowed():
    try:
        send()
    except BaseException:
        pass

@pytest.fixture
def sending():
    send()

def test_fixture(sending):
    pass
"""
MARKED = TESTS + "\npytestmark = pytest.mark.authing(allow_real=True)\n"


def test_tests_fail_with_a_sentence(run_tests: RunTests) -> None:
    result = run_tests(TESTS)
    result.assert_outcomes(failed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["The test tried to call the real service at localhost.authing.cn*"]
    )


def test_the_end_of_an_inner_guard_leaves_the_outer_one() -> None:
    with guarded([]) as outer:
        with guarded([]):
            pass
        with pytest.raises(RealServiceError):
            socket.getaddrinfo("localhost.authing.cn", 443, flags=socket.AI_NUMERICHOST)
    assert len(outer.attempts) == 1


def test_modules_and_fixtures_that_end_are_guarded(run_tests: RunTests) -> None:
    swallowed = """
        import contextlib
        import pytest
        import socket

        def send():
            with contextlib.suppress(BaseException):
                socket.getaddrinfo("localhost.authing.cn", 443, flags=socket.AI_NUMERICHOST)
        """
    fixture = f"""{swallowed}
        @pytest.fixture
        def resource():
            yield
            send()

        def test_it(resource):
            pass
        """
    result = run_tests(fixture)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["The test tried to call the real service*"])
    module = f"{swallowed}\n        send()\n        def test_it(): pass\n"
    result = run_tests(module)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["The test tried to call the real service*"])
    run_tests(module, "--authing-allow-real").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        (MARKED, []),
        (TESTS, ["--authing-allow-real"]),
        (TESTS, ["-o", "authing_allow_real=true"]),
        (TESTS, ["--block-network"]),
    ],
)
def test_the_guard_can_be_turned_off(
    run_tests: RunTests, source: str, arguments: list[str]
) -> None:
    result = run_tests(source, *arguments)
    # The lookup fails by itself: it is for an address, not for a name.
    result.assert_outcomes(failed=1, passed=1, errors=1)
    result.stdout.fnmatch_lines(["*socket.gaierror*"])
    result.stdout.no_fnmatch_line("*real service*")
