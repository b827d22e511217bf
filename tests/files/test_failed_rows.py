"""Rows that failed: they are written as they were, and are the next input."""

import io
import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from authing_users import ConflictError, InvalidInputError
from authing_users.files import (
    FailedRowsWriter,
    FileError,
    FileFormat,
    UserFile,
    read_users,
    write_users,
)

from .records import FORMATS, read


def failed(file: UserFile, *numbers: int, reason: str = "the email is taken") -> bytes:
    """Return the file of some rows of a file."""
    stream = io.BytesIO()
    with FailedRowsWriter(stream, file) as writer:
        for number in numbers:
            writer.write(number, reason)
        assert writer.count == len(numbers)
    return stream.getvalue()


def failed_text(text: str, format: FileFormat, *numbers: int, **options: Any) -> str:
    with read_users(io.StringIO(text, newline=""), format=format, **options) as file:
        return failed(file, *numbers).decode()


def test_objects_stay_as_they_are_written() -> None:
    text = '{"Work e-mail":"a@b.c", "custom.x": 1.50, "password": "secret"}\n{}\n[1]\n{"a" 1}\n'
    columns = {"Work e-mail": "email"}
    assert failed_text(text, "jsonl", 1, 2, 3, 4, columns=columns) == (
        '{"Work e-mail":"a@b.c", "custom.x": 1.50, "password": "secret", "_error": "the email is '
        'taken"}\n{"_error": "the email is taken"}\n[1]\n{"a" 1}\n'
    )


def test_an_array_stays_an_array() -> None:
    text = '[{"email":"a"}, {"email": "b" },\n{"email": "c"}]'
    data = failed_text(text, "json", 1, 3)
    assert data == (
        '[\n{"email":"a", "_error": "the email is taken"},\n'
        '{"email": "c", "_error": "the email is taken"}\n]\n'
    )
    assert read(data, "json") == [{"email": "a"}, {"email": "c"}]


@pytest.mark.parametrize(
    "text",
    [
        '{"email": "a", "_error": "the \\"old\\" reason"}',
        '{"_error": "old", "email": "a"}',
        '{"email": "a","_error":7 }',
    ],
)
def test_the_reason_of_the_last_attempt_is_replaced(text: str) -> None:
    data = failed_text(text, "jsonl", 1)
    assert json.loads(data) == {"email": "a", "_error": "the email is taken"}
    assert failed_text(data, "jsonl", 1) == data


def test_cells_stay_as_they_are_written() -> None:
    text = 'E-mail;Name; password \r\na;"x;\r\ny";secret\r\nb;\\N;\r\n'
    data = failed_text(text, "csv", 1, 2)
    assert data == (
        'E-mail;Name; password ;_error\na;"x;\r\ny";secret;the email is taken\n'
        "b;\\N;;the email is taken\n"
    )
    assert failed_text(data, "csv", 1, 2) == data
    assert read(data, "csv") == [
        {"email": "a", "name": "x;\r\ny", "password": "secret"},
        {"email": "b", "name": None},
    ]


def test_damaged_rows_of_tables_can_be_corrected() -> None:
    text = 'email,name\na,b,c\na\n"a"b,c\na,"b\n'
    data = failed_text(text, "csv", 1, 2, 3, 4)
    assert data == ('email,name,_error\na,b,the email is taken,c\na\n"a"b,c\na,"b\n')
    assert failed_text(data, "csv", 1, 2, 3, 4) == data
    corrected = data.replace(",c\na\n", "\na,c\n").replace('"a"b', "ab").replace(',"b', ",b")
    assert read(corrected, "csv") == [
        {"email": "a", "name": "b"},
        {"email": "a", "name": "c"},
        {"email": "ab", "name": "c"},
        {"email": "a", "name": "b"},
    ]


def test_the_encoding_and_the_byte_order_mark_stay() -> None:
    for encoding in ("utf-16", "utf-8-sig", "gb18030"):
        data = "email,name\na,王芳\n".encode(encoding)
        argument = "gb18030" if encoding == "gb18030" else None
        with read_users(io.BytesIO(data), format="csv", encoding=argument) as file:
            again = failed(file, 1, reason="已存在 🙂")
        assert again == "email,name,_error\na,王芳,已存在 🙂\n".encode(encoding)


def test_a_reason_that_the_encoding_lacks_is_escaped() -> None:
    with read_users(io.BytesIO(b"name\na\n"), format="csv", encoding="latin-1") as file:
        assert failed(file, 1, reason="已 é") == "name,_error\na,\\u5df2 é\n".encode("latin-1")


