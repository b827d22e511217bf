"""Parquet files of users: typed columns, and values that these cannot represent."""

import importlib
import io
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from authing_users import ConfigurationError, InvalidInputError
from authing_users.files import FileError, FileRow, UserWriter, read_users

from .records import read, written

pa: Any = importlib.import_module("pyarrow")
parquet: Any = importlib.import_module("pyarrow.parquet")
TYPES: Any = {"level": "NUMBER", "hired": "DATETIME", "prefs": "OBJECT", "ok": "BOOLEAN"}


def parquet_file(columns: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(pa.table(columns), stream)
    return stream.getvalue()


def rows(columns: dict[str, Any], **options: Any) -> list[FileRow]:
    stream = io.BytesIO(parquet_file(columns))
    with read_users(stream, format="parquet", name="users.parquet", **options) as file:
        return list(file)


def table(records: list[dict[str, Any]], **options: Any) -> Any:
    return parquet.read_table(io.BytesIO(written(records, "parquet", **options)))


def test_columns_have_types() -> None:
    fields = ["username", "blocked", "loginsCount", "groups", "identities"]
    fields += ["custom.level", "custom.hired", "custom.ok", "custom.prefs"]
    record = {
        "username": "a",
        "blocked": True,
        "loginsCount": 3,
        "groups": ["x"],
        "identities": [{"provider": "wechat", "userIdInIdp": "7", "isSocial": True}],
        "customData": {"level": 7, "hired": date(2020, 1, 2), "ok": False, "prefs": [1]},
    }
    content = table([record], custom_fields=TYPES, fields=fields)
    types = {name: str(content.schema.field(name).type) for name in content.column_names}
    assert types.pop("identities").startswith("list<")
    assert types == {
        "username": "string",
        "blocked": "bool",
        "loginsCount": "int64",
        "groups": "list<element: string>",
        "custom.level": "double",
        "custom.hired": "string",
        "custom.ok": "bool",
        "custom.prefs": "string",
        "_extra": "string",
    }
    (row,) = content.to_pylist()
    assert row["custom.level"] == 7
    assert row["custom.hired"] == "2020-01-02"
    assert row["custom.prefs"] == "[1]"
    assert row["_extra"] is None


def test_values_that_a_column_cannot_have_are_in_the_extra_column() -> None:
    record = {
        "email": None,
        "identities": [{"provider": "x", "userIdInIdp": "7", "openid": None}],
        "customData": {"level": 2**60 + 1, "ok": None},
    }
    content = table([record], custom_fields=TYPES)
    assert content.column("_extra").to_pylist() == [
        '{"email": null, "identities": [{"provider": "x", "userIdInIdp": "7", "openid": null}], '
        '"custom.level": 1152921504606846977, "custom.ok": null}'
    ]
    assert content.column("email").to_pylist() == [None]
    assert content.column("custom.level").to_pylist() == [2.0**60]
    (row,) = table([{"customData": {"level": 10**400}}], custom_fields=TYPES).to_pylist()
    assert row["custom.level"] is None
    assert row["_extra"] == f'{{"custom.level": 1{"0" * 400}}}'


def test_columns_of_data_frames_are_read() -> None:
    columns = {
        "Username": ["a", "b"],
        "external_id": [7, None],
        "birthdate": pa.array([date(1990, 1, 2), None]).cast(pa.timestamp("us")),
        "lastLogin": pa.array([1_000_000_000, None], pa.timestamp("ns", "UTC")),
        "signedUp": pa.array([date(2020, 1, 2), None]),
        "loginsCount": [3.0, float("nan")],
        "blocked": ["yes", None],
        "groups": [["x"], None],
        "roles": ["x;y", None],
        "custom.level": [Decimal("1.5"), None],
        "custom.hired": pa.array([datetime(2020, 1, 2, tzinfo=UTC), None]),
        "custom.prefs": [{"a": 1}, None],
        "identities": [[{"provider": "x", "userIdInIdp": "7", "openid": None}], None],
        "nickname": pa.array([time(9, 30), None]),
    }
    first, second = rows(columns, custom_fields=TYPES)
    assert first.error is None
    assert first.record == {
        "username": "a",
        "externalId": "7",
        "birthdate": "1990-01-02",
        "lastLogin": "1970-01-01T00:00:01+00:00",
        "signedUp": "2020-01-02",
        "loginsCount": 3,
        "blocked": True,
        "groups": ["x"],
        "roles": ["x", "y"],
        "identities": [{"provider": "x", "userIdInIdp": "7"}],
        "nickname": "09:30:00",
        "customData": {
            "level": 1.5,
            "hired": datetime(2020, 1, 2, tzinfo=UTC),
            "prefs": {"a": 1},
        },
    }
    assert second.record == {"username": "b"}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("loginsCount", 1.5, "must be a whole number, not 1.5"),
        ("name", 1.5, "must be a string, not a number"),
        ("name", True, "must be a string, not true or false"),
        ("name", b"x", "must be a string, not bytes"),
        ("blocked", 1, "must be true or false, not 1"),
        ("groups", [1], "must be a string, not a number"),
        ("custom.level", "x", "must be a number such as 7 or 1.5, not 'x'"),
        ("custom.ok", "x", "must be true or false, not 'x'"),
        ("custom.hired", True, "must be a time, not True"),
        ("identities", [{"provider": "x", "userIdInIdp": None}], "[0].userIdInIdp is missing"),
    ],
)
def test_a_wrong_value_is_named_with_row_and_column(name: str, value: Any, message: str) -> None:
    (row,) = rows({"username": ["a"], name: [value]}, custom_fields=TYPES)
    assert str(row.error).startswith(f"users.parquet, row 1, column '{name}': {message}")


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("{", "row 1: the column '_extra' is not valid JSON: Expecting"),
        ("[]", "row 1: the column '_extra' must contain a JSON object"),
        ('{"name": 1}', "row 1, column 'name': must be a string, not a number"),
    ],
)
def test_a_wrong_extra_column_is_an_error_of_the_row(extra: str, message: str) -> None:
    (row,) = rows({"name": [None], "_extra": [extra]})
    assert message in str(row.error)


