"""The REST endpoints of users: read, created, changed, filtered."""

from collections.abc import Sequence
from typing import cast

from starlette.responses import Response

from ..errors import ApiError, ErrorCode
from ..gql.inputs import read_input
from ..messages import Action, refusal
from ..operation import Operation
from ..store import accounts, custom_data, filters, identities, users
from ..store.records import Record
from .endpoints import Endpoint, RestRequest
from .envelope import result

MOST_CREATED_AT_ONCE = 100
"""How many users one batch may create."""


def _shown(
    operation: Operation, records: Sequence[Record], *, with_custom_data: bool = False
) -> list[Record]:
    for record in records:
        record["identities"] = identities.of(operation.store, record)
        if with_custom_data:
            record["customData"] = custom_data.of(operation.store, record)
    return list(records)


def _one(operation: Operation, request: RestRequest) -> Response:
    user = users.get(operation.store, request.path["id"])
    if user is not None:
        _shown(operation, [user], with_custom_data=request.query_flag("with_custom_data"))
    return result(user, operation.caller.language)


def _tenants(operation: Operation, request: RestRequest) -> Response:
    user = users.get(operation.store, request.path["id"])
    if user is not None:
        _shown(operation, [user])
        user["tenants"] = []  # there are none in a pool of the emulator
    return result(user, operation.caller.language)


def _several(operation: Operation, request: RestRequest) -> Response:
    kind = request.optional_text("type")
    found = users.batch(operation.store, request.texts("ids"), "id" if kind is None else kind)
    _shown(operation, found, with_custom_data=request.flag("withCustomData"))
    return result(found, operation.caller.language)


def _exists(operation: Operation, request: RestRequest) -> Response:
    criteria = {
        name: request.query.get(name, "") for name in ("username", "email", "phone", "externalId")
    }
    criteria["email"] = criteria["email"].lower()
    found = identities.find_user(operation.store, criteria, {})
    return result(found is not None, operation.caller.language)


def _filter(operation: Operation, request: RestRequest) -> Response:
    conditions = request.body.get("filter")
    if not isinstance(conditions, list | None):
        raise ApiError(ErrorCode.INCOMPLETE, "filter")
    page = filters.filtered(
        operation.store,
        cast("list[object]", conditions or []),
        request.number("page"),
        request.number("limit"),
    )
    _shown(operation, page["list"])
    return result(page, operation.caller.language)


def _create(operation: Operation, request: RestRequest) -> Response:
    draft = accounts.draft_new(
        operation.emulator.pool,
        read_input("CreateUserInput", request.body.get("userInfo"), "userInfo"),
        keep_password=request.flag("keepPassword"),
        reset_password=False,
        identity=None,
    )
    user = accounts.create(operation.store, draft)
    operation.log(Action.CREATE_USER, [user.id])
    return result(_shown(operation, [user])[0], operation.caller.language)


def _create_many(operation: Operation, request: RestRequest) -> Response:
    given = request.body.get("users")
    users_given = cast("list[object]", given) if isinstance(given, list) else []
    if not 0 < len(users_given) <= MOST_CREATED_AT_ONCE:
        raise ApiError(ErrorCode.INCOMPLETE, "users")
    raw_password = request.flag("rawPassword")
    # Every password is hashed before the first user is stored, for nobody can write meanwhile.
    drafts = [_draft_or_error(operation, fields, raw=raw_password) for fields in users_given]
    outcomes = [_outcome(operation, draft) for draft in drafts]
    users_created = [outcome["user"] for outcome in outcomes]
    created = [user.id for user in users_created if isinstance(user, Record)]
    if created:
        operation.log(Action.IMPORT_USERS, created)
    return result(outcomes, operation.caller.language)


def _draft_or_error(operation: Operation, given: object, *, raw: bool) -> accounts.Draft | ApiError:
    try:
        return accounts.draft_new(
            operation.emulator.pool,
            read_input("CreateUserInput", given, "users"),
            keep_password=False,
            raw_password=raw,
            reset_password=False,
            identity=None,
        )
    except ApiError as error:
        return error


def _outcome(operation: Operation, draft: accounts.Draft | ApiError) -> dict[str, object]:
    if isinstance(draft, accounts.Draft):
        try:
            user = accounts.create(operation.store, draft)
        except ApiError as error:
            draft = error
        else:
            return {"success": True, "errMsg": None, "user": _shown(operation, [user])[0]}
    message = refusal(draft, operation.caller.language)
    return {"success": False, "errMsg": message, "user": None}


def _update(operation: Operation, request: RestRequest) -> Response:
    fields = read_input("UpdateUserInput", request.body, "")
    draft = accounts.draft_change(operation.emulator.pool, fields)
    user = accounts.update(operation.store, request.path["id"], draft)
    operation.log(Action.UPDATE_USER, [user.id])
    return result(_shown(operation, [user])[0], operation.caller.language)


USER_ENDPOINTS = (
    Endpoint("POST", "/api/v2/users", _create, writes=True),
    Endpoint("POST", "/api/v2/users/batch", _several),
    Endpoint("POST", "/api/v2/users/filter", _filter),
    Endpoint("POST", "/api/v2/users/create/batch", _create_many, writes=True),
    Endpoint("GET", "/api/v2/users/is-user-exists", _exists),
    Endpoint("GET", "/api/v2/users/{id}/tenants", _tenants),
    Endpoint("GET", "/api/v2/users/{id}", _one),
    Endpoint("POST", "/api/v2/users/{id}", _update, writes=True),
)
