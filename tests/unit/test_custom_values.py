"""Conversion of custom field values: what was read and is written back, is stored as before."""

import copy
import json
import os
import pickle
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from authing_graphql import User
from authing_graphql.custom_data import StoredDateTime, value_from_wire, value_to_wire
from authing_users import UDFDataType, UserDefinedValue

INSTANT = datetime(2021, 10, 28, 3, 0, tzinfo=UTC)
MILLISECONDS = "1635390000000"
CHINA = timezone(timedelta(hours=8))
ZONES = ("UTC", "Asia/Shanghai", "America/St_Johns")

TIMES: list[tuple[str, datetime | date]] = [
    (MILLISECONDS, INSTANT),
    (f"{MILLISECONDS}.0", INSTANT),
    ("1.63539e12", INSTANT),
    ("-86400000", datetime(1969, 12, 31, tzinfo=UTC)),
    ("2021-10-28T03:00:00Z", INSTANT),
    ("2021-10-28T03:00:00.700Z", INSTANT + timedelta(milliseconds=700)),
    ("2021-10-28T11:00:00+08:00", INSTANT),
    ("2021-10-28T11:00:00.000+0800", INSTANT),
    ('"2021-10-28T03:00:00Z"', INSTANT),
    ("20211028T030000Z", INSTANT),
    ("2021-10-28T11:00:00", datetime(2021, 10, 28, 11)),  # noqa: DTZ001
    ("2021-10-28T11:00:00.123456", datetime(2021, 10, 28, 11, 0, 0, 123456)),  # noqa: DTZ001
    ("2021-10-28 11:00", datetime(2021, 10, 28, 11)),  # noqa: DTZ001
    ("2021-10-28", date(2021, 10, 28)),
]
TEXTS = [
    *["", " ", "soon", "007", "+1", "1_000", "nan", "inf", "1.", "١", f" {MILLISECONDS}"],
    *["2021-13-01", "2021-10-28T25:00", "2021-W43-4", "2021-W43", "28.10.2021", "11:00"],
    *["2021-10-28 11:00:00 +0800", "+010000-01-01T00:00:00.000Z", '"', '"a', "[", "null", "true"],
    *["1e400", "9" * 20, "8640000000000000", "-" + "1" * 5000],  # beyond Python's datetime
]

