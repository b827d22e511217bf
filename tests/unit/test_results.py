"""Results behave like dicts of API names, and pages like sequences of their items."""

import copy
import io
import json
import pickle
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from pydoc import TextDoc
from typing import Any

import pytest
from rich.console import Console
from rich.pretty import pretty_repr

from authing_graphql import (
    CommonMessage,
    CreateUserInput,
    Identity,
    PageModel,
    PaginatedRoles,
    PaginatedUsers,
    RefreshToken,
    ResultModel,
    Role,
    User,
    UserStatus,
)
from authing_users import RolesUpdate, UserAction, UserActions, UserDefinedValue

CUSTOM_DATA = [
    {"key": "hireDate", "dataType": "DATETIME", "value": '"2026-01-02T03:04:05+00:00"'},
    {"key": "level", "dataType": "NUMBER", "value": "3"},
    {"key": "tags", "dataType": "OBJECT", "value": '{"a": [1, null]}'},
]
CANARY = "canary-value"


def bob(**fields: Any) -> User:
    """A user as the API sends it, with a field that the model does not know."""
    content = {
        "id": "1",
        "username": "bob",
        "status": "Activated",
        "phone": None,
        "userSourceType": "register",
        "identities": [{"openid": "o", "id": "i", "userInfoInIdp": {"name": "Bob"}}],
        "customData": CUSTOM_DATA,
    }
    return User.model_validate({**content, **fields})


def users(*names: str, total: int = 9) -> PaginatedUsers:
    """A page of users."""
    items = [User(id=name, username=name) for name in names]
    return PaginatedUsers(total_count=total, list=items)


def test_a_dict_has_the_names_of_the_api_on_all_levels() -> None:
    content = bob().to_dict()
    assert content["userSourceType"] == "register"
    assert content["identities"][0]["userInfoInIdp"] == {"name": "Bob"}
    assert content["identities"][0]["userIdInIdp"] is None
    assert content["status"] == "Activated"
    assert content["customData"]["level"] == 3
    assert content["customData"]["tags"] == {"a": [1, None]}
    hired = datetime.fromisoformat(content["customData"]["hireDate"])
    assert hired == bob()["customData"]["hireDate"]
    assert content.keys() == bob().keys()
    assert type(content) is type(content["identities"][0]) is dict
    assert json.loads(json.dumps(content)) == content


def test_a_dict_is_a_copy() -> None:
    user = bob()
    user.to_dict()["identities"][0]["userInfoInIdp"]["name"] = "Eve"
    assert user["identities"][0]["userInfoInIdp"]["name"] == "Bob"


def test_a_model_of_a_dict_is_equal() -> None:
    user = bob(customData=None)
    assert User.model_validate(user.to_dict()) == user


def test_json_text() -> None:
    user = bob(nickname="小明")
    assert json.loads(user.to_json()) == user.to_dict()
    assert "小明" in user.to_json()
    assert "\n" not in user.to_json()
    assert '\n  "id": "1",\n' in user.to_json(indent=2)
    page = PaginatedUsers(total_count=1, list=[user])
    assert json.loads(page.to_json()) == {"totalCount": 1, "list": [user.to_dict()]}


@pytest.mark.parametrize("default", [dict, ResultModel.to_dict], ids=["dict", "to_dict"])
def test_results_in_json_dumps(default: Callable[[Any], object]) -> None:
    user = bob(customData=None)
    page = PaginatedUsers(total_count=1, list=[user])
    content = {"users": page, "one": user}
    expected = {"users": page.to_dict(), "one": user.to_dict()}
    assert json.loads(json.dumps(content, default=default)) == expected


def test_dict_and_double_star() -> None:
    def keywords(**fields: object) -> dict[str, object]:
        return fields

    results: list[Any] = [bob(), users("a", "b"), CommonMessage(code=200)]
    for result in results:
        names = list(result.to_dict())
        assert list(dict(result)) == list({**result}) == list(keywords(**result)) == names
        assert list(result.keys()) == names
        assert list(result.values()) == [result[name] for name in names]
        assert dict(result.items()) == dict(result)


