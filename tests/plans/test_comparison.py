"""Values of records are compared with users as the API stores them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from authing_users import User
from authing_users._inputs.records import parse_record
from authing_users._plans.comparison import changes_of, is_same_custom_value, state_of
from authing_users._user_record import Change


def differences(stored: dict[str, Any], content: dict[str, Any]) -> dict[str, Change]:
    state = state_of(User.model_validate({"id": "u-1", **stored}))
    return dict(changes_of(parse_record(content, index=0), state).fields)


@pytest.mark.parametrize(
    ("name", "stored", "value"),
    [
        ("email", "ada@example.com", "Ada@Example.COM"),
        ("username", None, ""),
        ("phone", "18800000001", "188 0000-0001"),
        ("lastLogin", "2024-02-29T20:30:00+08:00", "2024-02-29T12:30:00Z"),
        ("lastLogin", "2024-02-29T20:30:00+08:00", datetime(2024, 2, 29, 12, 30, tzinfo=UTC)),
        ("lastLogin", "2024-02-29T20:30:00+08:00", "2024-02-29 20:30"),
        ("birthdate", "1815-12-10", date(1815, 12, 10)),
        ("name", None, None),
        ("blocked", False, False),
    ],
)
def test_equal_value_is_no_change(name: str, stored: object, value: object) -> None:
    assert differences({name: stored}, {name: value}) == {}


@pytest.mark.parametrize(
    ("name", "stored", "value"),
    [
        ("username", "ada", "Ada"),
        ("phone", "18800000001", "18800000002"),
        ("lastLogin", "2024-02-29T20:30:00+08:00", "2024-02-29T20:30:00Z"),
        ("name", "Ada", None),
        ("name", None, ""),
        ("loginsCount", 0, 1),
    ],
)
def test_other_value_is_a_change(name: str, stored: object, value: object) -> None:
    assert differences({name: stored}, {name: value}) == {name: Change(stored, value)}


def test_phone_number_is_compared_with_its_country_code() -> None:
    stored = {"phone": "18800000001", "phoneCountryCode": "+86"}
    assert differences(stored, {"phone": "+86 188 0000 0001"}) == {}
    assert differences(stored, {"phone": "+44 188 0000 0001"}).keys() == {"phone"}


def test_fields_that_were_not_read_are_not_compared() -> None:
    assert differences({"name": "Ada"}, {"nickname": "a", "password": "x", "expiredAt": "y"}) == {}


def test_fields_that_only_creation_sets_are_reported_apart() -> None:
    state = state_of(
        User.model_validate({"id": "u-1", "registerSource": ["x"], "isDeleted": False})
    )
    content: Any = {"registerSource": ["y"], "isDeleted": None}
    changes = changes_of(parse_record(content, index=0), state)
    assert not changes
    assert changes.not_writable == {"registerSource": Change(["x"], ["y"])}


@pytest.mark.parametrize(
    ("data_type", "stored", "value"),
    [
        ("STRING", "007", "007"),
        ("NUMBER", "7", 7),
        ("NUMBER", "7", 7.0),
        ("BOOLEAN", "true", True),
        ("DATETIME", "2019-04-01", date(2019, 4, 1)),
        ("DATETIME", "2019-04-01", "2019-04-01"),
        ("DATETIME", "2019-04-01T10:00:00Z", datetime(2019, 4, 1, 10, tzinfo=UTC)),
        ("DATETIME", "1554112800000", datetime(2019, 4, 1, 10, tzinfo=UTC)),
        ("OBJECT", '{"b":[1,true],"a":null}', {"a": None, "b": [1.0, True]}),
        ("OBJECT", '"x"', "x"),
    ],
)
def test_equal_custom_value_is_no_change(data_type: str, stored: str, value: object) -> None:
    assert is_same_custom_value(value, read(data_type, stored))


@pytest.mark.parametrize(
    ("data_type", "stored", "value"),
    [
        ("STRING", "7", 7),
        ("NUMBER", "1", True),
        ("NUMBER", "7", "7"),
        ("DATETIME", "2019-04-01", datetime(2019, 4, 1)),  # noqa: DTZ001
        ("DATETIME", "2019-04-01T00:00:00", date(2019, 4, 1)),
        ("OBJECT", '{"a":1}', {"a": True}),
        ("OBJECT", "[1,2]", [1]),
    ],
)
def test_other_custom_value_is_a_change(data_type: str, stored: str, value: object) -> None:
    assert not is_same_custom_value(value, read(data_type, stored))


def read(data_type: str, stored: str) -> object:
    """Return a stored value as a result contains it."""
    items = [{"key": "x", "dataType": data_type, "value": stored}]
    user = User.model_validate({"id": "u-1", "customData": items})
    assert user.custom_data is not None
    return user.custom_data["x"]


def test_value_of_a_custom_field_can_be_removed_and_added() -> None:
    items = [{"key": "badge", "dataType": "STRING", "value": "007"}]
    state = state_of(User.model_validate({"id": "u-1", "customData": items}))
    content: Any = {"customData": {"badge": None, "level": 7, "school": None}}
    changes = changes_of(parse_record(content, index=0), state)
    assert changes.custom_data == {"badge": Change("007", None), "level": Change(None, 7)}


def test_identities_are_added_and_never_removed() -> None:
    linked = [
        {"provider": "wechat", "userIdInIdp": "7", "connectionId": "wx"},
        {"provider": "ldap", "userIdInIdp": "8"},
    ]
    state = state_of(User.model_validate({"id": "u-1", "identities": linked}))
    content: Any = {
        "identities": [
            {"provider": "social", "userIdInIdp": "7", "connectionId": "wx"},
            {"provider": "ldap", "userIdInIdp": "9"},
        ]
    }
    (added,) = changes_of(parse_record(content, index=0), state).identities
    assert (added.provider, added.user_id_in_idp) == ("ldap", "9")
