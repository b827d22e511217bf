"""Where the results of a pair differ for a reason: each entry must be met, or the tests fail."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from .pairs import ADA, BOB
from .pairs_python_users import DATA, MOMENT

Translate = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class KnownResult:
    """A known difference.

    Attributes:
        short: What ours does, in a few words.
        reason: Why.
        expected: For each pair that it is about, what the vendor's result means for ours.
    """

    short: str
    reason: str
    expected: Mapping[str, Translate]


def _is(value: Any) -> Translate:
    return lambda _: value


def _field(name: str) -> Translate:
    return lambda result: result[name]


def _without_data(result: Any) -> Any:
    return {name: value for name, value in result.items() if name != "data"}


def _converted(items: Any) -> Any:
    readers: dict[str, Callable[[str], Any]] = {
        "NUMBER": json.loads,
        "BOOLEAN": json.loads,
        "OBJECT": json.loads,
        "DATETIME": datetime.fromisoformat,
    }
    return [{**item, "value": readers.get(item["dataType"], str)(item["value"])} for item in items]


def _by_key(items: Any) -> Any:
    return {item["key"]: item["value"] for item in _converted(items)}


def _as_items(values: Any) -> Any:
    return [{"key": key, "value": value} for key, value in values.items()]


def _as_logged(page: Any) -> Any:
    return {
        "totalCount": page["totalCount"],
        "list": [
            {
                "userpool_id": row["userpoolId"],
                "user": {"id": row["userId"], "displayName": row["username"]},
                "geoip": {
                    "city_name": row["cityName"],
                    "region_name": row["regionName"],
                    "ip": row["clientIp"],
                },
                "operation_desc": row["operationDesc"],
                "operation_name": row["operationName"],
                "timestamp": row["timestamp"],
                "app_id": row["appId"],
            }
            for row in page["list"]
        ],
    }


def _without_newer(value: Any) -> Any:
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {name: _without_newer(it) for name, it in fields.items() if name not in NEWER_FIELDS}
    if isinstance(value, list):
        items = cast("list[object]", value)
        return [_without_newer(it) for it in items]
    return value


NEWER_FIELDS = {"expiredAt", "directManagement", "isVirtualNode"}
OUTCOME = _is({"code": 200})

KNOWN_RESULTS = [
    KnownResult(
        "the API's outcome",
        "The vendor's drops what the API answers, and gives True, nothing, or a message of its own",
        {
            "python users.kick": OUTCOME,
            "python users.set_udf_value_batch": OUTCOME,
            "javascript users.setUdfValueBatch": OUTCOME,
            "javascript users.sendFirstLoginVerifyEmail": OUTCOME,
            "javascript users.kick": OUTCOME,
            "javascript users.resignUser": OUTCOME,
            "javascript users.resignUserBatch": OUTCOME,
            "javascript users.logout": OUTCOME,
        },
    ),
    KnownResult(
        "the values stored",
        "The vendor's drops what the API answers: all values that are stored now",
        {
            "python users.set_udf_value": _is(DATA),
            "python users.remove_udf_value": _is({"age": 36, "member": False}),
            "javascript users.removeUdfValue": _is({"school": "UCL", "member": False}),
            "python roles.set_udf_value": _is({"floor": 4}),
        },
    ),
    KnownResult(
        "converted values",
        "The vendor's gives the API's text here, though not elsewhere; ours always converts it",
        {
            "python users.set_udv": _converted,
            "python users.set_udv: date": _converted,
            "python users.remove_udv": _converted,
            "python udf.list_udf_value": _converted,
            "python udf.set_udf_value_batch": _by_key,
            "javascript users.setUdfValue": _by_key,
            "javascript users.setUdfValue: date": _is({"birth": MOMENT}),
        },
    ),
    KnownResult(
        "a list of values",
        "Ours has no dict of a role's values: udf.list_udf_value lists those of any target",
        {"python roles.get_udf_value": _as_items},
    ),
    KnownResult(
        "without the envelope",
        "The vendor's gives the whole answer, or the user around the departments",
        {
            "python users.check_login_status": _field("data"),
            "python users.check_login_status: not": _field("data"),
            "python users.list_department": _field("departments"),
            "python users.logout": _without_data,
            "javascript users.linkIdentity": _without_data,
            "javascript users.unlinkIdentity": _without_data,
        },
    ),
    KnownResult(
        "the API's names",
        "The vendor's JavaScript renames the fields of the log and leaves most of them out",
        {
            "javascript users.listUserActions": _as_logged,
            "javascript users.listUserActions: operations": _as_logged,
        },
    ),
    KnownResult(
        "fields of all servers",
        "Ours does not know the fields that only newer servers have: older ones refuse to be asked",
        {
            "python users.detail": _without_newer,
            "python users.detail: custom data": _without_newer,
            "python users.check_login_status": _without_newer,
            "javascript users.update": _without_newer,
            "javascript users.detail": _without_newer,
            "javascript users.detail: custom data": _without_newer,
            "javascript users.batch": _without_newer,
            "javascript users.batch: custom data": _without_newer,
            "javascript users.filter": _without_newer,
            "javascript users.listDepartment": _without_newer,
            "javascript users.checkLoginStatus": _without_newer,
            "javascript users.getUserTenants": _without_newer,
        },
    ),
    KnownResult(
        "works",
        "The vendor's sends targetId where its own document declares targetIds",
        {
            "python users.get_udf_value_batch": _is(
                {ADA: {"school": "UCL", "age": 36, "member": False}, BOB: {}}
            )
        },
    ),
]


def known_results(pair_id: str) -> list[KnownResult]:
    """Find the known differences of a pair; each is to be applied after the one before."""
    return [known for known in KNOWN_RESULTS if pair_id in known.expected]
