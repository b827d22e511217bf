"""`authing_stub`: typed responses for unit tests, without HTTP."""

import ast
import asyncio
import inspect
import json
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Union, cast, get_args, get_origin

import pytest
from pydantic import BaseModel

import authing_users
from authing_graphql import (
    CommonMessage,
    CreateUserInput,
    Group,
    Policy,
    RefreshToken,
    Role,
    User,
    UserDefinedField,
)
from authing_users import (
    APIError,
    AsyncManagementClient,
    AuthenticationError,
    AuthingError,
    ConflictError,
    CreatedUser,
    DeadlineExceededError,
    InvalidInputError,
    InvalidRequestError,
    InvalidResponseError,
    LoginStatus,
    ManagementClient,
    NotFoundError,
    OrgNode,
    PaginatedGroups,
    PermissionDeniedError,
    PermissionNamespace,
    PermissionNamespaces,
    RateLimitError,
    Resource,
    ResourceAction,
    ServerError,
    TransportError,
    TransportTimeoutError,
    UserActions,
)
from authing_users._protocol.error_codes import CREATE_USERS
from authing_users.testing import (
    AuthingStub,
    Stub,
    UnexpectedCallError,
    UnusedStubError,
    group,
    page_of,
    role,
    skip_waits,
    user,
)
from authing_users.testing.stub.operations import all_operations
from authing_users.testing.stub.responses import success
from scripts.stub_operations import MODULE, formatted, source

from ..support.client_kinds import Management, run
from .conftest import RunTests

ROOT = Path(authing_users.__file__).parents[1]


@pytest.fixture(params=["sync", "async"])
def stub_client(request: pytest.FixtureRequest, authing_stub: AuthingStub) -> Management:
    return authing_stub.client if request.param == "sync" else authing_stub.async_client


@pytest.fixture
def stub() -> Generator[AuthingStub]:
    """A stub that does not make the test fail."""
    stub = AuthingStub()
    yield stub
    stub.close()


async def test_a_result_is_returned(authing_stub: AuthingStub, stub_client: Management) -> None:
    ada = user(username="ada", given_name="Ada", lastIP="192.0.2.1", register_source=["x"])
    authing_stub.on("ListUsers", page=2).returns(page_of(ada, total_count=11))
    page: Any = await run(stub_client.users.list(page=2))
    assert page.list == [ada]
    assert page.total_count == 11


async def test_the_clients_are_real_ones(authing_stub: AuthingStub) -> None:
    assert type(authing_stub.client) is ManagementClient
    assert type(authing_stub.async_client) is AsyncManagementClient


async def test_code_under_test_finds_the_stub(authing_stub: AuthingStub) -> None:
    authing_stub.on("ListUsers").returns(page_of(user()))
    with ManagementClient() as client:
        assert client.users.list().total_count == 1
    async with AsyncManagementClient() as async_client:
        assert (await async_client.users.list()).total_count == 1


async def test_passwords_are_encrypted_without_a_request_of_the_test(
    authing_stub: AuthingStub,
) -> None:
    authing_stub.on("CreateUser", userInfo={"username": "ada"}).returns(user(username="ada"))
    with ManagementClient() as client:
        client.users.create({"username": "ada", "password": "canary-1234"})
    (call,) = authing_stub.calls("CreateUser")
    assert call.variables["userInfo"]["password"] != "canary-1234"
    assert [call.operation for call in authing_stub.calls()] == ["CreateUser"]


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (ConflictError, ConflictError, 2026),
        (NotFoundError, NotFoundError, 2004),
        (PermissionDeniedError, PermissionDeniedError, 403),
        (AuthenticationError, AuthenticationError, 401),
        (RateLimitError, RateLimitError, 2100),
        (ServerError, ServerError, 1000),
        (InvalidRequestError, InvalidRequestError, 500),
        (APIError, APIError, 500),
        (ConflictError("taken", code=2200), ConflictError, 2200),
        (APIError("odd", code=9999), InvalidRequestError, 9999),
    ],
)
async def test_an_error_of_the_api_is_raised(
    authing_stub: AuthingStub,
    stub_client: Management,
    error: type[AuthingError] | AuthingError,
    kind: type[APIError],
    code: int,
) -> None:
    authing_stub.on("GetUser").raises(error)
    with pytest.raises(kind) as caught:
        await run(stub_client.users.detail("id"))
    assert caught.value.code == code
    assert caught.value.operation == "GetUser"
    if isinstance(error, AuthingError):
        assert caught.value.message == error.message
    assert len(authing_stub.calls()) == 1  # not retried


