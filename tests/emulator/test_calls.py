"""The log of calls."""

import json
from typing import Any

import pytest

from authing_users.emulator import call_log, create_app
from authing_users.emulator.errors import ControlError
from authing_users.emulator.masking import MASK, masked

from . import rest
from .api import CREATE, LIST, START_TIME, Api


async def test_graphql_calls(api: Api) -> None:
    control = api.app.control
    (token,) = control.calls()
    assert (token.operation, token.variables["secret"]) == ("accessToken", MASK)
    document = CREATE.replace("mutation(", "mutation CreateUser(", 1)
    await api.post(document, {"i": {"username": "a", "password": api.encrypt("a password")}})
    await api.post(document, {"i": {"username": "a"}})
    first, second = control.calls("createUser")
    assert control.calls("CREATEUSER") == (first, second)
    assert first == call_log.Call(
        kind="graphql",
        operation="createUser",
        operation_name="CreateUser",
        method="POST",
        path="/graphql/v2",
        variables={"i": {"username": "a", "password": MASK}},
        status=200,
        code=None,
        time=START_TIME,
    )
    assert (second.code, second.status) == (2034, 200)
    assert control.calls("*") == control.calls()
    assert len(control.calls()) == 3


async def test_rest_calls(api: Api) -> None:
    user = await api.create(username="a")
    path = f"/api/v2/users/{user['id']}/has-role"
    await rest.get(api, path, code="r", namespace="default")
    await rest.rejection_code(api, "POST", "/api/v2/users/batch", {"ids": []})
    has_role, batch = api.app.control.calls()[-2:]
    assert api.app.control.calls("/api/v2/users/{id}/has-role") == (has_role,)
    assert api.app.control.calls("GET /api/v2/users/{userId}/has-role") == (has_role,)
    assert (has_role.kind, has_role.operation) == ("rest", "GET /api/v2/users/{id}/has-role")
    assert (has_role.method, has_role.path, has_role.status) == ("GET", path, 200)
    assert has_role.variables == {"id": user["id"], "code": "r", "namespace": "default"}
    assert (batch.variables, batch.code) == ({"ids": []}, 2231)
    await rest.get(api, "/api/v2/analysis/user-action", operation_name=["a", "b"], operator_arn="c")
    variables = api.app.control.calls()[-1].variables
    assert variables == {"operation_name": ["a", "b"], "operator_arn": "c"}


async def test_calls_with_faults(api: Api) -> None:
    control = api.app.control
    control.fail("createUser", code=2034)
    control.fail("createUser", status=503)
    control.drop("createUser")
    control.drop("/api/v2/env")
    control.fail("/api/v2/env", code=500)
    for _ in range(2):
        await api.post(CREATE, {"i": {}})
    for send in (api.post(CREATE, {"i": {}}), rest.get(api, "/api/v2/env")):
        with pytest.raises(Exception, match="Server disconnected"):
            await send
    await rest.rejection_code(api, "GET", "/api/v2/env")
    outcomes = [(call.status, call.code) for call in control.calls()[1:]]
    assert outcomes == [(200, 2034), (503, None), (None, None), (None, None), (200, 500)]


async def test_documents_with_several_fields_or_errors(api: Api) -> None:
    await api.post("{ a: users { totalCount } roles { totalCount } }")
    await api.post("{ nonsense")
    both, broken = api.app.control.calls()[1:]
    assert both.operation == "users, roles"
    assert api.app.control.calls("roles") == (both,)
    assert (broken.operation, broken.status, broken.variables) == ("", 400, {})


@pytest.mark.parametrize(
    "variables",
    [
        {"password": "canary"},
        {"i": [{"newPassword": "canary"}, {"x": {"oauth": "canary"}}]},
        {"secret": "canary-1", "text": "it is canary-1"},
        {"params": json.dumps([{"key": "token", "value": "canary"}])},
        {"text": json.dumps({"a": json.dumps({"password": "canary"})})},
        {"key": "api_secret", "value": "canary"},
        {"password": ["canary"]},
        {"text": "eyJhbGciOi.eyJjYW5hcnkiOiJ.canary"},
        {"text": "Bearer canary"},
        {"text": "the canary-known secret"},
    ],
)
def test_secrets_are_masked(variables: dict[str, Any]) -> None:
    assert "canary" in str(variables)
    result = masked(variables, ["canary-known"])
    assert "canary" not in str(result)
    assert MASK in str(result)
    assert masked(result) == result


def test_other_values_stay_as_they_are() -> None:
    variables: dict[str, Any] = {
        "code": "role",
        "password": None,
        "token": "",
        "value": '{"a":  1}',
        "list": [1, True, None, "tokens", "{broken"],
        "n": {"key": "school", "value": '"x"'},
    }
    assert masked(variables) == variables


async def test_deep_and_long_requests(api: Api) -> None:
    deep: Any = "canary"
    for _ in range(300):
        deep = [deep]
    await api.post(LIST, {"page": deep})
    assert "canary" not in str(api.app.control.calls()[-1])


async def test_number_and_size_of_calls_are_limited(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_log, "MAX_CALLS", 3)
    for page in range(1, 6):
        await api.post(LIST, {"page": page})
    assert [call.variables["page"] for call in api.app.control.calls()] == [3, 4, 5]
    monkeypatch.setattr(call_log, "MAX_SIZE", 1_000)
    await api.post(LIST, {"page": 6, "text": "x" * 600})
    assert [call.variables["page"] for call in api.app.control.calls()] == [5, 6]
    await api.post(LIST, {"page": 7, "text": "x" * 1_000})
    assert api.app.control.calls() == ()


def test_calls_are_not_kept_on_request() -> None:
    app = create_app(log_calls=False)
    with pytest.raises(ControlError, match="log_calls=True"):
        app.control.calls()
    app.close()


async def test_faults_are_not_unserved_operations(api: Api) -> None:
    api.app.control.fail("createUser", code=501)
    api.app.control.fail("/api/v2/env", code=501)
    assert await api.create_error_code(username="a") == 501
    assert await rest.rejection_code(api, "GET", "/api/v2/env") == 501
    assert api.app.control.unserved == ()


async def test_unserved_operations(api: Api) -> None:
    await api.post("{ users { totalCount } }")
    await api.post("mutation { resetPassword { code } }")
    await api.post("{ nonsense }")
    await api.post("{ userpools { totalCount } }")
    await api.post("{ users { nonsense } __typename }")
    await api.http.get("/api/v3/list-users")
    await api.http.put("/api/v2/users")
    await api.http.get("/emulator/v1/nonsense")
    await api.post("mutation { resetPassword { code } }")
    assert api.app.control.unserved == (
        "Mutation.resetPassword",
        "Query.nonsense",
        "Query.userpools",
        "GET /api/v3/list-users",
        "PUT /api/v2/users",
    )
