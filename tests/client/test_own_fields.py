"""Fields of the own schema of a deployment, in results and in inputs."""

import copy
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import Field, SecretStr

import authing_users
from authing_graphql import BaseModel, Department, InputModel
from authing_users import (
    CreatedUser,
    CreateUserInput,
    InvalidInputError,
    InvalidRequestError,
    ManagementClient,
    ManagementClientOptions,
    PaginatedUsers,
    SchemaDriftWarning,
    UpdateUserInput,
    User,
    UserTenants,
)
from authing_users.testing import log_in

from ..support.client_kinds import (
    POOL_ID,
    SECRET,
    ClientKind,
    MakeClient,
    close,
    run,
)
from ..support.own_schema import (
    ID,
    USER,
    AcmeCreateUserInput,
    AcmeUpdateUserInput,
    AcmeUser,
    Badge,
    OwnSchemaServer,
    requested,
    users_of,
)

CALLS: dict[str, Callable[[Any], Any]] = {
    "detail": lambda c: c.users.detail(ID),
    "find": lambda c: c.users.find(username="bob"),
    "batch": lambda c: c.users.batch([ID]),
    "batch_get": lambda c: c.users.batch_get(["bob"], "username"),
    "list": lambda c: c.users.list(),
    "iter_list": lambda c: c.users.iter_list(),
    "list_archived_users": lambda c: c.users.list_archived_users(),
    "iter_archived_users": lambda c: c.users.iter_archived_users(),
    "search": lambda c: c.users.search("bob"),
    "iter_search": lambda c: c.users.iter_search("bob"),
    "filter": lambda c: c.users.filter(),
    "iter_filter": lambda c: c.users.iter_filter(),
    "create": lambda c: c.users.create({"username": "bob"}),
    "create with city": lambda c: c.users.create({"username": "bob", "city": "Shenzhen"}),
    "update": lambda c: c.users.update(ID, {"nickname": "bob"}),
    "create_users": lambda c: c.users.create_users([{"username": "bob"}]),
    "check_login_status": lambda c: c.users.check_login_status(ID),
    "get_user_tenants": lambda c: c.users.get_user_tenants(ID),
    "members of a group": lambda c: c.groups.list_users("staff"),
    "all members of a group": lambda c: c.groups.iter_users("staff"),
    "members of a department": lambda c: c.orgs.list_members("d"),
    "all members of a department": lambda c: c.orgs.iter_members("d"),
    "users of a role": lambda c: c.roles.list_users("staff"),
    "all users of a role": lambda c: c.roles.iter_users("staff"),
    "log_in": lambda c: log_in(c, username="bob", password="x"),
    "other options": lambda c: c.users.with_options(retries=1).list(),
}


@pytest.fixture
def server() -> OwnSchemaServer:
    return OwnSchemaServer()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_results_contain_the_users_of_the_caller(
    make_client: MakeClient, server: OwnSchemaServer, call: Callable[[Any], Any]
) -> None:
    client: Any = make_client(server, user_model=AcmeUser, enc_public_key=None)
    (user,) = await users_of(call(client))
    assert isinstance(user, AcmeUser)
    assert (user.id, user.username, user.employee_number, user.centre) == (ID, "bob", "7", 12)
    assert user.badge is not None
    assert isinstance(user.badge, Badge)
    assert user.badge.photo is not None
    assert user.badge.photo.image_url == "https://example.com/7"
    assert (user["employeeNumber"], user["costCentre"]) == ("7", 12)


async def test_operations_without_users_stay_as_they_are(
    make_client: MakeClient, server: OwnSchemaServer
) -> None:
    client = make_client(server, user_model=AcmeUser)
    await run(client.groups.list())
    await run(make_client(server).groups.list())
    assert server.documents[0] == server.documents[1]