async def test_the_details_of_an_error_are_those_of_the_instance(authing_stub: AuthingStub) -> None:
    error = RateLimitError(
        "slow down", code=2100, http_status=429, retry_after=7, request_id="r-1", data={"a": 1}
    )
    authing_stub.on("ListUsers").raises(error)
    with pytest.raises(RateLimitError) as caught:
        authing_stub.client.users.list()
    raised = caught.value
    assert (raised.http_status, raised.retry_after, raised.request_id) == (429, 7, "r-1")
    assert raised.data == {"a": 1}


async def test_failed_connections(authing_stub: AuthingStub, stub_client: Management) -> None:
    expected = {
        "sent": (TransportError, TransportError, True),
        "not sent": (TransportError("down", maybe_sent=False), TransportError, False),
        "late": (TransportTimeoutError, TransportTimeoutError, True),
        "not connected": (
            TransportTimeoutError("late", maybe_sent=False),
            TransportTimeoutError,
            False,
        ),
    }
    for name, (error, kind, maybe_sent) in expected.items():
        authing_stub.on("GetUser", id=name).raises(cast("Any", error))
        with pytest.raises(kind) as caught:
            await run(stub_client.users.detail(name))
        assert type(caught.value) is kind
        assert caught.value.maybe_sent is maybe_sent, name


async def test_an_unreadable_response(authing_stub: AuthingStub, stub_client: Management) -> None:
    authing_stub.on("GetUser").raises(InvalidResponseError)
    with pytest.raises(InvalidResponseError):
        await run(stub_client.users.detail("id"))


@pytest.mark.parametrize("error", [DeadlineExceededError, InvalidInputError, ValueError, "error"])
def test_an_error_that_no_response_causes_is_rejected(stub: AuthingStub, error: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"raises\(\) takes an error that a response can"):
        stub.on("GetUser").raises(error)


def test_a_code_of_another_error_is_rejected(stub: AuthingStub) -> None:
    with pytest.raises(InvalidInputError, match=r"Code 2004 .* stands for NotFoundError, not Conf"):
        stub.on("GetUser").raises(ConflictError("x", code=2004))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConflictError("taken", field="username"), 2034),
        (ConflictError("taken", field="phone"), 2035),
        (ConflictError("taken", field="email"), 2200),
        (ConflictError("externalId is taken", field="externalId"), 2026),
    ],
)
def test_the_field_of_a_conflict_is_kept(
    authing_stub: AuthingStub, error: ConflictError, code: int
) -> None:
    authing_stub.on("UpdateUser").raises(error)
    with pytest.raises(ConflictError) as caught:
        authing_stub.client.users.update("id", {"email": "a@b.c"})
    assert (caught.value.field, caught.value.code) == (error.field, code)


def test_a_field_that_no_response_names_is_rejected(stub: AuthingStub) -> None:
    with pytest.raises(InvalidInputError, match="Code 2026 does not say that 'externalId' is"):
        stub.on("UpdateUser").raises(ConflictError("taken", field="externalId"))
    with pytest.raises(InvalidInputError, match="Code 2200 does not say that 'phone' is"):
        stub.on("UpdateUser").raises(ConflictError("taken", code=2200, field="phone"))


def test_several_responses_come_in_order_and_the_last_one_stays(authing_stub: AuthingStub) -> None:
    ada, bob = user(), user()
    authing_stub.on("GetUser").raises(ServerError).returns_many(ada, None).returns(bob)
    with pytest.raises(ServerError):
        authing_stub.client.users.detail("id")
    found = [authing_stub.client.users.detail("id") for _ in range(4)]
    assert found == [ada, None, bob, bob]


def test_retries_can_be_tested_with_another_client(authing_stub: AuthingStub) -> None:
    expectation = authing_stub.on("ListUsers").raises(ServerError).returns(page_of())
    with skip_waits() as waits:
        authing_stub.client.with_options(retries=1).users.list()
    assert len(waits) == 1
    assert expectation.hits == 2


