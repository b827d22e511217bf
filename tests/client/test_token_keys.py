"""The keys that verify users' tokens: fetching, caching, rotation and concurrency."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import jwt
import pytest
from jwt.algorithms import RSAAlgorithm

from authing_users import (
    ConfigurationError,
    DeadlineExceededError,
    InvalidResponseError,
    InvalidTokenError,
    PermissionDeniedError,
    TokenClaims,
    TransportError,
)
from authing_users._policy.key_cache import FETCH_INTERVAL, FRESH, LONGEST_USE, KeyCache
from authing_users._runtime.clock import CLOCK
from authing_users.testing import skip_waits

from ..support.client_kinds import (
    ClientKind,
    MakeClient,
    Management,
    async_client,
    close,
    management_client,
    run,
    sync_client,
)
from ..support.emulator_pool import EmulatorPool
from ..support.forged_tokens import forged_token
from ..support.pool_content import create_user
from ..support.scripted_server import ScriptedServer, rest
from ..support.token_issuer import DETAIL, PRIVATE_KEYS, Issuer, new_key, published
from .test_sessions import issue_token


@pytest.fixture
def rs256(emulator_pool: EmulatorPool) -> EmulatorPool:
    """A pool that signs tokens with RS256."""
    emulator_pool.control("signing", algorithm="RS256")
    return emulator_pool


def paths(pool: EmulatorPool) -> list[str]:
    """Return the paths that clients requested, without those of GraphQL."""
    return [request.url.path for request in pool.requests if "graphql" not in request.url.path]


DISCOVERY = "/oidc/.well-known/openid-configuration"
KEYS = "/oidc/.well-known/jwks.json"


async def test_keys_are_fetched_once(client: Management, rs256: EmulatorPool) -> None:
    user_id = await create_user(client)
    token = await issue_token(client, user_id)
    for derived in (client, client, client.with_options(retries=1)):
        await run(derived.verify_token(token))
    assert paths(rs256) == [DISCOVERY, KEYS]
    rs256.control("signing", algorithm="HS256")
    token = await issue_token(client, user_id)
    for _ in range(2):
        await run(client.verify_token(token))
    assert paths(rs256) == [DISCOVERY, KEYS, DETAIL]


async def test_the_keys_are_requested_without_a_token(
    client: Management, rs256: EmulatorPool
) -> None:
    await run(client.verify_token(await issue_token(client, await create_user(client))))
    keys = [request for request in rs256.requests if "well-known" in request.url.path]
    assert len(keys) == 2
    assert not [request for request in keys if "authorization" in request.headers]


async def test_new_keys_are_fetched_for_an_unknown_key(
    client: Management, rs256: EmulatorPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = await create_user(client)
    first = await issue_token(client, user_id)
    await run(client.verify_token(first))
    rs256.control("signing", rotate=True)
    second = await issue_token(client, user_id)
    with pytest.raises(InvalidTokenError, match="has not published"):  # too soon
        await run(client.verify_token(second))
    assert paths(rs256) == [DISCOVERY, KEYS]
    pass_time(monkeypatch, FETCH_INTERVAL)
    assert (await run(client.verify_token(second))).sub == user_id
    assert (await run(client.verify_token(first))).sub == user_id
    assert paths(rs256) == [DISCOVERY, KEYS] * 2


def pass_time(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Move the monotonic clock of clients."""
    monotonic = CLOCK.monotonic
    monkeypatch.setattr(CLOCK, "monotonic", lambda: monotonic() + seconds)