def test_error_trackers_do_not_expand_results() -> None:
    results: list[object] = [bob(), users(), CreateUserInput()]
    for result in results:
        assert not isinstance(result, Mapping | Sequence)


def test_the_name_of_an_attribute_is_not_that_of_an_item() -> None:
    with pytest.raises(KeyError, match="write 'givenName'"):
        bob()["given_name"]
    with pytest.raises(KeyError, match=r"^'nope'$"):
        bob()["nope"]


def test_iteration_and_length() -> None:
    user = bob()
    assert list(user) == list(user.keys())
    assert len(user) == len(User.model_fields) + 1
    assert bool(user)
    assert bool(CommonMessage())


def test_unknown_fields_are_reachable() -> None:
    user: Any = bob()
    assert user["userSourceType"] == user.userSourceType == user.get("userSourceType") == "register"
    assert "userSourceType" in user
    assert user.identities[0]["id"] == user["identities"][0].id == "i"
    assert user.get("nope", 1) == 1
    assert "nope" not in user
    with pytest.raises(KeyError, match="nope"):
        user["nope"]
    with pytest.raises(AttributeError, match="nope"):
        _ = user.nope


def test_unknown_fields_can_be_changed_like_items_of_a_dict() -> None:
    user = bob()
    user["tenant_id"] = ""
    assert user["tenant_id"] == user.to_dict()["tenant_id"] == ""
    assert user.setdefault("tenant_id", "t") == ""
    assert user.setdefault("seen") is None
    user.update({"tenant_id": "t"}, seen=True)
    user.update([("extra", 1)])
    assert (user["tenant_id"], user["seen"], user["extra"]) == ("t", True, 1)
    assert user.pop("tenant_id") == "t"
    assert user.pop("tenant_id", None) is None
    with pytest.raises(KeyError):
        user.pop("tenant_id")
    del user["extra"]
    with pytest.raises(KeyError):
        del user["extra"]
    assert "extra" not in user


def test_setting_a_known_field_sets_the_attribute() -> None:
    user: Any = bob()
    user["givenName"] = "Robert"
    assert user.given_name == "Robert"
    user.update(familyName="Roe", id="2")
    assert (user.family_name, user.id) == ("Roe", "2")
    assert user.setdefault("phone", "1") is None
    user.middleName = "M"  # the name of the API, as an attribute
    assert user.middle_name == user["middleName"] == user.to_dict()["middleName"] == "M"
    assert list(user.keys()) == list(bob().keys())


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("pop", ["username"]),
        ("pop", ["username", None]),
        ("__delitem__", ["username"]),
        ("clear", []),
        ("popitem", []),
        ("__setitem__", [1, "x"]),
        ("pop", [1]),
    ],
    ids=["pop", "pop with a default", "del", "clear", "popitem", "set by number", "pop by number"],
)
def test_impossible_changes_name_the_way_out(method: str, arguments: list[object]) -> None:
    user = bob()
    with pytest.raises(TypeError, match=r"^User .*\.to_dict\(\)"):
        getattr(user, method)(*arguments)
    assert user == bob()


@pytest.mark.parametrize(
    "result",
    [bob(), users("a"), RolesUpdate(code=200, total_count=0, list=[])],
    ids=["user", "page", "outcome"],
)
def test_copies_and_pickles(result: Any) -> None:
    for other in (
        copy.copy(result),
        copy.deepcopy(result),
        pickle.loads(pickle.dumps(result)),
        result.copy(),
    ):
        assert other == result
        assert type(other) is type(result)
        assert dict(other) == dict(result)
        other["tenant_id"] = "t"
        assert "tenant_id" not in result


def test_a_page_is_a_sequence_of_its_items() -> None:
    page = users("a", "b", "c")
    a, b, c = page
    assert [a, b, c] == page.list == page[:] == [*page]
    assert (page[0], page[-1], page[1:3], page[::2]) == (a, c, [b, c], [a, c])
    assert list(reversed(page)) == [c, b, a]
    assert len(page) == 3
    assert b in page
    assert User(id="d") not in page
    with pytest.raises(IndexError):
        page[3]
    assert page
    assert not users()


