"""JSON Lines and JSON arrays of users."""

import io
from pathlib import Path
from typing import Any

import pytest

from authing_users.files import FileError, FileFormat, FileRow, UserWriter, read_users

from .records import FORMATS, read, written


def rows(text: str, format: FileFormat = "jsonl", **options: Any) -> list[FileRow]:
    with read_users(io.StringIO(text), format=format, name="users.json", **options) as file:
        return list(file)


def error_of(text: str, format: FileFormat = "jsonl", **options: Any) -> str:
    (row,) = rows(text, format, **options)
    return str(row.error)


def test_each_line_is_a_user(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    path.write_text('{"username": "ada", "blocked": true}\n\n  {"email": null}\r\n', "utf-8")
    with read_users(path) as file:
        first, second = file
        assert (file.name, file.format, file.header, file.fields) == (
            "users.jsonl",
            "jsonl",
            None,
            {},
        )
    assert (first.number, first.line, first.record) == (1, 1, {"username": "ada", "blocked": True})
    assert (second.number, second.line, second.record) == (2, 3, {"email": None})


def test_each_item_of_an_array_is_a_user() -> None:
    text = (
        '\n[ {"username": "a[]{}\\"b"},\n\n{"username":\n"c", "customData": {"x": [[1], {}]}} ]\n'
    )
    first, second = rows(text, "json")
    assert (first.number, first.line, first.record) == (1, 2, {"username": 'a[]{}"b'})
    assert (second.line, second.record) == (4, {"username": "c", "customData": {"x": [[1], {}]}})


@pytest.mark.parametrize("text", ["[]", " [ \n] ", "[{}]"])
def test_arrays_can_be_empty(text: str) -> None:
    assert len(rows(text, "json")) == text.count("{")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_an_array_is_read_piece_by_piece(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("authing_users.files._json_rows.CHUNK", size)
    items = [{"username": f'u"{number}\\é', "groups": ["[", "}"]} for number in range(20)]
    assert read(written(items, "json"), "json") == items


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "users.json, line 1: the file must contain a JSON array of objects."),
        ('{"a": 1}', "users.json, line 1: the file must contain a JSON array of objects. For one"),
        ('[{"username": "a"},', "line 1: the file ends too early: an object is expected here"),
        ("[\n{},\n,{}]", "line 3: the JSON array is damaged: an object is expected here"),
        ('[{} {"username": "a"}]', "the JSON array is damaged: a comma or ']' is expected here"),
        ("[{}\n", "line 2: the file ends too early: a comma or ']' is expected here"),
        ('[{"username": "a}]', "the JSON array is damaged: the rest of the object is expected"),
        ("[]\n[]", "line 2: there is text after the end of the JSON array"),
    ],
)
def test_a_damaged_array_is_an_error_of_the_file(text: str, message: str) -> None:
    with pytest.raises(FileError) as caught:
        rows(text, "json")
    assert message in str(caught.value)
    assert caught.value.row is None


def test_an_invalid_item_of_an_array_does_not_stop_the_others() -> None:
    broken, right = rows('[{"username" "a"},\n{"username": "b"}]', "json")
    assert str(broken.error) == (
        "users.json, row 1: not valid JSON: Expecting ':' delimiter (character 13)"
    )
    assert right.record == {"username": "b"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "row 1: not valid JSON: Expecting property name enclosed in double quotes"),
        ("[]", 'row 1: must be a JSON object such as {"username": "ada"}, not an array'),
        ("7", "not a number"),
        ("null", "not null"),
        ("true", "not true or false"),
        ('"x"', "not a string"),
        ('{"name": NaN}', "not valid JSON: NaN is not JSON"),
        ('{"name": "a", "name": "b"}', "not valid JSON: an object has the key 'name' twice"),
        ("[" * 100_000, "not valid JSON: it is nested too deeply"),
        ('{"name": 5}', "column 'name': must be a string, not a number"),
        ('{"name": 1e400}', "column 'name': must be a string, not a number"),
        ('{"name": ["a"]}', "column 'name': must be a string, not an array"),
        ('{"name": "\\ud800"}', "column 'name': contains a lone surrogate"),
        ('{"blocked": "yes"}', "column 'blocked': must be true or false, not 'yes'"),
        ('{"blocked": {}}', "column 'blocked': must be true or false, not dict"),
        ('{"loginsCount": 1.5}', "column 'loginsCount': must be a whole number, not 1.5"),
        ('{"loginsCount": true}', "column 'loginsCount': must be a whole number, not True"),
        ('{"loginsCount": 2147483648}', "column 'loginsCount': must be from -2147483648 to"),
        ('{"lastLogin": "soon"}', "column 'lastLogin': must be an ISO 8601 time such as"),
        ('{"birthdate": "31.12.1990"}', "must be a date such as 1990-12-31, not '31.12.1990'"),
        ('{"birthdate": "1990-02-30"}', "must be a date such as 1990-12-31, not '1990-02-30'"),
        ('{"status": "Archived"}', "must be one of Activated, Suspended, Resigned, not 'Archived'"),
        ('{"status": "Activatd"}', "not 'Activatd'. Did you mean 'Activated'?"),
        ('{"groups": {}}', "column 'groups': must be a list of strings, not dict"),
        ('{"roles": [1]}', "column 'roles': must be a string, not a number"),
        ('{"identities": {}}', "column 'identities': must be a list of objects, not dict"),
        ('{"identities": [1]}', "column 'identities': [0] must be an object, not 1"),
        ('{"identities": [{"provider": "x"}]}', "'identities': [0].userIdInIdp is missing"),
        ('{"identities": [{"providr": "x"}]}', "[0].providr is an unknown key. Did you mean"),
        ('{"identities": [{"isSocial": 1}]}', "[0].isSocial must be true or false, not 1"),
        ('{"customData": []}', "column 'customData': must be an object, not list"),
        ('{"emial": "a@b.c"}', "column 'emial': There is no such field. Did you mean 'email'?"),
        ('{"policies": []}', "column 'policies': There is no such field."),
    ],
)
def test_an_invalid_row_has_an_error_with_its_place(text: str, message: str) -> None:
    error = error_of(text)
    assert error.startswith("users.json, row 1")
    assert message in error