def test_unknown_columns_are_rejected() -> None:
    with pytest.raises(FileError, match=r"^users\.parquet: Unknown columns: 'emial' \(did"):
        rows({"emial": ["a"]})


@pytest.mark.parametrize("data", [b"", b"PAR1", b"username\nada\n", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_another_file_is_rejected(data: bytes) -> None:
    with pytest.raises(FileError, match=r"<stream>: the file cannot be read as Parquet: \w"):
        read_users(io.BytesIO(data), format="parquet")


def test_a_damaged_file_is_an_error_of_the_file() -> None:
    data = bytearray(parquet_file({"name": [f"n{number}" for number in range(5000)]}))
    data[100:1000] = b"x" * 900
    with (
        read_users(io.BytesIO(data), format="parquet") as file,
        pytest.raises(FileError, match="the file cannot be read as Parquet"),
    ):
        list(file)


def test_many_rows_are_written_in_groups() -> None:
    records = [{"username": f"u{number}"} for number in range(5000)]
    data = written(records, "parquet", fields=["username"])
    assert parquet.ParquetFile(io.BytesIO(data)).num_row_groups == 3
    assert read(data, "parquet") == records


@pytest.mark.parametrize("option", ["encoding", "delimiter"])
def test_text_options_are_rejected(option: str) -> None:
    options: Any = {option: ";"}
    with pytest.raises(InvalidInputError, match=f"{option}: Parquet files have none"):
        read_users(io.BytesIO(), format="parquet", **options)


def test_a_text_stream_is_rejected() -> None:
    with pytest.raises(InvalidInputError, match="target must be a binary file"):
        UserWriter(io.StringIO(), format="parquet")


def test_the_extra_is_named_if_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'authing-users\[parquet\]'"):
        read_users(io.BytesIO(), format="parquet")
    with pytest.raises(ConfigurationError, match=r"pip install 'authing-users\[parquet\]'"):
        UserWriter(tmp_path / "users.parquet")
    assert list(tmp_path.iterdir()) == []
