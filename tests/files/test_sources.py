"""Where files are read from: paths, streams, the standard input, and their encodings."""

import hashlib
import io
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from authing_users import InvalidInputError
from authing_users.files import FileError, read_users

CHINESE = "username,name\nwang,王芳\nli,李伟\n"


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (CHINESE.encode(), "utf-8"),
        (CHINESE.encode("utf-8-sig"), "utf-8-sig"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + CHINESE.encode("utf-16-be"), "utf-16"),
        (CHINESE.encode("utf-32"), "utf-32"),
    ],
)
def test_the_byte_order_mark_says_the_encoding(tmp_path: Path, data: bytes, encoding: str) -> None:
    with read_users(write(tmp_path / "users.csv", data)) as file:
        assert file.encoding == encoding
        assert next(file.records()) == {"username": "wang", "name": "王芳"}


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gb18030", CHINESE.encode("gb18030")),
        ("GBK", CHINESE.encode("gbk")),
        ("utf8", CHINESE.encode("utf-8-sig")),
        ("utf-16-le", CHINESE.encode("utf-16-le")),
        ("utf-16-le", b"\xff\xfe" + CHINESE.encode("utf-16-le")),
    ],
)
def test_the_encoding_can_be_given(tmp_path: Path, encoding: str, data: bytes) -> None:
    with read_users(write(tmp_path / "users.csv", data), encoding=encoding) as file:
        assert [record.get("username") for record in file.records()] == ["wang", "li"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            CHINESE.encode("gb18030"),
            "users.csv, line 2: the byte 0xcd is not UTF-8. Give the encoding of the file, such as "
            "encoding='gb18030' (--encoding gb18030)",
        ),
        (
            b"username,name\n" + b"a,b\n" * 50_000 + b"c,\xe9\n",
            "users.csv, line 50002: the byte 0xe9 is not UTF-8. Give the encoding of the file, "
            "such as encoding='cp1252' (--encoding cp1252)",
        ),
        ("name\n".encode("utf-16-le"), "encoding='utf-16-le' (--encoding utf-16-le)"),
        (b"name\na" + b"\xc3", "users.csv, line 2: the byte 0xc3 is not UTF-8"),
    ],
)
def test_bytes_of_another_encoding_are_found_before_the_first_row(
    tmp_path: Path, data: bytes, message: str
) -> None:
    with pytest.raises(FileError) as caught:
        read_users(write(tmp_path / "users.csv", data))
    assert message in str(caught.value)


def test_bytes_outside_of_the_given_encoding_are_errors(tmp_path: Path) -> None:
    path = write(tmp_path / "users.csv", b"name\n\xff\n")
    with pytest.raises(FileError, match="line 2: the byte 0xff is not ASCII"):
        read_users(path, encoding="ascii")


@pytest.mark.parametrize("encoding", ["klingon", "base64"])
def test_an_unknown_encoding_is_rejected(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(InvalidInputError, match=encoding):
        read_users(write(tmp_path / "users.csv", b"name\n"), encoding=encoding)


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    data = CHINESE.encode("utf-16")
    expected = hashlib.sha256(data).hexdigest()
    with read_users(write(tmp_path / "users.csv", data)) as file:
        assert file.sha256 == expected
    with read_users(io.BytesIO(data), format="csv") as file:
        assert file.sha256 == expected
    with read_users(io.StringIO(CHINESE), format="csv") as file:
        assert file.sha256 == hashlib.sha256(CHINESE.encode()).hexdigest()


def test_a_file_can_be_read_several_times_at_once(tmp_path: Path) -> None:
    data = "".join(f'{{"username": "u{number}"}}\n' for number in range(5000)).encode()
    with read_users(write(tmp_path / "users.jsonl", data)) as file:
        assert file.count_rows() == 5000
        pairs = list(zip(file, file, strict=True))
        assert all(one.record == other.record for one, other in pairs)
        assert len({one.record.get("username") for one, _ in pairs if one.record}) == 5000


def test_the_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b'{"username": "a"}\n{"emial": 1}'))
    monkeypatch.setattr(sys, "stdin", stdin)
    with read_users("-", format="jsonl") as file:
        first, second = file
    assert first.record == {"username": "a"}
    assert str(second.error).startswith("<stdin>, row 2, column 'emial'")
    assert not stdin.closed