def test_the_last_matching_stub_responds(authing_stub: AuthingStub) -> None:
    authing_stub.on("GetUser").optional().returns(None)
    ada = user()
    authing_stub.on("GetUser", id="ada").returns(ada)
    assert authing_stub.client.users.detail("ada") == ada
    assert authing_stub.client.users.detail("bob") is None


def test_variables_are_compared_with_their_types_and_objects_by_some_fields(
    stub: AuthingStub,
) -> None:
    stub.on("CreateUser", userInfo={"username": "ada"}, keepPassword=True).returns(user())
    users = stub.client.users
    users.create({"username": "ada", "city": None, "nickname": "A"}, keep_password=True)
    with pytest.raises(UnexpectedCallError):
        users.create({"username": "ada"})
    with pytest.raises(UnexpectedCallError):
        users.create({"username": "bob"}, keep_password=True)
    stub.on("ListUsers", page=True).returns(page_of())
    with pytest.raises(UnexpectedCallError):
        users.list(page=1)
    stub.on("DeleteUsers", ids=["a", "b"]).returns()
    users.delete_many(["a", "b"])
    with pytest.raises(UnexpectedCallError):
        users.delete_many(["a", "b", "c"])


def test_variables_can_be_the_inputs_of_the_api(stub: AuthingStub) -> None:
    stub.on("CreateUser", userInfo=CreateUserInput(username="ada")).returns(user())
    stub.client.users.create(CreateUserInput(username="ada", nickname="Ada"))
    with pytest.raises(UnexpectedCallError):
        stub.client.users.create({"username": "bob"})


def test_secret_custom_fields_are_not_shown(stub: AuthingStub) -> None:
    with pytest.raises(UnexpectedCallError, match=r"'key': 'apiToken', 'value': '\*+'") as caught:
        stub.client.users.set_udf_value("id", {"apiToken": "canary-secret"})
    assert "canary" not in str(caught.value)


def test_a_cleared_field_is_not_one_that_is_not_sent(stub: AuthingStub) -> None:
    stub.on("UpdateUser", input={"phone": None}).returns(user())
    stub.client.users.update("id", {"phone": None})
    with pytest.raises(UnexpectedCallError):
        stub.client.users.update("id", {"nickname": "Ada"})


def test_an_unexpected_call_names_what_is_stubbed_and_hides_secrets(stub: AuthingStub) -> None:
    stub.on("ListUsers", page=2).returns(page_of())
    with pytest.raises(UnexpectedCallError) as caught:
        stub.client.users.list()
    assert str(caught.value) == (
        "Unexpected call: ListUsers(page=1, limit=10)\n"
        "Stubbed: ListUsers(page=2)\n"
        'To stub it, add authing_stub.on("ListUsers").returns(…)'
    )
    with pytest.raises(UnexpectedCallError) as caught:
        stub.client.users.create_users([{"username": "ada", "password": "canary-1234"}])
    assert "canary" not in str(caught.value)
    assert "'password': '**********'" in str(caught.value)


def test_an_unexpected_call_is_no_error_of_the_api(stub: AuthingStub) -> None:
    def handles_all_errors() -> None:
        try:
            stub.client.users.list()
        except Exception:
            pytest.fail("handled")

    with pytest.raises(UnexpectedCallError):
        handles_all_errors()
    with pytest.raises(UnexpectedCallError):
        asyncio.run(cast("Any", stub.async_client.users.list()))
    assert len(stub.calls()) == 2


MISTAKES: list[tuple[Callable[[Any], object], str]] = [
    (lambda stub: stub.on("ListUser"), "Unknown operation 'ListUser'. Did you mean 'ListUser"),
    (lambda stub: stub.on("listusers"), "Did you mean 'ListUsers'"),
    (lambda stub: stub.on("GetAccessToken"), "Unknown operation 'GetAccessToken'"),
    (lambda stub: stub.on("ListUsers", pgae=1), "no variable 'pgae'. Did you mean 'page'"),
    (lambda stub: stub.on("CreateUser", user_info={}), "Did you mean 'userInfo'"),
    (lambda stub: stub.on("KickUsers", user_ids=[]), "Did you mean 'userIds'"),
    (
        lambda stub: stub.on("ListUsers").returns(user()),
        r"PaginatedUsers, not User: write retu",
    ),
    (
        lambda stub: stub.on("ListUsers").returns(),
        r"returns PaginatedUsers: write returns\(pag",
    ),
    (lambda stub: stub.on("GetUser").returns({"id": "x"}), r"not dict: write returns\(user\(…"),
    (lambda stub: stub.on("GetUser").returns(role()), "returns User or None, not Role"),
    (lambda stub: stub.on("CreateUser").returns(None), "returns User, not None"),
    (lambda stub: stub.on("ListUsers").returns(page_of(role())), "not PaginatedRoles"),
    (
        lambda stub: stub.on("BatchGetUsers").returns([user(), role()]),
        r"list\[User\], not list",
    ),
    (lambda stub: stub.on("DeleteUser").returns(True), r"not bool: write returns\(\)"),
    (lambda stub: stub.on("CountLoginsOfApplication").returns("1"), "returns int, not str"),
    (lambda stub: stub.calls("Nothing"), "Unknown operation 'Nothing'"),
]


