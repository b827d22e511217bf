"""The checks of what callers pass in."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast, get_args

import pytest
from hypothesis import given, strategies as st

from authing_graphql import SearchUserGroupOpt, input_dicts
from authing_users import (
    CreateUserInput,
    FindOptionsDict,
    InvalidInputError,
    SearchOptionsDict,
    UpdateUserInput,
    UserInfoDict,
)
from authing_users._inputs.checks import non_empty_string, positive_int, string_list
from authing_users._inputs.policies import policy_statements
from authing_users._inputs.search import (
    FindOptionsKey,
    SearchOptions,
    SearchOptionsKey,
    filter_conditions,
    search_options,
    search_text,
)
from authing_users._inputs.users import UserInfoKey, new_user, user_updates


def test_a_rejected_value_is_not_shown() -> None:
    with pytest.raises(InvalidInputError) as caught:
        new_user({"password": 12345678})
    assert "12345678" not in str(caught.value)


def test_the_callers_dict_is_not_modified() -> None:
    info: dict[str, object] = {"username": "bob", "registerSource": "x", "city": "Shenzhen"}
    copy = dict(info)
    new_user(info)
    assert info == copy


def test_a_single_register_source_becomes_a_list() -> None:
    for source in ("a", ["a"], ("a",)):
        created, _ = new_user({"registerSource": source})
        assert created.register_source == ["a"]


def test_a_single_action_becomes_a_list() -> None:
    for actions in ("book:read", ["book:read"], ("book:read",)):
        (statement,) = policy_statements([{"resource": "book:*", "actions": actions}])
        assert statement.actions == ["book:read"]


def test_city_and_province_are_moved_to_an_update() -> None:
    created, updates = new_user({"username": "bob", "city": "Shenzhen", "province": None})
    assert created.model_dump(exclude_unset=True) == {"username": "bob"}
    assert updates is not None
    assert updates.model_dump(exclude_unset=True) == {"city": "Shenzhen", "province": None}
    _, updates = new_user({"username": "bob", "city": None})
    assert updates is None


def test_an_input_model_is_accepted_and_not_modified() -> None:
    info = CreateUserInput(username="bob")
    created, updates = new_user(info)
    assert created == info
    assert created is not info
    assert updates is None
    assert user_updates(UpdateUserInput(phone=None)).model_fields_set == {"phone"}


@given(st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.booleans()))
def test_any_dict_is_accepted_or_rejected_without_change(info: dict[str, object]) -> None:
    copy = dict(info)
    for check in (new_user, user_updates):
        with suppress(InvalidInputError):
            check(info)
    assert info == copy


@given(st.text() | st.integers() | st.none() | st.lists(st.text() | st.integers()))
def test_a_string_list_accepts_only_non_blank_strings(value: Any) -> None:
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    if all(isinstance(item, str) and item.strip() for item in items):
        assert string_list(items, "ids", "[…]") == list(dict.fromkeys(items))
    else:
        with pytest.raises(InvalidInputError):
            string_list(items if isinstance(value, list) else value, "ids", "[…]")


@given(st.integers() | st.booleans() | st.floats() | st.text())
def test_counts_are_positive_32_bit_numbers(value: Any) -> None:
    fits = type(value) is int and 1 <= value < 2**31
    if fits:
        assert positive_int(value, "page") == value
    else:
        with pytest.raises(InvalidInputError):
            positive_int(value, "page")


@given(st.text())
def test_a_blank_string_is_rejected(value: str) -> None:
    if value.strip():
        assert non_empty_string(value, "id") == value
    else:
        with pytest.raises(InvalidInputError):
            non_empty_string(value, "id")


def test_a_blank_query_is_accepted_only_with_restricting_options() -> None:
    restricting: list[dict[str, Any]] = [
        {"departmentOpts": [{"departmentId": "a"}]},
        {"groupOpts": [{"code": "a"}]},
        {"roleOpts": [{"code": "a"}]},
    ]
    for options in restricting:
        assert search_text(" ", search_options(options, {})) == ""
        assert search_text(" a", search_options(options, {})) == " a"
    others: list[dict[str, Any]] = [{}, {"groupOpts": []}, {"fields": ["email"]}]
    for options in others:
        with pytest.raises(InvalidInputError, match="query is empty"):
            search_text(" ", search_options(options, {}))


TARGET = {"type": "userDefinedFields", "value": "born"}


def test_filter_conditions_are_converted_to_json_values() -> None:
    assert filter_conditions(None) == filter_conditions([]) == []
    born = datetime(2000, 1, 2, tzinfo=UTC)
    application = {"id": "a", "label": "b"}
    conditions = [
        (TARGET, "EQ", born),
        [{"type": "OtherFields", "value": "app"}, "NEQ", application],
    ]
    assert filter_conditions(conditions) == [
        [TARGET, "EQ", "2000-01-02T00:00:00+00:00"],
        [{"type": "OtherFields", "value": "app"}, "NEQ", application],
    ]


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        ("EQ", "filter must be a list, not str"),
        ((TARGET, "EQ", 1), "filter[0] must be a list, not dict: write [({"),
        ([(TARGET, "EQ")], "filter[0] must have three parts, not 2"),
        ([("born", "EQ", 1)], "filter[0] target must be a dict, not str"),
        ([({**TARGET, "vlue": "x"}, "EQ", 1)], "Did you mean 'value'?"),
        ([({"type": "userDefinedFields"}, "EQ", 1)], "filter[0] value must be a string, not None"),
        ([(TARGET, None, 1)], "filter[0] operator must be a string, not None"),
        ([(TARGET, "EQ", object())], "filter[0] value: object cannot be represented in JSON"),
        ([(TARGET, "EQ", float("nan"))], "filter[0] value: "),
        ([(TARGET, "EQ", "\ud800")], "contains a lone surrogate"),
    ],
)
def test_invalid_filter_conditions_are_rejected(conditions: object, sentence: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        filter_conditions(conditions)
    assert sentence in str(caught.value)


def test_search_options_are_read_from_a_dict_a_list_or_keywords() -> None:
    for empty in (None, {}, {"fields": None}):
        assert search_options(empty, {}) == SearchOptions()
    assert search_options({"fields": ("email", "email")}, {}).fields == ["email"]
    assert search_options(["lastIP"], {}).fields == ["lastIP"]
    groups = [{"code": "staff"}]
    for options in (
        search_options({"groupOpts": groups, "withCustomData": True}, {}),
        search_options(None, {"groupOpts": groups}, with_custom_data=True),
    ):
        assert options.groups == [SearchUserGroupOpt(code="staff")]
        assert options.with_custom_data


@pytest.mark.parametrize(
    ("keys", "dict_type"),
    [
        (UserInfoKey, UserInfoDict),
        (FindOptionsKey, FindOptionsDict),
        (SearchOptionsKey, SearchOptionsDict),
        (input_dicts.UpdateUserInputKey, input_dicts.UpdateUserInputDict),
    ],
)
def test_key_types_have_the_keys_of_the_dicts(keys: Any, dict_type: type) -> None:
    parts = get_args(keys)
    names = [name for part in parts for name in (get_args(part) or (part,))]
    assert sorted(names) == sorted(dict_type.__annotations__)
