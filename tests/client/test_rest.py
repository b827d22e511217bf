"""Calls of the REST endpoints: what is sent, and how the answers are read."""

import json
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_users import (
    AuthenticationError,
    InvalidInputError,
    InvalidResponseError,
    NotFoundError,
    ServerError,
)

from ..support.client_kinds import POOL_ID, Mode, close, collect, run
from ..support.scripted_server import ScriptedServer, rest, token

ID = "60b4a136d9b4a136d9b4a136"
EMPTY = {"totalCount": 0, "list": list[object]()}

CALLS: list[tuple[str, Callable[[Any], Any], str, dict[str, object] | None]] = [
    ("kick", lambda u: u.kick([ID]), "POST /api/v2/users/kick", {"userIds": [ID]}),
    ("logout", lambda u: u.logout(ID), f"GET /logout?userId={ID}", None),
    ("logout of an app", lambda u: u.logout(ID, "a b"), f"GET /logout?userId={ID}&appId=a+b", None),
    ("suspend", lambda u: u.suspend(ID), f"POST /api/v2/users/{ID}/suspend", {}),
    ("activate", lambda u: u.activate(ID), f"POST /api/v2/users/{ID}/activate", {}),
    ("resign", lambda u: u.resign(ID), f"POST /api/v2/users/{ID}/resign", {}),
    (
        "resign of several",
        lambda u: u.resign_batch([ID, "x"]),
        "POST /api/v3/resign-user-batch",
        {"userIds": [ID, "x"]},
    ),
    (
        "link",
        lambda u: u.link_identity(ID, "7", True, "wechat", type="openid", ext_idp_id="e"),
        "POST /api/v2/users/identity/link",
        {
            "userId": ID,
            "userIdInIdp": "7",
            "isSocial": True,
            "identifier": "wechat",
            "type": "openid",
            "extIdpId": "e",
        },
    ),
    (
        "unlink",
        lambda u: u.unlink_identity(ID, False, "ldap"),
        "POST /api/v2/users/identity/unlink",
        {"userId": ID, "isSocial": False, "identifier": "ldap"},
    ),
]


@pytest.mark.parametrize(
    ("call", "path", "body"), [entry[1:] for entry in CALLS], ids=[entry[0] for entry in CALLS]
)
async def test_a_change_is_sent_and_its_outcome_read(
    mode: Mode, call: Callable[[Any], Any], path: str, body: dict[str, object] | None
) -> None:
    server = ScriptedServer(rest(None, "done"), rest(None, "user does not exist", 2004))
    client = server.client(mode)
    message = await run(call(client.users))
    assert (message.code, message.message) == (200, "done")
    assert server.paths == [path]
    sent = server.requests[-1]
    assert (json.loads(sent.content) if sent.content else None) == body
    assert sent.headers["authorization"] == "Bearer canary-token"
    with pytest.raises(NotFoundError):
        await run(call(client.users))
    await close(client)


async def test_the_third_version_of_the_api_is_understood(mode: Mode) -> None:
    success = {"statusCode": 200, "message": "done", "data": {"success": True}}
    failure = {"statusCode": 499, "apiCode": 2004, "message": "no such user", "data": None}
    server = ScriptedServer(httpx.Response(200, json=success), httpx.Response(200, json=failure))
    client = server.client(mode)
    message = await run(client.users.resign_batch([ID]))
    assert (message.code, message.message) == (200, "done")
    with pytest.raises(NotFoundError) as caught:
        await run(client.users.resign_batch([ID]))
    assert (caught.value.code, caught.value.message) == (2004, "no such user")
    await close(client)


async def test_unlinking_on_behalf_of_a_user_carries_the_users_token(mode: Mode) -> None:
    own = "canary-user-token"
    server = ScriptedServer(
        rest(None, "done"), rest(None, "expired", 2206), rest(None, f"{own} has expired", 2206)
    )
    client = server.client(mode)
    assert (await run(client.users.unlink_by_user("wechat", "wx-web", own))).code == 200
    (sent,) = server.requests  # no management token was asked for
    assert sent.headers["authorization"] == f"Bearer {own}"
    assert json.loads(sent.content) == {"type": "wechat", "identifier": "wx-web"}
    with pytest.raises(AuthenticationError) as caught:
        await run(client.users.unlink_by_user("wechat", "wx-web", own))
    frames = [
        frame
        for frame, _ in traceback.walk_tb(caught.value.__traceback__)
        if "authing_users" in Path(frame.f_code.co_filename).parts
    ]
    assert frames
    assert own not in str([frame.f_locals for frame in frames])
    with pytest.raises(AuthenticationError) as caught:
        await run(client.users.unlink_by_user("wechat", "wx-web", own))
    assert own not in str(caught.value)
    assert len(server.requests) == 3
    await close(client)


