"""Values of inputs: conversion to text, and errors of models that callers build."""

import copy
import pickle
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import AliasChoices, ConfigDict, Field, SecretStr, ValidationError, field_validator

from authing_users import (
    AuthingError,
    CreateUserInput,
    InvalidInputError,
    PolicyStatementConditionInput,
    PolicyStatementInput,
    UpdateUserInput,
)
from authing_users._inputs.checks import input_model, non_empty_string, string_list
from authing_users._inputs.users import new_user, new_users, user_updates

NOON = datetime(2020, 10, 15, 12, 0, 0, 700_000, timezone(timedelta(hours=8)))
ID = UUID("12345678-1234-5678-1234-567812345678")
PASSWORD = "correct-horse-battery"


class Gender(StrEnum):
    FEMALE = "F"


class Named(Enum):
    FEMALE = "F"
    NUMBER = 1


class Level(IntEnum):
    HIGH = 3


class Build:
    """The two ways to pass a field, each as a function that returns what is sent."""

    @staticmethod
    def from_dict(key: str, value: object) -> object:
        return user_updates({key: value}).model_dump(by_alias=True, exclude_unset=True)[key]

    @staticmethod
    def from_model(key: str, value: object) -> object:
        model = UpdateUserInput(**{key: value})  # type: ignore[arg-type]
        return user_updates(model).model_dump(by_alias=True, exclude_unset=True)[key]


@pytest.mark.parametrize("build", [Build.from_dict, Build.from_model])
@pytest.mark.parametrize(
    ("key", "value", "sent"),
    [
        ("lastLogin", NOON, "2020-10-15T12:00:00.700000+08:00"),
        ("lastLogin", NOON.astimezone(UTC), "2020-10-15T04:00:00.700000+00:00"),
        ("tokenExpiredAt", NOON, "2020-10-15T12:00:00.700000+08:00"),
        ("lastLogin", "2020-10-15T12:00:00Z", "2020-10-15T12:00:00Z"),
        ("birthdate", date(2000, 1, 2), "2000-01-02"),
        ("birthdate", "2000-01-02", "2000-01-02"),
        ("externalId", ID, str(ID)),
        ("gender", Gender.FEMALE, "F"),
        ("gender", Named.FEMALE, "F"),
        ("loginsCount", Level.HIGH, 3),
        ("lastLogin", None, None),
    ],
)
def test_values_with_one_right_text_are_converted(
    build: Any, key: str, value: object, sent: object
) -> None:
    converted = build(key, value)
    assert converted == sent
    assert isinstance(converted, Enum) is isinstance(sent, Enum)


