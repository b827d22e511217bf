"""Columns of files: the fields that they stand for, and the errors about unknown ones."""

import io
from typing import Any

import pytest

from authing_graphql import InputModel
from authing_users import CreateUserInput, InvalidInputError, User, UserStatus
from authing_users.files import FileError, UserFile, read_users, user_to_record

from .records import FORMATS, read, written


class Office(InputModel):
    """A part of an input."""

    floor: int | None = None


class EmployeeInput(CreateUserInput):
    """An input with fields that a newer server has."""

    job_title: str | None = None
    seats: int | None = None
    ratio: float | None = None
    level: UserStatus | None = None
    offices: list[Office] | None = None
    grid: list[list[str]] | None = None


class EmployeeUser(User):
    """A user with these fields."""

    job_title: str | None = None
    seats: int | None = None
    ratio: float | None = None
    level: UserStatus | None = None
    offices: list[Office] | None = None
    grid: list[list[str]] | None = None


OWN_FIELDS: dict[str, Any] = {
    "username": "a",
    "jobTitle": "Chief",
    "seats": 2,
    "ratio": 0.5,
    "level": "Activated",
    "offices": [{"floor": 3}, {"floor": None}],
    "grid": [["a", "b"], []],
}


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
    for format in FORMATS:
        data = written([OWN_FIELDS], format, create_input=EmployeeInput)
        assert read(data, format, create_input=EmployeeInput) == [OWN_FIELDS]
    text = "jobTitle,seats,ratio\nChief,2,0.5\n"
    record = {"jobTitle": "Chief", "seats": 2, "ratio": 0.5}
    assert read(text, "csv", create_input=EmployeeInput) == [record]
    with pytest.raises(FileError, match="Unknown columns: 'jobTitle'; 'seats' "):
        read(text, "csv")


@pytest.mark.parametrize(
    ("name", "cell", "message"),
    [
        ("ratio", "x", "must be a number, not 'x'"),
        ("ratio", "1e400", "must be a number, not '1e400'"),
        ("ratio", "true", "must be a number, not 'true'"),
        ("level", "Actve", "must be one of Suspended, Resigned, Activated, Archived, not 'Actve'"),
        ("offices", "x", "is not valid JSON"),
        ("offices", "7", "must be a dict or Office, not int"),
        ("grid", "{", "is not valid JSON"),
    ],
)
def test_wrong_cells_of_an_own_input_are_named(name: str, cell: str, message: str) -> None:
    text = f"username,{name}\nada,{cell}\n"
    with read_users(io.StringIO(text), format="csv", create_input=EmployeeInput) as file:
        (row,) = file
    assert f"row 1 (line 2), column '{name}': {message}" in str(row.error)


def test_the_own_fields_of_users_are_exported() -> None:
    content = {**OWN_FIELDS, "id": "1", "gender": "F"}
    known = User.model_validate({name: content[name] for name in ("id", "username", "gender")})
    own = EmployeeUser.model_validate(content)
    assert user_to_record(known, create_input=EmployeeInput) == {"username": "a", "gender": "F"}
    assert user_to_record(own, create_input=EmployeeInput) == {**OWN_FIELDS, "gender": "F"}
    assert user_to_record(User.model_validate(content), create_input=EmployeeInput) == {
        **OWN_FIELDS,
        "gender": "F",
    }
    assert user_to_record(own) == {"username": "a", "gender": "F"}


def test_a_hash_is_always_kept() -> None:
    text = "username,keepPassword,passwordHash\na,true,h\nb,false,h\nc,,h\nd,true,\n"
    with read_users(io.StringIO(text), format="csv") as file:
        first, second, third, fourth = file
    hashed = {"password": "h", "keepPassword": True}
    assert first.record == {"username": "a", **hashed}
    assert "'keepPassword' must not be false" in str(second.error)
    assert third.record == {"username": "c", **hashed}
    assert fourth.record == {"username": "d", "keepPassword": True}