stored_times = (
    st.sampled_from([text for text, _ in TIMES] + TEXTS)
    | st.integers().map(str)
    | st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.datetimes(timezones=st.none() | st.timezones()).map(datetime.isoformat)
    | st.datetimes(timezones=st.just(UTC)).map(
        lambda time: time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )
    | st.dates().map(date.isoformat)
    | st.from_regex(
        r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]([T ][0-2][0-9](:[0-5][0-9]){1,2}([.,][0-9]{1,9})?"
        r"(Z|[+-][0-2][0-9](:?[0-5][0-9])?)?)?",
        fullmatch=True,
    )
    | st.text()
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def json_text(stored: str) -> str:
    """Return the JSON of a stored DATETIME value: a number or a string that is JSON already."""
    try:
        json.loads(stored, parse_int=str, parse_float=str, parse_constant=pytest.fail)
    except (ValueError, pytest.fail.Exception):
        return json.dumps(stored)
    is_number_or_string = stored == stored.strip() and stored[0] in '-0123456789"'
    return stored if is_number_or_string else json.dumps(stored)


def notation(text: str) -> object:
    """Return the content of JSON text, with numbers as they are written."""
    return json.loads(text, parse_int=lambda number: [number], parse_float=lambda number: [number])


def zones_of(value: object) -> object:
    return value.tzinfo if isinstance(value, datetime) else type(value)


@pytest.mark.parametrize(("stored", "expected"), TIMES)
def test_time_is_read_as_stored(stored: str, expected: datetime | date) -> None:
    value = value_from_wire("DATETIME", stored)
    assert value == expected
    assert isinstance(value, datetime) == isinstance(expected, datetime)
    assert (zones_of(value) is None) == (zones_of(expected) is None)
    assert hash(value) == hash(expected)


@pytest.mark.parametrize("stored", TEXTS)
def test_other_text_stays_text(stored: str) -> None:
    value = value_from_wire("DATETIME", stored)
    assert isinstance(value, str)
    assert value == stored


@given(stored_times)
@example("-Infinity")
@example("1 ")
def test_time_that_was_read_is_written_as_stored(stored: str) -> None:
    value = value_from_wire("DATETIME", stored)
    assert notation(value_to_wire(value)) == notation(json_text(stored))
    for same in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert same == value
        assert value_to_wire(same) == value_to_wire(value)


@given(stored_times)
def test_time_in_json_is_written_as_stored(stored: str) -> None:
    item = {"key": "at", "dataType": "DATETIME", "value": stored}
    user = User.model_validate({"id": "a", "customData": [item]})
    dumped = json.loads(user.model_dump_json(by_alias=True))["customData"]["at"]
    assert dumped == user.model_dump(mode="json", by_alias=True)["customData"]["at"]
    value = UserDefinedValue(
        key="at",
        data_type=UDFDataType.DATETIME,
        label=None,
        value=value_from_wire("DATETIME", stored),
    )
    assert value.model_dump(mode="json")["value"] == dumped
    if isinstance(value.value, datetime):
        assert json.loads(value_to_wire(dumped)) == json.loads(json_text(stored))


@given(json_values)
def test_json_content_that_was_read_is_written_as_stored(content: object) -> None:
    stored = json.dumps(content)
    for data_type in ("NUMBER", "BOOLEAN", "OBJECT"):
        value = value_from_wire(data_type, stored)
        assert json.dumps(value) == stored  # also the types, and the order of the keys
        assert json.dumps(json.loads(value_to_wire(value))) == stored


@given(st.text())
def test_text_stays_text(stored: str) -> None:
    for data_type in ("STRING", "SELECT", None):
        value = value_from_wire(data_type, stored)
        assert value == stored
        assert json.loads(value_to_wire(value)) == stored


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("1.10", 1.1),
        ("9007199254740993", 2**53 + 1),
        ("1e2", 100.0),
        ("-0.0", -0.0),
        ("true", True),
    ],
)
def test_number_is_read_by_its_notation(stored: str, value: object) -> None:
    number = value_from_wire("NUMBER", stored)
    assert (type(number), repr(number)) == (type(value), repr(value))


@pytest.mark.parametrize(
    "stored", ["1e400", "-1e400", '{"a":[1e999,"b"]}', "9" * 5000, "[" * 100_000 + "]" * 100_000]
)
def test_json_that_python_cannot_represent_stays_text(stored: str) -> None:
    for data_type in ("NUMBER", "OBJECT"):
        value = value_from_wire(data_type, stored)
        assert isinstance(value, str)
        assert value == stored
        for same in (value, copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
            assert value_to_wire(same) == stored


@pytest.mark.parametrize("stored", ["", "NaN", "Infinity", "{", "abc", "True"])
def test_text_of_another_type_stays_text(stored: str) -> None:
    for data_type in ("NUMBER", "BOOLEAN", "OBJECT"):
        value = value_from_wire(data_type, stored)
        assert value == stored
        assert value_to_wire(value) == json.dumps(stored)


@pytest.mark.parametrize("data_type", [*UDFDataType, None])
def test_no_value_is_none(data_type: str | None) -> None:
    assert value_from_wire(data_type, None) is None
    assert value_to_wire(None) == "null"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2021, 10, 28, 11), '"2021-10-28T11:00:00"'),  # noqa: DTZ001
        (datetime(2021, 10, 28, 11, tzinfo=CHINA), '"2021-10-28T11:00:00+08:00"'),
        (date(2021, 10, 28), '"2021-10-28"'),
        (
            datetime(1900, 1, 1, 8, 5, 43, tzinfo=timezone(timedelta(hours=8, seconds=343))),
            '"1900-01-01T00:00:00+00:00"',  # ISO 8601 offsets have no seconds
        ),
        ({"at": INSTANT, "on": [date(2021, 10, 28)]}, None),
    ],
)
def test_time_is_written_in_iso_format(value: object, written: str | None) -> None:
    expected = written or '{"at": "2021-10-28T03:00:00+00:00", "on": ["2021-10-28"]}'
    assert value_to_wire(value) == expected


