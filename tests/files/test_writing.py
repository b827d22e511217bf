"""Files that are written: complete, or not at all."""

import io
import os
import stat
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from authing_users import InvalidInputError, UserStatus
from authing_users.files import FileError, FileFormat, UserWriter, read_users, write_users

from .records import FORMATS, read, written


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_appears_when_it_is_complete(tmp_path: Path, format: FileFormat) -> None:
    path = tmp_path / f"users.{format}"
    path.write_bytes(b"old")
    with UserWriter(path) as writer:
        writer.write({"username": "ada"})
        assert path.read_bytes() == b"old"
    assert (writer.name, writer.format, writer.count) == (path.name, format, 1)
    assert list(tmp_path.iterdir()) == [path]
    with read_users(path) as file:
        assert [*file.records()] == [{"username": "ada"}]


@pytest.mark.parametrize("format", FORMATS)
def test_an_error_leaves_the_old_file(tmp_path: Path, format: FileFormat) -> None:
    path = tmp_path / f"users.{format}"
    path.write_bytes(b"old")

    def write() -> None:
        with UserWriter(path) as writer:
            writer.write({"username": "ada"})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


def test_a_new_file_is_private_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    write_users(path, [])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    write_users(path, [])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link, path = tmp_path / "link.jsonl", tmp_path / "users.jsonl"
    link.symlink_to(path)
    write_users(link, [{"username": "a"}])
    assert link.is_symlink()
    assert path.read_text() == '{"username": "a"}\n'


def test_a_pipe_gets_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    os.mkfifo(path)
    received: list[bytes] = []
    thread = threading.Thread(target=lambda: received.append(path.read_bytes()))
    thread.start()
    write_users(path, [{"username": "a"}])
    thread.join()
    assert received == [b'{"username": "a"}\n']


def test_the_standard_output_gets_the_bytes(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert write_users("-", [{"username": "ä"}], format="csv", fields=["username"]) == 1
    assert capsysbinary.readouterr().out == "username\nä\n".encode()


def test_streams_of_the_caller_stay_open() -> None:
    binary, text = io.BytesIO(), io.StringIO()
    for stream in (binary, text):
        write_users(stream, [{"username": "ä"}], format="jsonl", encoding="utf-16")
    assert binary.getvalue() == '{"username": "ä"}\n'.encode("utf-16")
    assert text.getvalue() == '{"username": "ä"}\n'


@pytest.mark.parametrize("path", ["gone/users.csv", "file/users.csv"])
def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="the file cannot be written: No") as caught:
        UserWriter(tmp_path / path)
    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "-"}, "Give the format of the data"),
        (
            {"target": 7, "format": "csv"},
            "target must be a path, '-' or a file that is open, not int",
        ),
        ({"target": "-", "format": "csv", "fields": ["emial"]}, "files have no field 'emial'. Did"),
        ({"target": "-", "format": "csv", "fields": ["arn"]}, "files have no field 'arn'."),
        ({"target": "-", "format": "csv", "fields": []}, "fields is empty"),
        (
            {"target": "-", "format": "csv", "fields": ["custom.x"]},
            "fields: the type of 'custom.x' is not known: give custom_fields={'x': 'STRING'}",
        ),
        (
            {"target": "-", "format": "jsonl", "fields": ["customData", "custom.x"]},
            "fields: 'custom.x' is a part of 'customData': keep one of them",
        ),
        ({"target": "-", "format": "csv", "encoding": "klingon"}, "Unknown encoding 'klingon'"),
    ],
)
def test_invalid_arguments_are_rejected(options: Any, message: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        UserWriter(**options)
    assert message in str(caught.value)


@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk_is_an_error_of_the_file(format: FileFormat) -> None:
    with pytest.raises(FileError, match=r"^full: the file cannot be written: No") as caught:
        write_users("/dev/full", [{"username": "ada"}], format=format)
    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize("format", FORMATS)
def test_a_closed_pipe_is_the_error_of_the_operating_system(format: FileFormat) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb", buffering=0) as stream, pytest.raises(BrokenPipeError):
        write_users(stream, [{"username": "ada"}], format=format)


def test_a_character_that_the_encoding_lacks_is_an_error_of_the_row() -> None:
    problem = "row 2: the encoding cp1252 lacks the character '王': choose another such as utf-8"
    for format in ("jsonl", "csv"):
        with pytest.raises(FileError, match=problem):
            written([{"name": "é"}, {"name": "王芳"}], format, encoding="cp1252")
    with pytest.raises(FileError, match="the header: the encoding cp1252 lacks"):
        written([], "csv", {"键": "STRING"}, encoding="cp1252")


@pytest.mark.parametrize("format", FORMATS)
def test_only_selected_fields_are_written(format: FileFormat) -> None:
    record = {"username": "a", "email": "b", "customData": {"x": 1, "y": 2}, "blocked": True}
    types: Any = {"x": "NUMBER", "y": "NUMBER"}
    fields = ["custom.y", "user_name", "phone"]
    data = written([record], format, types, fields=fields)
    assert read(data, format, types) == [{"username": "a", "customData": {"y": 2}}]


@pytest.mark.parametrize("format", FORMATS)
def test_python_values_are_written_as_the_api_has_them(format: FileFormat) -> None:
    record: dict[str, Any] = {
        "externalId": UUID(int=7),
        "birthdate": date(1990, 1, 2),
        "lastLogin": datetime(2020, 1, 2, tzinfo=UTC),
        "registerSource": "import",
        "status": UserStatus.Suspended,
        "groups": ("a",),
        "customData": {},
    }
    assert read(written([record], format), format) == [
        {
            "externalId": "00000000-0000-0000-0000-000000000007",
            "birthdate": "1990-01-02",
            "lastLogin": "2020-01-02T00:00:00+00:00",
            "registerSource": ["import"],
            "status": "Suspended",
            "groups": ["a"],
        }
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_a_custom_field_without_a_type_is_not_lost(format: FileFormat) -> None:
    with pytest.raises(FileError, match="row 1, column 'customData': has the key 'y'"):
        written([{"customData": {"y": 1}}], format, {"x": "NUMBER"})


def test_a_complete_file_takes_no_more_users() -> None:
    writer = UserWriter(io.BytesIO(), format="jsonl")
    writer.close()
    with pytest.raises(InvalidInputError, match="the file is complete"):
        writer.write({"username": "a"})
    writer.close()
    writer.discard()


def test_errors_can_be_pickled() -> None:
    import pickle

    error = FileError("a.csv", "wrong", row=3, line=4, column="x", more=[("y", "bad")])
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "a.csv, row 3 (line 4), column 'x': wrong; column 'y': bad"
    assert (again.row, again.line, again.column, again.problems) == (3, 4, "x", error.problems)


def test_what_is_no_record_and_no_path_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be written: the path contains a null byte"):
        UserWriter("a\0.csv")
    record: Any = 5
    with (
        UserWriter(tmp_path / "users.csv") as writer,
        pytest.raises(InvalidInputError, match="record must be a dict, not int"),
    ):
        writer.write(record)
