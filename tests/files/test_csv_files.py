"""CSV and TSV files of users: cells, delimiters and damaged rows."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from authing_users import InvalidInputError
from authing_users.files import FileError, FileRow, UserWriter, read_users

from .records import CUSTOM_FIELDS, read, records, written


def rows(text: str, **options: Any) -> list[FileRow]:
    options = {"format": "csv", "name": "users.csv", **options}
    with read_users(io.StringIO(text, newline=""), **options) as file:
        return list(file)


def record_of(text: str, **options: Any) -> Any:
    (row,) = rows(text, **options)
    assert row.error is None
    return row.record


def error_of(text: str, **options: Any) -> str:
    (row,) = rows(text, **options)
    return str(row.error)


def test_rows_are_numbered_and_know_their_lines() -> None:
    text = 'username,address\r\nada,"1 Street\r\nLondon"\r\n\r\nbob,\r\ncarl,x,y\r\n'
    ada, bob, carl = rows(text)
    assert (ada.number, ada.line, ada.record) == (
        1,
        2,
        {"username": "ada", "address": "1 Street\r\nLondon"},
    )
    assert (bob.number, bob.line, bob.record) == (2, 5, {"username": "bob"})
    assert str(carl.error) == (
        "users.csv, row 3 (line 6): the row has 3 cells, but the header has 2: a cell that "
        "contains the delimiter must be quoted"
    )


@pytest.mark.parametrize(
    ("cell", "field", "value"),
    [
        ("yes", "blocked", True),
        (" FALSE ", "blocked", False),
        ("0", "blocked", False),
        (" -7 ", "loginsCount", -7),
        ("suspended", "status", "Suspended"),
        ("a; b;;c ", "groups", ["a", "b", "c"]),
        ('"[""a;b"", """"]"', "groups", ["a;b", ""]),
        ("[]", "roles", []),
        (r"\N", "roles", []),
        (r"\N", "name", None),
        (r"\E", "name", ""),
        (r"\\N", "name", r"\N"),
        (r"\\\E", "name", r"\\E"),
        (r"\\server\share", "name", r"\\server\share"),
        (" a ", "name", " a "),
        ("007", "externalId", "007"),
        (
            '"[{""provider"": ""wechat"", ""userIdInIdp"": ""7""}]"',
            "identities",
            [{"provider": "wechat", "userIdInIdp": "7"}],
        ),
        ('"{""level"": 7}"', "customData", {"level": 7}),
    ],
)
def test_cells_have_the_type_of_their_field(cell: str, field: str, value: object) -> None:
    assert record_of(f"username,{field}\nx,{cell}\n") == {"username": "x", field: value}


@pytest.mark.parametrize(
    ("cell", "data_type", "value"),
    [
        ("007", "STRING", "007"),
        ("1.5", "NUMBER", 1.5),
        ("123456789012345678901234567890", "NUMBER", 123456789012345678901234567890),
        ("1e400", "NUMBER", "1e400"),
        ("no", "BOOLEAN", False),
        ("[1]", "OBJECT", [1]),
        ('"""x"""', "OBJECT", "x"),
        ("null", "OBJECT", None),
        (r"\N", "STRING", None),
        ("L", "SELECT", "L"),
    ],
)
def test_custom_fields_have_their_declared_types(cell: str, data_type: Any, value: object) -> None:
    record = record_of(f"username,custom.x\nu,{cell}\n", custom_fields={"x": data_type})
    assert record == {"username": "u", "customData": {"x": value}}


def test_custom_fields_without_types_are_text() -> None:
    assert record_of("custom.x,customData.y\n7,true\n") == {"customData": {"x": "7", "y": "true"}}


