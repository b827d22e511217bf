"""Typical mistakes of new users: each error says what is wrong, where, and what to write."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from authing_users import (
    CreateUserInput,
    Group,
    InvalidInputError,
    PolicyStatementInput,
    Role,
    UpdateUserInput,
    User,
)

from ..support.client_kinds import MakeClient, run
from ..support.scripted_server import ScriptedServer

ID = "60b4a136d9b4a136d9b4a136"
USER = User(id=ID)
Call = Callable[[Any], Any]


class Color(Enum):
    RED = 1


IDS: list[tuple[str, Call, str]] = [
    ("int", lambda c: c.users.detail(7), "userId must be a string, not int: write str(value)"),
    ("list", lambda c: c.users.detail([ID]), "userId must be a string, not list: write one string"),
    ("dict", lambda c: c.users.delete({"id": ID}), "not dict: write value['id']"),
    ("user", lambda c: c.users.delete(USER), "userId must be a string, not User: write user.id"),
    ("bytes", lambda c: c.users.detail(b"abc"), "not bytes: write value.decode()"),
    ("path", lambda c: c.users.detail(Path("x")), "Path: write str(value)"),
    ("None", lambda c: c.users.update(None, {}), "userId must be a string, not None"),
    ("swapped", lambda c: c.users.update({"name": "x"}, ID), "userId must be a string, not dict"),
    ("users", lambda c: c.users.batch([USER]), "userIds[0] must be a string, not User: write user"),
    ("one user", lambda c: c.users.batch(USER), "userIds must be a list of strings, not User"),
    ("text", lambda c: c.users.batch("a,b"), "write batch(['USER_ID'])"),
    ("bytes list", lambda c: c.users.batch(b"ab"), "write batch(['USER_ID'])"),
    ("no list", lambda c: c.users.batch(None), "not None: write batch(['USER_ID'])"),
    ("None in list", lambda c: c.users.batch([None]), "userIds[0] must be a string, not None"),
    ("consumed", lambda c: c.users.delete_many(i for i in list[str]()), "userIds is empty"),
    ("kick one", lambda c: c.users.kick(ID), "user_ids must be a list, not one string: write kick"),
    ("suspend", lambda c: c.users.suspend([ID]), "user_id must be a string, not list: write one"),
    ("group", lambda c: c.groups.add_users("x", USER), "add_users('GROUP', ['USER_ID'])"),
]
ACCOUNTS: list[tuple[str, Call, str]] = [
    ("json", lambda c: c.users.update(ID, '{"name": "x"}'), "updates must be a dict, not str"),
    ("None", lambda c: c.users.update(ID, None), "not None: write {'email': …} or UpdateUserInput"),
    ("user", lambda c: c.users.update(ID, USER), "updates must be a dict, not User: write {"),
    ("pair", lambda c: c.users.update(ID, ("name", "x")), "updates must be a dict, not tuple"),
    ("keyword", lambda c: c.users.update(ID, nickname="x"), "Write update('USER_ID', {'FIELD': va"),
    ("flag", lambda c: c.users.update(ID, {}, with_custom_data=1), "with_custom_data must be True"),
    ("no info", lambda c: c.users.create(None), "not None: write {'username': …} or CreateUserInp"),
    ("name", lambda c: c.users.create("bob", "x"), "userInfo must be a dict, not str: write"),
    ("list", lambda c: c.users.create([{"username": "x"}]), "userInfo must be a dict, not list"),
    ("other model", lambda c: c.users.create(UpdateUserInput()), "must be a dict or CreateUserIn"),
    ("data", lambda c: c.users.create({}, custom_data="x"), "custom_data must be a dict, not str"),
    (
        "position",
        lambda c: c.users.create({}, {"a": 1}),
        "keep_password must be True or False, not",
    ),
    ("text", lambda c: c.users.create({}, keep_password="no"), "keep_password must be True or Fal"),
    ("enum", lambda c: c.users.create({"gender": Color.RED}), "not Color: write str(value.value)"),
    ("password", lambda c: c.users.create({"password": b"x"}), "not bytes: write value.decode()"),
    ("decimal", lambda c: c.users.create({"loginsCount": Decimal(2)}), "write int(value)"),
    (
        "set",
        lambda c: c.users.create({"registerSource": {1}}),
        "userInfo.registerSource[0] must be",
    ),
    (
        "source",
        lambda c: c.users.create({"registerSource": {"a": 1}}),
        "must be a string, not dict",
    ),
    (
        "identity",
        lambda c: c.users.create({}, identity="wechat"),
        "identity must be a dict, not st",
    ),
    (
        "no idp id",
        lambda c: c.users.create({}, identity={"provider": "x"}),
        "userIdInIdp is missing",
    ),
    ("status", lambda c: c.users.update(ID, {"status": "Suspended"}), "call suspend('USER_ID')"),
    ("one of many", lambda c: c.users.create_users({}), "not dict: write [{'username': …}]"),
    ("names", lambda c: c.users.create_users(["bob"]), "users[0] must be a dict, not str: write"),
    ("nobody", lambda c: c.users.create_users(None), "users must be a list of dicts, not None"),
    (
        "iterator",
        lambda c: c.users.create_users(iter([{"usernam": 1}])),
        "Did you mean 'username'?",
    ),
    ("model", lambda _: CreateUserInput(usernam="x"), "Did you mean 'username'?"),  # type: ignore[call-arg]
    ("model value", lambda _: CreateUserInput(phone=5), "phone must be a string, not int"),  # type: ignore[arg-type]
]
READING: list[tuple[str, Call, str]] = [
    (
        "options",
        lambda c: c.users.list({"page": 1}),
        "page must be a whole number from 1, not dict",
    ),
    ("float", lambda c: c.users.list(1.0), "page must be a whole number from 1, not 1.0"),
    ("one field", lambda c: c.users.list(fields="email"), "fields must be a list, not one string"),
    (
        "flag",
        lambda c: c.users.list(1, 10, "yes"),
        "with_custom_data must be True or False, not str",
    ),
    (
        "order",
        lambda c: c.users.list(exclude_users_in_org=1),
        "exclude_users_in_org must be True or",
    ),
    ("prefetch", lambda c: c.users.iter_list(prefetch=0), "prefetch must be a whole number from 1"),
    ("find text", lambda c: c.users.find("a@b.c"), "find({'username': 'bob'}) or find(username="),
    ("find list", lambda c: c.users.find(["x"]), "options must be a dict, not list: write find({"),
    ("find int", lambda c: c.users.find(phone=138), "phone must be a string, not int: write str("),
    (
        "find id",
        lambda c: c.users.find({"userId": ID}),
        "find() takes no ID: write detail('USER_ID')",
    ),
    ("exists", lambda c: c.users.exists({"username": "x"}), "username must be a string, not dict"),
    ("query", lambda c: c.users.search({"query": "x"}), "query must be a string, not dict"),
    ("page", lambda c: c.users.search("x", 2), "write search(query, page=…, limit=…)"),
    ("field", lambda c: c.users.search("x", "username"), "write fields=['username']"),
    ("inside", lambda c: c.users.search("x", {"page": 2}), "write search(query, options, 1, 10)"),
    ("group", lambda c: c.users.search("x", group_opts="staff"), "write [{'code': …}]"),
    ("groups", lambda c: c.users.search("x", group_opts=["a"]), "groupOpts[0] must be a dict, not"),
    ("filter", lambda c: c.users.filter(filter={"a": 1}), "write [({'type': 'userDefinedFields'"),
    (
        "start",
        lambda c: c.users.list_user_actions(start=dt.datetime.now(dt.UTC)),
        "value.timestamp()",
    ),
    ("users", lambda c: c.users.list_user_actions(user_ids=ID), "write user_ids=['USER_ID']"),
    ("token", lambda c: c.check_login_status(None), "token must be a string, not None"),
    ("query as dict", lambda c: c.execute({"query": "x"}, None, dict), "document must be a string"),
    ("variables", lambda c: c.execute("query A { b }", [1], dict), "variables must be a mapping"),
    ("instance", lambda c: c.graphql(object()), "not an instance of object"),
]
OTHERS: list[tuple[str, Call, str]] = [
    (
        "groups",
        lambda c: c.users.add_group(ID, ["staff"]),
        "group must be a string, not list: write",
    ),
    ("group", lambda c: c.users.add_group(ID, Group(code="x")), "not Group: write group.code"),
    (
        "role",
        lambda c: c.users.add_roles(ID, [Role(id="1", code="x")]),
        "not Role: write role.code",
    ),
    ("swapped", lambda c: c.users.add_roles(["ROLE"], ID), "write add_roles('USER_ID', ['ROLE'])"),
    ("one role", lambda c: c.users.add_roles(ID, "ROLE"), "write add_roles('USER_ID', ['ROLE'])"),
    ("has role", lambda c: c.users.has_role(ID, ["x"]), "role_code must be a string, not list"),
    ("link", lambda c: c.users.link_identity(ID, "x", "wechat", True), "is_social must be True or"),
    (
        "values",
        lambda c: c.users.set_udf_value(ID, ["x"]),
        "data must be a dict, not list: write {",
    ),
    (
        "text",
        lambda c: c.groups.update("x", description=5),
        "description must be a string, not int",
    ),
    (
        "words",
        lambda c: c.roles.update("x", description=5),
        "description must be a string, not int",
    ),
    ("create", lambda c: c.roles.create("x", 5), "description must be a string, not int"),
    ("namespace", lambda c: c.roles.list(1, 10, 5), "namespace must be a string, not int"),
    ("codes", lambda c: c.roles.list_users(["x"]), "code must be a string, not list: write one"),
    ("rule", lambda c: c.policies.create("x", {"resource": "x"}), "write [{'resource': …}]"),
    (
        "model",
        lambda c: c.policies.create("x", PolicyStatementInput(resource="x", actions=[])),
        "[{",
    ),
    (
        "rule text",
        lambda c: c.policies.create("x", "x"),
        "statements must be a list of dicts, not st",
    ),
    (
        "effect",
        lambda c: c.policies.create("x", [{"resource": "x", "actions": "x", "effect": "allow"}]),
        "statements[0].effect must be one of ALLOW, DENY, not 'allow'",
    ),
    ("key", lambda c: c.policies.create("x", [{"action": "x"}]), "Did you mean 'actions'?"),
    (
        "target",
        lambda c: c.policies.add_assignments("USER", ["p"], [ID]),
        "(['POLICY'], 'USER', ['U",
    ),
    (
        "field",
        lambda c: c.udf.set("school", "USER", "STRING", "x"),
        "targetType must be one of NODE",
    ),
    (
        "lower",
        lambda c: c.udf.set("USER", "school", "string", "x"),
        "dataType must be one of STRING",
    ),
    (
        "udf key",
        lambda c: c.udf.remove("USER", 5),
        "key must be a string, not int: write str(value)",
    ),
    ("options", lambda c: c.with_options(timeouts=3), "its options are deadline, retries"),
]
WRONG_CALLS: list[tuple[str, Call, str]] = [
    ("create", lambda c: c.users.create(username="x"), "keyword argument 'username'"),
    ("size", lambda c: c.users.list(page=1, size=10), "keyword argument 'size'"),
    ("many ids", lambda c: c.users.batch("a", "b"), "takes 2 positional arguments but 3"),
    ("find", lambda c: c.users.find(user_name="x"), "keyword argument 'user_name'"),
    ("search", lambda c: c.users.search("x", groupOpts=[]), "keyword argument 'groupOpts'"),
    (
        "field",
        lambda c: c.users.set_udv(ID, {"a": 1}),
        "missing 1 required positional argument: 'v",
    ),
    ("group", lambda c: c.groups.create({"code": "x"}), "missing 1 required positional argument"),
    ("page", lambda c: c.users.iter_list(page=1), "keyword argument 'page'"),
]


def named(cases: list[tuple[str, Call, str]]) -> pytest.MarkDecorator:
    """Return a decorator that runs a test for each case, with its name."""
    return pytest.mark.parametrize(
        ("call", "sentence"),
        [(call, sentence) for _, call, sentence in cases],
        ids=[name for name, _, _ in cases],
    )


async def rejected(
    make_client: MakeClient, call: Call, sentence: str, error: type[Exception]
) -> None:
    server = ScriptedServer()
    with pytest.raises(error) as caught:
        await run(call(make_client(server)))
    assert type(caught.value) is error or isinstance(caught.value, InvalidInputError)
    assert sentence in str(caught.value)
    assert server.requests == []


@named(IDS)
async def test_mistakes_in_ids(make_client: MakeClient, call: Call, sentence: str) -> None:
    await rejected(make_client, call, sentence, InvalidInputError)


@named(ACCOUNTS)
async def test_mistakes_in_fields(make_client: MakeClient, call: Call, sentence: str) -> None:
    await rejected(make_client, call, sentence, InvalidInputError)


@named(READING)
async def test_mistakes_in_queries(make_client: MakeClient, call: Call, sentence: str) -> None:
    await rejected(make_client, call, sentence, InvalidInputError)


@named(OTHERS)
async def test_mistakes_in_other_arguments(
    make_client: MakeClient, call: Call, sentence: str
) -> None:
    await rejected(make_client, call, sentence, InvalidInputError)


@named(WRONG_CALLS)
async def test_mistakes_in_calls_are_type_errors_of_python(
    make_client: MakeClient, call: Call, sentence: str
) -> None:
    await rejected(make_client, call, sentence, TypeError)
