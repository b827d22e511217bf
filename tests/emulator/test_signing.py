"""How the tokens of users are signed: the algorithms, the published keys and their rotation."""

from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authing_users.emulator import create_app
from authing_users.emulator.errors import ControlError
from authing_users.emulator.store.pool_keys import derived_signing_key
from authing_users.emulator.store.signing_keys import key_set

from ..support.forged_tokens import forged_token
from .api import Api, Clock
from .test_control_requests import post, rejection
from .test_sessions import REFRESH, STATUS

CONFIGURATION = "/oidc/.well-known/openid-configuration"
SIGNING = "/emulator/v1/signing"
ISSUER = "http://emulator/oidc"


async def new_token(api: Api) -> str:
    user = await api.create(username=f"user-{api.clock.now}")
    api.clock.now += 1
    token: str = (await api.execute(REFRESH, id=user["id"]))["token"]
    return token


async def published_keys(api: Api) -> list[dict[str, str]]:
    configuration = (await api.http.get(CONFIGURATION)).json()
    assert configuration["issuer"] == ISSUER
    keys: list[dict[str, str]] = (await api.http.get(configuration["jwks_uri"])).json()["keys"]
    return keys


async def is_valid(api: Api, token: str) -> bool:
    status: bool = (await api.execute(STATUS, token=token))["status"]
    return status


def decode(token: str, key: dict[str, str] | str, algorithm: str, api: Api) -> dict[str, Any]:
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims: dict[str, Any] = jwt.decode(
        token,
        key if isinstance(key, str) else jwt.PyJWK(key, algorithm),
        [algorithm],
        options,
        audience=api.app.user_pool_id,
        issuer=ISSUER,
    )
    return claims


async def test_rs256_tokens_verify_with_the_published_key(api: Api) -> None:
    assert await published_keys(api) == []
    api.app.control.sign_tokens("RS256")
    token = await new_token(api)
    (key,) = await published_keys(api)
    assert key.keys() == {"kty", "n", "e", "alg", "use", "kid"}
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": key["kid"]}
    claims = decode(token, key, "RS256", api)
    assert claims["data"]["id"] == claims["sub"]
    assert await is_valid(api, token)


async def test_tokens_of_both_algorithms_stay_valid(api: Api) -> None:
    secret = (await api.execute("{ userpool { jwtSecret } }"))["jwtSecret"]
    first = await new_token(api)
    assert decode(first, secret, "HS256", api)["iss"] == ISSUER
    api.app.control.sign_tokens("RS256")
    second = await new_token(api)
    api.app.control.sign_tokens("HS256")
    third = await new_token(api)
    algorithms = [jwt.get_unverified_header(token)["alg"] for token in (first, second, third)]
    assert algorithms == ["HS256", "RS256", "HS256"]
    assert [await is_valid(api, token) for token in (first, second, third)] == [True] * 3


async def test_old_keys_stay_published_until_they_are_retired(api: Api) -> None:
    control = api.app.control
    control.sign_tokens("RS256")
    first = await new_token(api)
    control.rotate_signing_key()
    second = await new_token(api)
    kids = [key["kid"] for key in await published_keys(api)]
    assert kids == [jwt.get_unverified_header(token)["kid"] for token in (first, second)]
    assert control.signing == ("RS256", tuple(kids))
    assert await is_valid(api, first)
    control.rotate_signing_key(retire=True)
    assert [key["kid"] for key in await published_keys(api)] == [control.signing.keys[0]]
    assert not await is_valid(api, first)
    assert not await is_valid(api, second)
    assert await is_valid(api, await new_token(api))


async def test_a_public_key_is_not_accepted_as_a_secret(api: Api) -> None:
    api.app.control.sign_tokens("RS256")
    token = await new_token(api)
    (key,) = await published_keys(api)
    claims = decode(token, key, "RS256", api)
    public_key: Any = jwt.PyJWK(dict(key), "RS256").key
    pem = public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, pem.strip(), key["n"].encode(), None):
        for algorithm in ("HS256", "RS256", "none"):
            header: dict[str, object] = {"alg": algorithm, "kid": key["kid"]}
            assert not await is_valid(api, forged_token(header, claims, secret))
    assert await is_valid(api, token)


async def test_control_requests(api: Api) -> None:
    changed = await post(api, SIGNING, algorithm="RS256", rotate=True)
    assert changed["algorithm"] == "RS256"
    assert len(changed["keys"]) == 2
    assert (await api.http.get(SIGNING)).json() == changed
    retired = await post(api, SIGNING, rotate=True, retire=True)
    assert len(retired["keys"]) == 1
    assert retired["keys"][0] not in changed["keys"]
    assert "expected HS256 or RS256" in await rejection(api, SIGNING, {"algorithm": "none"})
    assert '"rotate": true' in await rejection(api, SIGNING, {})
    assert '"retire" needs' in await rejection(api, SIGNING, {"algorithm": "HS256", "retire": True})
    assert "Did you mean" in await rejection(api, SIGNING, {"algoritm": "HS256"})
    foreign = await api.http.get(SIGNING, headers={"host": "evil.example"})
    assert foreign.status_code == 403
    await post(api, "/emulator/v1/reset")
    assert api.app.control.signing == ("HS256", tuple(retired["keys"]))


def test_an_unknown_algorithm_is_rejected() -> None:
    app = create_app()
    with pytest.raises(ControlError, match="Unknown algorithm 'ES256'"):
        app.control.sign_tokens("ES256")
    app.close()


async def test_keys_and_algorithm_are_stored(tmp_path: Path) -> None:
    path = str(tmp_path / "pool.db")
    app = create_app(path, clock=Clock())
    app.control.sign_tokens("RS256")
    before = app.control.signing
    app.close()
    app = create_app(path, clock=Clock())
    assert app.control.signing == before
    app.close()


def test_deterministic_emulators_have_the_same_keys() -> None:
    published: list[object] = []
    for _ in range(2):
        derived_signing_key.cache_clear()
        app = create_app(deterministic=True)
        app.control.sign_tokens("RS256")
        with app._emulator.transaction(write=False) as transaction:
            published.append(key_set(app._emulator.store(transaction)))
        app.close()
    assert published[0] == published[1]


async def test_the_issuer_is_the_address_that_the_client_uses() -> None:
    app = create_app()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4466") as http:
        configuration = (await http.get(CONFIGURATION)).json()
    assert configuration["issuer"] == "http://127.0.0.1:4466/oidc"
    app.close()