def test_a_byte_order_mark_in_text_is_not_a_part_of_it() -> None:
    with read_users(io.StringIO("\ufeffusername\nada\n"), format="csv") as file:
        assert file.header == ["username"]
        assert [*file.records()] == [{"username": "ada"}]


def test_a_pipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    os.mkfifo(path)
    data = b'{"username": "a"}\n' * 70_000  # more than a pipe or the memory of a spool holds
    thread = threading.Thread(target=path.write_bytes, args=(data,))
    thread.start()
    with read_users(path) as file:
        thread.join()
        assert file.count_rows() == 70_000


def test_a_stream_of_the_caller_stays_open(tmp_path: Path) -> None:
    path = write(tmp_path / "people.csv", b"username\nada\n")
    with path.open("rb") as stream:
        with read_users(stream, format="csv") as file:
            assert file.name == "people.csv"
        assert not stream.closed
    with read_users(path, name="hr.csv") as file:
        assert file.name == "hr.csv"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"source": "users.txt"}, "users.txt: the suffix '.txt' does not say the format. Give it"),
        ({"source": "users"}, "users: the suffix '' does not say the format"),
        (
            {"source": "-"},
            "Give the format of the data, such as format='jsonl': one of",
        ),
        ({"source": "a.csv", "format": "jsnol"}, "not 'jsnol'. Did you mean 'jsonl'?"),
        (
            {"source": 7, "format": "csv"},
            "source must be a path, '-' or a file that is open, not",
        ),
    ],
)
def test_invalid_arguments_are_rejected(options: Any, message: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_users(**options)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("columns", ["a=b"], "columns must be a dict, not list: write {'COLUMN': 'FIELD'}"),
        ("columns", {"name": 1}, "columns must have names of columns and fields"),
        ("delimiter", 5, "delimiter must be one character such as ',' or ';', not 5"),
        ("encoding", 5, "Unknown encoding 5"),
        ("custom_fields", 7, "custom_fields must be a dict such as {'level': 'NUMBER'}, or client"),
        ("custom_fields", ["level"], "custom_fields must be a dict such as {'level': 'NUMBER'}"),
    ],
)
def test_options_of_the_wrong_type_are_rejected(option: str, value: Any, message: str) -> None:
    options: Any = {"format": "csv", option: value}
    with pytest.raises(InvalidInputError) as caught:
        read_users(io.StringIO("name\n"), **options)
    assert message in str(caught.value)


def test_a_missing_file_is_an_error_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(
        FileError, match=r"gone.csv: the file cannot be read: No such file"
    ) as caught:
        read_users(tmp_path / "gone.csv")
    assert isinstance(caught.value.__cause__, FileNotFoundError)


@pytest.mark.parametrize("name", ["a.JSONL", "a.ndjson", "a.json", "a.CSV", "a.tsv"])
def test_the_suffix_says_the_format(tmp_path: Path, name: str) -> None:
    is_table = name.lower().endswith("sv")
    content = b"username\nada\n" if is_table else b'[{"username":"ada"}]'
    if name.lower().endswith(("jsonl", "ndjson")):
        content = content[1:-1]
    with read_users(write(tmp_path / name, content)) as file:
        assert [*file.records()] == [{"username": "ada"}]


def test_a_path_with_a_null_byte_is_an_error_of_the_file() -> None:
    with pytest.raises(FileError, match="cannot be read: the path contains a null byte"):
        read_users("a\0.csv")


def test_an_encoding_that_decodes_nothing_is_an_error_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("username\n")
    with pytest.raises(FileError, match="cannot be read as undefined"):
        read_users(path, encoding="undefined")