def test_value_that_cannot_be_written_is_an_error() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    first = datetime.min.replace(tzinfo=timezone(timedelta(seconds=1)))
    for value in (nested, first, float("inf"), [float("nan")], 10**5000):
        with pytest.raises(ValueError, match=r"recursion|range|limit"):
            value_to_wire(value)
    for content in ({1}, {"at": datetime.min.time()}):
        with pytest.raises(TypeError, match="cannot be represented in JSON"):
            value_to_wire(content)


@pytest.mark.parametrize("stored", [MILLISECONDS, "2021-10-28T03:00:00.000Z"])
def test_time_computed_from_a_stored_one_is_a_new_value(stored: str) -> None:
    value = value_from_wire("DATETIME", stored)
    assert type(value) is not datetime
    later = INSTANT + timedelta(days=1)
    for computed, expected in [
        (value + timedelta(days=1), later),
        (timedelta(days=1) + value, later),
        (value - timedelta(days=-1), later),
        (value.replace(day=29), later),
        (value.replace(), INSTANT),
        (value.__replace__(day=29), later),  # copy.replace, since Python 3.13
        (value.astimezone(CHINA), INSTANT),
    ]:
        assert type(computed) is datetime
        assert computed == expected
        assert value_to_wire(computed) == json.dumps(computed.isoformat())
    assert value - INSTANT == timedelta()
    assert value < later
    assert sorted([later, value]) == [value, later]


@pytest.mark.parametrize(("stored", "expected"), TIMES)
def test_time_looks_like_a_datetime(stored: str, expected: datetime | date) -> None:
    value = value_from_wire("DATETIME", stored)
    if not stored.endswith(("+08:00", "+0800")):
        assert (repr(value), str(value)) == (repr(expected), str(expected))
    assert repr([value]).startswith("[datetime.date")
    assert f"{value:%Y}" == f"{expected:%Y}"


def test_later_hour_of_a_change_to_winter_time_is_kept() -> None:
    later = StoredDateTime.of(datetime(2021, 10, 31, 2, fold=1), "1")  # noqa: DTZ001
    for same in (later, copy.copy(later), pickle.loads(pickle.dumps(later))):
        assert (same.fold, value_to_wire(same)) == (1, "1")


def test_stored_time_can_be_a_parameter_in_sqlite() -> None:
    value = value_from_wire("DATETIME", MILLISECONDS)
    with sqlite3.connect(":memory:") as connection:
        (text,) = connection.execute("SELECT ?", (value,)).fetchone()
    connection.close()
    assert datetime.fromisoformat(text) == INSTANT


def test_number_of_a_rest_response_is_a_time() -> None:
    items: list[dict[str, Any]] = [
        {"key": "at", "dataType": "DATETIME", "value": int(MILLISECONDS)},
        {"key": "on", "dataType": "DATETIME", "value": True},
        {"key": "n", "dataType": "NUMBER", "value": 1},
    ]
    user = User.model_validate({"id": "a", "customData": items})
    assert user.custom_data == {"at": INSTANT, "on": True, "n": 1}


IN_ZONE = f"""
import time
from authing_graphql.custom_data import value_from_wire, value_to_wire
time.tzset()
for text in {[text for text, _ in TIMES]!r}:
    value = value_from_wire("DATETIME", text)
    print(repr(value), value_to_wire(value))
"""


def test_times_do_not_depend_on_the_time_zone_of_the_machine() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", IN_ZONE],
            env={**os.environ, "TZ": zone},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for zone in ZONES
    }
    (output,) = outputs
    assert output.count("\n") == len(TIMES)
    assert output == "".join(
        f"{value_from_wire('DATETIME', text)!r} {json_text(text)}\n" for text, _ in TIMES
    )
