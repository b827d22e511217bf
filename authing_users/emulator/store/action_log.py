"""The log of actions that were performed through the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ..messages import Action, Language, describe_action
from . import users
from .records import Page, Store, count_rows, insert_row, json_array, limit_and_offset
from .tables import Table
from .timestamps import utc_timestamp

TABLE = Table("actions")

_GEOGRAPHY = (
    *("continent_code", "country_code2", "country_code3", "country_name", "region_name"),
    *("region_code", "city_name", "latitude", "longitude", "timezone"),
)
_USER_AGENT = (
    *("build", "os", "device", "patch", "os_minor", "os_major", "os_name", "minor", "name"),
    "major",
)


@dataclass(frozen=True, slots=True)
class RequestSource:
    """The origin and the destination of a request.

    Attributes:
        address: IP address of the client, or an empty string.
        user_agent: The User-Agent header.
        host: The requested host.
        path: The requested path.
        app_id: ID of the application that the client acts for, or an empty string.
    """

    address: str
    user_agent: str
    host: str
    path: str
    app_id: str


@dataclass(frozen=True, slots=True)
class ActionFilter:
    """Selects actions. Empty and ``None`` attributes match every action.

    Attributes:
        operations: Names of operations.
        operators: Resource names of the acting users.
        client_ip: IP address of the client.
        app_ids: IDs of applications.
        only_in_apps: Exclude actions without an application.
        start: The earliest time, in Unix milliseconds.
        end: The latest time, in Unix milliseconds.
    """

    operations: Sequence[str] = ()
    operators: Sequence[str] = ()
    client_ip: str = ""
    app_ids: Sequence[str] = ()
    only_in_apps: bool = False
    start: int | None = None
    end: int | None = None


def record(
    store: Store,
    source: RequestSource,
    action: Action,
    targets: Sequence[str],
    user_id: str | None = None,
) -> None:
    """Record an action.

    Args:
        store: The store.
        source: The origin of the request.
        action: The action.
        targets: IDs of the affected users.
        user_id: ID of the acting user; the owner of the pool when ``None``.
    """
    fields = {
        "requestId": store.new_hex("action"),
        "milliseconds": int(store.clock() * 1000),
        "operation": action.operation,
        **_operator(store, user_id),
        "clientIp": source.address,
        "userAgent": source.user_agent,
        "host": source.host,
        "path": source.path,
        "appId": source.app_id,
        "targets": json_array(targets),
    }
    insert_row(store, "actions", fields)


def list_actions(
    store: Store,
    action_filter: ActionFilter,
    page: int | None,
    limit: int | None,
    *,
    language: Language,
) -> Page[dict[str, object]]:
    """Return one page of the log, latest action first.

    Args:
        store: The store.
        action_filter: Selects the actions.
        page: One-based page number; 1 when ``None``.
        limit: Page size; 10 when ``None``.
        language: The language of the descriptions.

    Raises:
        ApiError: The page or the limit is out of range.
    """
    terms: Mapping[str, object] = {
        "operation IN (SELECT value FROM json_each(?))": json_array(action_filter.operations)
        if action_filter.operations
        else None,
        "operatorArn IN (SELECT value FROM json_each(?))": json_array(action_filter.operators)
        if action_filter.operators
        else None,
        "clientIp = ?": action_filter.client_ip or None,
        "appId IN (SELECT value FROM json_each(?))": json_array(action_filter.app_ids)
        if action_filter.app_ids
        else None,
        "appId != ?": "" if action_filter.only_in_apps else None,
        "milliseconds >= ?": action_filter.start,
        "milliseconds <= ?": action_filter.end,
    }
    active = {term: value for term, value in terms.items() if value is not None}
    where = f"WHERE {' AND '.join(active)}" if active else ""
    parameters = tuple(active.values())
    rows = store.connection.execute(
        f"SELECT {TABLE.selection} FROM actions {where} ORDER BY seq DESC LIMIT ? OFFSET ?",
        (*parameters, *limit_and_offset(page, limit)),
    )
    return {
        "totalCount": count_rows(store, f"FROM actions {where}", parameters),
        "list": [_entry(store, TABLE.decode(row), language) for row in rows],
    }


def _operator(store: Store, user_id: str | None) -> dict[str, object]:
    user = None if user_id is None else users.get(store, user_id)
    if user is None:
        owner_id = store.pool.owner_id
        return {
            "operatorId": owner_id,
            "operatorArn": store.pool.arn("user", owner_id),
            "operatorName": store.pool.owner_email,
        }
    names = (user[field] for field in ("nickname", "username", "email", "phone"))
    return {
        "operatorId": user.id,
        "operatorArn": user["arn"],
        "operatorName": next(filter(None, names), None),
        "operatorPhoto": user["photo"],
    }


def _entry(store: Store, action: Mapping[str, object], language: Language) -> dict[str, object]:
    """Format an action as the service does. Data that the emulator cannot know is ``None``."""
    time = utc_timestamp(cast("int", action["milliseconds"]) / 1000)
    description = describe_action(cast("str", action["operation"]), language)
    app_id = action["appId"]
    return {
        "operator_arn": action["operatorArn"],
        "@timestamp": time,
        "timestamp": time,
        "user_agent": action["userAgent"],
        "geoip": {
            **dict.fromkeys(_GEOGRAPHY),
            "ip": action["clientIp"],
            "location": {"lon": None, "lat": None},
        },
        "message": description,
        "ua": dict.fromkeys(_USER_AGENT),
        "userpool_id": store.pool.id,
        "host": action["host"],
        "@version": "1",
        "app_id": app_id or None,
        "operation_name": action["operation"],
        "clientip": action["clientIp"],
        "extra_data": action["targets"],
        "request_id": action["requestId"],
        "path": action["path"],
        "user": {
            "userPoolId": store.pool.id,
            "displayName": action["operatorName"],
            "id": action["operatorId"],
            "photo": action["operatorPhoto"],
        },
        "app": {"id": app_id, "name": None} if app_id else None,
        "operation_desc": description,
    }