async def test_documents_are_printed_once(
    make_client: MakeClient, server: OwnSchemaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(server, user_model=AcmeUser)
    other = client.users.with_options(retries=0)
    await run(client.users.list())
    await run(client.users.list(fields=["email"]))
    monkeypatch.setattr("authing_users._protocol.trees.print_document", None)
    await run(other.list())
    await run(other.list(fields=("email",)))


async def test_the_model_in_options_and_other_clients(
    make_client: MakeClient, server: OwnSchemaServer, client_kind: ClientKind
) -> None:
    http: Any = make_client(server)._transport.config.http_client
    options = ManagementClientOptions(
        user_pool_id=POOL_ID, secret=SECRET, http_client=http, user_model=AcmeUser
    )
    kind: Any = type(make_client(server).users)
    users = kind(options)
    user = await run(users.detail(ID))
    assert isinstance(user, AcmeUser)
    await close(users)


def test_copies_and_pickles_of_results(server: OwnSchemaServer) -> None:
    client = cast("ManagementClient[AcmeUser]", server.client("sync", user_model=AcmeUser))
    page = client.users.list()
    created = client.users.create_users([{"username": "bob"}])[0]
    tenants = client.users.get_user_tenants(ID)
    for result in (page, created, tenants, page.list[0]):
        for other in (
            pickle.loads(pickle.dumps(result)),
            copy.copy(result),
            copy.deepcopy(result),
            result.model_copy(deep=True),
        ):
            assert other == result
            assert type(other) is type(result)
        assert '"employeeNumber":"7"' in result.model_dump_json(by_alias=True)
    assert type(page) is PaginatedUsers[AcmeUser]
    assert isinstance(created, CreatedUser)
    assert isinstance(tenants, UserTenants)
    assert tenants.tenants == [{"id": "t"}]
    assert repr(page) == "PaginatedUsers(1 of 1: bob)"
    assert repr(page[0]).startswith("AcmeUser(id=")
    for result in (created, tenants, page[0]):
        assert "employee_number='7'" in repr(result)
    client.close()


def test_a_page_of_another_class_is_rejected() -> None:
    with pytest.raises(TypeError, match="int is not a subclass of User"):
        PaginatedUsers[int]  # type: ignore[type-var]


def test_secrets_of_a_model_are_not_shown(server: OwnSchemaServer) -> None:
    class SecretUser(User):
        employee_number: SecretStr | None = None
        centre: int | None = Field(default=None, alias="costCentre", repr=False)

    client = cast("ManagementClient[SecretUser]", server.client("sync", user_model=SecretUser))
    user = client.users.detail(ID)
    assert user is not None
    assert user.employee_number is not None
    assert (user.employee_number.get_secret_value(), user.centre) == ("7", 12)
    assert "'7'" not in repr(user)
    assert "centre" not in repr(user)
    client.close()


class Desk(BaseModel):
    floor: int | None = None
    departments: list[Department] | None = None


async def test_lists_of_models_and_generated_models(
    make_client: MakeClient, server: OwnSchemaServer
) -> None:
    class DeskUser(User):
        desks: list[Desk] = Field(default_factory=list[Desk])

    user: Any = await run(make_client(server, user_model=DeskUser).users.detail(ID))
    assert user.desks[0].floor == 3
    assert user.desks[0].departments[0].name == "Sales"


# Inputs


async def test_own_fields_of_inputs(make_client: MakeClient, server: OwnSchemaServer) -> None:
    client: Any = make_client(server, user_model=AcmeUser)
    user = await run(client.users.create(AcmeCreateUserInput(username="ada", employee_number="8")))
    assert (user.username, user.employee_number) == ("ada", "8")
    updates = AcmeUpdateUserInput(employee_number="9")
    assert (await run(client.users.update(ID, updates))).employee_number == "9"
    await run(client.users.create_users([AcmeCreateUserInput(employee_number="8")]))
    assert server.bodies[0]["users"] == [{"employeeNumber": "8"}]


async def test_own_fields_in_dicts(make_client: MakeClient, server: OwnSchemaServer) -> None:
    client: Any = make_client(
        server,
        user_model=AcmeUser,
        create_input=AcmeCreateUserInput,
        update_input=AcmeUpdateUserInput,
    )
    new = {"username": "ada", "employeeNumber": "8", "city": "Shenzhen"}
    assert (await run(client.users.create(new))).employee_number == "7"  # of the update
    assert server.variables[0]["userInfo"] == {"username": "ada", "employeeNumber": "8"}
    assert server.variables[1]["input"] == {"city": "Shenzhen"}
    assert (await run(client.users.update(ID, {"employeeNumber": "9"}))).employee_number == "9"
    await run(client.users.create_users([{"employeeNumber": "8"}]))
    assert server.bodies[0]["users"] == [{"employeeNumber": "8"}]
    misspelled = {"employeeNumbr": "8"}
    calls: list[Callable[[], Any]] = [
        lambda: client.users.create(misspelled),
        lambda: client.users.update(ID, misspelled),
        lambda: client.users.create_users([misspelled]),
    ]
    for call in calls:
        with pytest.raises(InvalidInputError, match="Did you mean 'employeeNumber'"):
            await run(call())
    # The generated inputs stay valid.
    await run(client.users.create(CreateUserInput(username="ada")))
    await run(client.users.update(ID, UpdateUserInput(nickname="ada")))


class Level(Enum):
    JUNIOR = "junior"


class BadgeInput(InputModel):
    code: str


class TypedInput(UpdateUserInput):
    hired_at: datetime | None = None
    level: Level | None = None
    badge: BadgeInput | None = None
    badges: list[BadgeInput] | None = None


@pytest.mark.parametrize(
    "fields",
    [
        TypedInput(
            hired_at=datetime(2026, 1, 2, tzinfo=UTC),
            level=Level.JUNIOR,
            badge=BadgeInput(code="a"),
            badges=[BadgeInput(code="b")],
        ),
        {
            "hiredAt": datetime(2026, 1, 2, tzinfo=UTC),
            "level": "junior",
            "badge": {"code": "a"},
            "badges": {"code": "b"},  # a list of one, as in GraphQL
        },
    ],
    ids=["model", "dict"],
)
async def test_types_of_own_fields_in_inputs(
    make_client: MakeClient, server: OwnSchemaServer, fields: Any
) -> None:
    client: Any = make_client(server, update_input=TypedInput)
    with pytest.raises(InvalidRequestError):  # the server lacks most of the fields
        await run(client.users.update(ID, fields))
    assert server.variables[0]["input"] == {
        "hiredAt": "2026-01-02T00:00:00Z",
        "level": "junior",
        "badge": {"code": "a"},
        "badges": [{"code": "b"}],
    }
    with pytest.raises(InvalidInputError, match=r"updates\.level must be one of junior, not 'x'"):
        await run(client.users.update(ID, {"level": "x"}))
    with pytest.raises(InvalidInputError, match=r"Unknown key 'cod' in updates\.badge"):
        await run(client.users.update(ID, {"badge": {"cod": "a"}}))


async def test_own_fields_in_dicts_must_be_declared(
    make_client: MakeClient, server: OwnSchemaServer
) -> None:
    client: Any = make_client(server, user_model=AcmeUser)
    undeclared = {"employeeNumber": "8"}
    calls: list[Callable[[], Any]] = [
        lambda: client.users.create(undeclared),
        lambda: client.users.update(ID, undeclared),
        lambda: client.users.create_users([undeclared]),
    ]
    for call in calls:
        with pytest.raises(InvalidInputError, match="Unknown key 'employeeNumber'"):
            await run(call())
    with pytest.raises(InvalidInputError, match=r"userInfo\.employeeNumber"):
        await run(client.users.create(AcmeCreateUserInput.model_construct(employee_number=8)))
    assert server.documents == []


# Servers without a field


async def test_a_field_that_the_server_lacks(
    make_client: MakeClient, server: OwnSchemaServer
) -> None:
    server.missing = ("employeeNumber", "imageUrl")
    client: Any = make_client(server, user_model=AcmeUser)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (user,) = (await run(client.users.list())).list
        await run(client.users.detail(ID))
        (partial,) = (await run(client.users.list(fields=["employee_number", "email"]))).list
    drift = [cast("SchemaDriftWarning", warning.message) for warning in caught]
    assert {f"{message.type_name}.{message.field_name}" for message in drift} == {
        "User.employeeNumber",
        "User.badge.photo",  # nothing of it remains
        "User.badge.photo.imageUrl",
    }
    assert len(drift) == 3
    assert (user.employee_number, user.centre, user.badge) == (None, 12, Badge(code="b-7"))
    assert partial == AcmeUser(id=ID, email=USER["email"])
    assert len(server.documents) == 4  # the first one was sent twice
    strict: Any = make_client(server, user_model=AcmeUser, strict_schema=True)
    with pytest.raises(InvalidRequestError, match="employeeNumber"):
        await run(strict.users.list())


async def test_a_needed_field_of_a_nested_model_that_the_server_lacks(
    make_client: MakeClient, server: OwnSchemaServer
) -> None:
    server.missing = ("code",)
    client: Any = make_client(server, user_model=AcmeUser)
    with pytest.warns(SchemaDriftWarning, match="'badge' of the type 'User'"):
        user = await run(client.users.detail(ID))
    assert (user.badge, user.employee_number) == (None, "7")


def test_the_example_of_the_documentation(
    server: OwnSchemaServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "options.md").read_text("utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]

    def client(**options: Any) -> Any:
        return server.client("sync", **options)

    monkeypatch.setattr(authing_users, "ManagementClient", client)
    exec(compile(example, "options.md", "exec"), {})
    assert capsys.readouterr().out == "7\nbob 7\n"
    assert requested(server.documents[-1]) == {"id", "username", "employeeNumber"}


def test_nothing_is_loaded_without_an_option() -> None:
    program = (
        "import sys\n"
        "import httpx\n"
        "from authing_users import ManagementClient\n"
        "from tests.support.scripted_server import NO_USERS, ScriptedServer\n"
        "http = httpx.Client(transport=httpx.MockTransport(ScriptedServer(NO_USERS)))\n"
        "client = ManagementClient(user_pool_id='p', secret='s', http_client=http)\n"
        "client.users.list()\n"
        "names = ('selection', 'operation_trees', 'user_model', 'executors')\n"
        "print([name for name in sys.modules if name.rpartition('.')[2] in names])\n"
    )
    root = Path(__file__).parents[2]
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"
