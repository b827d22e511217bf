"""Forged tokens, and text that is not a token, are not valid."""

import base64
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from authing_users import (
    InvalidInputError,
    InvalidTokenError,
    TokenExpiredError,
)

from ..support.client_kinds import (
    MakeClient,
    run,
)
from ..support.forged_tokens import forged_token
from ..support.token_issuer import PRIVATE_KEYS, Issuer, published


def forgeries() -> dict[str, Callable[[Issuer], str]]:
    """Return functions that forge a token which an unsafe verifier accepts."""
    claims = {"exp": 2**32, "iss": "https://app.example/oidc"}
    public = PRIVATE_KEYS[0].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def other_key(issuer: Issuer) -> str:
        issuer.key = PRIVATE_KEYS[1]
        return issuer.token()

    def own_key(issuer: Issuer) -> str:
        jwk = published(PRIVATE_KEYS[1])
        return jwt.encode(claims, PRIVATE_KEYS[1], "RS256", headers={"kid": "k", "jwk": jwk})

    def own_url(issuer: Issuer) -> str:
        headers = {"kid": "k", "jku": "https://evil.example/keys"}
        return jwt.encode(claims, PRIVATE_KEYS[1], "RS256", headers=headers)

    def changed(issuer: Issuer) -> str:
        header, _, signature = issuer.token().split(".")
        _, content, _ = forged_token({}, {**claims, "sub": "admin"}).split(".")
        return f"{header}.{content}.{signature}"

    def signed_with(algorithm: str, key: bytes | None) -> Callable[[Issuer], str]:
        return lambda _: forged_token({"alg": algorithm, "kid": "k"}, claims, key)

    signed = {
        f"{name} {algorithm}": signed_with(algorithm, key)
        for name, key in (("PEM", pem), ("DER", der), ("empty", b""), ("no signature", None))
        for algorithm in ("HS256", "RS256", "none", "None", "nOnE", "HS512", "ES256", "PS256", "")
    }
    return {
        **signed,
        "no algorithm": lambda _: forged_token({"kid": "k"}, claims),
        "algorithm as a list": lambda _: forged_token({"alg": ["RS256"]}, claims, pem),
        "kid as a number": lambda _: forged_token({"alg": "RS256", "kid": 5}, claims, pem),
        "extension": lambda issuer: issuer.token({"kid": "k", "crit": ["exp"]}),
        "known extension": lambda issuer: issuer.token({"kid": "k", "crit": ["b64"], "b64": True}),
        "other key": other_key,
        "own key": own_key,
        "own URL": own_url,
        "changed claims": changed,
        "without a kid": lambda issuer: jwt.encode(claims, PRIVATE_KEYS[1], "RS256"),
        "PS256": lambda issuer: jwt.encode(claims, issuer.key, "PS256", headers={"kid": "k"}),
        "claims as a list": lambda issuer: forged_token({"alg": "RS256", "kid": "k"}, [1], b"x"),
    }


@pytest.mark.parametrize("name", forgeries())
async def test_a_forged_token_is_not_valid(make_client: MakeClient, name: str) -> None:
    issuer = Issuer()
    issuer.secret = "s" * 64
    client = make_client(issuer, access_token="t")
    await run(client.verify_token(issuer.token(), issuer=issuer.url))
    forged = forgeries()[name](issuer)
    algorithms: list[Any] = [None, "RS256"]
    for algorithm in algorithms:
        with pytest.raises(InvalidTokenError) as caught:
            await run(client.verify_token(forged, issuer=issuer.url, algorithm=algorithm))
        assert not isinstance(caught.value, TokenExpiredError)


NO_TOKENS = [
    "",
    " ",
    "x",
    "a.b",
    "a.b.c",
    "a.b.c.d",
    "..",
    "\ud800",
    "密",
    "a" * 10**6,
    "e30.e30.e30",
]


@pytest.mark.parametrize("text", NO_TOKENS, ids=range(len(NO_TOKENS)))
async def test_text_that_is_not_a_token_is_not_valid(make_client: MakeClient, text: str) -> None:
    with pytest.raises(InvalidTokenError):
        await run(make_client(Issuer()).verify_token(text, secret="s" * 32))


async def test_a_deeply_nested_header_is_not_valid(make_client: MakeClient) -> None:
    header = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")
    with pytest.raises(InvalidTokenError):
        await run(make_client(Issuer()).verify_token(f"{header}.e30.x", secret="s" * 32))


@pytest.mark.parametrize("kind", ["public key", "private key"])
async def test_a_key_is_not_a_secret(make_client: MakeClient, kind: str) -> None:
    key = PRIVATE_KEYS[0]
    pem = (
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        if kind == "public key"
        else key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    ).decode()
    token = forged_token({"alg": "HS256"}, {"exp": 2**32}, pem.encode())
    with pytest.raises(InvalidInputError, match="neither empty nor a public key") as caught:
        await run(make_client(Issuer()).verify_token(token, secret=pem))
    assert pem.splitlines()[1] not in str(caught.value)
