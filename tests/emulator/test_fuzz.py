"""Generated requests cause no failure and do not change unrelated objects."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, given, settings, strategies as st
from starlette.routing import Route

from authing_users.emulator import EmulatorApp, create_app

from .api import ACCESS_TOKEN, CREATE, USER
from .asgi import AsgiResponse, Headers, send_request
from .fuzzing import (
    DOCUMENTS,
    GRAPHQL,
    NAMED,
    ODD_HEADERS,
    ODD_METHODS,
    ODD_TARGETS,
    REST,
    Request,
    corrupt,
    graphql_bodies,
    rest_requests,
)
from .test_custom_fields import SET_UDF, SET_UDV
from .test_groups import ADD, CREATE_GROUP
from .test_policies import ADD as ASSIGN_POLICY, CREATE_POLICY
from .test_roles import ASSIGN, CREATE_ROLE

pytestmark = pytest.mark.slow

PROTECTED = "protected"
"""The name of the objects that requests do not refer to."""

PROTECTED_USERS = 25

GET_PROTECTED_USER = (
    f"query($id: String) {{ user(id: $id) {{ {USER} roles {{ list {{ code description }} }}"
    " groups { list { code name } } customData { key value }"
    ' authorizedResources(namespace: "default") { list { code actions } } } }'
)
quick_settings = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Target:
    """An in-process emulator with a user that must not change."""

    def __init__(self, portal: BlockingPortal, app: EmulatorApp) -> None:
        self._portal = portal
        self._app = app
        self.named_id = ""
        self._users = 0
        self.headers: Headers = ((b"host", b"localhost"), (b"content-type", b"application/json"))
        token = self.execute(ACCESS_TOKEN, id=app.user_pool_id, secret=app.secret)["accessToken"]
        pool = (b"x-authing-userpool-id", app.user_pool_id.encode())
        self.headers = (*self.headers, pool, (b"authorization", token.encode()))
        seed = json.dumps({"users": PROTECTED_USERS, "prefix": PROTECTED}).encode()
        assert self.send("POST", "/emulator/v1/seed", seed).status == 200
        self._protected_id = self._create_objects(PROTECTED)
        self._protected_user = self.execute(GET_PROTECTED_USER, id=self._protected_id)
        for name in ("roles", "groups", "authorizedResources"):
            assert len(self._protected_user[name]["list"]) == 1
        assert len(self._protected_user["customData"]) == 1

    def send(
        self, method: str, target: str, body: bytes = b"", headers: Headers | None = None
    ) -> AsgiResponse:
        """Send a request with the management token, or with other headers."""
        request_headers = self.headers if headers is None else headers
        target = target.replace("@id", self.named_id)
        body = body.replace(b"@id", self.named_id.encode())
        return self._portal.call(send_request, self._app, method, target, request_headers, body)

    def execute(self, document: str, **variables: object) -> Any:
        """Send a document and return the value of its only field."""
        content = self._post(document, variables)
        assert "errors" not in content, content
        (value,) = content["data"].values()
        return value

    def check_response(self, response: AsgiResponse) -> None:
        """Check that the request did not fail and that the protected user is unchanged."""
        assert response.status in (200, 400, 403, 404, 405), response
        content = response.content
        assert content.get("code") != 500, content
        for error in content.get("errors", ()):
            message = error["message"]
            assert isinstance(message, str) or message["code"] != 500, content
        assert self.execute(GET_PROTECTED_USER, id=self._protected_id) == self._protected_user

    def check_user_count(self) -> None:
        """Check that no protected user is missing."""
        page = self.execute(
            "query($q: String!) { searchUser(query: $q) { totalCount } }", q=PROTECTED
        )
        assert page["totalCount"] == PROTECTED_USERS + 1

    def recreate_named_objects(self) -> None:
        """Recreate the objects that requests refer to, with a new user."""
        self.named_id = self._create_objects(NAMED)

    def endpoints(self) -> Iterator[tuple[str, str]]:
        """Return all endpoints except GraphQL, and those that change the emulator itself."""
        for route in self._app.routes:
            assert isinstance(route, Route)
            for method in (route.methods or set()) - {"HEAD"}:
                is_control = route.path.startswith("/emulator/") and method != "GET"
                if route.path != GRAPHQL and not is_control:
                    yield method, route.path

    def _create_objects(self, name: str) -> str:
        self._users += 1
        user_id: str = self.execute(CREATE, i={"username": f"{name}{self._users}"})["id"]
        users = {"userIds": [user_id], "ids": [user_id], "targetId": user_id}
        shared = {"code": name, "roleCode": name, "policies": [name], "name": name, "key": name}
        more = {"targetType": "USER", "dataType": "STRING", "label": name, "value": '"x"'}
        statements = [{"resource": f"{name}:*", "actions": [f"{name}:read"]}]
        variables = {**users, **shared, **more, "statements": statements}
        for document in (CREATE_ROLE, CREATE_GROUP, CREATE_POLICY, SET_UDF):
            self._post(document, variables)  # rejected if it exists
        for document in (ASSIGN, ADD, ASSIGN_POLICY, SET_UDV):
            self._post(document, variables)
        return user_id

    def _post(self, document: str, variables: Mapping[str, object]) -> Any:
        body = json.dumps({"query": document, "variables": variables}).encode()
        return self.send("POST", GRAPHQL, body).content


@pytest.fixture(scope="module")
def module_target() -> Iterator[Target]:
    app = create_app()
    with start_blocking_portal() as portal:
        target = Target(portal, app)
        yield target
        target.check_user_count()
    app.close()


@pytest.fixture
def target(module_target: Target) -> Target:
    module_target.check_user_count()
    module_target.recreate_named_objects()
    return module_target


@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
@settings(quick_settings, max_examples=8)
def test_random_variables_cause_no_failure(target: Target, name: str, data: st.DataObject) -> None:
    body = data.draw(graphql_bodies(DOCUMENTS[name]))
    target.check_response(target.send("POST", GRAPHQL, body))
    target.check_response(target.send("POST", GRAPHQL, data.draw(corrupt(body))))


@pytest.mark.parametrize("request_", REST, ids=lambda request: f"{request[0]} {request[1]}")
@given(data=st.data())
@settings(quick_settings, max_examples=12)
def test_random_rest_requests_cause_no_failure(
    target: Target, request_: Request, data: st.DataObject
) -> None:
    method, path, body = data.draw(rest_requests(request_))
    target.check_response(target.send(method, path, body))
    target.check_response(target.send(method, path, data.draw(corrupt(body))))


@given(method=ODD_METHODS, path=ODD_TARGETS, headers=ODD_HEADERS, good=st.booleans())
@settings(quick_settings, max_examples=150)
def test_unusual_methods_paths_and_headers_cause_no_failure(
    target: Target, method: str, path: str, headers: Headers, good: bool
) -> None:
    if good:  # a valid request with additional headers
        method, path, headers = "POST", GRAPHQL, (*headers, *target.headers)
    target.check_response(
        target.send(method, path, b'{"query": "{ users { totalCount } }"}', headers)
    )


def test_fuzzing_covers_every_rest_endpoint(target: Target) -> None:
    tried = {(method, path.partition("?")[0]) for method, path, _ in REST}
    for method, pattern in target.endpoints():
        path = re.sub(r"\{\w+\}", "[^/]+", pattern)
        assert any(method == used and re.fullmatch(path, tail) for used, tail in tried), pattern
