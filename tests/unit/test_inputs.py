"""Invalid arguments are rejected with a clear message, before anything is sent."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given, strategies as st

from authing_graphql import SearchUserGroupOpt
from authing_users import CreateUserInput, InvalidInputError, UpdateUserInput
from authing_users._inputs.checks import non_empty_string, positive_int, string_list
from authing_users._inputs.policies import policy_statements
from authing_users._inputs.search import (
    SearchOptions,
    filter_conditions,
    search_options,
    search_text,
)
from authing_users._inputs.users import new_user, user_updates

from ..support.client_kinds import Mode, close, run
from ..support.scripted_server import ScriptedServer

WRONG_CALLS: list[tuple[str, Callable[[Any], Any], str]] = [
    ("no id", lambda u: u.detail(), "detail() needs a user ID: write detail('USER_ID')"),
    ("empty id", lambda u: u.detail(""), "userId is empty"),
    ("blank id", lambda u: u.delete("  "), "userId is empty"),
    ("number as id", lambda u: u.detail(7), "userId must be a string, not int"),
    ("None as id", lambda u: u.detail(None), "userId must be a string, not None"),
    ("two ids", lambda u: u.detail("a", user_id="b"), "only one of userId and user_id"),
    ("id by a wrong name", lambda u: u.detail(userid="a"), "Did you mean 'user_id'?"),
    ("many ids to detail", lambda u: u.detail(userIds=["a"]), "batch(userIds=[…])"),
    ("update without id", lambda u: u.update(updates={}), "update('USER_ID')"),
    ("update without updates", lambda u: u.update("a"), "needs the fields to change"),
    (
        "update of signedUp",
        lambda u: u.update("a", {"signedUp": "2020-10-15"}),
        "only when a user is created",
    ),
    (
        "update of source",
        lambda u: u.update("a", {"registerSource": "x"}),
        "only when a user is created",
    ),
    ("update of isDeleted", lambda u: u.update("a", {"isDeleted": True}), "delete('USER_ID')"),
    ("a list as userInfo", lambda u: u.create([]), "userInfo must be a dict, not list"),
    ("misspelt field", lambda u: u.create({"signedUpd": "x"}), "Did you mean 'signedUp'?"),
    ("snake case field", lambda u: u.create({"given_name": "x"}), "Did you mean 'givenName'?"),
    ("number as key", lambda u: u.create({1: "x"}), "keys of userInfo must be strings, not int"),
    ("number as name", lambda u: u.create({"username": 5}), "userInfo.username: "),
    ("text as count", lambda u: u.create({"loginsCount": "2"}), "userInfo.loginsCount: "),
    ("text as flag", lambda u: u.create({"blocked": "true"}), "userInfo.blocked: "),
    ("number as city", lambda u: u.create({"city": 5}), "userInfo.city: "),
    ("too large count", lambda u: u.create({"loginsCount": 2**31}), "to 2147483647"),
    ("no time", lambda u: u.create({"lastLogin": "1600000000"}), "2017-06-07T14:34:08.700Z"),
    ("datetime", lambda u: u.create({"signedUp": datetime.now(UTC)}), "isoformat()"),
    ("half a character", lambda u: u.create({"registerSource": ["\ud800"]}), "lone surrogate"),
    ("source of numbers", lambda u: u.create({"registerSource": [1]}), "registerSource"),
    (
        "the other input",
        lambda u: u.update("a", CreateUserInput()),
        "updates must be a dict or UpdateUserInput, not CreateUserInput",
    ),
    ("page 0", lambda u: u.list(page=0), "page must be a whole number from 1, not 0"),
    ("negative limit", lambda u: u.list(limit=-1), "limit must be a whole number from 1, not -1"),
    ("text as page", lambda u: u.list("1"), "page must be a whole number from 1, not '1'"),
    ("flag as page", lambda u: u.list(True), "page must be a whole number from 1, not True"),
    ("huge page", lambda u: u.list(2**31), "page must be at most 2147483647"),
    (
        "limit of the iterator",
        lambda u: u.iter_list(limit=0),
        "limit must be a whole number from 1",
    ),
    ("page as options", lambda u: u.search("Bob", 2), "write search(query, page=…, limit=…)"),
    ("no query", lambda u: u.search(None), "query must be a string, not None"),
    ("unknown field", lambda u: u.search("Bob", ["nicknam"]), "Did you mean 'nickname'?"),
    ("no fields", lambda u: u.search("Bob", []), "fields is empty"),
    ("one field", lambda u: u.search("Bob", "nickname"), "fields must be a list, not one string"),
    ("groups twice", lambda u: u.search("B", {"groupOpts": []}, group_opts=[]), "or by keyword"),
    (
        "one group",
        lambda u: u.search("B", group_opts={"code": "x"}),
        "groupOpts must be a list of dicts",
    ),
    ("bad group", lambda u: u.search("B", group_opts=[{"cod": "x"}]), "Did you mean 'code'?"),
    ("role without code", lambda u: u.search("B", role_opts=[{}]), "roleOpts[0].code"),
    ("custom data maybe", lambda u: u.search("B", {"withCustomData": 1}), "True or False"),
    ("unknown order", lambda u: u.list(sort_by="NAME"), "sort_by must be one of CREATEDAT_DESC"),
    (
        "unknown kind",
        lambda u: u.batch_get(["a"], "name"),
        "query_field must be one of id, username",
    ),
    ("nothing to exist", lambda u: u.exists(), "exists() needs one of username"),
    ("bad identity", lambda u: u.find(identity={"idp": "x"}), "Unknown key 'idp' in identity"),
    ("no custom data", lambda u: u.set_udf_value("a", {}), "data is empty"),
    ("no custom data of many", lambda u: u.set_udf_value_batch({}), "data is empty"),
    ("no json", lambda u: u.set_udv("a", "school", object()), "Custom field 'school': object"),
    ("infinite", lambda u: u.set_udv("a", "age", float("inf")), "Custom field 'age'"),
    ("custom data of a new user", lambda u: u.create({}, custom_data={"x": {1}}), "field 'x': set"),
    ("one policy", lambda u: u.add_policies("a", "p"), "add_policies('USER_ID', ['POLICY'])"),
    ("policies of nobody", lambda u: u.list_policies(), "list_policies('USER_ID')"),
    ("wrong option", lambda u: u.search("Bob", {"field": []}), "Did you mean 'fields'?"),
    ("query of the iterator", lambda u: u.iter_search(""), "query is empty"),
    ("positional find", lambda u: u.find("bob"), "find({'username': 'bob'})"),
    ("nothing to find", lambda u: u.find(), "find() needs one of username"),
    ("empty find", lambda u: u.find({}), "find() needs one of username"),
    ("find twice", lambda u: u.find({"phone": "1"}, email="a@b.c"), "not both"),
    ("two external ids", lambda u: u.find(external_id="a", externalId="b"), "not both"),
    ("misspelt find", lambda u: u.find({"user_name": "b"}), "Did you mean 'username'?"),
    ("exists None", lambda u: u.exists(None, None), "exists() needs one of username, email"),
    ("blank search", lambda u: u.search(" "), "query is empty"),
    ("blank search in no group", lambda u: u.search("", group_opts=[]), "query is empty"),
    ("None as search", lambda u: u.search(None, group_opts=[{"code": "a"}]), "not None"),
    ("find None", lambda u: u.find(email=None), "find() needs one of username, email"),
    ("None in a dict", lambda u: u.find({"email": None}), "email must be a string, not None"),
    ("one id to batch", lambda u: u.batch("abc"), "userIds must be a list, not one string"),
    ("number to batch", lambda u: u.batch(5), "userIds must be a list of strings, not int"),
    ("dict to batch", lambda u: u.batch({"a": 1}), "userIds must be a list of strings"),
    ("number in batch", lambda u: u.batch(["a", 1]), "userIds[1] must be a string, not int"),
    ("nobody to delete", lambda u: u.delete_many([]), "userIds is empty"),
    ("one role", lambda u: u.add_roles("a", "ROLE"), "add_roles('USER_ID', ['ROLE'])"),
    ("no roles", lambda u: u.remove_roles("a", []), "roles is empty"),
    ("empty namespace", lambda u: u.list_roles("a", namespace=""), "namespace is empty"),
    ("empty group", lambda u: u.add_group("a", ""), "group is empty"),
    ("number as group", lambda u: u.remove_group("a", 1), "group must be a string, not int"),
    ("groups of nobody", lambda u: u.list_groups(), "list_groups('USER_ID')"),
    ("roles of nobody", lambda u: u.list_roles(), "list_roles('USER_ID')"),
    ("token of nobody", lambda u: u.refresh_token(), "refresh_token('USER_ID')"),
]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [(call, sentence) for _, call, sentence in WRONG_CALLS],
    ids=[name for name, _, _ in WRONG_CALLS],
)
async def test_a_wrong_call_is_refused_before_sending(
    mode: Mode, call: Callable[[Any], Any], sentence: str
) -> None:
    server = ScriptedServer()
    client = server.client(mode)
    with pytest.raises(InvalidInputError) as caught:
        await run(call(client.users))
    assert sentence in str(caught.value)
    assert server.requests == []
    await close(client)


def test_a_refused_value_is_not_shown() -> None:
    with pytest.raises(InvalidInputError) as caught:
        new_user({"password": 12345678})
    assert "12345678" not in str(caught.value)


def test_the_callers_dict_stays_as_it_is() -> None:
    info: dict[str, object] = {"username": "bob", "registerSource": "x", "city": "Shenzhen"}
    copy = dict(info)
    new_user(info)
    assert info == copy


def test_one_register_source_becomes_a_list_of_one() -> None:
    for given_source in ("a", ["a"], ("a",)):
        created, _ = new_user({"registerSource": given_source})
        assert created.register_source == ["a"]


def test_a_single_value_stands_for_a_list_of_one() -> None:
    for actions in ("book:read", ["book:read"], ("book:read",)):
        (statement,) = policy_statements([{"resource": "book:*", "actions": actions}])
        assert statement.actions == ["book:read"]


def test_city_and_province_are_split_off() -> None:
    created, updates = new_user({"username": "bob", "city": "Shenzhen", "province": None})
    assert created.model_dump(exclude_unset=True) == {"username": "bob"}
    assert updates is not None
    assert updates.model_dump(exclude_unset=True) == {"city": "Shenzhen", "province": None}
    _, updates = new_user({"username": "bob", "city": None})
    assert updates is None


def test_a_model_is_taken_as_well_and_not_changed() -> None:
    info = CreateUserInput(username="bob")
    created, updates = new_user(info)
    assert created == info
    assert created is not info
    assert updates is None
    assert user_updates(UpdateUserInput(phone=None)).model_fields_set == {"phone"}


@given(st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.booleans()))
def test_any_dict_is_taken_or_refused(info: dict[str, object]) -> None:
    copy = dict(info)
    for check in (new_user, user_updates):
        with suppress(InvalidInputError):
            check(info)
    assert info == copy


@given(st.text() | st.integers() | st.none() | st.lists(st.text() | st.integers()))
def test_lists_of_texts(value: Any) -> None:
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
def test_texts_are_not_blank(value: str) -> None:
    if value.strip():
        assert non_empty_string(value, "id") == value
    else:
        with pytest.raises(InvalidInputError):
            non_empty_string(value, "id")


def test_a_blank_text_is_searched_where_options_restrict() -> None:
    options: list[dict[str, Any]] = [
        {"departmentOpts": [{"departmentId": "a"}]},
        {"groupOpts": [{"code": "a"}]},
        {"roleOpts": [{"code": "a"}]},
    ]
    for given_options in options:
        assert search_text(" ", search_options(given_options, {})) == ""
        assert search_text(" a", search_options(given_options, {})) == " a"
    options = [{}, {"groupOpts": []}, {"fields": ["email"]}]
    for given_options in options:
        with pytest.raises(InvalidInputError, match="query is empty"):
            search_text(" ", search_options(given_options, {}))


TARGET = {"type": "userDefinedFields", "value": "born"}


def test_filter_conditions() -> None:
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
def test_conditions_that_are_none(conditions: object, sentence: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        filter_conditions(conditions)
    assert sentence in str(caught.value)


def test_search_options() -> None:
    for nothing in (None, {}, {"fields": None}):
        assert search_options(nothing, {}) == SearchOptions()
    assert search_options({"fields": ("email", "email")}, {}).fields == ["email"]
    assert search_options(["lastIP"], {}).fields == ["lastIP"]
    groups = [{"code": "staff"}]
    for wanted in (
        search_options({"groupOpts": groups, "withCustomData": True}, {}),
        search_options(None, {"groupOpts": groups}, with_custom_data=True),
    ):
        assert wanted.groups == [SearchUserGroupOpt(code="staff")]
        assert wanted.with_custom_data