def test_a_page_is_also_a_result_with_fields() -> None:
    page = users("a", "b")
    assert page["totalCount"] == page.total_count == page.get("totalCount") == 9
    assert page["list"] is page.list
    assert "list" in page
    assert "totalCount" in page
    assert "a" not in page
    assert page.get("nope") is None
    assert page.setdefault("note", "n") == page["note"] == "n"


def test_rows_of_a_page() -> None:
    page = PaginatedUsers(total_count=5, list=[bob()])
    assert page.to_dicts() == [bob().to_dict()] == page.to_dict()["list"]
    assert users().to_dicts() == []


def test_pages_of_rest_endpoints_and_outcomes_with_a_page() -> None:
    action = UserAction.model_validate({"operation_name": "login", "path": "/x"})
    page = UserActions(total_count=1, list=[action])
    assert [one["path"] for one in page] == ["/x"]
    assert page.to_dicts()[0]["operation_name"] == "login"
    outcome = RolesUpdate(code=200, total_count=0, list=[])
    assert isinstance(outcome, PageModel)
    assert len(outcome) == 0
    assert outcome  # the outcome of a successful call


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "Activated"),
        ("loginsCount", "5"),
        ("token", {"x": CANARY}),
        ("identities", [{"openid": "o"}]),
        ("customData", [{"key": "level", "value": "3"}]),
        ("customData", "text"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_values_of_other_types_can_be_set_and_are_in_dicts(name: str, value: object) -> None:
    user = bob()
    user[name] = value
    assert user.to_dict()[name] == value
    assert json.loads(user.to_json())[name] == value
    page = PaginatedUsers(total_count=1, list=[])
    page["list"] = [{name: value}]
    assert page.to_dicts() == [{name: value}]


def test_a_repr_shows_only_what_is_set() -> None:
    assert repr(User(id="1", email=None, blocked=False)) == "User(id='1', blocked=False)"
    user = User.model_validate({"id": "1", "photo": None, "userSourceType": "x"})
    assert repr(user) == "User(id='1', userSourceType='x')"
    assert repr(UserStatus("Activated")) in repr(bob())
    assert str(CreateUserInput(username="a", phone=None)) == "username='a' phone=None"


def test_a_repr_is_short() -> None:
    user = bob(
        profile="x" * 500,
        registerSource=["a", "b", "c", "d", "e"],
        more={str(number): number for number in range(40)},
    )
    shown = repr(user)
    assert "x" * 59 + "…'" in shown
    assert "register_source=['a', 'b', 'c', … 2 more]" in shown
    assert "'9': 9, …: … 30 more}" in shown
    assert user.register_source == ["a", "b", "c", "d", "e"]


def test_a_repr_of_deeply_nested_fields_is_short() -> None:
    content: list[Any] = []
    for _ in range(2000):
        content = [{"x": content}]
    user = User.model_validate({"id": "1", "more": content, "empty": []})
    expected = "User(id='1', more=[{'x': [{'x': [{'x': …}]}]}], empty=[])"
    assert repr(user) == expected
    assert pretty_repr(user, max_width=100) == expected
    assert escape("{'x': …}") in user._repr_html_()
    content.append(content)
    assert "…" in repr(User.model_validate({"id": "1", "more": content}))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (users("a", "b", "c", "d"), "PaginatedUsers(4 of 9: a, b, c, …)"),
        (users("a", total=1), "PaginatedUsers(1 of 1: a)"),
        (users("a b", "a\nb", "\x1b[2J"), r"PaginatedUsers(3 of 9: a b, 'a\nb', '\x1b[2J')"),
        (users(total=0), "PaginatedUsers(0 of 0)"),
        (
            RolesUpdate(code=200, total_count=1, list=[Role(id="1", code="admin")]),
            "RolesUpdate(1 of 1: admin, code=200)",
        ),
        (PaginatedUsers(total_count=1, list=[User(id="1")]), "PaginatedUsers(1 of 1: 1)"),
        (
            UserActions(total_count=1, list=[UserAction(operation_name="login")]),
            "UserActions(1 of 1: login)",
        ),
    ],
)
def test_a_page_shows_its_count_and_the_first_names(page: Any, expected: str) -> None:
    assert repr(page) == expected
    assert pretty_repr(page) == expected


