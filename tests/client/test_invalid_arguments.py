"""Invalid arguments are rejected with a helpful message, before anything is sent."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from authing_users import CreateUserInput, InvalidInputError

from ..support.client_kinds import MakeClient, run
from ..support.scripted_server import ScriptedServer

ID = "60b4a136d9b4a136d9b4a136"

USERS_CALLS: list[tuple[str, Callable[[Any], Any], str]] = [
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
    ("misspelled field", lambda u: u.create({"signedUpd": "x"}), "Did you mean 'signedUp'?"),
    ("snake case field", lambda u: u.create({"given_name": "x"}), "Did you mean 'givenName'?"),
    ("number as key", lambda u: u.create({1: "x"}), "keys of userInfo must be strings, not int"),
    (
        "number as name",
        lambda u: u.create({"username": 5}),
        "userInfo.username must be a string, not int: write str(value)",
    ),
    (
        "text as count",
        lambda u: u.create({"loginsCount": "2"}),
        "userInfo.loginsCount must be a whole number, not str: write int(value)",
    ),
    (
        "text as flag",
        lambda u: u.create({"blocked": "true"}),
        "userInfo.blocked must be True or False",
    ),
    ("number as city", lambda u: u.create({"city": 5}), "userInfo.city must be a string, not int"),
    ("too large count", lambda u: u.create({"loginsCount": 2**31}), "to 2147483647"),
    ("invalid time", lambda u: u.create({"lastLogin": "1600000000"}), "2017-06-07T14:34:08.700Z"),
    (
        "datetime without zone",
        lambda u: u.create({"signedUp": datetime.now()}),  # noqa: DTZ005
        "userInfo.signedUp must be a datetime with a time zone: write value.astimezone()",
    ),
    ("datetime as text", lambda u: u.create({"phone": datetime.now(UTC)}), "isoformat()"),
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
        "unknown lookup",
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
    ("policies without id", lambda u: u.list_policies(), "list_policies('USER_ID')"),
    ("wrong option", lambda u: u.search("Bob", {"field": []}), "Did you mean 'fields'?"),
    ("query of the iterator", lambda u: u.iter_search(""), "query is empty"),
    ("positional find", lambda u: u.find("bob"), "find({'username': 'bob'})"),
    ("nothing to find", lambda u: u.find(), "find() needs one of username"),
    ("empty find", lambda u: u.find({}), "find() needs one of username"),
    ("find twice", lambda u: u.find({"phone": "1"}, email="a@b.c"), "not both"),
    ("two external ids", lambda u: u.find(external_id="a", externalId="b"), "not both"),
    ("misspelled find", lambda u: u.find({"user_name": "b"}), "Did you mean 'username'?"),
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
    ("no ids to delete", lambda u: u.delete_many([]), "userIds is empty"),
    ("one role", lambda u: u.add_roles("a", "ROLE"), "add_roles('USER_ID', ['ROLE'])"),
    ("no roles", lambda u: u.remove_roles("a", []), "roles is empty"),
    ("empty namespace", lambda u: u.list_roles("a", namespace=""), "namespace is empty"),
    ("empty group", lambda u: u.add_group("a", ""), "group is empty"),
    ("number as group", lambda u: u.remove_group("a", 1), "group must be a string, not int"),
    ("groups without id", lambda u: u.list_groups(), "list_groups('USER_ID')"),
    ("roles without id", lambda u: u.list_roles(), "list_roles('USER_ID')"),
    ("token without id", lambda u: u.refresh_token(), "refresh_token('USER_ID')"),
]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [(call, sentence) for _, call, sentence in USERS_CALLS],
    ids=[name for name, _, _ in USERS_CALLS],
)
async def test_invalid_arguments_of_users_are_rejected_before_sending(
    make_client: MakeClient, call: Callable[[Any], Any], sentence: str
) -> None:
    server = ScriptedServer()
    client = make_client(server)
    with pytest.raises(InvalidInputError) as caught:
        await run(call(client.users))
    assert sentence in str(caught.value)
    assert server.requests == []


REST_CALLS: list[tuple[Callable[[Any], Any], str]] = [
    (lambda u: u.kick("a"), "kick(['USER_ID'])"),
    (lambda u: u.kick([]), "user_ids is empty"),
    (lambda u: u.list_user_actions(user_ids=[]), "user_ids is empty"),
    (lambda u: u.list_user_actions(app_ids=[]), "app_ids is empty"),
    (lambda u: u.list_user_actions(operation_name=[]), "operation_name is empty"),
    (lambda u: u.unlink_by_user("wechat", "wx", "t\r\nx: y"), "an HTTP header cannot"),
    (lambda u: u.unlink_by_user("wechat", "wx", "tök"), "an HTTP header cannot"),
    (lambda u: u.suspend(""), "user_id is empty"),
    (lambda u: u.link_identity(ID, "7", "yes", "x"), "is_social must be True or False"),
    (lambda u: u.create_users([]), "users is empty"),
    (
        lambda u: u.create_users([{"username": "a"}] * 100 + [{"usrname": "a"}]),
        "Unknown key 'usrname' in users[100]",
    ),
    (lambda u: u.create_users({"username": "a"}), "users must be a list of dicts"),
    (lambda u: u.create_users([{"usrname": "a"}]), "Unknown key 'usrname' in users[0]"),
    (lambda u: u.check_resource_permission_batch(ID, "shop", "x"), "not one string"),
    (lambda u: u.has_role(ID, ""), "role_code is empty"),
    (lambda u: u.resign_batch(ID), "resign_batch(['USER_ID'])"),
    (lambda u: u.unlink_by_user("wechat", "wx", ""), "token is empty"),
    (lambda u: u.get_application_login_user_num(""), "app_id is empty"),
    (lambda u: u.get_udf_field_user_num("", "a"), "key is empty"),
    (lambda u: u.filter(0), "page must be a whole number from 1"),
]


@pytest.mark.parametrize(
    ("call", "sentence"),
    REST_CALLS,
    ids=[f"{number} {sentence}" for number, (_, sentence) in enumerate(REST_CALLS)],
)
async def test_invalid_arguments_of_rest_calls_are_rejected_before_sending(
    make_client: MakeClient, call: Callable[[Any], Any], sentence: str
) -> None:
    server = ScriptedServer()
    client = make_client(server)
    with pytest.raises(InvalidInputError) as caught:
        await run(call(client.users))
    assert sentence in str(caught.value)
    assert server.requests == []


OTHER_CALLS: list[tuple[str, Callable[[Any], Any], str]] = [
    ("group without name", lambda c: c.groups.create("staff", ""), "name is empty"),
    (
        "one group to delete",
        lambda c: c.groups.delete_many("staff"),
        "must be a list, not one string",
    ),
    ("page of groups", lambda c: c.groups.list(page=0), "page must be a whole number from 1"),
    ("empty group code", lambda c: c.groups.iter_users(""), "code is empty"),
    ("group user", lambda c: c.groups.add_users("staff", "a"), "add_users('GROUP', ['USER_ID'])"),
    ("role user", lambda c: c.roles.add_users("reader", "a"), "add_users('ROLE', ['USER_ID'])"),
    ("empty namespace", lambda c: c.roles.list(namespace=""), "namespace is empty"),
    ("type", lambda c: c.roles.list_authorized_resources("r", None, "FILE"), "DATA, API, MENU"),
    (
        "target",
        lambda c: c.policies.add_assignments(["p"], "USERS", ["a"]),
        "targetType must be one of USER",
    ),
    (
        "dict",
        lambda c: c.policies.create("p", {"resource": "x"}),
        "statements must be a list of dicts",
    ),
    ("statement", lambda c: c.policies.create("p", [{"resource": "x"}]), "statements[0].actions"),
    (
        "data type",
        lambda c: c.udf.set("USER", "x", "TEXT", "X"),
        "dataType must be one of STRING",
    ),
    ("target type of fields", lambda c: c.udf.list("PERSON"), "targetType must be one of NODE"),
    ("no values", lambda c: c.udf.set_udf_value_batch("USER", "a", {}), "is empty"),
    ("no token", lambda c: c.check_login_status(""), "token is empty"),
    ("page of organizations", lambda c: c.orgs.list(page=0), "page must be a whole number from 1"),
    ("limit", lambda c: c.orgs.iter_list(limit=0), "limit must be a whole number from 1"),
    ("order", lambda c: c.orgs.list(sort_by="NAME"), "sort_by must be one of CREATEDAT_DESC"),
    ("no organization", lambda c: c.orgs.detail(""), "org_id is empty"),
    ("number as organization", lambda c: c.orgs.root_node(7), "org_id must be a string, not int"),
    ("no root", lambda c: c.orgs.is_root_node("o", None), "node_id must be a string, not None"),
    ("no department", lambda c: c.orgs.get_node_by_id(" "), "node_id is empty"),
    ("no department code", lambda c: c.orgs.get_node_by_code("o", ""), "code is empty"),
    ("children of nothing", lambda c: c.orgs.list_children(""), "node_id is empty"),
    ("no keyword", lambda c: c.orgs.search_nodes(""), "keyword is empty"),
    ("members of nothing", lambda c: c.orgs.iter_members(""), "node_id is empty"),
    ("page of members", lambda c: c.orgs.list_members("n", 0), "page must be a whole number"),
    (
        "children maybe",
        lambda c: c.orgs.list_members("n", include_children_nodes="yes"),
        "include_children_nodes must be True or False, not str",
    ),
    ("kind", lambda c: c.orgs.list_authorized_resources("n", None, "FILE"), "DATA, API, MENU"),
    ("nobody to allow", lambda c: c.acl.allow("b:1", "a", "n"), "write user_id= or role="),
    ("empty user", lambda c: c.acl.allow("b:1", "a", "n", user_id=""), "user_id is empty"),
    ("no action", lambda c: c.acl.is_allowed("u", "", "b:1", "n"), "action is empty"),
    ("no targets", lambda c: c.acl.authorize_resource("n", "b", []), "opts is empty"),
    (
        "one target",
        lambda c: c.acl.authorize_resource("n", "b", {"targetType": "USER"}),
        "opts must be a list of dicts, not dict",
    ),
    (
        "misspelled target",
        lambda c: c.acl.authorize_resource("n", "b", [{"targetTyp": "USER"}]),
        "Unknown key 'targetTyp' in opts[0]. Did you mean 'targetType'?",
    ),
    (
        "kind of target",
        lambda c: c.acl.revoke_resource("n", "b", [{"targetType": "USERS"}]),
        "opts[0].targetType must be one of USER, ROLE",
    ),
    (
        "target without identifier",
        lambda c: c.acl.authorize_resource("n", "b", [{"targetType": "USER"}]),
        "opts[0].targetIdentifier is missing",
    ),
    (
        "empty identifier",
        lambda c: c.acl.authorize_resource(
            "n", "b", [{"targetType": "USER", "targetIdentifier": ""}]
        ),
        "opts[0].targetIdentifier is empty",
    ),
    (
        "no actions of a target",
        lambda c: c.acl.authorize_resource(
            "n", "b", [{"targetType": "USER", "targetIdentifier": "u", "actions": []}]
        ),
        "opts[0].actions is empty",
    ),
    (
        "kind to authorize",
        lambda c: c.acl.authorize_resource("n", "b", [], resource_type="FILE"),
        "resource_type must be one of DATA, API",
    ),
    (
        "target to list",
        lambda c: c.acl.list_authorized_resources("n", "USERS", "u"),
        "target_type must be one of USER",
    ),
    (
        "no kind of targets",
        lambda c: c.acl.get_authorized_targets("n", None, "b"),
        "resource_type must be one of DATA",
    ),
    (
        "actions of targets",
        lambda c: c.acl.get_authorized_targets("n", "DATA", "b", ["a"]),
        "actions must be a dict, not list",
    ),
    (
        "operator",
        lambda c: c.acl.get_authorized_targets("n", "DATA", "b", {"op": "and", "list": ["a"]}),
        "actions.op must be one of AND, OR",
    ),
    (
        "no actions of targets",
        lambda c: c.acl.get_authorized_targets("n", "DATA", "b", {"op": "AND", "list": []}),
        "actions.list is empty",
    ),
    ("no name", lambda c: c.acl.create_namespace("shop", ""), "name is empty"),
    ("no description", lambda c: c.acl.create_namespace("a", "b", ""), "description is empty"),
    ("code as id", lambda c: c.acl.delete_namespace("shop"), "ID of the namespace, not str"),
    ("negative id", lambda c: c.acl.update_namespace(-1, "x"), "id must be the number"),
    ("flag as id", lambda c: c.acl.delete_namespace(True), "not bool"),
    ("no change", lambda c: c.acl.update_namespace(1), "needs the fields to change"),
    ("page of namespaces", lambda c: c.acl.list_namespaces(0), "page must be a whole number"),
    ("no resource", lambda c: c.acl.create_resource("n", "", "DATA", []), "code is empty"),
    (
        "kind of resource",
        lambda c: c.acl.create_resource("n", "c", None, []),
        "resource_type must be one of DATA, API, MENU, UI, BUTTON, not None",
    ),
    (
        "one action",
        lambda c: c.acl.create_resource("n", "c", "DATA", {"name": "read"}),
        "actions must be a list of dicts, not dict: write [{'name':",
    ),
    (
        "names of actions",
        lambda c: c.acl.create_resource("n", "c", "DATA", ["read"]),
        "actions[0] must be a dict, not str",
    ),
    ("no actions", lambda c: c.acl.create_resource("n", "c", "DATA", []), "actions is empty"),
    (
        "misspelled action",
        lambda c: c.acl.create_resource("n", "c", "DATA", [{"nam": "read"}]),
        "Unknown key 'nam' in actions[0]. Did you mean 'name'?",
    ),
    (
        "action without name",
        lambda c: c.acl.update_resource("n", "c", actions=[{"description": "x"}]),
        "actions[0].name must be a string, not None",
    ),
    (
        "number as description",
        lambda c: c.acl.update_resource("n", "c", actions=[{"name": "a", "description": 1}]),
        "actions[0].description must be a string, not int",
    ),
    ("no changes", lambda c: c.acl.update_resource("n", "c"), "needs the fields to change"),
    ("no namespace", lambda c: c.acl.list_resources(None), "namespace must be a string, not None"),
    ("kinds", lambda c: c.acl.iter_resources("n", "FILE"), "resource_type must be one of DATA"),
    ("path as code", lambda c: c.acl.delete_resource("n", ".."), "'..' is not a valid ID"),
    ("no resource id", lambda c: c.acl.get_resource_by_id(""), "id is empty"),
    ("no resource code", lambda c: c.acl.get_resource_by_code("n", ""), "code is empty"),
]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [(call, sentence) for _, call, sentence in OTHER_CALLS],
    ids=[name for name, _, _ in OTHER_CALLS],
)
async def test_invalid_arguments_of_groups_roles_and_policies_are_rejected_before_sending(
    make_client: MakeClient, call: Callable[[Any], Any], sentence: str
) -> None:
    server = ScriptedServer()
    client = make_client(server)
    with pytest.raises(InvalidInputError) as caught:
        await run(call(client))
    assert sentence in str(caught.value)
    assert server.requests == []
