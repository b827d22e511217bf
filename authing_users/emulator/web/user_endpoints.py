"""REST endpoints that read, create, update and filter users."""

from collections.abc import Mapping, Sequence
from typing import cast

from starlette.responses import Response

from .. import accounts
from ..errors import ApiError, ErrorCode
from ..gql.inputs import read_input
from ..messages import error_message
from ..request_context import RequestContext
from ..store import custom_fields, identities, user_filter, users
from ..store.records import Record
from .endpoints import Endpoint, RestRequest
from .responses import success_response
from .user_records import add_identities

MAX_USERS_PER_REQUEST = 100
"""How many users one request may create."""


def _add_related(
    context: RequestContext, records: Sequence[Record], *, with_custom_data: bool = False
) -> None:
    """Add identities, and custom field values on request."""
    add_identities(context, records)
    for record in records:
        if with_custom_data:
            record["customData"] = custom_fields.values_of_user(context.store, record)


def _get_user(context: RequestContext, request: RestRequest) -> Response:
    user = users.get(context.store, request.path["id"])
    if user is not None:
        with_custom_data = request.query_flag("with_custom_data")
        _add_related(context, [user], with_custom_data=with_custom_data)
    return success_response(user, context.language)


def _get_tenants(context: RequestContext, request: RestRequest) -> Response:
    user = users.get(context.store, request.path["id"])
    if user is not None:
        _add_related(context, [user])
        user["tenants"] = []  # the emulator has no tenants
    return success_response(user, context.language)


def _get_users(context: RequestContext, request: RestRequest) -> Response:
    kind = request.optional_string("type")
    records = users.get_many(context.store, request.strings("ids"), "id" if kind is None else kind)
    _add_related(context, records, with_custom_data=request.flag("withCustomData"))
    return success_response(records, context.language)


def _user_exists(context: RequestContext, request: RestRequest) -> Response:
    criteria = {
        name: request.query.get(name, "") for name in ("username", "email", "phone", "externalId")
    }
    user = identities.find_user(context.store, criteria, {})
    return success_response(user is not None, context.language)


def _filter_users(context: RequestContext, request: RestRequest) -> Response:
    conditions = request.body.get("filter")
    if not isinstance(conditions, list | None):
        raise ApiError(ErrorCode.INVALID_PARAMETER, "filter")
    page = user_filter.filter_users(
        context.store,
        cast("list[object]", conditions or []),
        request.number("page"),
        request.number("limit"),
    )
    _add_related(context, page["list"])
    return success_response(page, context.language)


def _create_user(context: RequestContext, request: RestRequest) -> Response:
    fields = _read_input(context, "CreateUserInput", request.body.get("userInfo"), "userInfo")
    user = accounts.create_user(context, fields, keep_password=request.flag("keepPassword"))
    _add_related(context, [user])
    return success_response(user, context.language)


def _import_users(context: RequestContext, request: RestRequest) -> Response:
    items = request.body.get("users")
    inputs = cast("list[object]", items) if isinstance(items, list) else []
    if not 0 < len(inputs) <= MAX_USERS_PER_REQUEST:
        raise ApiError(ErrorCode.INVALID_PARAMETER, "users")
    results = accounts.import_users(
        context,
        [_read_user_input(context, item) for item in inputs],
        raw=request.flag("rawPassword"),
    )
    outcomes = [_import_outcome(context, result) for result in results]
    return success_response(outcomes, context.language)


def _read_user_input(context: RequestContext, value: object) -> Mapping[str, object] | ApiError:
    try:
        return _read_input(context, "CreateUserInput", value, "users")
    except ApiError as error:
        return error


def _read_input(
    context: RequestContext, type_name: str, value: object, name: str
) -> dict[str, object]:
    return read_input(type_name, value, name, context.emulator.added_fields)


def _import_outcome(context: RequestContext, result: Record | ApiError) -> dict[str, object]:
    if isinstance(result, ApiError):
        message = error_message(result, context.language)
        return {"success": False, "errMsg": message, "user": None}
    _add_related(context, [result])
    return {"success": True, "errMsg": None, "user": result}


def _update_user(context: RequestContext, request: RestRequest) -> Response:
    fields = _read_input(context, "UpdateUserInput", request.body, "")
    user = accounts.update_user(context, request.path["id"], fields)
    _add_related(context, [user])
    return success_response(user, context.language)


USER_ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v2/users",
        _create_user,
        "Create a user: `userInfo`, `keepPassword`.",
        writes=True,
    ),
    Endpoint(
        "POST",
        "/api/v2/users/batch",
        _get_users,
        f"Up to {users.MAX_BATCH_SIZE} users: `ids`, `type`, `withCustomData`.",
    ),
    Endpoint(
        "POST",
        "/api/v2/users/filter",
        _filter_users,
        "Users by custom field values: `filter`, `page`, `limit`.",
    ),
    Endpoint(
        "POST",
        "/api/v2/users/create/batch",
        _import_users,
        f"Create up to {MAX_USERS_PER_REQUEST} users: `users`, `rawPassword`.",
        writes=True,
    ),
    Endpoint(
        "GET",
        "/api/v2/users/is-user-exists",
        _user_exists,
        "Whether a user exists: `username`, `email`, `phone`, `externalId`.",
    ),
    Endpoint(
        "GET",
        "/api/v2/users/{id}/tenants",
        _get_tenants,
        "A user with an empty list of tenants.",
    ),
    Endpoint("GET", "/api/v2/users/{id}", _get_user, "A user: `with_custom_data`."),
    Endpoint("POST", "/api/v2/users/{id}", _update_user, "Update a user.", writes=True),
)
