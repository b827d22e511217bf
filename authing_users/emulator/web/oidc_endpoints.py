"""The OpenID Connect endpoints that lead to the keys that sign users' tokens.

Logins with OpenID Connect themselves are not served, so the discovery document has no endpoints for
them.
"""

from starlette.responses import Response

from ..request_context import RequestContext
from ..store import signing_keys
from .endpoints import Endpoint, RestRequest
from .responses import json_response

_KEY_SET = "/oidc/.well-known/jwks.json"


def _configuration(context: RequestContext, _: RestRequest) -> Response:
    return json_response(
        {
            "issuer": context.issuer,
            "jwks_uri": context.issuer.removesuffix("/oidc") + _KEY_SET,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": list(signing_keys.ALGORITHMS),
        }
    )


def _key_set(context: RequestContext, _: RestRequest) -> Response:
    return json_response(signing_keys.key_set(context.store))


OIDC_ENDPOINTS = (
    Endpoint(
        "GET",
        "/oidc/.well-known/openid-configuration",
        _configuration,
        "The issuer of users' tokens, and the URL of its keys. Needs no token.",
        needs_token=False,
    ),
    Endpoint(
        "GET",
        _KEY_SET,
        _key_set,
        "The public keys that sign users' tokens with RS256. Needs no token.",
        needs_token=False,
    ),
)
