"""Validation and format of custom field values, with generated values."""

import json
from datetime import datetime

from hypothesis import given, strategies as st

from authing_users.emulator.store.custom_field_values import (
    format_value,
    is_valid,
    parse_json,
    to_json,
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


@given(json_values)
def test_stored_value_equals_the_original(value: object) -> None:
    assert json.loads(to_json(parse_json(json.dumps(value)))) == value


@given(json_values)
def test_valid_value_keeps_its_type(value: object) -> None:
    def is_number(number: object) -> bool:
        return type(number) in (int, float)

    assert is_valid("STRING", value) == is_valid("SELECT", value) == isinstance(value, str)
    assert is_valid("NUMBER", value) == is_number(value)
    assert is_valid("BOOLEAN", value) == (value is True or value is False)
    assert is_valid("OBJECT", value)
    if is_valid("DATETIME", value):
        assert isinstance(value, str) or type(value) is int
    for data_type in ("NUMBER", "BOOLEAN", "OBJECT"):
        if is_valid(data_type, value):
            assert json.loads(format_value(data_type, to_json(value))) == value
    if isinstance(value, str):
        assert format_value("STRING", to_json(value)) == value


@given(
    st.datetimes(
        min_value=datetime(1980, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
        max_value=datetime(9990, 1, 1),  # noqa: DTZ001
        timezones=st.timezones(),
    )
)
def test_iso_format_is_a_valid_time(moment: datetime) -> None:
    assert is_valid("DATETIME", moment.isoformat())
    assert is_valid("DATETIME", moment.replace(tzinfo=None).isoformat())
    assert is_valid("DATETIME", moment.date().isoformat())
    assert not is_valid("DATETIME", moment.time().isoformat())


@given(st.integers())
def test_milliseconds_are_a_valid_time_in_range(number: int) -> None:
    assert is_valid("DATETIME", number) == (abs(number) <= 8_640_000_000_000_000)
    assert not is_valid("DATETIME", str(number))