def secretive() -> User:
    """A user with secrets in fields of all kinds."""
    return User.model_validate(
        {
            "id": "1",
            "username": "bob",
            "password": CANARY,
            "token": CANARY,
            "apiToken": CANARY,
            "client_secret": CANARY,
            "identities": [
                {"openid": "o", "accessToken": CANARY, "userInfoInIdp": {"oauth": CANARY}},
                {"userInfoInIdp": json.dumps({"accessToken": CANARY})},
                {"userInfoInIdp": json.dumps({"a": json.dumps({"access_token": CANARY})})},
            ],
            "tenants": [{"x": [{"refreshToken": CANARY}]}],
            "customData": [
                {"key": "apiPassword", "dataType": "STRING", "value": CANARY},
                {"key": "level", "dataType": "NUMBER", "value": "3"},
            ],
            "fields": [{"key": "password", "value": CANARY}],
        }
    )


@pytest.mark.parametrize(
    "result",
    [
        secretive(),
        PaginatedUsers(total_count=1, list=[secretive()]),
        RefreshToken(token=CANARY),
        UserDefinedValue(key="apiToken", data_type=None, label=None, value=CANARY),
        PaginatedUsers.model_validate({"totalCount": 0, "list": [], "nextToken": CANARY}),
        CreateUserInput(username="bob", password=CANARY),
    ],
    ids=["user", "page", "token", "custom field", "field of a page", "input"],
)
def test_secrets_are_masked(result: Any) -> None:
    output = io.StringIO()
    Console(file=output, width=500).print(result)
    shown = repr(result) + str(result) + output.getvalue() + pretty_repr(result)
    if not isinstance(result, CreateUserInput):
        shown += result._repr_html_()
    assert CANARY not in shown
    assert len(shown) > 20


def test_secrets_are_in_dicts() -> None:
    assert secretive().to_json().count(CANARY) == 11


def test_tables_of_notebooks_are_escaped() -> None:
    user = bob(nickname="<script>&", identities=None)
    table = user._repr_html_()
    assert "<th>nickname</th><td>&lt;script&gt;&amp;</td>" in table
    assert "phone" not in table
    page = PaginatedUsers(total_count=30, list=[user, *users(*map(str, range(25))).list])
    table = page._repr_html_()
    assert "<td>&lt;script&gt;&amp;</td>" in table
    assert "<script>" not in table
    assert "26 of 30: bob, 0, 1, …" in table
    assert table.count("<tr>") == 1 + 20 + 1
    assert "… 6 more" in table


def test_rich_shows_the_fields_that_are_set() -> None:
    user = User(id="1", username="bob", identities=[Identity(openid="o")])
    assert pretty_repr(user, max_width=200) == repr(user)


def test_help_begins_with_the_fields_and_their_documentation() -> None:
    for model, line in (
        (User, " |      given_name (str | None): Given name."),
        (CreateUserInput, " |      username (str | None): Username, case-sensitive and unique in"),
        (PaginatedRoles, " |      list (list[Role]): Roles of this page."),
    ):
        fields, _, methods = TextDoc().docclass(model).partition("Method resolution order")
        assert line in fields
        assert methods


def test_fields_are_described() -> None:
    assert User.model_fields["given_name"].description == "Given name."
    assert CreateUserInput.model_fields["given_name"].description == "Given name."
    schema = User.model_json_schema()
    assert schema["description"] == "A user of the user pool."
    assert schema["properties"]["givenName"]["description"] == "Given name."


def test_the_docstring_of_a_subclass_has_its_own_fields() -> None:
    class Employee(User):
        """An employee."""

        number: int | None = None

    class Undocumented(User):
        pass

    assert (Employee.__doc__ or "").startswith("An employee.\n\nAttributes:\n    id (str): ID")
    assert "    number (int | None)" in (Employee.__doc__ or "")
    assert (Undocumented.__doc__ or "").startswith("Attributes:")
    assert Undocumented.model_json_schema().get("description") is None
    page = PaginatedUsers[Employee]
    assert (page.__doc__ or "").count("Attributes:") == 1
    assert "list (list[Employee])" in (page.__doc__ or "")
