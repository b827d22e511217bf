"""REST endpoints for the departments of users."""

from starlette.responses import Response

from ..request_context import RequestContext
from ..store import departments, users
from ..store.departments import Membership
from ..store.records import Record, whole_page
from .endpoints import Endpoint, RestRequest
from .responses import success_response


def _memberships(context: RequestContext, request: RestRequest) -> list[Membership]:
    user_id = request.path["id"]
    users.require_users(context.store, [user_id])
    return departments.memberships_of_users(context.store, [user_id])[user_id]


def _list_organisations(context: RequestContext, request: RestRequest) -> Response:
    paths = [
        departments.path_from_root(context.store, membership.department)
        for membership in _memberships(context, request)
    ]
    organisations = [
        [_organisation(context, path[0]), *(_node(context, node) for node in path)]
        for path in paths
    ]
    return success_response(organisations, context.language)


def _organisation(context: RequestContext, root: Record) -> dict[str, object]:
    return {
        "type": "org",
        "id": root["orgId"],
        "createdAt": root["createdAt"],
        "updatedAt": root["updatedAt"],
        "userPoolId": context.emulator.pool.id,
        "rootNodeId": root.id,
        "logo": None,
    }


def _node(context: RequestContext, node: Record) -> dict[str, object]:
    shared = (
        *("id", "createdAt", "updatedAt", "orgId", "name", "nameI18n"),
        *("description", "descriptionI18n", "order", "code"),
    )
    return {
        "type": "node",
        "userPoolId": context.emulator.pool.id,
        **{name: node[name] for name in shared},
        "leaderUserId": None,
        "source": [],
        "dataVersion": None,
        "sourceData": None,
    }


def _list_departments(context: RequestContext, request: RestRequest) -> Response:
    memberships = _memberships(context, request)
    user = users.get(context.store, request.path["id"])
    main_id = None if user is None else user["mainDepartmentId"]
    children = departments.child_ids(
        context.store, [membership.department.id for membership in memberships]
    )
    items = [
        {
            **departments.user_department(membership, main_id),
            "department": {
                **membership.department,
                "children": children[membership.department.id],
            },
        }
        for membership in memberships
    ]
    return success_response(whole_page(items), context.language)


DEPARTMENT_ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v2/users/{id}/orgs",
        _list_organisations,
        "The path from the organisation to each department of a user.",
    ),
    Endpoint(
        "GET", "/api/v2/users/{id}/departments", _list_departments, "The departments of a user."
    ),
)
