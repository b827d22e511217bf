"""An issuer of tokens that publishes its keys, without a network."""

from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from .client_kinds import ClientKind, Management, http_client, management_client
from .scripted_server import rest

DETAIL = "/api/v2/userpools/detail"


class Issuer:
    """Publishes keys, and responds for the user pool. All hosts lead to it.

    Attributes:
        url: The issuer.
        key: The private key.
        keys: The published keys.
        configuration: The discovery document.
        secret: The secret of the pool that signs tokens.
        requests: The requests, in order.
    """

    def __init__(self, url: str = "https://app.example/oidc") -> None:
        self.url = url
        self.key = PRIVATE_KEYS[0]
        self.keys: list[object] = [published(self.key, kid="k")]
        self.configuration: dict[str, object] = {"issuer": url, "jwks_uri": f"{url}/keys?of=app"}
        self.secret: str | None = None
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path
        if path == DETAIL:
            return rest({"id": "p", "jwtSecret": self.secret})
        if path.endswith("openid-configuration"):
            return httpx.Response(200, json=self.configuration)
        return httpx.Response(200, json={"keys": self.keys})

    def client(self, client_kind: ClientKind, **options: Any) -> Management:
        http = http_client(client_kind, httpx.MockTransport(self))
        return management_client(client_kind, http_client=http, **options)

    def token(self, headers: dict[str, object] | None = None, /, **claims: object) -> str:
        """Return a token that is signed with the key."""
        content = {"exp": 2**32, "iss": self.url, "aud": "app", "sub": "u", **claims}
        given = {name: value for name, value in content.items() if value is not None}
        headers = {"kid": "k"} if headers is None else headers
        return jwt.encode(given, self.key, "RS256", headers=headers)


def new_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


PRIVATE_KEYS = [new_key(), new_key()]


def published(key: rsa.RSAPrivateKey, **fields: object) -> dict[str, object]:
    """Return a public key as an issuer publishes it."""
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), **fields}
