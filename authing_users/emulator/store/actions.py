"""The log of what was done through the API."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, cast

from ..messages import Action, Language, action_words
from . import users
from .records import Store, count, insert, json_list, offset
from .timestamps import role_time

_GEOGRAPHY = (
    *("continent_code", "country_code2", "country_code3", "country_name", "region_name"),
    *("region_code", "city_name", "latitude", "longitude", "timezone"),
)
_AGENT = (
    *("build", "os", "device", "patch", "os_minor", "os_major", "os_name", "minor", "name"),
    "major",
)


class ActionPage(TypedDict):
    """A part of the log, and how much there is of it in all."""

    totalCount: int
    list: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a request came from, and what it went to.

    Attributes:
        address: The IP address of the client, or an empty text.
        user_agent: What the client calls itself.
        host: The host that it asked for.
        path: The path that it asked for.
        app_id: Id of the application that it acts for, or an empty text.
    """

    address: str
    user_agent: str
    host: str
    path: str
    app_id: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which actions are asked for; what is empty or ``None`` restricts nothing.

    Attributes:
        operations: Names of operations.
        operators: Resource names of who acted.
        client_ip: Where the requests came from.
        app_ids: Ids of applications.
        only_in_apps: Whether to leave out what was done in no application.
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


def add(
    store: Store,
    source: Source,
    action: Action,
    targets: Sequence[str],
    user_id: str | None = None,
) -> None:
    """Write an action down.

    Args:
        store: The store.
        source: Where the request came from.
        action: What was done.
        targets: Ids of the users to whom it was done.
        user_id: Id of the user who did it; the owner of the pool when ``None``.
    """
    fields = {
        "requestId": secrets.token_hex(16),
        "milliseconds": int(store.clock() * 1000),
        "operation": action.operation,
        **_operator(store, user_id),
        "clientIp": source.address,
        "userAgent": source.user_agent,
        "host": source.host,
        "path": source.path,
        "appId": source.app_id,
        "targets": json_list(targets),
    }
    insert(store, "actions", fields)


def page(
    store: Store, wanted: Filter, number: int | None, limit: int | None, language: Language
) -> ActionPage:
    """One page of the log, latest first.

    Args:
        store: The store.
        wanted: Which actions.
        number: One-based number of the page; 1 when ``None``.
        limit: Actions on a page; 10 when ``None``.
        language: The language of the descriptions.

    Raises:
        ApiError: The number or the limit is less than 1.
    """
    terms: Mapping[str, object] = {
        "operation IN (SELECT value FROM json_each(?))": json_list(wanted.operations)
        if wanted.operations
        else None,
        "operatorArn IN (SELECT value FROM json_each(?))": json_list(wanted.operators)
        if wanted.operators
        else None,
        "clientIp = ?": wanted.client_ip or None,
        "appId IN (SELECT value FROM json_each(?))": json_list(wanted.app_ids)
        if wanted.app_ids
        else None,
        "appId != ?": "" if wanted.only_in_apps else None,
        "milliseconds >= ?": wanted.start,
        "milliseconds <= ?": wanted.end,
    }
    given = {term: value for term, value in terms.items() if value is not None}
    where = f"WHERE {' AND '.join(given)}" if given else ""
    parameters = tuple(given.values())
    rows = store.connection.execute(
        "SELECT requestId, milliseconds, operation, operatorId, operatorArn, operatorName,"
        " operatorPhoto, clientIp, userAgent, host, path, appId, targets"
        f" FROM actions {where} ORDER BY seq DESC LIMIT ? OFFSET ?",
        (*parameters, *offset(number, limit)),
    )
    return {
        "totalCount": count(store, f"FROM actions {where}", parameters),
        "list": [_row(store, row, language) for row in rows],
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


def _row(store: Store, row: Sequence[object], language: Language) -> dict[str, object]:
    """A row as the service shows it; what it would find out from elsewhere is ``None``."""
    request_id, milliseconds, operation, operator_id, arn, name, photo = row[:7]
    client_ip, user_agent, host, path, app_id, targets = row[7:]
    time = role_time(cast("int", milliseconds) / 1000)
    description = action_words(cast("str", operation), language)
    return {
        "operator_arn": arn,
        "@timestamp": time,
        "timestamp": time,
        "user_agent": user_agent,
        "geoip": {
            **dict.fromkeys(_GEOGRAPHY),
            "ip": client_ip,
            "location": {"lon": None, "lat": None},
        },
        "message": description,
        "ua": dict.fromkeys(_AGENT),
        "userpool_id": store.pool.id,
        "host": host,
        "@version": "1",
        "app_id": app_id or None,
        "operation_name": operation,
        "clientip": client_ip,
        "extra_data": targets,
        "request_id": request_id,
        "path": path,
        "user": {
            "userPoolId": store.pool.id,
            "displayName": name,
            "id": operator_id,
            "photo": photo,
        },
        "app": {"id": app_id, "name": None} if app_id else None,
        "operation_desc": description,
    }