@pytest.mark.parametrize("build", [Build.from_dict, Build.from_model])
@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("lastLogin", NOON.replace(tzinfo=None), "a time zone: write value.astimezone() for local"),
        ("lastLogin", date(2020, 1, 2), "write datetime(2020, 1, 2, tzinfo=timezone.utc)"),
        ("lastLogin", 1600000000, "must be a string, not int: write str(value)"),
        ("birthdate", NOON, "must be a date, not datetime: write value.date()"),
        ("phone", 18812345678, "phone must be a string, not int: write str(value)"),
        ("phone", 1.5, "must be a string, not float: write str(value)"),
        ("phone", Decimal(1), "must be a string, not Decimal: write str(value)"),
        ("phone", True, "must be a string, not bool"),
        ("phone", NOON, "must be a string, not datetime: write value.isoformat()"),
        ("phone", date(2020, 1, 2), "must be a string, not date: write value.isoformat()"),
        ("phone", b"1", "must be a string, not bytes: write value.decode()"),
        ("photo", Path("a.png"), "write str(value)"),
        ("password", SecretStr(PASSWORD), "SecretStr: write value.get_secret_value()"),
        ("gender", Named.NUMBER, "must be a string, not Named: write str(value.value)"),
        ("gender", ["F"], "must be a string, not list"),
        ("gender", "\ud800", "contains a lone surrogate"),
        ("loginsCount", "2", "must be a whole number, not str: write int(value)"),
        ("loginsCount", 2.0, "must be a whole number, not float: write int(value)"),
        ("loginsCount", True, "must be a whole number, not bool"),
        ("loginsCount", 2**31, "to 2147483647"),
        ("blocked", 1, "blocked must be True or False, not int"),
        ("blocked", "true", "blocked must be True or False, not str"),
    ],
)
def test_other_values_are_rejected_with_the_code_to_write(
    build: Any, key: str, value: object, sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        build(key, value)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith((f"updates.{key} ", f"UpdateUserInput.{key} "))


def test_arguments_accept_uuids_and_enum_members_as_text() -> None:
    assert non_empty_string(ID, "userId") == str(ID)
    assert non_empty_string(Named.FEMALE, "code") == "F"
    assert type(non_empty_string(Gender.FEMALE, "code")) is str
    assert string_list([ID, Gender.FEMALE], "codes", "[…]") == [str(ID), "F"]


def test_a_model_with_a_wrong_name_suggests_the_right_one() -> None:
    built: Any = CreateUserInput
    for name, suggestion in {
        "usernam": "username",
        "given_nam": "given_name",
        "givenNam": "givenName",
        "signedUpd": "signedUp",
    }.items():
        with pytest.raises(InvalidInputError) as caught:
            built(**{name: "x"})
        expected = f"Unknown key {name!r} in CreateUserInput. Did you mean {suggestion!r}?"
        assert str(caught.value) == expected
        assert isinstance(caught.value, ValueError)
        assert isinstance(caught.value, AuthingError)


def test_models_accept_the_names_of_attributes_and_of_the_api() -> None:
    built: Any = CreateUserInput
    assert built(givenName="Bob", lastIP="::1") == CreateUserInput(given_name="Bob", last_ip="::1")


def test_inner_values_of_models_are_checked() -> None:
    built: Any = PolicyStatementInput
    condition = {"param": "UserPoolId", "operator": "Equal", "value": "x"}
    statement = built(resource="book:*", actions="book:read", effect="DENY", condition=[condition])
    assert statement == PolicyStatementInput(
        resource="book:*",
        actions=["book:read"],
        effect=statement.effect,
        condition=[PolicyStatementConditionInput(param="UserPoolId", operator="Equal", value="x")],
    )
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"resource": "x"}, "PolicyStatementInput.actions is missing"),
        ({"resource": "x", "actions": [1]}, "PolicyStatementInput.actions[0] must be a string"),
        ({"resource": "x", "actions": [], "effect": "NO"}, "must be one of ALLOW, DENY, not 'NO'"),
        (
            {"resource": "x", "actions": [], "condition": [{**condition, "parm": 1}]},
            "Unknown key 'parm' in PolicyStatementInput.condition[0]. Did you mean 'param'?",
        ),
        (
            {"resource": "x", "actions": [], "condition": ["x"]},
            "PolicyStatementInput.condition[0] must be a dict or PolicyStatementConditionInput",
        ),
    ]
    for fields, sentence in wrong:
        with pytest.raises(InvalidInputError) as caught:
            built(**fields)
        assert sentence in str(caught.value)


def test_assigned_values_are_converted_and_checked_when_the_model_is_used() -> None:
    model: Any = UpdateUserInput()
    model.last_login = NOON
    assert user_updates(model).last_login == NOON.isoformat()
    model.last_login = 5
    with pytest.raises(InvalidInputError, match=r"updates\.lastLogin must be a string, not int"):
        user_updates(model)


def test_pydantic_validates_without_the_conversions() -> None:
    with pytest.raises(ValidationError):
        CreateUserInput.model_validate({"usernam": "x"})
    with pytest.raises(ValidationError):
        CreateUserInput.model_validate_json('{"username": 5}')
    model = CreateUserInput(username="bob", password=PASSWORD)
    assert copy.deepcopy(model) == pickle.loads(pickle.dumps(model)) == model


class AcmeUserInput(CreateUserInput):
    level: int | None = None

    @field_validator("level")
    @classmethod
    def _check(cls, level: int | None) -> int | None:
        if level == 13:
            raise ValueError("Level 13 does not exist")
        return level