@pytest.mark.parametrize("format", FORMATS)
def test_the_corrected_file_is_the_next_input(tmp_path: Path, format: FileFormat) -> None:
    types: Any = {"level": "NUMBER"}
    records: list[dict[str, Any]] = [
        {"username": f"u{number}", "email": None, "customData": {"level": 10**20 + number}}
        for number in range(1200)
    ]
    path = tmp_path / f"users.{format}"
    again = tmp_path / f"failed.{format}"
    write_users(path, records, custom_fields=types)
    with read_users(path, custom_fields=types) as file, FailedRowsWriter(again, file) as writer:
        for row in file:
            if row.number % 2:
                writer.write(row, ConflictError("taken", code=2026))
    with read_users(again, custom_fields=types) as file:
        assert [*file.records()] == records[::2]
        assert failed(file, *range(1, 601), reason="taken (code 2026)") == again.read_bytes()


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "failed.csv"
    path.touch(0o644)
    with (
        read_users(io.StringIO("name\na\n"), format="csv") as file,
        FailedRowsWriter(path, file) as writer,
    ):
        writer.write(1, "x")
        assert path.read_bytes() == b""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == "name,_error\na,x\n"


def test_no_file_is_written_if_nothing_failed(tmp_path: Path) -> None:
    with read_users(io.StringIO("{}"), format="jsonl") as file:
        FailedRowsWriter(tmp_path / "failed.jsonl", file).close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
def test_a_discarded_file_leaves_nothing(tmp_path: Path, format: FileFormat) -> None:
    path = tmp_path / f"users.{format}"
    write_users(path, [{"username": "a"}])
    with read_users(path) as file:
        writer = FailedRowsWriter(tmp_path / f"failed.{format}", file)
        writer.write(1, "x")
        writer.discard()
        writer.close()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk_is_an_error_of_the_file(tmp_path: Path, format: FileFormat) -> None:
    path = tmp_path / f"users.{format}"
    write_users(path, [{"username": "a"}])
    with read_users(path) as file:
        writer = FailedRowsWriter("/dev/full", file)
        writer.write(1, "x")
        with pytest.raises(FileError, match=r"^full: the file cannot be written: No space left"):
            writer.close()


def test_the_rows_so_far_are_kept_if_the_work_stops(tmp_path: Path) -> None:
    path = tmp_path / "failed.jsonl"

    def work() -> None:
        with (
            read_users(io.StringIO("{}\n{}"), format="jsonl") as file,
            FailedRowsWriter(path, file) as writer,
        ):
            writer.write(1, "x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert path.read_text() == '{"_error": "x"}\n'


def test_rows_of_the_standard_input_are_written(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"emial\na\n")))
    with (
        read_users("-", format="csv", columns={"emial": "email"}) as file,
        FailedRowsWriter("-", file) as writer,
    ):
        writer.write(1, "x")
    assert capsysbinary.readouterr().out == b"emial,_error\na,x\n"


def test_errors_of_rows_are_reasons_without_the_place() -> None:
    with read_users(io.StringIO("username,blocked\na,maybe\n"), format="csv") as file:
        (row,) = file
        stream = io.StringIO()
        with FailedRowsWriter(stream, file) as writer:
            assert row.error is not None
            writer.write(row, row.error)
    assert stream.getvalue() == (
        "username,blocked,_error\n"
        "a,maybe,\"column 'blocked': must be true or false, not 'maybe'\"\n"
    )


def test_numbers_must_follow_each_other() -> None:
    with read_users(io.StringIO("{}\n{}"), format="jsonl") as file:
        writer = FailedRowsWriter(io.BytesIO(), file)
        writer.write(2, "x")
        for number in (1, 2, 3):
            with pytest.raises(InvalidInputError, match=f"row {number} does not follow row 2"):
                writer.write(number, "x")


def test_the_file_that_is_read_is_not_replaced(tmp_path: Path) -> None:
    """It has rows that are not processed yet."""
    path, link = tmp_path / "users.csv", tmp_path / "link.csv"
    path.write_text("username,blocked\nada,maybe\n")
    link.symlink_to(path)
    with read_users(path) as file:
        for target in (path, str(link)):
            with pytest.raises(InvalidInputError, match="csv is the file that is read"):
                FailedRowsWriter(target, file)
        with FailedRowsWriter(tmp_path / "failed.csv", file) as writer:
            writer.write(1, "no")
    assert path.read_text() == "username,blocked\nada,maybe\n"
