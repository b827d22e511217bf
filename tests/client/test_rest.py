"""Calls of the REST endpoints: requests and responses."""

import json
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_users import (
    AuthenticationError,
    CreatedUser,
    InvalidInputError,
    InvalidResponseError,
    NotFoundError,
    ServerError,
)

from ..support.client_kinds import POOL_ID, MakeClient, collect, run
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
async def test_a_rest_mutation_sends_a_request_and_returns_its_message(
    make_client: MakeClient, call: Callable[[Any], Any], path: str, body: dict[str, object] | None
) -> None:
    server = ScriptedServer(rest(None, "done"), rest(None, "user does not exist", 2004))
    client = make_client(server)
    message = await run(call(client.users))
    assert (message.code, message.message) == (200, "done")
    assert server.paths == [path]
    sent = server.requests[-1]
    assert (json.loads(sent.content) if sent.content else None) == body
    assert sent.headers["authorization"] == "Bearer canary-token"
    with pytest.raises(NotFoundError):
        await run(call(client.users))


async def test_responses_of_the_v3_api_are_read(make_client: MakeClient) -> None:
    success = {"statusCode": 200, "message": "done", "data": {"success": True}}
    failure = {"statusCode": 499, "apiCode": 2004, "message": "no such user", "data": None}
    server = ScriptedServer(httpx.Response(200, json=success), httpx.Response(200, json=failure))
    client = make_client(server)
    message = await run(client.users.resign_batch([ID]))
    assert (message.code, message.message) == (200, "done")
    with pytest.raises(NotFoundError) as caught:
        await run(client.users.resign_batch([ID]))
    assert (caught.value.code, caught.value.message) == (2004, "no such user")


async def test_unlink_by_user_sends_the_users_token_and_hides_it(make_client: MakeClient) -> None:
    own = "canary-user-token"
    server = ScriptedServer(
        rest(None, "done"), rest(None, "expired", 2206), rest(None, f"{own} has expired", 2206)
    )
    client = make_client(server)
    assert (await run(client.users.unlink_by_user("wechat", "wx-web", own))).code == 200
    (sent,) = server.requests  # no management token was requested
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


async def test_counts_are_read_as_numbers(make_client: MakeClient) -> None:
    server = ScriptedServer(rest(3), rest(2), rest("many"))
    client = make_client(server)
    assert await run(client.users.get_application_login_user_num("a b")) == 3
    assert await run(client.users.get_udf_field_user_num("age", "a")) == 2
    assert server.paths == [
        "GET /api/v2/analysis/total-login-count?appId=a+b",
        "GET /api/v2/analysis/exist-defined-field-count?definedFieldKey=age&appId=a",
    ]
    with pytest.raises(InvalidResponseError):
        await run(client.users.get_application_login_user_num("a"))


async def test_filter_sends_its_conditions_as_lists(make_client: MakeClient) -> None:
    server = ScriptedServer(rest({"totalCount": 1, "list": [{"id": ID}]}), rest(EMPTY))
    client = make_client(server)
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


async def test_iter_user_actions_yields_each_entry_once(make_client: MakeClient) -> None:
    entries = [
        {"request_id": "1", "operation_name": "login"},
        {"request_id": "1", "operation_name": "login", "userId": "6"},
        {"operation_name": "login", "userId": "7"},
        {"operation_name": "login", "userId": "8"},
        {"request_id": "2", "operation_name": "login"},
    ]
    # A new entry after the first page has moved one entry to the second page.
    pages = [entries[:3], entries[2:]]
    server = ScriptedServer(*(rest({"totalCount": 5, "list": page}) for page in pages))
    client = make_client(server)
    actions = await collect(
        client.users.iter_user_actions(3, operation_name="login", user_ids=[ID])
    )
    assert [(entry.request_id, entry.get("userId")) for entry in actions] == [
        ("1", None),
        ("1", "6"),
        (None, "7"),
        (None, "8"),
        ("2", None),
    ]
    assert actions[0]["request_id"] == "1"
    asked = [request.url.params for request in server.requests[1:]]
    assert [(params["page"], params["limit"]) for params in asked] == [("1", "3"), ("2", "3")]
    assert all(params["operator_arn"].endswith(f":user:{ID}") for params in asked)
    assert all(params["operation_name"] == "login" for params in asked)


async def test_check_login_status_sends_app_and_device(make_client: MakeClient) -> None:
    server = ScriptedServer(
        rest({"isLogin": True, "user": {"id": ID}, "application": [{"id": "a"}]}),
        rest({"isLogin": False}),
        rest(None, "用户不存在", 2004),
    )
    client = make_client(server)
    status = await run(client.users.check_login_status(ID, app_id="a", device_id="d"))
    assert status.is_login
    assert status["isLogin"] is True
    assert status.user is not None
    assert status.user.id == ID
    assert server.paths == [f"GET /api/v2/users/login-status?userId={ID}&appId=a&deviceId=d"]
    assert not (await run(client.users.check_login_status(ID))).is_login
    with pytest.raises(NotFoundError):
        await run(client.users.check_login_status(ID))