def test_all_wrong_values_of_a_row_are_named() -> None:
    (row,) = rows('{"name": 1, "blocked": 2, "nickname": "x", "phone": 3}')
    assert row.record is None
    assert row.error is not None
    assert [column for column, _ in row.error.problems] == ["name", "blocked", "phone"]
    assert (row.error.row, row.error.line, row.error.column) == (1, 1, "name")
    assert str(row.error) == (
        "users.json, row 1, column 'name': must be a string, not a number; column 'blocked': must "
        "be true or false, not 2; column 'phone': must be a string, not a number"
    )


def test_null_clears_what_can_be_cleared() -> None:
    text = (
        '{"name": null, "groups": null, "roles": null, "identities": null, "status": null, '
        '"id": null, "customData": {"badge": null}, "keepPassword": null}'
    )
    (row,) = rows(text)
    assert row.record == {
        "name": None,
        "groups": [],
        "roles": [],
        "identities": [],
        "customData": {"badge": None},
    }


def test_passwords_are_masked_and_hashes_are_kept() -> None:
    plain, hashed = rows('{"password": "canary-1"}\n{"passwordHash": "canary-2"}')
    assert plain.record == {"password": "canary-1"}
    assert hashed.record == {"password": "canary-2", "keepPassword": True}
    assert "canary" not in repr([plain, hashed]) + repr([plain.record, hashed.record])


@pytest.mark.parametrize(
    "text",
    [
        '{"password": "canary-1", "passwordHash": "canary-2"}',
        '{"password": ["canary-1"], "identities": [{"accessToken": ["canary-2"]}]}',
        '{"password" "canary-1"}',
    ],
)
def test_errors_show_no_passwords(text: str) -> None:
    error = error_of(text)
    assert "row 1" in error
    assert "canary" not in error


def test_users_as_the_api_returns_them_are_read() -> None:
    text = (
        '{"id": "1", "arn": "a", "username": "ada", "phone": null, "password": null, "token": null,'
        ' "status": "Activated", "customData": null, "identities": [{"provider": "x", '
        '"userIdInIdp": "7", "userId": "1", "userPoolId": "2", "openid": null, '
        '"accessToken": "canary"}]}'
    )
    (row,) = rows(text)
    identity = {"provider": "x", "userIdInIdp": "7", "openid": None, "accessToken": "canary"}
    assert row.record == {
        "id": "1",
        "username": "ada",
        "phone": None,
        "status": "Activated",
        "identities": [identity],
    }
    assert "canary" not in repr(row.record)


def test_keys_can_have_other_names() -> None:
    text = (
        '{"Work e-mail": "a@b.c", "given_name": "Ada", "Notes": 7, "custom.level": 7, "arn": "x"}'
    )
    options: dict[str, Any] = {"columns": {"Work e-mail": "email", "Notes": "-"}}
    with read_users(io.StringIO(text), format="jsonl", **options) as file:
        assert file.ignored == {}
        (record,) = file.records()
        assert file.ignored == {"Notes": "mapped to '-'", "arn": "read-only"}
    assert record == {"email": "a@b.c", "givenName": "Ada", "customData": {"level": 7}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"email": "a", "Email": "b"}', "'Email': the row has another value for 'email'"),
        (
            '{"custom.x": 1, "customData": {"x": 2}}',
            "'customData': the row has another value for the custom field 'x'",
        ),
    ],
)
def test_a_field_has_one_value(text: str, message: str) -> None:
    assert message in error_of(text)


