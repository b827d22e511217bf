"""The documents that an issuer of tokens publishes, as in OpenID Connect Discovery."""

from typing import Any

from pydantic import BaseModel


class DiscoveryDocument(BaseModel):
    """The content of ``/.well-known/openid-configuration`` below an issuer."""

    issuer: str
    jwks_uri: str


class KeySet(BaseModel):
    """The public keys of an issuer, at the URL ``jwks_uri``."""

    keys: list[Any]
