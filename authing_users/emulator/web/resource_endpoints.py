"""REST endpoints for permission namespaces, resources, and the revocation of grants."""

from collections.abc import Mapping
from typing import cast

from starlette.responses import Response

from ..errors import ApiError, ErrorCode
from ..messages import Success
from ..request_context import RequestContext
from ..store import grants, namespaces
from ..store.grants import GrantTarget
from ..store.roles import namespace_or_default
from .endpoints import Endpoint, RestRequest
from .responses import message_response, success_response

RESOURCE_TYPES = ("DATA", "API", "MENU", "UI", "BUTTON")
TARGET_TYPES = ("USER", "ROLE", "GROUP", "ORG", "AK_SK")

_NAMESPACES = "/api/v2/resource-namespace/{userPoolId}"


def _create_namespace(context: RequestContext, request: RestRequest) -> Response:
    _check_pool(context, request)
    namespace = namespaces.create(
        context.store,
        request.string("code"),
        request.string("name"),
        request.optional_string("description"),
    )
    return success_response(namespace, context.language)


def _update_namespace(context: RequestContext, request: RestRequest) -> Response:
    _check_pool(context, request)
    changes = {
        name: request.string(name)
        for name in ("code", "name")
        if request.body.get(name) is not None
    }
    description = request.optional_string("description")
    if description is not None:
        changes["description"] = description
    namespace = namespaces.update(context.store, _namespace_id(request), changes)
    return success_response(namespace, context.language)


def _list_namespaces(context: RequestContext, request: RestRequest) -> Response:
    _check_pool(context, request)
    total, items = namespaces.list_namespaces(
        context.store, request.query_number("page"), request.query_number("limit")
    )
    return success_response({"list": items, "total": total}, context.language)


def _delete_namespace(context: RequestContext, request: RestRequest) -> Response:
    _check_pool(context, request)
    namespaces.delete(context.store, _namespace_id(request))
    return message_response(context, Success.DELETED)


def _create_resource(context: RequestContext, request: RestRequest) -> Response:
    kind = _choice(request.string("type"), "type", RESOURCE_TYPES)
    api_identifier = request.optional_string("apiIdentifier")
    fields = {
        "type": kind,
        "actions": _actions(request),
        "description": request.optional_string("description"),
        "apiIdentifier": api_identifier,
    }
    resource = namespaces.create_resource(
        context.store, request.optional_string("namespace"), request.string("code"), fields
    )
    return success_response(resource, context.language)


def _update_resource(context: RequestContext, request: RestRequest) -> Response:
    changes: dict[str, object] = {
        name: value
        for name in ("description", "apiIdentifier")
        if (value := request.optional_string(name)) is not None
    }
    if request.body.get("type") is not None:
        changes["type"] = _choice(request.string("type"), "type", RESOURCE_TYPES)
    if request.body.get("actions") is not None:
        changes["actions"] = _actions(request)
    resource = namespaces.update_resource(
        context.store, request.optional_string("namespace"), request.path["code"], changes
    )
    return success_response(resource, context.language)


def _list_resources(context: RequestContext, request: RestRequest) -> Response:
    kind = request.query.get("type") or None
    resources = namespaces.list_resources(
        context.store,
        request.query.get("namespace"),
        None if kind is None else _choice(kind, "type", RESOURCE_TYPES),
        request.query_number("page"),
        request.query_number("limit"),
    )
    return success_response(resources, context.language)


def _get_resource(context: RequestContext, request: RestRequest) -> Response:
    resource_id = request.query.get("id")
    resource = (
        namespaces.get_resource_by_id(context.store, resource_id)
        if resource_id
        else namespaces.get_resource(
            context.store, request.query.get("namespace"), request.parameter("code")
        )
    )
    return success_response(resource, context.language)


def _delete_resource(context: RequestContext, request: RestRequest) -> Response:
    namespaces.delete_resource(context.store, request.query.get("namespace"), request.path["code"])
    return message_response(context, Success.DELETED)


