"""Whatever a file contains, it is read or rejected, and what failed fails again until corrected."""

import io
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from authing_users.files import FailedRowsWriter, FileError, FileFormat, FileRow, read_users

from .records import CUSTOM_FIELDS

pieces = st.sampled_from(
    [
        *('"', '""', "'", ",", ";", "\t", "\n", "\r\n", "\r", " ", "\\N", "\\E", "\\", "\0"),
        *("{", "}", "[", "]", ":", "null", "true", "1", "1e400", "-", "NaN", "\ufeff"),
        *("username", "blocked", '"blocked"', "groups", '{"username": "a"}', "\\ud800", "sep=;"),
        *(
            '"identities": [',
            '"customData": {',
            '"level"',
            "custom.level",
            "_error",
            '"_error": "x"',
        ),
    ]
)
texts = st.lists(pieces | st.text(max_size=3), max_size=12).map("".join)
headers = st.sampled_from(
    ["username,blocked\n", "username;custom.level;_error\n", "name,groups\r\n"]
)
rows_of_objects = texts.map(lambda text: f'[{{"username": "a"}}, {{{text}}}, {{"blocked": 7}}]')
tables = st.builds("".join, st.tuples(headers, texts))


def rows(text: str, format: FileFormat) -> list[FileRow]:
    options: Any = {"format": format, "custom_fields": CUSTOM_FIELDS}
    with read_users(io.StringIO(text, newline=""), **options) as file:
        return list(file)


def failed_rows(text: str, format: FileFormat) -> tuple[int, str]:
    """Return the number of rows that have errors, and the file of them."""
    stream = io.StringIO(newline="")
    options: Any = {"format": format, "custom_fields": CUSTOM_FIELDS}
    with (
        read_users(io.StringIO(text, newline=""), **options) as file,
        FailedRowsWriter(stream, file) as failed,
    ):
        for row in file:
            assert (row.record is None) == (row.error is not None)
            if row.error is not None:
                failed.write(row, row.error)
    return failed.count, stream.getvalue()


@pytest.mark.parametrize("format", ["jsonl", "json", "csv", "tsv"])
@settings(max_examples=40, deadline=None)
@given(text=texts | rows_of_objects | tables)
def test_any_text_is_read_or_rejected(format: FileFormat, text: str) -> None:
    try:
        count, failed = failed_rows(text, format)
    except FileError:
        return
    if count:
        assert failed_rows(failed, format)[0] == count, failed


@pytest.mark.parametrize("format", ["jsonl", "json", "csv", "parquet"])
@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=60) | texts.map(str.encode))
def test_any_bytes_are_read_or_rejected(format: FileFormat, data: bytes) -> None:
    with suppress(FileError), read_users(io.BytesIO(data), format=format) as file:
        assert len(list(file)) == file.count_rows()
