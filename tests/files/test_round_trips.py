"""Each format gives back the records that were written, whatever they contain."""

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from authing_users.files import FileFormat

from .records import CUSTOM_FIELDS, FORMATS, read, records, stored, written


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=40, deadline=None)
@given(items=st.lists(records, max_size=3))
def test_records_are_read_as_they_were_written(
    format: FileFormat, items: list[dict[str, Any]]
) -> None:
    data = written(items, format, CUSTOM_FIELDS)
    again = read(data, format, CUSTOM_FIELDS)
    assert again == items
    assert [*map(stored, again)] == [*map(stored, items)]
    assert written(again, format, CUSTOM_FIELDS) == data