def _revoke_resource(context: RequestContext, request: RestRequest) -> Response:
    targets = [
        GrantTarget(
            _choice(target.get("targetType"), "targetType", TARGET_TYPES),
            _string(target.get("targetIdentifier"), "targetIdentifier"),
            [
                _string(action, "actions")
                for action in _list(target.get("actions") or [], "actions")
            ],
        )
        for target in _objects(request, "opts")
    ]
    namespace = namespace_or_default(request.optional_string("namespace"))
    grants.revoke(context.store, namespace, request.string("resource"), targets)
    return message_response(context, Success.RESOURCE_REVOKED)


def _check_pool(context: RequestContext, request: RestRequest) -> None:
    context.emulator.pool.check_id(request.path["userPoolId"])


def _namespace_id(request: RestRequest) -> int:
    text = request.path["id"]
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ApiError(ErrorCode.INVALID_PARAMETER, "id")
    return int(text)


def _actions(request: RestRequest) -> list[dict[str, str | None]]:
    actions: list[dict[str, str | None]] = []
    for action in _objects(request, "actions"):
        description = action.get("description")
        if description is not None and not isinstance(description, str):
            raise ApiError(ErrorCode.INVALID_PARAMETER, "description")
        actions.append({"name": _string(action.get("name"), "name"), "description": description})
    return actions


def _objects(request: RestRequest, name: str) -> list[Mapping[str, object]]:
    items = _list(request.body.get(name), name)
    if not items or not all(isinstance(item, dict) for item in items):
        raise ApiError(ErrorCode.INVALID_PARAMETER, name)
    return cast("list[Mapping[str, object]]", items)


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise ApiError(ErrorCode.INVALID_PARAMETER, name)
    return cast("list[object]", value)


def _string(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ApiError(ErrorCode.INVALID_PARAMETER, name)
    return value


def _choice(value: object, name: str, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise ApiError(ErrorCode.INVALID_PARAMETER, name)
    return value


RESOURCE_ENDPOINTS = (
    Endpoint(
        "POST",
        _NAMESPACES,
        _create_namespace,
        "Create a permission namespace: `code`, `name`, `description`.",
        writes=True,
    ),
    Endpoint("GET", _NAMESPACES, _list_namespaces, "The permission namespaces: `page`, `limit`."),
    Endpoint(
        "PUT",
        _NAMESPACES + "/{id}",
        _update_namespace,
        "Update a permission namespace: `code`, `name`, `description`.",
        writes=True,
    ),
    Endpoint(
        "DELETE",
        _NAMESPACES + "/{id}",
        _delete_namespace,
        "Delete a permission namespace and everything in it.",
        writes=True,
    ),
    Endpoint(
        "POST",
        "/api/v2/resources",
        _create_resource,
        "Register a resource: `namespace`, `code`, `type`, `actions`, `description`,"
        " `apiIdentifier`.",
        writes=True,
    ),
    Endpoint(
        "GET",
        "/api/v2/resources",
        _list_resources,
        "The registered resources: `namespace`, `type`, `page`, `limit`.",
    ),
    Endpoint(
        "GET",
        "/api/v2/resources/detail",
        _get_resource,
        "A registered resource: `id`, or `namespace` and `code`.",
    ),
    Endpoint(
        "POST",
        "/api/v2/resources/{code}",
        _update_resource,
        "Update a registered resource: `namespace`, `type`, `actions`, `description`,"
        " `apiIdentifier`.",
        writes=True,
    ),
    Endpoint(
        "DELETE",
        "/api/v2/resources/{code}",
        _delete_resource,
        "Delete a registered resource: `namespace`.",
        writes=True,
    ),
    Endpoint(
        "POST",
        "/api/v2/acl/revoke-resource",
        _revoke_resource,
        "Revoke access to a resource: `namespace`, `resource`, `opts`.",
        writes=True,
    ),
)
