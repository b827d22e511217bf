"""Where the requests of a pair differ for a reason: each entry must be met, or the tests fail."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from .gaps import ABSENT, Gap


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A known difference.

    Attributes:
        short: The difference in a few words.
        reason: Why.
        pairs: Patterns for the ids of the pairs that it is about; each must be met.
        fits: Whether a gap is of this kind.
    """

    short: str
    reason: str
    pairs: tuple[str, ...]
    fits: Callable[[Gap], bool]


def _left_out(*values: Any) -> Callable[[Gap], bool]:
    return lambda gap: (
        gap.ours is ABSENT
        and any(gap.vendors == value and type(gap.vendors) is type(value) for value in values)
    )


def _nothing(gap: Gap) -> bool:
    vendors: object = gap.vendors
    nulls = [vendors]
    if isinstance(vendors, dict):
        nulls = list(cast("dict[str, object]", vendors).values())
    return gap.ours is ABSENT and bool(nulls) and all(value is None for value in nulls)


def _other_endpoint(vendors: str, ours: str) -> Callable[[Gap], bool]:
    """Fit the endpoint, and the arguments that both must then have in other places."""

    def fits(gap: Gap) -> bool:
        if gap.where == "0.endpoint":
            return fnmatchcase(gap.vendors, vendors) and fnmatchcase(gap.ours, ours)
        return gap.where.startswith("0.arguments.") and ABSENT in (gap.vendors, gap.ours)

    return fits


def _same_json(gap: Gap) -> bool:
    try:
        return bool(json.loads(gap.vendors) == json.loads(gap.ours))
    except (TypeError, ValueError):
        return False


def _place(where: str) -> Callable[[Gap], bool]:
    return lambda gap: fnmatchcase(gap.where, where)


KNOWN_REQUESTS = [
    KnownRequest(
        "no nulls",
        "The vendor's Python says null for what is not given; ours leaves it out, since null "
        "clears a field",
        ("python *",),
        _nothing,
    ),
    KnownRequest(
        "no defaults",
        "The vendor's says what the API takes anyway; ours leaves it out",
        (
            "python users.create*",
            "javascript users.create*",
            "javascript users.list",
            "python users.batch*",
        ),
        _left_out(False, "id"),
    ),
    KnownRequest(
        "GraphQL for REST",
        "Ours reads users by GraphQL alone, with the fields of all other calls",
        ("python users.detail*", "javascript users.detail*"),
        _other_endpoint("GET /api/v2/users/*", "query user"),
    ),
    KnownRequest(
        "GraphQL for REST",
        "Ours reads users by GraphQL alone, with the fields of all other calls",
        ("javascript users.batch*",),
        _other_endpoint("POST /api/v2/users/batch", "query userBatch"),
    ),
    KnownRequest(
        "GraphQL for REST",
        "Ours looks through the user's roles, as the vendor's JavaScript does",
        ("python users.has_role*",),
        _other_endpoint("GET /api/v2/users/*/has-role", "query user"),
    ),
    KnownRequest(
        "v2 for v3",
        "Ours uses the endpoint of the same version as all others",
        ("javascript users.resignUser",),
        _other_endpoint("POST /api/v3/resign-user", "POST /api/v2/users/*/resign"),
    ),
    KnownRequest(
        "lists the roles",
        "The vendor's document promises the latest roles; a second request reads them",
        (
            "python users.add_roles*",
            "python users.remove_roles",
            "javascript users.addRoles",
            "javascript users.removeRoles",
        ),
        lambda gap: gap.where == "1" and gap.vendors is ABSENT,
    ),
    KnownRequest(
        "no empty filters",
        "The vendor's sends filters that are not given as empty texts",
        ("python users.list_user_actions*",),
        _left_out([""]),
    ),
    KnownRequest(
        "repeated parameter",
        "The vendor's HTTP library writes lists as name[]=",
        ("javascript users.listUserActions: operations", "javascript users.listUserActions: users"),
        _place("0.arguments.query.oper*"),
    ),
    KnownRequest(
        "authorized",
        "Ours carries its management token wherever it has one",
        ("python check_login_status",),
        _place("0.headers.authorization"),
    ),
    KnownRequest(
        "targetIds",
        "The vendor's sends targetId where its own document declares targetIds",
        ("python users.get_udf_value_batch",),
        _place("0.arguments.udfValueBatch.targetIds"),
    ),
    KnownRequest(
        "JSON written otherwise",
        "JavaScript and Python write the same JSON with other spaces",
        ("javascript users.setUdfValue",),
        _same_json,
    ),
    KnownRequest(
        "time zone written otherwise",
        "JavaScript writes Z and milliseconds for UTC; it is the same instant",
        ("javascript users.setUdfValue: date",),
        _place("0.arguments.setUdvBatch.udvList.0.value"),
    ),
]


def known_requests(pair_id: str, gap: Gap) -> list[tuple[KnownRequest, str]]:
    """Find the known differences that a gap is one of, each with the pattern that is met."""
    return [
        (known, pattern)
        for known in KNOWN_REQUESTS
        for pattern in known.pairs
        if fnmatchcase(pair_id, pattern) and known.fits(gap)
    ]