@pytest.mark.parametrize(
    ("cell", "field", "message"),
    [
        ("maybe", "blocked", "must be true or false, not 'maybe'"),
        ("1.0", "loginsCount", "must be a whole number, not '1.0'"),
        ("99999999999", "loginsCount", "must be from -2147483648 to 2147483647"),
        ("gone", "status", "must be one of Activated, Suspended, Resigned, not 'gone'"),
        ("03/04/1990", "birthdate", "must be a date such as 1990-12-31, not '03/04/1990'"),
        ("[a", "groups", "is not valid JSON: Expecting value (character 2)"),
        ("{", "identities", "is not valid JSON"),
        ("x", "customData", "is not valid JSON"),
        ("7", "customData", "must be an object, not 7"),
        ("x", "custom.level", "must be a number such as 7 or 1.5, not 'x'"),
        ("true", "custom.level", "must be a number such as 7 or 1.5, not 'true'"),
        ("x", "custom.ok", "must be true or false, not 'x'"),
        ("x", "custom.prefs", "is not valid JSON"),
        ("x", "custom.hired", "must be an ISO 8601 date or time such as 2026-01-05"),
    ],
)
def test_a_wrong_cell_is_named_with_row_and_column(cell: str, field: str, message: str) -> None:
    types: Any = {"level": "NUMBER", "ok": "BOOLEAN", "prefs": "OBJECT", "hired": "DATETIME"}
    (row,) = rows(f"username,{field}\nu,{cell}\n", custom_fields=types)
    assert str(row.error).startswith(f"users.csv, row 1 (line 2), column '{field}': {message}")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("a", "the row has 1 cells, but the header has 2"),
        ('"a"b,c', "there is text after the quotation mark that ends a cell. Write a quotation"),
        ('a,"b', "the quotation mark at the end of a cell is missing"),
    ],
)
def test_a_damaged_row_is_an_error_of_the_row(line: str, problem: str) -> None:
    first, second = rows(f"username,name\nu,v\n{line}\n")
    assert first.record == {"username": "u", "name": "v"}
    assert str(second.error).startswith(f"users.csv, row 2 (line 3): {problem}")


def test_rows_after_a_damaged_one_are_read() -> None:
    damaged, right = rows('username,name\n"a"b,c\nd,e\n')
    assert damaged.error is not None
    assert right.record == {"username": "d", "name": "e"}


@pytest.fixture
def short_cells(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("authing_users.files._csv_rows.MAX_CELL_LENGTH", 200)
    limit = csv.field_size_limit(200)
    yield
    csv.field_size_limit(limit)


@pytest.mark.usefixtures("short_cells")
def test_a_missing_quotation_mark_does_not_take_the_rest_of_the_file() -> None:
    lines = "".join(f"u{number},v\n" for number in range(100))
    damaged, *others = rows(f'username,name\nu,"v\n{lines}')
    assert "a cell is longer than 200 characters. If this is not intended, the" in str(
        damaged.error
    )
    assert others[-1].record == {"username": "u99", "name": "v"}


@pytest.mark.usefixtures("short_cells")
def test_lines_and_cells_that_are_too_long_are_errors() -> None:
    with pytest.raises(FileError, match="line 3: the line is longer than 200 characters"):
        rows(f"username,name\na,b\nu,{'v' * 300}")
    with pytest.raises(FileError, match="'name' is longer than the 200 characters of a cell"):
        written([{"name": "v" * 300}], "csv")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("username;name\na,b;c\n", ";"),
        ("username\tname\na;b\tc\n", "\t"),
        ("username|name\na;b|c\n", "|"),
        ('"user,name";name;email\na;b;c\n', ";"),
        ("sep=|\nusername|name\na|b\n", "|"),
        ("username\na;b\n", ","),
        ("username,name\n", ","),
    ],
)
def test_the_delimiter_is_that_of_the_header(text: str, delimiter: str) -> None:
    options: Any = {"columns": {"user,name": "username"}} if "user," in text else {}
    with read_users(io.StringIO(text), format="csv", **options) as file:
        assert file.delimiter == delimiter
        assert all(row.error is None for row in file)


def test_lines_are_counted_from_the_separator_line() -> None:
    assert error_of("sep=;\nusername;blocked\n\na;x\n").startswith(
        "users.csv, row 1 (line 4), column"
    )


def test_a_delimiter_can_be_given() -> None:
    assert record_of("username:name\na:b\n", delimiter=":") == {"username": "a", "name": "b"}
    assert record_of("username\na;b\n", format="tsv") == {"username": "a;b"}
    data = written([{"username": "a:b"}], "csv", fields=["username", "name"], delimiter=":")
    assert data == b'username:name\n"a:b":\n'


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", "\\"])
def test_an_invalid_delimiter_is_rejected(delimiter: str) -> None:
    with pytest.raises(InvalidInputError, match="delimiter must be one character such as"):
        rows("username\n", delimiter=delimiter)