def test_custom_fields_have_their_declared_types() -> None:
    types: Any = {"level": "NUMBER", "hired": "DATETIME", "prefs": "OBJECT", "ok": "BOOLEAN"}
    text = '{"customData": {"level": "7", "ok": 1}, "custom.hired": "soon", "custom.levle": 1}'
    (row,) = rows(text, custom_fields=types)
    assert str(row.error) == (
        "users.json, row 1, column 'custom.levle': The pool has no custom field 'levle'."
        " Did you mean 'level'?"
    )
    (row,) = rows(text.replace(', "custom.levle": 1', ""), custom_fields=types)
    assert row.error is not None
    assert row.error.problems == (
        ("customData", "['level'] must be a number, not '7'"),
        (
            "custom.hired",
            "must be an ISO 8601 date or time such as 2026-01-05 or 2026-01-05T08:00:00Z, or "
            "milliseconds since 1970, not 'soon'",
        ),
    )
    assert "has the key 'levl'. The pool has no custom field 'levl'" in error_of(
        '{"customData": {"levl": 1}}', custom_fields=types
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ('{"hired": true}', "['hired'] must be a time, not True"),
        ('{"level": true}', "['level'] must be a number, not True"),
        ('{"prefs": {"a": "\\udc00"}}', "['prefs'] contains a lone surrogate"),
        ('{"hired": 1e400}', "['hired'] must be an ISO 8601 date or time"),
    ],
)
def test_a_wrong_value_of_a_custom_field_is_named(value: str, message: str) -> None:
    types: Any = {"level": "NUMBER", "hired": "DATETIME", "prefs": "OBJECT"}
    assert message in error_of(f'{{"customData": {value}}}', custom_fields=types)


def test_numbers_that_python_lacks_stay_the_same() -> None:
    value = '{"a": [1e400, {"b": -1E+999, "c": null}], "d": "x"}'
    text = f'{{"customData": {{"level": 1e400, "prefs": {value}}}}}\n'
    for types in (None, {"level": "NUMBER", "prefs": "OBJECT"}):
        options: Any = {"custom_fields": types}
        items = read(text, "jsonl", **options)
        assert written(items, "jsonl", **options).decode() == text
        for format in FORMATS:
            again = read(written(items, format, **options), format, **options)
            assert written(again, "jsonl", **options).decode() == text


def test_records_end_with_the_first_error() -> None:
    with read_users(io.StringIO('{"name": "a"}\n{"name": 1}'), format="jsonl") as file:
        records = file.records()
        assert next(records) == {"name": "a"}
        with pytest.raises(FileError, match="row 2, column 'name': must be a string"):
            next(records)


def test_the_check_of_dates_can_be_switched_off() -> None:
    text = '{"birthdate": "31.12.", "lastLogin": "soon", "custom.hired": "soon"}'
    (row,) = rows(text, check_dates=False, custom_fields={"hired": "DATETIME"})
    assert row.record == {
        "birthdate": "31.12.",
        "lastLogin": "soon",
        "customData": {"hired": "soon"},
    }


@pytest.mark.parametrize("text", ["1990", "1990-12", "0000-02-29", "1990-12-31T00:00:00.000Z"])
def test_dates_can_be_incomplete(text: str) -> None:
    (row,) = rows(f'{{"birthdate": "{text}"}}')
    assert row.record == {"birthdate": text}


def test_a_row_that_is_too_long_is_an_error_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("authing_users.files._json_rows.MAX_ROW_LENGTH", 1000)
    monkeypatch.setattr("authing_users.files._json_rows.CHUNK", 100)
    long = '{"name": "' + "x" * 2000 + '"}'
    with pytest.raises(FileError, match="line 2: the line is longer than 1000 characters"):
        rows(f"{{}}\n{long}")
    with pytest.raises(FileError, match="line 2: the object is longer than 1000 characters"):
        rows(f"[{{}},\n{long}]", "json")


def test_files_of_objects_are_easy_to_read() -> None:
    items: list[dict[str, Any]] = [
        {"customData": {"b": 1, "a": 2.5}, "groups": ["x"], "username": "ä", "id": "1"},
        {"email": None},
    ]
    lines = '{"id": "1", "username": "ä", "groups": ["x"], "customData": {"a": 2.5, "b": 1}}'
    assert written(items, "jsonl").decode() == f'{lines}\n{{"email": null}}\n'
    assert written(items, "json").decode() == f'[\n{lines},\n{{"email": null}}\n]\n'
    assert (written([], "jsonl"), written([], "json")) == (b"", b"[]\n")


def test_unknown_keys_and_values_are_not_written() -> None:
    writer = UserWriter(io.BytesIO(), format="jsonl")
    with pytest.raises(FileError, match="row 1, column 'emial': there is no such field"):
        writer.write({"emial": "a@b.c"})
    with pytest.raises(FileError, match="column 'customData': \\['x'\\] object cannot be repr"):
        writer.write({"customData": {"x": object()}})
    with pytest.raises(FileError, match="column 'customData': \\['x'\\] Out of range float"):
        writer.write({"customData": {"x": float("nan")}})
    assert writer.count == 0