async def test_permissions_of_a_user_are_read(make_client: MakeClient) -> None:
    permitted = rest([{"code": "book:1", "actions": ["book:read"]}])
    server = ScriptedServer(permitted, permitted)
    client = make_client(server)
    resources = await run(client.users.check_resource_permission_batch(ID, "shop", ["book:1"]))
    assert [(item.code, item.actions) for item in resources] == [("book:1", ["book:read"])]
    again = await run(client.users.list_authorized_resources_of_resource_kind(ID, "shop", "book"))
    assert again == resources
    assert [json.loads(request.content) for request in server.requests[1:]] == [
        {"userId": ID, "namespace": "shop", "resources": ["book:1"]},
        {"userId": ID, "namespace": "shop", "resource": "book"},
    ]


async def test_create_users_returns_one_result_per_user(make_client: MakeClient) -> None:
    server = ScriptedServer(
        rest([{"success": True, "user": {"id": ID}}, {"success": False, "errMsg": "taken"}])
    )
    client = make_client(server)
    users: Any = [{"username": "bob", "registerSource": "hr"}, {"username": "bob"}]
    created: list[CreatedUser] = await run(client.users.create_users(users))
    first, second = created
    assert first.success
    assert first.user is not None
    assert first.user.id == ID
    assert (second.success, second.err_msg) == (False, "taken")
    assert json.loads(server.requests[-1].content) == {
        "users": [{"username": "bob", "registerSource": ["hr"]}, {"username": "bob"}],
        "rawPassword": True,
    }


async def test_list_user_actions_sends_its_filters(make_client: MakeClient) -> None:
    row = {"operation_name": "login", "operator_arn": "arn", "ua": {"os": "x"}, "clientip": "::1"}
    server = ScriptedServer(
        rest({"totalCount": 1, "list": [row]}), rest({"totalCount": 0, "list": []})
    )
    client = make_client(server)
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


async def test_organisations_and_tenants_of_a_user_are_read(make_client: MakeClient) -> None:
    server = ScriptedServer(
        rest([[{"type": "org", "id": "1", "name": "Example", "logo": "x"}]]),
        rest({"id": ID, "username": "bob", "tenants": [{"id": "t"}]}),
        rest(None),
    )
    client = make_client(server)
    orgs: Any = await run(client.users.list_org(ID))
    assert (orgs[0][0].name, orgs[0][0]["logo"]) == ("Example", "x")
    user = await run(client.users.get_user_tenants(ID))
    assert (user.username, user.tenants) == ("bob", [{"id": "t"}])
    assert server.paths == [f"GET /api/v2/users/{ID}/orgs", f"GET /api/v2/users/{ID}/tenants"]
    with pytest.raises(NotFoundError):
        await run(client.users.get_user_tenants(ID))


async def test_an_id_is_escaped_in_the_path(make_client: MakeClient) -> None:
    server = ScriptedServer(rest(None))
    client = make_client(server)
    await run(client.users.suspend("../../x?y#z"))
    assert server.paths == ["POST /api/v2/users/..%2F..%2Fx%3Fy%23z/suspend"]
    for step in (".", ".."):
        with pytest.raises(InvalidInputError):
            await run(client.users.suspend(step))


async def test_rest_calls_share_token_refresh_and_error_mapping(make_client: MakeClient) -> None:
    server = ScriptedServer(
        rest(None, "login expired", 2206),
        rest(None),
        rest(None, "busy", 1000),
        rest({"isLogin": "maybe"}),
    )
    server.tokens = [token("first"), token("second")]
    client = make_client(server)
    assert (await run(client.users.suspend(ID))).code == 200
    assert server.requests[-1].headers["authorization"] == "Bearer second"
    with pytest.raises(ServerError):
        await run(client.users.suspend(ID))
    with pytest.raises(InvalidResponseError):
        await run(client.users.check_login_status(ID))


@pytest.mark.parametrize("code", [200, "200"], ids=["number", "text"])
async def test_a_success_code_may_be_text(make_client: MakeClient, code: object) -> None:
    envelope = {"code": code, "message": "ok", "data": {"isLogin": True}}
    server = ScriptedServer(httpx.Response(200, json=envelope), httpx.Response(200, json=envelope))
    client = make_client(server)
    assert (await run(client.users.kick([ID]))).code == 200
    assert (await run(client.users.check_login_status(ID))).is_login
