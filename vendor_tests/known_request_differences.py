"""Known differences between the requests of a call pair.

Each pattern of each entry must occur in at least one pair, or the tests fail.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from .diff import ABSENT, Difference

Predicate = Callable[[Difference], bool]


@dataclass(frozen=True, slots=True)
class KnownRequestDifference:
    """A known difference.

    Attributes:
        summary: What `authing_users` does differently, in a few words.
        reason: Why the requests differ.
        pair_patterns: Patterns for the IDs of the call pairs with this difference.
        matches: Returns whether a difference is of this kind.
    """

    summary: str
    reason: str
    pair_patterns: tuple[str, ...]
    matches: Predicate


def _omitted(*values: Any) -> Predicate:
    """Match a field that only the vendor sends, with one of the values."""
    return lambda difference: (
        difference.ours is ABSENT
        and any(
            difference.vendor == value and type(difference.vendor) is type(value)
            for value in values
        )
    )


def _omitted_null(difference: Difference) -> bool:
    """Match a null, or a non-empty dict of nulls, that only the vendor sends."""
    vendor: object = difference.vendor
    values = [vendor]
    if isinstance(vendor, dict):
        values = list(cast("dict[str, object]", vendor).values())
    return difference.ours is ABSENT and bool(values) and all(value is None for value in values)


def _different_endpoint(vendor: str, ours: str) -> Predicate:
    """Match two endpoints, and the arguments that only one of them takes."""

    def matches(difference: Difference) -> bool:
        if difference.path == "0.endpoint":
            return fnmatchcase(difference.vendor, vendor) and fnmatchcase(difference.ours, ours)
        return difference.path.startswith("0.arguments.") and ABSENT in (
            difference.vendor,
            difference.ours,
        )

    return matches


def _equal_json(difference: Difference) -> bool:
    """Match two JSON strings with the same content."""
    try:
        return bool(json.loads(difference.vendor) == json.loads(difference.ours))
    except (TypeError, ValueError):
        return False


def _path(pattern: str) -> Predicate:
    """Match the path of the field."""
    return lambda difference: fnmatchcase(difference.path, pattern)


KNOWN_REQUEST_DIFFERENCES = [
    KnownRequestDifference(
        "no nulls",
        "The vendor's Python SDK sends null for missing arguments. authing_users omits them, since "
        "null clears a field.",
        ("python *",),
        _omitted_null,
    ),
    KnownRequestDifference(
        "no defaults",
        "The vendor sends values that are the API's defaults. authing_users omits them.",
        (
            "python users.create*",
            "javascript users.create*",
            "javascript users.list",
            "python users.batch*",
        ),
        _omitted(False, "id"),
    ),
    KnownRequestDifference(
        "GraphQL for REST",
        "authing_users reads users with GraphQL only, so that all methods return the same fields.",
        ("python users.detail*", "javascript users.detail*"),
        _different_endpoint("GET /api/v2/users/*", "query user"),
    ),
    KnownRequestDifference(
        "GraphQL for REST",
        "authing_users reads users with GraphQL only, so that all methods return the same fields.",
        ("javascript users.batch*",),
        _different_endpoint("POST /api/v2/users/batch", "query userBatch"),
    ),
    KnownRequestDifference(
        "GraphQL for REST",
        "authing_users searches the user's roles, as the vendor's JavaScript SDK does.",
        ("python users.has_role*",),
        _different_endpoint("GET /api/v2/users/*/has-role", "query user"),
    ),
    KnownRequestDifference(
        "v2 for v3",
        "authing_users uses the same version of the API for all methods.",
        ("javascript users.resignUser",),
        _different_endpoint("POST /api/v3/resign-user", "POST /api/v2/users/*/resign"),
    ),
    KnownRequestDifference(
        "reads the roles",
        "The vendor documents that the current roles are returned. authing_users reads them with a "
        "second request.",
        (
            "python users.add_roles*",
            "python users.remove_roles",
            "javascript users.addRoles",
            "javascript users.removeRoles",
        ),
        lambda difference: difference.path == "1" and difference.vendor is ABSENT,
    ),
    KnownRequestDifference(
        "no empty filters",
        "The vendor sends missing filters as empty strings. authing_users omits them.",
        ("python users.list_user_actions*",),
        _omitted([""]),
    ),
    KnownRequestDifference(
        "repeated parameter",
        "The vendor's HTTP client appends [] to the names of list parameters.",
        (
            "javascript users.listUserActions: by operation",
            "javascript users.listUserActions: by user",
        ),
        _path("0.arguments.query.oper*"),
    ),
    KnownRequestDifference(
        "authorized",
        "authing_users sends its management token with every request as soon as it has one.",
        ("python check_login_status",),
        _path("0.headers.authorization"),
    ),
    KnownRequestDifference(
        "targetIds",
        "The vendor sends the variable targetId, but its own document declares targetIds.",
        ("python users.get_udf_value_batch",),
        _path("0.arguments.udfValueBatch.targetIds"),
    ),
    KnownRequestDifference(
        "JSON whitespace",
        "JavaScript and Python serialize the same JSON with different whitespace.",
        ("javascript users.setUdfValue",),
        _equal_json,
    ),
    KnownRequestDifference(
        "time format",
        "JavaScript serializes the same instant with milliseconds and Z for UTC.",
        ("javascript users.setUdfValue: date",),
        _path("0.arguments.setUdvBatch.udvList.0.value"),
    ),
]


def known_request_differences(
    pair_id: str, difference: Difference
) -> list[tuple[KnownRequestDifference, str]]:
    """Return the entries that a difference matches, each with the matching pair pattern."""
    return [
        (known, pattern)
        for known in KNOWN_REQUEST_DIFFERENCES
        for pattern in known.pair_patterns
        if fnmatchcase(pair_id, pattern) and known.matches(difference)
    ]
