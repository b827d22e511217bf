"""Checking users' tokens without asking the service: claims, arguments and errors."""

import subprocess
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import pytest

from authing_users import (
    ConfigurationError,
    InvalidInputError,
    InvalidTokenError,
    TokenExpiredError,
)

from ..support.client_kinds import (
    MakeClient,
    Management,
    run,
)
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import create_user
from ..support.token_issuer import Issuer
from .test_sessions import issue_token

DAY = 24 * 3600


@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
async def test_a_token_of_a_user_is_verified(
    client: Management, emulator_pool: EmulatorPool, algorithm: Any
) -> None:
    emulator_pool.control("signing", algorithm=algorithm)
    user_id = await create_user(client)
    token = await issue_token(client, user_id)
    pool_id, issuer = emulator_pool.emulator.user_pool_id, f"{emulator_pool.host}/oidc"
    claims = await run(
        client.verify_token(token, audience=pool_id, issuer=issuer, algorithm=algorithm)
    )
    assert (claims.sub, claims.aud, claims.iss) == (user_id, pool_id, issuer)
    assert claims.data is not None
    assert claims.data["id"] == user_id
    assert claims["type"] == "user"
    assert claims.iat is not None
    assert claims.exp - claims.iat == 15 * DAY
    assert claims.expires_at == datetime.fromtimestamp(claims.exp, UTC)
    assert await run(client.verify_token(token)) == claims
    assert await run(client.verify_token(token, audience=["other", pool_id])) == claims


async def test_with_a_secret_nothing_is_sent(
    client: Management, make_client: MakeClient, emulator_pool: EmulatorPool
) -> None:
    token = await issue_token(client, await create_user(client))
    secret = (await run(client.userpool.detail())).jwt_secret
    sent = emulator_pool.request_count
    offline = make_client(emulator_pool, access_token="unused")
    assert (await run(offline.verify_token(token, secret=secret))).sub
    with pytest.raises(InvalidTokenError, match="signature"):
        await run(offline.verify_token(token, secret="0" * 64))
    assert emulator_pool.request_count == sent


async def test_an_expired_token_says_when(client: Management, emulator_pool: EmulatorPool) -> None:
    emulator_pool.control("clock", set="2024-01-01T00:00:00Z")
    token = await issue_token(client, await create_user(client))
    with pytest.raises(TokenExpiredError, match="expired at 2024-01-16T00:00:00Z") as caught:
        await run(client.verify_token(token))
    assert caught.value.expired_at == datetime(2024, 1, 16, tzinfo=UTC)
    with pytest.raises(InvalidTokenError, match="another audience"):
        await run(client.verify_token(token, audience="other"))


async def test_a_management_token_is_not_one_of_a_user(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    await run(client.users.list())
    management = emulator_pool.requests[-1].headers["authorization"].removeprefix("Bearer ")
    with pytest.raises(InvalidTokenError, match="signature"):
        await run(client.verify_token(management))


# Other issuers


async def test_keys_of_another_host_are_fetched_there(make_client: MakeClient) -> None:
    issuer = Issuer()
    client = make_client(issuer)
    claims = await run(
        client.verify_token(issuer.token(email="a@example.com"), issuer=issuer.url, audience="app")
    )
    assert (claims.sub, claims["email"]) == ("u", "a@example.com")
    assert [str(request.url) for request in issuer.requests] == [
        f"{issuer.url}/.well-known/openid-configuration",
        f"{issuer.url}/keys?of=app",
    ]
    assert not [request for request in issuer.requests if "authorization" in request.headers]


@pytest.mark.parametrize(
    ("claims", "arguments", "message"),
    [
        ({"iss": "https://other.example/oidc"}, {}, "from another issuer"),
        ({"iss": None}, {}, "no claim 'iss'"),
        ({"aud": "other"}, {"audience": "app"}, "for another audience"),
        ({"aud": None}, {"audience": "app"}, "no claim 'aud'"),
        ({"exp": None}, {}, "no claim 'exp'"),
        ({"exp": "soon"}, {}, "not a valid JSON Web Token"),
        ({"exp": 10**30}, {}, "not a valid JSON Web Token"),
        ({"exp": float("inf")}, {}, "not a valid JSON Web Token"),
        ({"nbf": 2**32 - 1}, {}, "not valid yet"),
        ({"iat": 2**32 - 1}, {}, "not valid yet"),
        ({"data": "text"}, {}, "not a valid JSON Web Token"),
        ({"exp": 1_700_000_000}, {}, "expired at 2023-11-14T22:13:20Z"),
        ({}, {"algorithm": "HS256"}, "not signed with HS256"),
        ({}, {"secret": "s" * 32}, "not signed with HS256"),
    ],
)
async def test_invalid_claims_are_reported(
    make_client: MakeClient, claims: dict[str, object], arguments: dict[str, Any], message: str
) -> None:
    issuer = Issuer()
    token = issuer.token(**claims)
    with pytest.raises(InvalidTokenError, match=message) as caught:
        await run(make_client(issuer).verify_token(token, issuer=issuer.url, **arguments))
    assert_hidden(caught.value, token)


def assert_hidden(error: BaseException, *secrets: str) -> None:
    """Check that an error, without a context, and the variables of our frames show no secret."""
    assert_frames_hide(error, *secrets)
    assert error.__context__ is None


def assert_frames_hide(error: BaseException, *secrets: str) -> None:
    """Check that an error and the variables of our frames show no part of a secret."""
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in trace.stack if "/authing_users/" in frame.filename]
    assert frames
    shown = str(error) + repr(error) + repr([frame.locals for frame in frames])
    for secret in secrets:
        for part in secret.split("."):
            assert part[:16] not in shown