async def test_tokens_with_unknown_keys_do_not_cause_many_requests(
    client: Management, rs256: EmulatorPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await issue_token(client, await create_user(client))
    await run(client.verify_token(token))
    pass_time(monkeypatch, FETCH_INTERVAL)
    for number in range(5):
        forged = forged_token({"alg": "RS256", "kid": str(number)}, {"exp": 1}, b"key")
        with pytest.raises(InvalidTokenError, match="has not published"):
            await run(client.verify_token(forged))
    assert paths(rs256) == [DISCOVERY, KEYS] * 2


async def test_a_retired_key_is_no_longer_accepted(
    client: Management, rs256: EmulatorPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await issue_token(client, await create_user(client))
    await run(client.verify_token(token))
    rs256.control("signing", rotate=True, retire=True)
    assert (await run(client.verify_token(token))).sub
    pass_time(monkeypatch, FRESH)
    with pytest.raises(InvalidTokenError, match="has not published"):
        await run(client.verify_token(token))


async def test_old_keys_are_used_while_new_ones_cannot_be_fetched(
    make_client: MakeClient, rs256: EmulatorPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(rs256, retries=0)
    token = await issue_token(client, await create_user(client))
    await run(client.verify_token(token))
    rs256.control("faults", kind="fail", operation=KEYS, status=503, times=None)
    pass_time(monkeypatch, FRESH)
    for _ in range(2):
        assert (await run(client.verify_token(token))).sub
    assert paths(rs256) == [DISCOVERY, KEYS] * 2
    pass_time(monkeypatch, LONGEST_USE)
    for _ in range(2):  # the second one does not send
        with pytest.raises(Exception, match="503"):
            await run(client.verify_token(token))
    assert paths(rs256) == [DISCOVERY, KEYS] * 3


async def test_a_new_secret_of_the_pool_is_fetched(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = Issuer()
    client = make_client(issuer, access_token="t")
    secrets = "1" * 32, "2" * 32
    first, second = (jwt.encode({"exp": 2**32}, secret, "HS256") for secret in secrets)
    issuer.secret = "1" * 32
    await run(client.verify_token(first))
    issuer.secret = "2" * 32
    with pytest.raises(InvalidTokenError):
        await run(client.verify_token(second))
    pass_time(monkeypatch, FETCH_INTERVAL)
    assert (await run(client.verify_token(second))).exp == 2**32
    assert len(issuer.requests) == 2
    with pytest.raises(InvalidTokenError):
        await run(client.verify_token(first))


async def test_unusable_keys_are_skipped(make_client: MakeClient) -> None:
    issuer = Issuer()
    good = published(issuer.key, kid="k", use="sig", alg="RS256")
    issuer.keys = [
        "text",
        {"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "kid": "k"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k", "alg": "RS256"},
        {"kty": "RSA", "n": "!", "e": "AQAB", "kid": "k"},
        {"kty": "RSA", "kid": "k"},
        published(PRIVATE_KEYS[1], kid="k", use="enc"),
        published(PRIVATE_KEYS[1], kid="k", alg="RS512"),
        published(new_key(1024), kid="k"),
        RSAAlgorithm.to_jwk(PRIVATE_KEYS[1], as_dict=True) | {"kid": "k"},
        good,
    ]
    client = make_client(issuer)
    assert (await run(client.verify_token(issuer.token(), issuer=issuer.url))).sub
    issuer.key = PRIVATE_KEYS[1]
    with pytest.raises(InvalidTokenError, match="signature"):
        await run(client.verify_token(issuer.token(), issuer=issuer.url))


async def test_a_token_without_the_id_of_its_key_is_verified(make_client: MakeClient) -> None:
    issuer = Issuer()
    issuer.keys = [published(key) for key in reversed(PRIVATE_KEYS)]
    client = make_client(issuer)
    assert (await run(client.verify_token(issuer.token({}), issuer=issuer.url))).sub


UNUSABLE: list[tuple[Callable[[Issuer], object], str]] = [
    (lambda i: i.keys.clear(), "has published no key for RS256"),
    (lambda i: i.configuration.update(issuer="https://x.example"), "that of the issuer 'https"),
    (lambda i: i.configuration.update(jwks_uri="http://x.example"), "unusable jwks_uri.*https"),
    (lambda i: i.configuration.update(jwks_uri="keys"), "jwks_uri: Invalid issuer"),
    (lambda i: i.configuration.update(jwks_uri="https://[x/keys"), "jwks_uri: .*: not a URL"),
    (lambda i: i.configuration.update(jwks_uri="file:///x"), "unusable jwks_uri: Invalid"),
    (lambda i: i.configuration.pop("jwks_uri"), "jwks_uri: expected a value"),
    (lambda i: i.configuration.update(jwks_uri=5), "jwks_uri: expected a string"),
]


@pytest.mark.parametrize(("change", "message"), UNUSABLE)
async def test_unusable_key_documents_are_reported(
    make_client: MakeClient, change: Callable[[Issuer], object], message: str
) -> None:
    issuer = Issuer()
    change(issuer)
    with pytest.raises(InvalidResponseError, match=message):
        await run(make_client(issuer).verify_token(issuer.token(), issuer=issuer.url))


async def test_a_pool_without_a_secret_is_reported(make_client: MakeClient) -> None:
    client = make_client(Issuer(), access_token="t")
    with pytest.raises(ConfigurationError, match="pass secret="):
        await run(client.verify_token(jwt.encode({"exp": 2**32}, "s" * 32, "HS256")))


async def test_a_missing_permission_is_reported(make_client: MakeClient) -> None:
    client = make_client(ScriptedServer(rest(None, "no permission", 1001)), access_token="t")
    with pytest.raises(PermissionDeniedError):
        await run(client.verify_token(jwt.encode({"exp": 2**32}, "s" * 32, "HS256")))


def set_at_arrival(
    monkeypatch: pytest.MonkeyPatch, event: threading.Event | asyncio.Event, number: int
) -> None:
    """Set an event when this many callers need keys."""
    acquire: Any = KeyCache[Any].acquire
    arrived = 0

    def counted(cache: KeyCache[Any], *arguments: Any) -> Any:
        nonlocal arrived
        acquired = acquire(cache, *arguments)
        arrived += 1
        if arrived == number:
            event.set()
        return acquired

    monkeypatch.setattr(KeyCache, "acquire", counted)


def test_threads_share_one_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer, all_wait = Issuer(), threading.Event()
    set_at_arrival(monkeypatch, all_wait, 8)

    def respond(request: httpx.Request) -> httpx.Response:
        assert all_wait.wait(60)
        return issuer(request)

    with sync_client(respond) as client, ThreadPoolExecutor(8) as threads:
        verify = partial(client.verify_token, issuer.token(), issuer=issuer.url)
        found = [threads.submit(verify) for _ in range(8)]
        assert {future.result().sub for future in found} == {"u"}
    assert len(issuer.requests) == 2


async def test_tasks_share_one_fetch_and_take_over_a_cancelled_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issuer, all_wait, is_open = Issuer(), asyncio.Event(), asyncio.Event()
    set_at_arrival(monkeypatch, all_wait, 8)

    async def respond(request: httpx.Request) -> httpx.Response:
        await is_open.wait()
        return issuer(request)

    async with async_client(respond) as client:
        calls = [client.verify_token(issuer.token(), issuer=issuer.url) for _ in range(8)]
        tasks = [asyncio.ensure_future(call) for call in calls]
        await all_wait.wait()
        tasks[0].cancel()
        is_open.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert [result.sub for result in results[1:] if isinstance(result, TokenClaims)] == ["u"] * 7
    assert len(issuer.requests) == 2


async def test_a_failed_fetch_fails_all_waiting_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer, all_wait, sent = Issuer(), asyncio.Event(), 0
    set_at_arrival(monkeypatch, all_wait, 4)

    async def respond(request: httpx.Request) -> httpx.Response:
        nonlocal sent
        sent += 1
        await all_wait.wait()
        raise httpx.ConnectError("no", request=request)

    async with async_client(respond, retries=0) as client:
        calls = [client.verify_token(issuer.token(), issuer=issuer.url) for _ in range(4)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(result) for result in results} == {TransportError}
        assert len({id(result) for result in results}) == 4
        with pytest.raises(TransportError):
            await client.verify_token(issuer.token(), issuer=issuer.url)
    assert sent == 1


def test_a_waiting_thread_stops_at_its_own_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer, is_sent, is_open = Issuer(), threading.Event(), threading.Event()

    def respond(request: httpx.Request) -> httpx.Response:
        is_sent.set()
        assert is_open.wait(60)
        return issuer(request)

    with sync_client(respond) as client, ThreadPoolExecutor(1) as threads:
        owner = threads.submit(client.verify_token, issuer.token(), issuer=issuer.url)
        assert is_sent.wait(60)
        with pytest.raises(DeadlineExceededError):
            client.with_options(deadline=0.02).verify_token(issuer.token(), issuer=issuer.url)
        is_open.set()
        assert owner.result().sub == "u"


async def test_a_deadline_covers_both_requests(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = Issuer()
    client = make_client(issuer, deadline=10)
    respond = issuer.__call__

    def slow(self: Issuer, request: httpx.Request) -> httpx.Response:
        pass_time(monkeypatch, 6)
        return respond(request)

    monkeypatch.setattr(Issuer, "__call__", slow)
    with pytest.raises(DeadlineExceededError):
        await run(client.verify_token(issuer.token(), issuer=issuer.url))
    assert len(issuer.requests) == 2


async def test_keys_are_fetched_with_retries(make_client: MakeClient, rs256: EmulatorPool) -> None:
    client = make_client(rs256, retries=1)
    token = await issue_token(client, await create_user(client))
    rs256.control("faults", kind="fail", operation=DISCOVERY, status=503)
    rs256.control("faults", kind="drop", operation=KEYS)
    with skip_waits() as waits:
        assert (await run(client.verify_token(token))).sub
    assert len(waits) == 2
    assert paths(rs256) == [DISCOVERY, DISCOVERY, KEYS, KEYS]


async def test_a_closed_client_fetches_no_keys(client_kind: ClientKind) -> None:
    issuer = Issuer()
    client = issuer.client(client_kind)
    await close(client)
    with pytest.raises(ConfigurationError, match="The client is closed"):
        await run(client.verify_token(issuer.token(), issuer=issuer.url))


async def test_connections_to_another_host_are_closed_with_the_client(
    client_kind: ClientKind, rs256: EmulatorPool
) -> None:
    """A client with an HTTP client of its own, for which the issuer is another host."""
    with rs256.plain_client() as users:
        user = users.users.create({"username": "ada"})
        token = users.users.refresh_token(user.id).token or ""
    port = rs256.host.rpartition(":")[2]
    issuer = f"http://localhost:{port}/oidc"
    given = {"user_pool_id": rs256.emulator.user_pool_id, "access_token": "t"}
    client = management_client(client_kind, host="http://127.0.0.2:9", **given)
    with pytest.raises(InvalidTokenError, match="another issuer"):
        await run(client.verify_token(token, issuer=issuer))
    (other,) = client._transport._others.values()
    assert other.config.host == f"http://localhost:{port}"
    await close(client)
    assert other._sender._closed