async def test_users_are_counted(mode: Mode) -> None:
    server = ScriptedServer(rest(3), rest(2), rest("many"))
    client = server.client(mode)
    assert await run(client.users.get_application_login_user_num("a b")) == 3
    assert await run(client.users.get_udf_field_user_num("age", "a")) == 2
    assert server.paths == [
        "GET /api/v2/analysis/total-login-count?appId=a+b",
        "GET /api/v2/analysis/exist-defined-field-count?definedFieldKey=age&appId=a",
    ]
    with pytest.raises(InvalidResponseError):
        await run(client.users.get_application_login_user_num("a"))
    await close(client)


async def test_a_filter_is_sent_as_lists(mode: Mode) -> None:
    server = ScriptedServer(rest({"totalCount": 1, "list": [{"id": ID}]}), rest(EMPTY))
    client = server.client(mode)
    page = await run(
        client.users.filter(2, 5, [({"type": "userDefinedFields", "value": "age"}, "NEQ", 7)])
    )
    assert (page.total_count, page.list[0].id) == (1, ID)
    assert (await run(client.users.filter())).list == []
    assert server.paths == ["POST /api/v2/users/filter"] * 2
    assert [json.loads(request.content) for request in server.requests[1:]] == [
        {
            "page": 2,
            "limit": 5,
            "filter": [[{"type": "userDefinedFields", "value": "age"}, "NEQ", 7]],
        },
        {"page": 1, "limit": 10, "filter": []},
    ]
    await close(client)


async def test_all_of_the_log_is_walked(mode: Mode) -> None:
    entries = [
        {"request_id": "1", "operation_name": "login"},
        {"request_id": "1", "operation_name": "login", "userId": "6"},
        {"operation_name": "login", "userId": "7"},
        {"operation_name": "login", "userId": "8"},
        {"request_id": "2", "operation_name": "login"},
    ]
    # What was done after the first page has moved one entry to the second.
    pages = [entries[:3], entries[2:]]
    server = ScriptedServer(*(rest({"totalCount": 5, "list": page}) for page in pages))
    client = server.client(mode)
    walked = await collect(client.users.iter_user_actions(3, operation_name="login", user_ids=[ID]))
    assert [(entry.request_id, entry.get("userId")) for entry in walked] == [
        ("1", None),
        ("1", "6"),
        (None, "7"),
        (None, "8"),
        ("2", None),
    ]
    assert walked[0]["request_id"] == "1"
    asked = [request.url.params for request in server.requests[1:]]
    assert [(params["page"], params["limit"]) for params in asked] == [("1", "3"), ("2", "3")]
    assert all(params["operator_arn"].endswith(f":user:{ID}") for params in asked)
    assert all(params["operation_name"] == "login" for params in asked)
    await close(client)


async def test_the_login_status_of_a_user(mode: Mode) -> None:
    server = ScriptedServer(
        rest({"isLogin": True, "user": {"id": ID}, "application": [{"id": "a"}]}),
        rest({"isLogin": False}),
        rest(None, "用户不存在", 2004),
    )
    client = server.client(mode)
    status = await run(client.users.check_login_status(ID, app_id="a", device_id="d"))
    assert status.is_login
    assert status["isLogin"] is True
    assert status.user is not None
    assert status.user.id == ID
    assert server.paths == [f"GET /api/v2/users/login-status?userId={ID}&appId=a&deviceId=d"]
    assert not (await run(client.users.check_login_status(ID))).is_login
    with pytest.raises(NotFoundError):
        await run(client.users.check_login_status(ID))
    await close(client)


async def test_permissions_of_a_user(mode: Mode) -> None:
    permitted = rest([{"code": "book:1", "actions": ["book:read"]}])
    server = ScriptedServer(permitted, permitted)
    client = server.client(mode)
    found = await run(client.users.check_resource_permission_batch(ID, "shop", ["book:1"]))
    assert [(item.code, item.actions) for item in found] == [("book:1", ["book:read"])]
    again = await run(client.users.list_authorized_resources_of_resource_kind(ID, "shop", "book"))
    assert again == found
    assert [json.loads(request.content) for request in server.requests[1:]] == [
        {"userId": ID, "namespace": "shop", "resources": ["book:1"]},
        {"userId": ID, "namespace": "shop", "resource": "book"},
    ]
    await close(client)


async def test_many_users_at_once_answer_one_by_one(mode: Mode) -> None:
    server = ScriptedServer(
        rest([{"success": True, "user": {"id": ID}}, {"success": False, "errMsg": "taken"}])
    )
    client = server.client(mode)
    users: Any = [{"username": "bob", "registerSource": "hr"}, {"username": "bob"}]
    first, second = await run(client.users.create_users(users))
    assert first.success
    assert first.user is not None
    assert first.user.id == ID
    assert (second.success, second.err_msg) == (False, "taken")
    assert json.loads(server.requests[-1].content) == {
        "users": [{"username": "bob", "registerSource": ["hr"]}, {"username": "bob"}],
        "rawPassword": True,
    }
    await close(client)