@pytest.mark.parametrize("argument", ["token", "secret"])
async def test_bytes_are_not_shown(make_client: MakeClient, argument: str) -> None:
    canary = b"canary-of-16-bytes-or-more"
    arguments: dict[str, Any] = {"token": "x", "secret": "s", argument: canary}
    message = f"{argument} must be a string, not bytes"
    with pytest.raises(InvalidInputError, match=message) as caught:
        await run(make_client(Issuer()).verify_token(**arguments))
    assert_frames_hide(caught.value, canary.decode())


async def test_leeway_covers_different_clocks(make_client: MakeClient) -> None:
    issuer = Issuer()
    client = make_client(issuer)
    now = datetime.now(UTC).timestamp()
    for claims in ({"exp": now - 30.5}, {"nbf": now + 30}, {"iat": now + 30}):
        token = issuer.token(**claims)
        with pytest.raises(InvalidTokenError):
            await run(client.verify_token(token, issuer=issuer.url))
        assert (await run(client.verify_token(token, issuer=issuer.url, leeway=300))).sub


# Arguments


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"token": None}, "token must be a string, not None"),
        ({"token": b"x"}, "token must be a string, not bytes"),
        ({"secret": ""}, "secret is empty"),
        ({"secret": 5}, "secret must be a string, not int"),
        ({"algorithm": "none"}, "algorithm must be one of HS256, RS256, not 'none'"),
        ({"algorithm": "RS256", "secret": "s"}, "secret is for HS256 only"),
        ({"audience": ""}, "audience is empty"),
        ({"audience": []}, "audience must be a string or a list"),
        ({"audience": ["a", 5]}, r"audience\[1\] must be a string"),
        ({"audience": {"a": 1}}, "audience must be a string or a list of strings, not dict"),
        ({"issuer": "app.authing.cn"}, "issuer must be a URL such as https"),
        ({"issuer": "http://app.authing.cn/oidc"}, "Invalid issuer.*use https"),
        ({"issuer": "https://a:b@app.authing.cn"}, "contains a user name or password"),
        ({"leeway": -1}, "leeway must be a number of seconds from 0 to 3600, not -1"),
        ({"leeway": True}, "leeway must be"),
        ({"leeway": float("nan")}, "leeway must be"),
        ({"leeway": 60_000}, "leeway must be"),
    ],
)
async def test_invalid_arguments_are_rejected_before_sending(
    make_client: MakeClient, arguments: dict[str, Any], message: str
) -> None:
    issuer = Issuer()
    given: dict[str, Any] = {"token": issuer.token(), **arguments}
    with pytest.raises(InvalidInputError, match=message):
        await run(make_client(issuer).verify_token(**given))
    assert issuer.requests == []


async def test_without_the_extra_the_error_says_what_to_install(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jwt", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'authing-users\[jwt\]'"):
        await run(make_client(Issuer()).verify_token("x", secret="s"))


def test_other_calls_do_not_import_pyjwt() -> None:
    program = (
        "import sys, httpx, authing_users as a\n"
        "a.TokenClaims, a.TokenAlgorithm\n"
        "http = httpx.Client(transport=httpx.MockTransport(lambda r: httpx.Response(500)))\n"
        "given = {'user_pool_id': 'p', 'access_token': 't', 'retries': 0}\n"
        "client = a.ManagementClient(http_client=http, **given)\n"
        "try: client.userpool.detail()\n"
        "except a.ServerError: print('jwt' in sys.modules)\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "False"