@pytest.mark.parametrize(("stubbing", "message"), MISTAKES)
def test_mistakes_are_rejected(
    stub: AuthingStub, stubbing: Callable[[AuthingStub], object], message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        stubbing(stub)


def test_builders_have_unique_defaults_and_reject_mistakes() -> None:
    assert user().id != user().id
    assert len({role().code, role().code, group().code, group().code}) == 4
    assert user(givenName="A").given_name == user(given_name="A").given_name == "A"
    with pytest.raises(InvalidInputError, match=r"User has no field 'givenNam'. Did you mean"):
        user(givenNam="A")
    with pytest.raises(InvalidInputError, match="User: email: expected a string"):
        user(email=["canary"])
    with pytest.raises(InvalidInputError, match=r"objects of one type .*, not User and Role"):
        page_of(user(), role())  # type: ignore[call-overload]
    with pytest.raises(InvalidInputError, match="not CommonMessage"):
        page_of(CommonMessage())  # type: ignore[call-overload]
    assert page_of(total_count=0).list == []


def test_a_page_without_objects_is_a_page_of_any_type(authing_stub: AuthingStub) -> None:
    authing_stub.on("ListGroups").returns(page_of())
    groups = authing_stub.client.groups.list()
    assert type(groups) is PaginatedGroups
    assert (groups.list, groups.total_count) == ([], 0)


def test_nested_results_are_returned_without_their_object(authing_stub: AuthingStub) -> None:
    admin = role(code="admin")
    authing_stub.on("ListUserRoles", id="a").returns(page_of(admin))
    assert authing_stub.client.users.list_roles("a").list == [admin]
    authing_stub.on("ListUserRoles", id="b").returns(None)
    with pytest.raises(NotFoundError):
        authing_stub.client.users.list_roles("b")


def test_custom_fields_keep_their_values(authing_stub: AuthingStub) -> None:
    values = {
        "text": "1",
        "number": 1.5,
        "flag": False,
        "object": {"a": [1, None]},
        "time": datetime(2020, 1, 2, tzinfo=UTC),
        "none": None,
    }
    ada = user(custom_data=values)
    authing_stub.on("GetUser", withCustomData=True).returns(ada)
    found = authing_stub.client.users.detail("id", with_custom_data=True)
    assert found is not None
    assert found.custom_data == values


REST_CALLS: list[tuple[str, dict[str, Any], object, Callable[[Management], object]]] = [
    ("SuspendUser", {"userId": "a/b"}, None, lambda c: c.users.suspend("a/b")),
    ("KickUsers", {"userIds": ["a"]}, None, lambda c: c.users.kick(["a"])),
    ("LogOutUser", {"userId": "a", "appId": "b"}, None, lambda c: c.users.logout("a", "b")),
    ("ResignUsers", {"userIds": ["a"]}, None, lambda c: c.users.resign_batch(["a"])),
    (
        "CheckUserLoginStatus",
        {"userId": "a"},
        LoginStatus(is_login=True),
        lambda c: c.users.check_login_status("a"),
    ),
    (
        "ListUserOrgs",
        {"userId": "a"},
        [[OrgNode(code="x")]],
        lambda c: c.users.list_orgs("a"),
    ),
    (
        "CreateUsers",
        {"users": [{"username": "a"}]},
        [CreatedUser(success=True, user=User(id="x"))],
        lambda c: c.users.create_users([{"username": "a"}]),
    ),
    (
        "ListNamespaces",
        {"page": 2, "limit": 5},
        PermissionNamespaces(total_count=7, list=[PermissionNamespace(id=1, code="x")]),
        lambda c: c.acl.list_namespaces(2, 5),
    ),
    ("DeleteNamespace", {"id": 7}, None, lambda c: c.acl.delete_namespace(7)),
    (
        "UpdateResource",
        {"code": "a/b", "namespace": "shop"},
        Resource(id="r", code="a/b"),
        lambda c: c.acl.update_resource("shop", "a/b", description="x"),
    ),
    (
        "GetResource",
        {"id": "r"},
        Resource(id="r", code="a", actions=[ResourceAction(name="b")]),
        lambda c: c.acl.get_resource_by_id("r"),
    ),
]


@pytest.mark.parametrize(("operation", "variables", "result", "call"), REST_CALLS)
async def test_rest_endpoints(
    authing_stub: AuthingStub,
    stub_client: Management,
    operation: str,
    variables: dict[str, Any],
    result: object,
    call: Callable[[Management], object],
) -> None:
    expectation: Stub[Any] = cast("Any", authing_stub).on(operation, **variables)
    if result is None:
        expectation.returns()
    else:
        expectation.returns(result)
    outcome: Any = call(stub_client)
    returned: object = await run(outcome)
    assert returned == (result if result is not None else CommonMessage(code=200, message="OK"))


async def test_errors_of_rest_endpoints(authing_stub: AuthingStub, stub_client: Management) -> None:
    authing_stub.on("SuspendUser", userId="a").raises(NotFoundError)
    with pytest.raises(NotFoundError):
        await run(stub_client.users.suspend("a"))
    authing_stub.on("ResignUsers").raises(ServerError("busy", http_status=503))
    with pytest.raises(ServerError, match="busy"):
        await run(stub_client.users.resign_batch(["a"]))


def test_numbers_in_queries_are_compared_as_text(authing_stub: AuthingStub) -> None:
    authing_stub.on("ListUserActions", page=3, operation_name=["login"]).returns(
        UserActions(total_count=0, list=[])
    )
    actions = authing_stub.client.users.list_user_actions(page=3, operation_name="login")
    assert actions.total_count == 0


BUILD_REST_REQUESTS = {"rest_request", "self._change_status", "self._namespace_request"}


def test_all_rest_operations_of_the_client_can_be_stubbed() -> None:
    operations = all_operations()
    names: set[object] = set()
    for path in (ROOT / "authing_users" / "_sync").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in BUILD_REST_REQUESTS:
                name = node.args[0]
                if isinstance(name, ast.Constant):
                    names.add(name.value)
                elif ast.unparse(name) == "CREATE_USERS":
                    names.add(CREATE_USERS)
    assert len(names) > 15
    stubbed = {name for name, operation in operations.items() if operation.path}
    assert stubbed == names - {"WellKnown"}


def example(model: Any) -> Any:
    """Return an instance of a result with as many values as possible."""
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        text = str(field.annotation)
        if name == "list":
            values[name] = []
        elif "int" in text:
            values[name] = 7
        elif "bool" in text:
            values[name] = True
        elif "str" in text and "List" not in text and "dict" not in text:
            values[name] = name
    return model.model_validate(values)


@pytest.mark.parametrize("model", [User, Role, Group, Policy, RefreshToken, UserDefinedField])
def test_objects_survive_the_way_through_a_response(model: type[Any]) -> None:
    model.model_rebuild()
    operation = next(
        one
        for one in all_operations().values()
        if one.result is model
        or (get_origin(one.result) is Union and model in get_args(one.result))
    )
    content = json.loads(success(operation, example(model)).body)["data"]
    for name in operation.fields:
        content = content[name]
    assert model.model_validate(content) == example(model)


def test_each_failure_is_the_failure_of_the_test(run_tests: RunTests) -> None:
    result = run_tests(
        """
        import pytest
        from authing_users import AuthingError, ManagementClient
        from authing_users.testing import page_of, user

        def test_unused(authing_stub):
            authing_stub.on("ListUsers", page=7).returns(page_of())

        def test_too_few(authing_stub):
            authing_stub.on("GetUser").returns_many(user(), user())
            authing_stub.client.users.detail("a")

        def test_without_response(authing_stub):
            authing_stub.on("DeleteUser")

        def test_swallowed(authing_stub):
            try:
                ManagementClient().users.list()
            except BaseException:
                pass

        def test_optional(authing_stub):
            authing_stub.on("ListUsers").optional().returns(page_of())

        def test_own_failure(authing_stub):
            authing_stub.on("ListUsers", page=8).returns(page_of())
            assert "own" == "failure"

        def test_with_the_emulator(authing_stub, authing_emulator):
            pass

        @pytest.fixture
        def ends_with_a_call(authing_stub):
            yield
            try:
                ManagementClient().users.list(page=9)
            except BaseException:
                pass

        def test_end(ends_with_a_call):
            pass
        """
    )
    result.assert_outcomes(passed=2, failed=5, errors=2)
    result.stdout.fnmatch_lines_random(
        [
            "ListUsers(page=7) was never called",
            "GetUser() has 2 responses, but got 1 call only",
            "DeleteUser() has no response: add .returns(…) or .raises(…)",
            "Unexpected call: ListUsers(page=1, limit=10)",
            "Unexpected call: ListUsers(page=9, limit=10)",
            "A test can use only one of authing_stub and authing_emulator:*",
        ]
    )
    result.stdout.no_fnmatch_line("ListUsers(page=8)*")


def test_a_client_that_lives_longer_gets_the_responses_of_the_next_test(
    run_tests: RunTests,
) -> None:
    run_tests(
        """
        import functools
        from authing_users import ManagementClient
        from authing_users.testing import page_of, user

        client = functools.cache(ManagementClient)

        def test_first(authing_stub):
            authing_stub.on("ListUsers").returns(page_of(user()))
            assert client().users.list().total_count == 1

        def test_second(authing_stub):
            authing_stub.on("ListUsers").returns(page_of(user(), user()))
            assert client().users.list().total_count == 2

        def test_without():
            from authing_users import TransportError
            try:
                client().with_options(retries=0).users.list()
            except TransportError as error:
                assert "does not use the fixture authing_stub" in str(error)
        """
    ).assert_outcomes(passed=3)


def test_the_types_of_on_are_up_to_date() -> None:
    assert (ROOT / MODULE).read_text("utf-8") == formatted(source())
    signature = inspect.signature(AuthingStub.on)
    assert list(signature.parameters) == ["self", "operation", "variables"]


def test_unused_stubs_are_an_error_of_their_own(stub: AuthingStub) -> None:
    stub.on("ListUsers").returns(page_of())
    with pytest.raises(UnusedStubError):
        stub.verify()


POOL = "query GetPool($now: Boolean) { userpool { id } }"


class PoolOf(BaseModel):
    userpool: dict[str, str]


async def test_operations_of_the_project_under_test(
    authing_stub: AuthingStub, stub_client: Management
) -> None:
    authing_stub.on_own("GetPool").returns({"userpool": {"id": "p"}})
    authing_stub.on_own("GetPool", now=True).returns(PoolOf(userpool={"id": "q"}))
    for variables, expected in ((None, "p"), ({"now": True}, "q"), ({"now": False}, "p")):
        read = await run(stub_client.execute(POOL, variables, PoolOf))
        assert read.userpool == {"id": expected}
    assert len(authing_stub.calls("GetPool")) == 3


async def test_an_error_of_an_operation_of_the_project(
    authing_stub: AuthingStub, stub_client: Management
) -> None:
    authing_stub.on_own("GetPool").raises(PermissionDeniedError)
    assert authing_stub.calls("GetPool") == []
    with pytest.raises(PermissionDeniedError):
        await run(stub_client.execute(POOL, None, PoolOf))


async def test_an_operation_of_the_project_that_is_not_stubbed(stub: AuthingStub) -> None:
    with pytest.raises(UnexpectedCallError) as raised:
        stub.client.execute(POOL, None, PoolOf)
    assert str(raised.value) == (
        "Unexpected call: GetPool()\nStubbed: nothing\n"
        'To stub it, add authing_stub.on_own("GetPool").returns({…})'
    )
    with pytest.raises(InvalidInputError, match="GetPool returns the data of a response"):
        stub.on_own("GetPool").returns()
    with pytest.raises(InvalidInputError, match="GetPool returns dict or BaseModel, not list"):
        stub.on_own("GetPool").returns(cast("Any", []))
    with pytest.raises(InvalidInputError, match="Unknown operation 'Other'"):
        stub.calls("Other")