async def test_the_log_of_actions(mode: Mode) -> None:
    row = {"operation_name": "login", "operator_arn": "arn", "ua": {"os": "x"}, "clientip": "::1"}
    server = ScriptedServer(
        rest({"totalCount": 1, "list": [row]}), rest({"totalCount": 0, "list": []})
    )
    client = server.client(mode)
    actions = await run(
        client.users.list_user_actions(
            2,
            5,
            "127.0.0.1",
            "login",
            ["arn:1"],
            user_ids=[ID],
            app_ids=["a", "b"],
            exclude_non_app_records=True,
            start=1_600_000_000_000,
            end=1_700_000_000_000,
        )
    )
    assert actions.total_count == 1
    (action,) = actions.list
    assert action.operation_name == action["operation_name"] == "login"
    assert action["ua"] == action.get("ua") == {"os": "x"}
    assert "ua" in action
    assert action.get("nothing", 1) == 1
    query = dict(server.requests[-1].url.params.multi_items())
    assert query["page"] == "2"
    assert query["start"] == "1600000000000"
    params = server.requests[-1].url.params
    assert params.get_list("operator_arn") == [
        "arn:1",
        f"arn:cn:authing:{POOL_ID}:user:{ID}",
    ]
    assert params.get_list("app_id") == ["a", "b"]
    await run(client.users.list_user_actions(operation_name=["login", "logout"]))
    assert server.paths[-1] == (
        "GET /api/v2/analysis/user-action?page=1&limit=10"
        "&operation_name=login&operation_name=logout"
    )
    await close(client)


async def test_organisations_and_tenants(mode: Mode) -> None:
    server = ScriptedServer(
        rest([[{"type": "org", "id": "1", "name": "Example", "logo": "x"}]]),
        rest({"id": ID, "username": "bob", "tenants": [{"id": "t"}]}),
        rest(None),
    )
    client = server.client(mode)
    orgs: Any = await run(client.users.list_org(ID))
    assert (orgs[0][0].name, orgs[0][0]["logo"]) == ("Example", "x")
    user = await run(client.users.get_user_tenants(ID))
    assert (user.username, user.tenants) == ("bob", [{"id": "t"}])
    assert server.paths == [f"GET /api/v2/users/{ID}/orgs", f"GET /api/v2/users/{ID}/tenants"]
    with pytest.raises(NotFoundError):
        await run(client.users.get_user_tenants(ID))
    await close(client)


async def test_an_id_cannot_leave_its_segment(mode: Mode) -> None:
    server = ScriptedServer(rest(None))
    client = server.client(mode)
    await run(client.users.suspend("../../x?y#z"))
    assert server.paths == ["POST /api/v2/users/..%2F..%2Fx%3Fy%23z/suspend"]
    for step in (".", ".."):
        with pytest.raises(InvalidInputError):
            await run(client.users.suspend(step))
    await close(client)


WRONG_CALLS: list[tuple[Callable[[Any], Any], str]] = [
    (lambda u: u.kick("a"), "kick(['USER_ID'])"),
    (lambda u: u.kick([]), "user_ids is empty"),
    (lambda u: u.list_user_actions(user_ids=[]), "user_ids is empty"),
    (lambda u: u.list_user_actions(app_ids=[]), "app_ids is empty"),
    (lambda u: u.list_user_actions(operation_name=[]), "operation_name is empty"),
    (lambda u: u.unlink_by_user("wechat", "wx", "t\r\nx: y"), "an HTTP header cannot"),
    (lambda u: u.unlink_by_user("wechat", "wx", "tök"), "an HTTP header cannot"),
    (lambda u: u.suspend(""), "user_id is empty"),
    (lambda u: u.link_identity(ID, "7", "yes", "x"), "is_social must be True or False"),
    (lambda u: u.create_users([]), "users must contain 1 to 100 users, not 0"),
    (lambda u: u.create_users([{"username": "a"}] * 101), "not 101"),
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
    WRONG_CALLS,
    ids=[f"{number} {sentence}" for number, (_, sentence) in enumerate(WRONG_CALLS)],
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


async def test_rest_calls_share_tokens_and_errors(mode: Mode) -> None:
    server = ScriptedServer(
        rest(None, "login expired", 2206),
        rest(None),
        rest(None, "busy", 1000),
        rest({"isLogin": "maybe"}),
    )
    server.tokens = [token("first"), token("second")]
    client = server.client(mode)
    assert (await run(client.users.suspend(ID))).code == 200
    assert server.requests[-1].headers["authorization"] == "Bearer second"
    with pytest.raises(ServerError):
        await run(client.users.suspend(ID))
    with pytest.raises(InvalidResponseError):
        await run(client.users.check_login_status(ID))
    await close(client)
