"""Random records of users, and how to write and read them."""

import io
import json
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from authing_graphql.custom_data import value_from_wire, value_to_wire
from authing_users.files import CustomFieldTypes, FileFormat, read_users, write_users

FORMATS: tuple[FileFormat, ...] = ("jsonl", "json", "csv", "tsv", "parquet")
CUSTOM_FIELDS: CustomFieldTypes = {
    "badge": "STRING",
    "level": "NUMBER",
    "active": "BOOLEAN",
    "hired": "DATETIME",
    "prefs": "OBJECT",
    "size": "SELECT",
    "odd, key; 键": "STRING",
}

# Cells with a meaning of their own are likely.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    [
        "\\N",
        "\\E",
        "\\\\N",
        "\\",
        "",
        " ",
        "a;b",
        "[",
        '["a"]',
        "null",
        "true",
        "1",
        "1e400",
        "é\r\n",
    ]
)
numbers = (
    st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["1e400", "-1E999"]).map(lambda text: value_from_wire("NUMBER", text))
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = (
    st.datetimes(timezones=st.none() | st.just(UTC) | offsets)
    | st.dates()
    | st.integers(-(10**13), 10**13).map(lambda ms: value_from_wire("DATETIME", str(ms)))
    | st.sampled_from(["2026-01-05T08:00:00.700Z", "2026-01-05 08:00", "20260105T080000"]).map(
        lambda text: value_from_wire("DATETIME", json.dumps(text))
    )
)
contents: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
custom_values: Mapping[str, st.SearchStrategy[Any]] = {
    "badge": texts,
    "level": numbers,
    "active": st.booleans(),
    "hired": times,
    "prefs": contents,
    "size": texts,
    "odd, key; 键": texts,
}
identities = st.fixed_dictionaries(
    {"provider": texts, "userIdInIdp": texts},
    optional={
        "openid": st.none() | texts,
        "isSocial": st.none() | st.booleans(),
        "connectionId": st.none() | texts,
        "type": st.none() | texts,
        "extIdpId": st.none() | texts,
        "accessToken": st.none() | texts,
        "refreshToken": st.none() | texts,
    },
)
moments = st.none() | st.datetimes(timezones=st.none() | offsets).map(lambda time: time.isoformat())
records: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("username", "email", "phone", "externalId"), st.none() | texts),
        **dict.fromkeys(("name", "address", "oauth", "city"), st.none() | texts),
        "id": texts,
        "status": st.sampled_from(["Activated", "Suspended", "Resigned"]),
        "loginsCount": st.none() | st.integers(-(2**31), 2**31 - 1),
        "blocked": st.none() | st.booleans(),
        "lastLogin": moments,
        "signedUp": moments,
        "birthdate": st.none() | st.dates().map(str) | st.sampled_from(["1990", "0000-02-29"]),
        "registerSource": st.none() | st.lists(texts, max_size=3),
        "groups": st.lists(texts, max_size=3),
        "roles": st.lists(texts, max_size=3),
        "identities": st.lists(identities, max_size=2),
        "customData": st.fixed_dictionaries(
            {}, optional={key: st.none() | values for key, values in custom_values.items()}
        ).filter(bool),
    },
)


def written(
    items: list[dict[str, Any]],
    format: FileFormat,
    custom_fields: CustomFieldTypes | None = None,
    **options: Any,
) -> bytes:
    """Return the bytes of a file of records."""
    stream = io.BytesIO()
    write_users(stream, items, format=format, custom_fields=custom_fields, **options)
    return stream.getvalue()


def read(
    data: bytes | str,
    format: FileFormat,
    custom_fields: CustomFieldTypes | None = None,
    **options: Any,
) -> list[dict[str, Any]]:
    """Return the records of a file."""
    stream = io.StringIO(data) if isinstance(data, str) else io.BytesIO(data)
    with read_users(stream, format=format, custom_fields=custom_fields, **options) as file:
        return [{**record} for record in file.records()]


def stored(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with the values of custom fields as they are stored."""
    values: Mapping[str, Any] = record.get("customData", {})
    as_stored = {key: one if one is None else value_to_wire(one) for key, one in values.items()}
    return {**record, **({"customData": as_stored} if as_stored else {})}