def test_validators_of_subclasses_raise_invalid_input_errors() -> None:
    assert AcmeUserInput(level=3, last_login="2020-10-15").level == 3
    with pytest.raises(InvalidInputError, match=r"^AcmeUserInput\.level: level 13 does not exist$"):
        AcmeUserInput(level=13)
    with pytest.raises(InvalidInputError, match=r"^userInfo\.level: level 13 does not exist$"):
        input_model(AcmeUserInput, {"level": 13}, "userInfo")
    with pytest.raises(InvalidInputError, match="Did you mean 'level'"):
        AcmeUserInput(levle=1)  # type: ignore[call-arg]


class LenientUserInput(CreateUserInput):
    model_config = ConfigDict(extra="allow")

    badge: str | None = Field(default=None, validation_alias=AliasChoices("badge", "badgeNumber"))


def test_subclasses_keep_their_aliases_and_extra_fields() -> None:
    built: Any = LenientUserInput
    user = built(badgeNumber="7", floor=3, username=Gender.FEMALE)
    assert (user.badge, user.floor, user.username) == ("7", 3, "F")


@pytest.mark.parametrize(
    "fields",
    [
        {"usernam": "bob"},
        {"username": 5},
        {"phone": [PASSWORD]},
        {"loginsCount": PASSWORD},
        {"oauth": {"token": PASSWORD}},
    ],
)
def test_errors_of_models_contain_no_secrets(fields: dict[str, Any]) -> None:
    built: Any = CreateUserInput
    with pytest.raises(InvalidInputError) as caught:
        built(**{"password": PASSWORD, **fields})
    assert PASSWORD not in str(caught.value)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in shown.stack if frame.filename != __file__]
    assert ours
    assert all(PASSWORD not in str(frame.locals) for frame in ours)
    assert shown.__cause__ is None
    assert shown.__context__ is None


@pytest.mark.parametrize(
    ("key", "created", "updated"),
    [
        ("status", "suspend('USER_ID')", "activate('USER_ID')"),
        ("customData", "custom_data={'KEY': value}", "set_udf_value('USER_ID', {'KEY': value})"),
        ("custom_data", "custom_data={'KEY': value}", "set_udf_value('USER_ID', {'KEY': value})"),
        ("groups", "add_group('USER_ID', 'GROUP')", "remove_group(…)"),
        ("roles", "add_roles('USER_ID', ['ROLE'])", "remove_roles(…)"),
        ("policies", "add_policies('USER_ID', ['POLICY'])", "remove_policies(…)"),
        ("identities", "identity={…}", "unlink_identity('USER_ID', …)"),
        ("id", "read-only", "read-only"),
        ("arn", "read-only", "read-only"),
        ("createdAt", "read-only", "read-only"),
        ("created_at", "read-only", "read-only"),
        ("userPoolId", "read-only", "read-only"),
        ("token", "read-only", "read-only"),
    ],
)
def test_keys_that_belong_to_another_method_say_so(key: str, created: str, updated: str) -> None:
    calls: list[tuple[Callable[[Any], object], str, str]] = [
        (new_user, "userInfo", created),
        (lambda fields: new_users([fields]), "users[0]", created),
        (user_updates, "updates", updated),
    ]
    for call, where, sentence in calls:
        with pytest.raises(InvalidInputError) as caught:
            call({key: "x"})
        assert str(caught.value).startswith(f"{where}.{key}: ")
        assert sentence in str(caught.value)


def test_fields_that_only_one_of_the_methods_can_set() -> None:
    with pytest.raises(InvalidInputError, match=r"tokenExpiredAt: can be set only by update\(\)"):
        new_user({"tokenExpiredAt": NOON})
    with pytest.raises(InvalidInputError, match=r"users\[1\]\.city: can be set only by update"):
        new_users(iter([{"username": "ada"}, {"city": "London"}]))
    with pytest.raises(InvalidInputError, match="signedUp: can be set only when a user is created"):
        user_updates({"signedUp": NOON})


def test_own_fields_of_the_callers_models_are_not_taken_for_read_only_ones() -> None:
    class Acme(UpdateUserInput):
        status: str | None = None

    updates: Any = user_updates({"status": "x"}, Acme)
    assert updates.status == "x"
