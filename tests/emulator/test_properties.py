"""Properties that hold for generated requests."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, given, settings, strategies as st

from authing_users.emulator import EmulatorApp, create_app

from .api import ACCESS_TOKEN, CREATE, LIST, UPDATE, USER
from .test_custom_fields import SET_UDF, SET_UDV, UDV

pytestmark = pytest.mark.slow

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(
    [*("username", "email", "password", "signedUp", "loginsCount", "registerSource", "blocked")]
)
inputs = st.dictionaries(fields, scalars, max_size=4)
quick_settings = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Sender:
    """Sends requests to an in-process emulator from sync tests."""

    def __init__(self, portal: BlockingPortal, app: EmulatorApp) -> None:
        self._portal = portal
        self._transport = httpx.ASGITransport(app=app)
        self.token = ""

    def post(self, path: str, body: bytes, token: bytes | None = None) -> httpx.Response:
        headers = {
            b"authorization": self.token.encode() if token is None else token,
            b"content-type": b"application/json",
        }

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self._transport, base_url="http://emulator"
            ) as http:
                return await http.post(path, content=body, headers=headers)

        return self._portal.call(send)

    def execute(self, document: str, **variables: object) -> Any:
        body = json.dumps({"query": document, "variables": variables}).encode()
        content = self.post("/graphql/v2", body).json()
        assert "errors" not in content, content
        (value,) = content["data"].values()
        return value


@pytest.fixture(scope="module")
def sender() -> Iterator[Sender]:
    app = create_app()
    with start_blocking_portal() as portal:
        sender = Sender(portal, app)
        token = sender.execute(ACCESS_TOKEN, id=app.user_pool_id, secret=app.secret)
        sender.token = token["accessToken"]
        yield sender
    app.close()


def check_response(response: httpx.Response) -> None:
    """Check the format of a response, and that it is not an unexpected error."""
    assert response.status_code in (200, 400)
    content = response.json()
    errors = content.get("errors")
    if response.status_code == 400:
        assert all(isinstance(error["message"], str) for error in errors)
    elif errors is None:
        assert content["data"] is not None
    else:
        assert content["data"] is None
        assert all(error["message"]["code"] not in (500, 501) for error in errors)
        assert all(isinstance(error["message"]["message"], str) for error in errors)


@given(body=st.binary() | values.map(lambda value: json.dumps(value).encode()))
@quick_settings
def test_random_bodies_get_a_valid_response(sender: Sender, body: bytes) -> None:
    check_response(sender.post("/graphql/v2", body))


@given(query=values, variables=values, name=values)
@quick_settings
def test_random_requests_get_a_valid_response(
    sender: Sender, query: Any, variables: Any, name: Any
) -> None:
    content = {"query": query, "variables": variables, "operationName": name}
    check_response(sender.post("/graphql/v2", json.dumps(content).encode()))


@given(text=st.text(), user_fields=inputs)
@quick_settings
def test_random_user_is_returned_as_created(
    sender: Sender, text: str, user_fields: dict[str, object]
) -> None:
    texts = {
        name: value
        for name, value in user_fields.items()
        if name not in {"password", "email", "signedUp"}
    }
    body = json.dumps({"query": CREATE, "variables": {"i": texts | {"nickname": text}}})
    content = sender.post("/graphql/v2", body.encode()).json()
    if "errors" in content:
        return  # other tests cover the validation
    user = content["data"]["createUser"]
    assert user["nickname"] == text
    assert (
        sender.execute(f"query($id: String) {{ user(id: $id) {{ {USER} }} }}", id=user["id"])
        == user
    )


@given(
    data_type=st.sampled_from(["STRING", "NUMBER", "DATETIME", "BOOLEAN", "OBJECT", "SELECT"]),
    text=st.text() | values.map(json.dumps),
)
@quick_settings
def test_random_custom_value_is_stored_or_rejected(
    sender: Sender, data_type: str, text: str
) -> None:
    field = {"targetType": "USER", "key": data_type}
    sender.execute(SET_UDF, **field, dataType=data_type, label="x")
    user_id = sender.execute(CREATE, i={"username": secrets.token_hex(8)})["id"]
    variables = {**field, "targetId": user_id, "value": text}
    body = json.dumps({"query": SET_UDV, "variables": variables}).encode()
    response = sender.post("/graphql/v2", body)
    check_response(response)
    stored = sender.execute(UDV, targetType="USER", targetId=user_id)
    response_data = response.json()["data"]
    assert stored == (response_data["setUdv"] if response_data else [])


@given(token=st.binary())
@quick_settings
def test_random_tokens_are_rejected(sender: Sender, token: bytes) -> None:
    body = b'{"query": "{ users { totalCount } }"}'
    response = sender.post("/graphql/v2", body, token)
    code = response.json()["errors"][0]["message"]["code"]
    assert code == (2020 if not token.decode("latin-1").strip() else 2207)


@given(body=st.binary() | values.map(lambda value: json.dumps(value).encode()))
@quick_settings
def test_random_seeds_get_a_valid_response(sender: Sender, body: bytes) -> None:
    response = sender.post("/emulator/v1/seed", body)
    assert response.status_code in (200, 400)
    assert isinstance(response.json(), dict)


@given(
    number=st.integers(0, 40),
    limit=st.integers(1, 50),
    order=st.sampled_from(["CREATEDAT_ASC", "CREATEDAT_DESC", "UPDATEDAT_ASC", "UPDATEDAT_DESC"]),
    data=st.data(),
)
@settings(quick_settings, max_examples=25)
def test_pages_contain_every_user_once_and_in_order(
    sender: Sender, number: int, limit: int, order: str, data: st.DataObject
) -> None:
    sender.post("/emulator/v1/reset", b"")
    sender.post("/emulator/v1/seed", json.dumps({"users": number}).encode())
    users = sender.execute("{ users(limit: 100, sortBy: CREATEDAT_ASC) { list { id } } }")["list"]
    created = [user["id"] for user in users]
    changed = data.draw(st.lists(st.sampled_from(created), max_size=4)) if created else []
    for user_id in changed:
        sender.execute(UPDATE, id=user_id, i={"nickname": "changed"})
    last_change = {user_id: at for at, user_id in enumerate(changed)}
    by_change = sorted(created, key=lambda user_id: last_change.get(user_id, -1))
    expected = created if order.startswith("CREATED") else by_change
    if order.endswith("DESC"):
        expected = expected[::-1]

    seen: list[str] = []
    for page in range(1, number // limit + 3):
        response_data = sender.execute(LIST, page=page, limit=limit, sortBy=order)
        assert response_data["totalCount"] == number
        assert len(response_data["list"]) == max(0, min(limit, number - (page - 1) * limit))
        seen += [user["id"] for user in response_data["list"]]
    assert seen == expected