def test_other_formats_have_no_delimiter() -> None:
    with pytest.raises(InvalidInputError, match="delimiter: json files have no delimiter"):
        read_users(io.StringIO("[]"), format="json", delimiter=";")
    with pytest.raises(InvalidInputError, match="delimiter: jsonl files have no delimiter"):
        UserWriter(io.BytesIO(), format="jsonl", delimiter=";")


@pytest.mark.parametrize("text", ["", "\n\n", "sep=;\n"])
def test_a_file_without_a_header_is_rejected(text: str) -> None:
    with pytest.raises(FileError, match="the file is empty: it must start with the"):
        rows(text)


def test_a_damaged_header_is_rejected() -> None:
    with pytest.raises(FileError, match="line 1: the header: there is text after the"):
        rows('"user"name,email\n')


def test_tables_are_easy_to_read() -> None:
    items: list[dict[str, Any]] = [
        {"email": None, "username": "ä", "customData": {"level": 7.0, "badge": ""}},
        {"groups": ["a", "b"], "roles": ["x;y"], "blocked": False},
    ]
    fields = ["username", "email", "custom.level", "custom.badge", "groups", "roles", "blocked"]
    data = written(items, "csv", CUSTOM_FIELDS, fields=fields)
    assert data.decode() == (
        "username,email,custom.level,custom.badge,groups,roles,blocked\n"
        "ä,\\N,7.0,\\E,,,\n"
        ',,,,a;b,"[""x;y""]",false\n'
    )


def test_a_table_has_columns_for_all_fields_but_passwords() -> None:
    header = written([], "csv").decode().strip().split(",")
    assert header[:4] == ["id", "externalId", "username", "email"]
    assert header[-1] == "customData"
    assert len(header) == len({*header}) > 40
    assert not {"password", "keepPassword", "passwordHash"} & {*header}
    with_types = written([], "csv", {"b": "STRING", "a": "NUMBER"}).decode().strip().split(",")
    assert with_types == [*header[:-1], "custom.a", "custom.b"]


def test_passwords_are_written_only_on_request() -> None:
    record = {"username": "a", "password": "canary-1", "keepPassword": True}
    with pytest.raises(FileError, match="row 1, column 'password': the file has no column for it"):
        written([record], "csv")
    data = written([record], "csv", fields=["username", "password", "keepPassword"])
    assert read(data, "csv") == [record]


@settings(max_examples=30, deadline=None)
@given(
    items=st.lists(records, max_size=2),
    delimiter=st.sampled_from(";|,\t:"),
    encoding=st.sampled_from(["utf-16", "utf-8-sig", "utf-16-le", "gb18030"]),
)
def test_other_delimiters_and_encodings_keep_everything(
    items: list[dict[str, Any]], delimiter: str, encoding: str
) -> None:
    options: Any = {"delimiter": delimiter, "encoding": encoding}
    assert read(written(items, "csv", **options), "csv", **options) == untyped(items)


def untyped(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return records as they are read without the types of custom fields."""
    return read(written(items, "jsonl"), "jsonl")


def test_empty_cells_can_clear_their_fields() -> None:
    text = "externalId,name,groups,status,custom.level\ne-1,,,,\n"
    options: Any = {"custom_fields": {"level": "NUMBER"}}
    assert record_of(text, **options) == {"externalId": "e-1"}
    assert record_of(text, clear_empty=True, **options) == {
        "externalId": "e-1",
        "name": None,
        "groups": [],
        "customData": {"level": None},
    }


def test_fields_of_a_row_with_an_error_can_be_read() -> None:
    text = '{"externalId": "e-1", "name": 5}\n{"externalId": "e-2", "nmae": "x"}\nx\n'
    assert [(row.record, dict(row.readable)) for row in rows(text, format="jsonl")] == [
        (None, {"externalId": "e-1"}),
        (None, {"externalId": "e-2"}),
        (None, {}),
    ]
