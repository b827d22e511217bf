"""Columns of files: the fields that they stand for, and the errors about unknown ones."""

import io
from typing import Any

import pytest

from authing_users import CreateUserInput, InvalidInputError
from authing_users.files import FileError, UserFile, read_users

from .records import FORMATS, read, written


class EmployeeInput(CreateUserInput):
    """An input with fields that a newer server has."""

    job_title: str | None = None
    seats: int | None = None
    ratio: float | None = None


def opened(header: str, **options: Any) -> UserFile:
    return read_users(io.StringIO(f"{header}\n"), format="csv", name="users.csv", **options)


def error_of(header: str, **options: Any) -> str:
    with pytest.raises(InvalidInputError) as caught:
        opened(header, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("email", "email"),
        ("E-Mail", "email"),
        (" Email ", "email"),
        ("external_id", "externalId"),
        ("External ID", "externalId"),
        ("GIVEN-NAME", "givenName"),
        ("last_ip", "lastIP"),
        ("password_hash", "passwordHash"),
        ("Custom.level", "custom.level"),
        ("customData.level", "custom.level"),
        ("custom_data", "customData"),
        ("token expired at", "tokenExpiredAt"),
        ("Keep password", "keepPassword"),
    ],
)
def test_usual_spellings_of_a_field_are_known(name: str, field: str) -> None:
    with opened(name) as file:
        assert file.fields == {name: field}
        assert file.header == [name]


def test_columns_can_be_mapped_and_ignored() -> None:
    columns = {"Work e-mail": "E-Mail", "Level": "custom.level", "Notes": "-", "Old": "", "": "-"}
    with opened("Work e-mail,Level,Notes,Old,,createdAt,_error", columns=columns) as file:
        assert file.fields == {"Work e-mail": "email", "Level": "custom.level"}
        ignored = "mapped to '-'"
        assert file.ignored == {
            "Notes": ignored,
            "Old": ignored,
            "": ignored,
            "createdAt": "read-only",
        }


def test_all_unknown_columns_are_named_at_once() -> None:
    assert error_of("Work e-mail,Emial,name,Zzz") == (
        "users.csv, line 1: Unknown columns: 'Work e-mail' (did you mean 'email'?); 'Emial' (did "
        "you mean 'email'?); 'Zzz'. Map each to a field, or to '-' to ignore it: "
        "columns={'Work e-mail': 'email'} (--map 'Work e-mail=email')."
    )


def test_the_line_of_the_header_is_named_in_tables_only() -> None:
    with pytest.raises(FileError, match=r"^users\.csv, line 2: Unknown columns: 'emial'"):
        read_users(io.StringIO("sep=;\nemial\n"), format="csv", name="users.csv")
    for name in ("_extra", "_error"):
        stream = io.StringIO(f"name,{name}\na,b\n")
        if name == "_error":
            assert read(stream.getvalue(), "csv") == [{"name": "a"}]
        else:
            with pytest.raises(FileError, match="Unknown columns: '_extra'"):
                read_users(stream, format="csv")


def test_unknown_custom_fields_are_columns_that_are_unknown() -> None:
    types: Any = {"level": "NUMBER"}
    error = error_of("custom.levle,custom.x", custom_fields=types)
    assert "'custom.levle' (did you mean 'custom.level'?); 'custom.x'." in error


@pytest.mark.parametrize(
    ("header", "columns", "message"),
    [
        ("email,E-Mail", {}, "The columns 'email', 'E-Mail' all stand for 'email': keep one of"),
        ("email,Mail", {"Mail": "email"}, "The columns 'email', 'Mail' all stand for 'email'"),
        ("email,,name", {}, "Column 2 has no name. To ignore it, map it: columns={'': '-'} (--map"),
        (
            "Work Mail",
            {"Work mail": "email"},
            "There is no column 'Work mail' to map. Did you mean",
        ),
        ("email", {"Mail": "phone"}, "There is no column 'Mail' to map. The file has 'email'."),
        ("email", {"email": "emial"}, "columns['email']: there is no field 'emial'. Did you mean"),
        ("email", {"email": "arn"}, "columns['email']: there is no field 'arn'."),
    ],
)
def test_wrong_headers_and_mappings_are_rejected(
    header: str, columns: dict[str, str], message: str
) -> None:
    assert message in error_of(header, columns=columns)


def test_a_password_and_a_hash_are_not_both_possible() -> None:
    text = "username,password,passwordHash\na,canary,\nb,,canary\nc,canary,canary\n"
    with read_users(io.StringIO(text), format="csv", name="users.csv") as file:
        plain, hashed, both = file
    assert plain.record == {"username": "a", "password": "canary"}
    assert hashed.record == {"username": "b", "password": "canary", "keepPassword": True}
    assert str(both.error) == (
        "users.csv, row 3 (line 4), column 'passwordHash': the row has both a password and a "
        "password hash: keep one of them"
    )


def test_types_of_custom_fields_are_checked() -> None:
    types: Any = {"level": "NUMBR"}
    with pytest.raises(InvalidInputError, match=r"custom_fields\['level'\] must be one of STRING"):
        opened("email", custom_fields=types)


def test_the_fields_of_an_own_input_are_accepted() -> None:
    text = "username,jobTitle,seats,ratio\na,Chief,2,0.5\n"
    record = {"username": "a", "jobTitle": "Chief", "seats": 2, "ratio": 0.5}
    assert read(text, "csv", create_input=EmployeeInput) == [record]
    for format in FORMATS:
        data = written([record], format, create_input=EmployeeInput)
        assert read(data, format, create_input=EmployeeInput) == [record]
    with pytest.raises(FileError, match="Unknown columns: 'jobTitle'; 'seats' "):
        read(text, "csv")
