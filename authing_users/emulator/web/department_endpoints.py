"""The REST endpoints of the departments of users."""

from starlette.responses import Response

from ..operation import Operation
from ..store import departments, users
from ..store.departments import Membership
from ..store.records import Record
from .endpoints import Endpoint, RestRequest
from .envelope import result


def _memberships(operation: Operation, request: RestRequest) -> list[Membership]:
    user_id = request.path["id"]
    users.check_exist(operation.store, [user_id])
    return departments.of_users(operation.store, [user_id])[user_id]


def _orgs(operation: Operation, request: RestRequest) -> Response:
    paths = [
        departments.path_to(operation.store, membership.department)
        for membership in _memberships(operation, request)
    ]
    shown = [
        [_organisation(operation, path[0]), *(_node(operation, node) for node in path)]
        for path in paths
    ]
    return result(shown, operation.caller.language)


def _organisation(operation: Operation, root: Record) -> dict[str, object]:
    return {
        "type": "org",
        "id": root["orgId"],
        "createdAt": root["createdAt"],
        "updatedAt": root["updatedAt"],
        "userPoolId": operation.emulator.pool.id,
        "rootNodeId": root.id,
        "logo": None,
    }


def _node(operation: Operation, node: Record) -> dict[str, object]:
    shared = (
        *("id", "createdAt", "updatedAt", "orgId", "name", "nameI18n"),
        *("description", "descriptionI18n", "order", "code"),
    )
    return {
        "type": "node",
        "userPoolId": operation.emulator.pool.id,
        **{name: node[name] for name in shared},
        "leaderUserId": None,
        "source": [],
        "dataVersion": None,
        "sourceData": None,
    }


def _departments(operation: Operation, request: RestRequest) -> Response:
    memberships = _memberships(operation, request)
    user = users.get(operation.store, request.path["id"])
    main = None if user is None else user["mainDepartmentId"]
    below = departments.children(
        operation.store, [membership.department.id for membership in memberships]
    )
    shown = [
        {
            "department": {
                **membership.department,
                "children": below[membership.department.id],
            },
            "isMainDepartment": membership.department.id == main,
            "joinedAt": membership.joined_at,
        }
        for membership in memberships
    ]
    return result({"totalCount": len(shown), "list": shown}, operation.caller.language)


DEPARTMENT_ENDPOINTS = (
    Endpoint("GET", "/api/v2/users/{id}/orgs", _orgs),
    Endpoint("GET", "/api/v2/users/{id}/departments", _departments),
)
