"""Known differences between the results of a call pair.

Each entry must make a difference for each of its pairs, or the tests fail.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from .call_pairs.python_users import CUSTOM_VALUES, INSTANT
from .seeded_pool import ADA, BOB

Translation = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class KnownResultDifference:
    """A known difference.

    Attributes:
        summary: What `authing_users` returns, in a few words.
        reason: Why the results differ.
        translations: Functions that turn the vendor's result into the expected result of
            `authing_users`, by the ID of the call pair.
    """

    summary: str
    reason: str
    translations: Mapping[str, Translation]


def _constant(value: Any) -> Translation:
    return lambda _: value


def _field(name: str) -> Translation:
    return lambda result: result[name]


def _without_data(result: Any) -> Any:
    return {name: value for name, value in result.items() if name != "data"}


def _with_parsed_values(items: Any) -> Any:
    parsers: dict[str, Callable[[str], Any]] = {
        "NUMBER": json.loads,
        "BOOLEAN": json.loads,
        "OBJECT": json.loads,
        "DATETIME": datetime.fromisoformat,
    }
    return [{**item, "value": parsers.get(item["dataType"], str)(item["value"])} for item in items]


def _values_by_key(items: Any) -> Any:
    return {item["key"]: item["value"] for item in _with_parsed_values(items)}


def _with_api_names(page: Any) -> Any:
    return {
        "totalCount": page["totalCount"],
        "list": [
            {
                "userpool_id": entry["userpoolId"],
                "user": {"id": entry["userId"], "displayName": entry["username"]},
                "geoip": {
                    "city_name": entry["cityName"],
                    "region_name": entry["regionName"],
                    "ip": entry["clientIp"],
                },
                "operation_desc": entry["operationDesc"],
                "operation_name": entry["operationName"],
                "timestamp": entry["timestamp"],
                "app_id": entry["appId"],
            }
            for entry in page["list"]
        ],
    }


def _without_newer_fields(value: Any) -> Any:
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {
            name: _without_newer_fields(item)
            for name, item in fields.items()
            if name not in NEWER_FIELDS
        }
    if isinstance(value, list):
        items = cast("list[object]", value)
        return [_without_newer_fields(item) for item in items]
    return value


NEWER_FIELDS = {"expiredAt", "directManagement", "isVirtualNode"}
API_RESPONSE = _constant({"code": 200})

KNOWN_RESULT_DIFFERENCES = [
    KnownResultDifference(
        "the API's response",
        "The vendor discards the API's response and returns True, nothing, or its own message.",
        {
            "python users.kick": API_RESPONSE,
            "python users.set_udf_value_batch": API_RESPONSE,
            "python roles.set_udf_value_batch": API_RESPONSE,
            "python acl.authorize_resource": API_RESPONSE,
            "python acl.revoke_resource": API_RESPONSE,
            "python acl.delete_namespace": API_RESPONSE,
            "python acl.delete_resource": API_RESPONSE,
            "javascript users.setUdfValueBatch": API_RESPONSE,
            "javascript users.sendFirstLoginVerifyEmail": API_RESPONSE,
            "javascript users.kick": API_RESPONSE,
            "javascript users.resignUser": API_RESPONSE,
            "javascript users.resignUserBatch": API_RESPONSE,
            "javascript users.logout": API_RESPONSE,
        },
    ),
    KnownResultDifference(
        "the stored values",
        "The vendor discards the response of the API, which contains all stored values.",
        {
            "python users.set_udf_value": _constant(CUSTOM_VALUES),
            "python users.remove_udf_value": _constant({"age": 36, "member": False}),
            "javascript users.removeUdfValue": _constant({"school": "UCL", "member": False}),
            "python roles.set_udf_value": _constant({"floor": 4}),
            "python roles.remove_udf_value": _constant({}),
        },
    ),
    KnownResultDifference(
        "parsed values",
        "The vendor parses custom values in some methods only. authing_users always parses them.",
        {
            "python users.set_udv": _with_parsed_values,
            "python users.set_udv: date": _with_parsed_values,
            "python users.set_udv: naive date": _with_parsed_values,
            "python users.remove_udv": _with_parsed_values,
            "python udf.list_udf_value": _with_parsed_values,
            "python udf.set_udf_value_batch": _values_by_key,
            "javascript users.setUdfValue": _values_by_key,
            "javascript users.setUdfValue: date": _constant({"birth": INSTANT}),
        },
    ),
    KnownResultDifference(
        "no envelope",
        "The vendor returns the whole response, the user that contains the departments, or the "
        "department that contains the members.",
        {
            "python users.check_login_status": _field("data"),
            "python users.check_login_status: logged out": _field("data"),
            "python users.list_department": _field("departments"),
            "python users.logout": _without_data,
            "python org.list_members": _field("users"),
            "python org.list_members: own members": _field("users"),
            "python acl.get_resource_by_id": _field("data"),
            "python acl.get_resource_by_code": _field("data"),
            "python acl.get_resource_by_code: unknown resource": _field("data"),
            "javascript users.linkIdentity": _without_data,
            "javascript users.unlinkIdentity": _without_data,
        },
    ),
    KnownResultDifference(
        "the API's field names",
        "The vendor's JavaScript SDK renames the fields of log entries and omits most of them.",
        {
            "javascript users.listUserActions": _with_api_names,
            "javascript users.listUserActions: by operation": _with_api_names,
        },
    ),
    KnownResultDifference(
        "no newer fields",
        "authing_users does not select fields that only newer servers have, since older servers "
        "reject them.",
        {
            "python users.detail": _without_newer_fields,
            "python users.detail: custom data": _without_newer_fields,
            "javascript users.update": _without_newer_fields,
            "javascript users.detail": _without_newer_fields,
            "javascript users.detail: custom data": _without_newer_fields,
            "javascript users.batch": _without_newer_fields,
            "javascript users.batch: custom data": _without_newer_fields,
            "javascript users.listDepartment": _without_newer_fields,
        },
    ),
    KnownResultDifference(
        "values instead of an error",
        "The vendor sends the variable targetId, but its own document declares targetIds.",
        {
            "python users.get_udf_value_batch": _constant(
                {ADA: {"school": "UCL", "age": 36, "member": False}, BOB: {}}
            )
        },
    ),
]


def known_result_differences(pair_id: str) -> list[KnownResultDifference]:
    """Return the entries of a call pair, in the order in which to apply them."""
    return [known for known in KNOWN_RESULT_DIFFERENCES if pair_id in known.translations]
