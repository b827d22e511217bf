"""REST endpoints for the user pool itself."""

from starlette.responses import Response

from ..errors import ApiError, ErrorCode
from ..request_context import RequestContext
from ..store import environment, pool_settings
from .endpoints import Endpoint, RestRequest
from .responses import json_response, success_response


def _public_key(context: RequestContext, _: RestRequest) -> Response:
    public_key = context.emulator.pool.private_key.public_pem
    return success_response({"publicKey": public_key}, context.language)


def _access_token(context: RequestContext, request: RestRequest) -> Response:
    token = context.sign_in(request.query.get("userPoolId", ""), request.query.get("secret", ""))
    return json_response(token)  # the only endpoint without an envelope


def _pool_settings(context: RequestContext, _: RestRequest) -> Response:
    return success_response(pool_settings.get_settings(context.store), context.language)


def _check_password(context: RequestContext, request: RestRequest) -> Response:
    strength = context.check_password_strength(request.string("password"))
    return success_response(strength, context.language)


def _list_variables(context: RequestContext, _: RestRequest) -> Response:
    return success_response(environment.list_variables(context.store), context.language)


def _get_variable(context: RequestContext, request: RestRequest) -> Response:
    variable = environment.get_variable(context.store, request.path["key"])
    return success_response(variable, context.language)


def _set_variable(context: RequestContext, request: RestRequest) -> Response:
    key, value = request.string("key"), request.body.get("value")
    if not isinstance(value, str):
        raise ApiError(ErrorCode.INVALID_PARAMETER, "value")
    environment.set_variable(context.store, key, value)
    return _list_variables(context, request)


def _delete_variable(context: RequestContext, request: RestRequest) -> Response:
    environment.delete_variable(context.store, request.path["key"])
    return _list_variables(context, request)


POOL_ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v2/.well-known",
        _public_key,
        "The public key that encrypts passwords. Needs no token.",
        needs_token=False,
    ),
    Endpoint(
        "GET",
        "/api/v2/userpools/accessToken",
        _access_token,
        "A new management token: `userPoolId`, `secret`.",
        needs_token=False,
    ),
    Endpoint("GET", "/api/v2/userpools/detail", _pool_settings, "The user pool."),
    Endpoint(
        "POST",
        "/api/v2/password/check",
        _check_password,
        "Whether a password is strong enough: `password`.",
    ),
    Endpoint("GET", "/api/v2/env", _list_variables, "All environment variables of the pool."),
    Endpoint(
        "POST",
        "/api/v2/env",
        _set_variable,
        "Set an environment variable: `key`, `value`. Returns all of them.",
        writes=True,
    ),
    Endpoint("GET", "/api/v2/env/{key}", _get_variable, "An environment variable."),
    Endpoint(
        "DELETE",
        "/api/v2/env/{key}",
        _delete_variable,
        "Delete an environment variable. Returns all others.",
        writes=True,
    ),
)
