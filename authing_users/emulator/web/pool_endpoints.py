"""The REST endpoints of the user pool itself."""

from starlette.responses import Response

from ..errors import ApiError, ErrorCode
from ..messages import Success
from ..operation import Operation
from ..store import environment, settings
from .endpoints import Endpoint, RestRequest, done
from .envelope import json_response, result


def _well_known(operation: Operation, _: RestRequest) -> Response:
    public_key = operation.emulator.pool.private_key.public_pem
    return result({"publicKey": public_key}, operation.caller.language)


def _access_token(operation: Operation, request: RestRequest) -> Response:
    pool = operation.emulator.pool
    pool.check_id(request.query.get("userPoolId", ""))
    pool.check_secret(request.query.get("secret", ""))
    issued = operation.emulator.issue_token()
    # The one endpoint that answers without the envelope.
    return json_response(
        {"accessToken": issued.token, "iat": issued.issued_at, "exp": issued.expires_at}
    )


def _detail(operation: Operation, _: RestRequest) -> Response:
    return result(settings.get(operation.store), operation.caller.language)


def _check_password(operation: Operation, request: RestRequest) -> Response:
    judged = operation.judge_password(request.text("password"))
    return result(judged, operation.caller.language)


def _variables(operation: Operation, _: RestRequest) -> Response:
    variables = environment.everything(operation.store)
    page = {"totalCount": len(variables), "list": variables}
    return result(page, operation.caller.language)


def _variable(operation: Operation, request: RestRequest) -> Response:
    variable = environment.get(operation.store, request.path["key"])
    return result(variable, operation.caller.language)


def _put_variable(operation: Operation, request: RestRequest) -> Response:
    key, value = request.text("key"), request.body.get("value")
    if not isinstance(value, str):
        raise ApiError(ErrorCode.INCOMPLETE, "value")
    environment.put(operation.store, key, value)
    return result({"key": key, "value": value}, operation.caller.language)


def _remove_variable(operation: Operation, request: RestRequest) -> Response:
    environment.remove(operation.store, request.path["key"])
    return done(operation, Success.DELETED)


POOL_ENDPOINTS = (
    Endpoint("GET", "/api/v2/.well-known", _well_known, needs_token=False),
    Endpoint("GET", "/api/v2/userpools/accessToken", _access_token, needs_token=False),
    Endpoint("GET", "/api/v2/userpools/detail", _detail),
    Endpoint("POST", "/api/v2/password/check", _check_password),
    Endpoint("GET", "/api/v2/env", _variables),
    Endpoint("POST", "/api/v2/env", _put_variable, writes=True),
    Endpoint("GET", "/api/v2/env/{key}", _variable),
    Endpoint("DELETE", "/api/v2/env/{key}", _remove_variable, writes=True),
)
