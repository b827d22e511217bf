"""Uses that type checkers accept, with the types that they see. Checked, not run."""

from collections.abc import AsyncGenerator, Generator
from datetime import date, datetime
from pathlib import Path
from typing import Any, assert_type
from uuid import UUID

import httpx
import httpx2

import authing_graphql
from authing_graphql.base_client import ResultT
from authing_users import (
    UNSET,
    AsyncManagementClient,
    AuthingError,
    AuthingException,
    BulkOutcome,
    BulkResult,
    Change,
    CommonMessage,
    CreatedUser,
    CreateUserIdentityInput,
    CreateUserIdentityInputDict,
    CreateUserInput,
    FilterCondition,
    FindOptionsDict,
    FindUserByIdentityInput,
    Group,
    ManagementClient,
    ManagementClientOptions,
    MembershipChange,
    PaginatedGroups,
    PaginatedRoles,
    PaginatedUsers,
    Plan,
    PlannedStep,
    Policy,
    PolicyStatementInput,
    PolicyStatementInputDict,
    RefreshToken,
    Role,
    RolesUpdate,
    SearchOptionsDict,
    SearchUserGroupOpt,
    UpdateUserInput,
    UpdateUserInputDict,
    User,
    UserAction,
    UserDepartment,
    UserInfoDict,
    UserRecord,
    UsersManagementClient,
    UserStatus,
    fast,
)
from authing_users.files import UserFile
from authing_users.testing import (
    AuthingEmulator,
    AuthingEmulatorServer,
    AuthingStub,
    EmulatorCall,
    EmulatorFault,
    GroupFactory,
    RoleFactory,
    Snapshots,
    Stub,
    UserFactory,
    log_in,
    page_of,
    role,
    user,
)


def pages(client: "ManagementClient[AcmeUser]", plain: ManagementClient) -> None:
    page = client.users.list()
    for item in page:
        assert_type(item, AcmeUser)
    assert_type(page[0], AcmeUser)
    assert_type(page[-1:], list[AcmeUser])
    assert_type(page["totalCount"], Any)
    assert_type(page.to_dicts(), list[dict[str, Any]])
    assert_type([*reversed(plain.users.search("x"))], list[User])
    assert_type(plain.users.list()[0], User)
    assert_type(list(plain.groups.list()), list[Group])
    assert_type(plain.users.add_roles("id", ["r"])[0], Role)
    assert_type(list(plain.users.list_user_actions()), list[UserAction])
    assert_type(list(plain.users.list_department("id")), list[UserDepartment])


def dicts(user: User) -> None:
    user["tenant_id"] = ""
    user.update({"seen": True}, rank=1)
    assert_type(user.pop("rank", None), Any)
    assert_type(list(user), list[str])
    assert_type(user.to_dict(), dict[str, Any])
    assert_type(user.to_json(indent=2), str)
    assert_type(user.copy(), User)
    del user["seen"]
    print({**user}, dict(user.items()))


def building() -> None:
    ManagementClient(user_pool_id="p", secret="s", host="https://example.com", lang="en-US")
    ManagementClient(ManagementClientOptions(user_pool_id="p", secret="s"))
    ManagementClient(options=ManagementClientOptions("p", "s", timeout=3))
    ManagementClient(user_pool_id="p", secret="s", http_client=httpx.Client())
    ManagementClient(user_pool_id="p", secret="s", http_client=httpx2.Client())
    ManagementClient(user_pool_id="p", secret="s", http_client=fast.Client(verify="ca.pem"))
    ManagementClient(user_pool_id="p", secret="s", verify=Path("ca.pem"), max_response_bytes=10)
    AsyncManagementClient(user_pool_id="p", secret="s", http_client=httpx.AsyncClient())
    AsyncManagementClient(user_pool_id="p", secret="s", http_client=fast.AsyncClient(timeout=3))
    AsyncManagementClient(user_pool_id="p", secret="s", http_client=httpx2.AsyncClient())
    with ManagementClient(user_pool_id="p") as client:
        assert_type(client, ManagementClient)
        assert_type(client.users, UsersManagementClient)
    UsersManagementClient(user_pool_id="p", secret="s").close()


def reading(client: ManagementClient) -> None:
    users = client.users
    assert_type(users.list().list[0].email, str | None)
    assert_type(users.list(2, 50), PaginatedUsers)
    assert_type(users.list(page=2, limit=50).total_count, int)
    assert_type(users.detail("id"), User | None)
    assert_type(users.detail(userId="id"), User | None)
    assert_type(users.detail(user_id="id"), User | None)
    assert_type(users.batch(["a", "b"]), list[User])
    assert_type(users.batch(userIds=("a", "b")), list[User])
    assert_type(users.find({"username": "bob"}), User | None)
    assert_type(users.find(email="a@b.c"), User | None)
    assert_type(users.find(email=None, phone="1"), User | None)
    assert_type(users.exists(None, "a@b.c"), bool)
    condition: FilterCondition = ({"type": "userDefinedFields", "value": "age"}, "EQ", 7)
    assert_type(users.filter(1, 10, [condition]), PaginatedUsers)
    assert_type(
        users.filter(filter=[({"type": "OtherFields", "value": "app"}, "NEQ", {"id": "a"})]),
        PaginatedUsers,
    )
    assert_type(users.iter_filter([condition], 50), Generator[User, None, None])
    assert_type(users.search("", group_opts=[{"code": "staff"}]), PaginatedUsers)
    assert_type(users.get_application_login_user_num("app"), int)
    assert_type(users.find(external_id="x"), User | None)
    assert_type(users.search("Bob"), PaginatedUsers)
    assert_type(users.search("Bob", {"fields": ["username"]}, 2, 20), PaginatedUsers)
    assert_type(users.search("Bob", None, 2, 20), PaginatedUsers)
    search: SearchOptionsDict | None = {"groupOpts": [{"code": "staff"}]}
    assert_type(users.search("Bob", search), PaginatedUsers)
    staff = SearchUserGroupOpt(code="staff")
    assert_type(users.search("Bob", {"groupOpts": [staff]}, role_opts=[]), PaginatedUsers)
    assert_type(users.search("Bob", group_opts=[staff, {"code": "x"}]), PaginatedUsers)
    assert_type(users.iter_search("Bob", search, 50), Generator[User, None, None])
    criteria: FindOptionsDict = {"username": "bob", "externalId": UUID(int=1)}
    assert_type(users.find(criteria), User | None)
    assert_type(users.find(None, external_id=UUID(int=1)), User | None)
    identity = FindUserByIdentityInput(provider="wechat", user_id_in_idp="7")
    assert_type(users.find(identity=identity), User | None)
    assert_type(users.find({"identity": identity}), User | None)
    assert_type(users.find(identity={"provider": "x", "userIdInIdp": "7"}), User | None)
    assert_type(users.search(query="Bob", options=["username"], page=2), PaginatedUsers)
    assert_type(users.iter_list(limit=50), Generator[User, None, None])
    assert_type(users.iter_search("Bob", ["username"]), Generator[User, None, None])


def fields(user: User, role: Role, group: Group) -> None:
    assert_type(user.id, str)
    assert_type(user.status, UserStatus | None)
    assert_type(user.logins_count, int | None)
    assert_type(user.last_ip, str | None)
    assert_type(user.register_source, list[str] | None)
    assert_type("email" in user, bool)
    assert_type(role.code, str | None)
    assert_type(group.code, str | None)
    user["loginsCount"]
    user.get("loginsCount", 0)


def changing(client: ManagementClient) -> None:
    users = client.users
    everything: UserInfoDict = {"username": "bob", "city": "Shenzhen", "registerSource": "x"}
    assert_type(users.create(everything), User)
    assert_type(users.create(userInfo={"username": "bob", "loginsCount": 2}), User)
    assert_type(users.create(CreateUserInput(given_name="Bob", last_ip="127.0.0.1")), User)
    new_user: UserInfoDict | CreateUserInput = everything
    assert_type(users.create(new_user, identity=None), User)
    born = date(2000, 1, 2)
    seen = datetime.now().astimezone()
    assert_type(users.create({"lastLogin": seen, "birthdate": born, "signedUp": seen}), User)
    linked: CreateUserIdentityInputDict = {"provider": "wechat", "userIdInIdp": "7"}
    assert_type(users.create({"externalId": UUID(int=1)}, identity=linked), User)
    model = CreateUserIdentityInput(provider="wechat", user_id_in_idp="7")
    assert_type(
        users.create(CreateUserInput(username="bob"), False, {"a": 1}, identity=model), User
    )
    assert_type(users.create_users([everything, CreateUserInput()]), list[CreatedUser])
    assert_type(users.create_users(CreateUserInput() for _ in "ab"), list[CreatedUser])
    assert_type(users.create_users([{"username": "bob"}])[0].user, User | None)
    assert_type(users.create_many([everything, CreateUserInput()]), BulkResult)
    records: list[UserRecord] = [{"username": "bob", "groups": ["staff"]}]
    assert_type(users.create_many(records, key="username", on_conflict="skip"), BulkResult)
    assert_type(users.create_many({"username": name} for name in "ab"), BulkResult)
    assert_type(users.upsert_many([{"externalId": "1"}], key="externalId"), BulkResult)
    assert_type(users.update_many([("id", {"name": "Bob"}), ("id", {"groups": []})]), BulkResult)
    assert_type(users.update_many([("id", UpdateUserInput(name="Bob"))], total=1), BulkResult)
    assert_type(users.delete_many(["id"]), CommonMessage)
    assert_type(users.delete_many(iter(["id"]), max_failures="5%"), BulkResult)
    assert_type([user.username for user in users.iter_batch(["id"])], list[str | None])
    fields: UpdateUserInputDict = {"nickname": "Bob"}
    assert_type(users.update("id", fields, with_custom_data=True), User)
    updates: UpdateUserInputDict | UpdateUserInput = UpdateUserInput(nickname="Bob")
    assert_type(users.update(id="id", updates=updates, with_custom_data=True), User)
    assert_type(users.update("id", {"phone": None}), User)
    assert_type(users.update(userId="id", updates=UpdateUserInput(city="Shenzhen")), User)
    assert_type(users.update(id="id", updates={}), User)
    assert_type(users.update(user_id="id", updates={}), User)
    assert_type(users.delete("id"), CommonMessage)
    assert_type(users.delete_many(["a"]), CommonMessage)
    assert_type(users.refresh_token("id"), RefreshToken)
    assert_type(users.refresh_token(id="id"), RefreshToken)
    assert_type(users.refresh_token(userId="id").exp, int | None)


def planning(client: ManagementClient, file: UserFile) -> None:
    users = client.users
    plan = users.plan(
        [
            {
                "externalId": "e-1",
                "groups": ["staff"],
                "customData": {"level": 7},
                "status": "Resigned",
            }
        ],
        key="externalId",
        missing="suspend",
        max_missing="5%",
        within=lambda user: user.company == "Acme",
        create_custom_fields={"level": "NUMBER"},
    )
    infos: list[UserInfoDict] = [{"email": "ada@example.com"}]
    records: list[UserRecord] = [{"email": "ada@example.com", "roles": []}]
    for desired in (infos, records, [CreateUserInput(email="ada@example.com")], file):
        assert_type(users.plan(desired, key="email", managed_groups=["staff"]), Plan)
    for step in plan:
        assert_type(step, PlannedStep)
        assert_type(step.key, str)
    assert_type(plan.update[0].changes["name"], Change | MembershipChange)
    assert_type(users.apply(plan, concurrency=4).failed[0].outcome, BulkOutcome)


async def planning_asynchronously(
    client: AsyncManagementClient, records: AsyncGenerator[UserRecord]
) -> None:
    plan = await client.users.plan(records, key="username", missing="delete")
    assert_type(await client.users.apply(plan, on_progress=print), BulkResult)


def policies_of(client: ManagementClient) -> None:
    policies = client.policies
    statement: PolicyStatementInputDict = {"resource": "book:*", "actions": "book:read"}
    model = PolicyStatementInput(resource="book:*", actions=["book:read"])
    assert_type(policies.create("p", [statement, model], "description"), Policy)
    assert_type(policies.create("p", [{"resource": "x", "actions": ["x"]}]), Policy)
    assert_type(policies.create("p", statements=(model,)), Policy)
    assert_type(policies.update("p", None, "description"), Policy)
    assert_type(policies.update("p", [statement]), Policy)


def groups_and_roles(client: ManagementClient) -> None:
    users = client.users
    assert_type(users.list_groups("id"), PaginatedGroups)
    assert_type(users.list_groups(user_id="id").list, list[Group])
    assert_type(users.add_group("id", "group"), CommonMessage)
    assert_type(users.remove_group(userId="id", group="group"), CommonMessage)
    assert_type(users.list_roles("id", namespace="default"), PaginatedRoles)
    assert_type(users.list_roles(user_id="id").list, list[Role])
    update = users.add_roles("id", ["ROLE"], namespace="default")
    assert_type(update, RolesUpdate)
    assert_type(update.code, int)
    assert_type(update.list, list[Role])
    assert_type(users.remove_roles(userId="id", roles=("ROLE",)), RolesUpdate)


async def asynchronously(client: AsyncManagementClient) -> None:
    async with client:
        assert_type((await client.users.list()).list[0].email, str | None)
        assert_type(await client.users.detail("id"), User | None)
        assert_type(client.users.iter_list(), AsyncGenerator[User, None])
        async for user in client.users.iter_search("Bob"):
            assert_type(user, User)


def errors() -> None:
    try:
        pass
    except AuthingException as error:
        assert_type(error.code, int | None)
        assert_type(error.message, str)
    except AuthingError as error:
        assert_type(error.operation, str | None)


class Recorder:
    """An executor other than ours: the generated client accepts any."""

    def execute(
        self,
        result_type: type[ResultT],
        document: str,
        operation_name: str,
        variables: object,
        /,
    ) -> ResultT:
        return result_type.model_validate({})


def generated() -> None:
    client = authing_graphql.Client(Recorder())
    assert_type(client.list_users(page=UNSET, limit=None), PaginatedUsers)


# The packages of callers have clients like those of authing_graphql.
def own_operations(client: ManagementClient, stub: AuthingStub) -> None:
    assert_type(client.graphql(authing_graphql.Client), authing_graphql.Client)
    assert_type(client.graphql(authing_graphql.Client).get_user("id"), User | None)
    assert_type(client.execute("query A { b }", None, User), User)
    assert_type(
        client.execute("{}", {"a": UNSET}, dict[str, Any], operation_name="A"), dict[str, Any]
    )
    stub.on_own("GetPool", id=1).returns({"userpool": None}).returns(user())


async def own_operations_asynchronously(client: AsyncManagementClient) -> None:
    assert_type(client.graphql(authing_graphql.AsyncClient), authing_graphql.AsyncClient)
    assert_type(await client.graphql(authing_graphql.AsyncClient).get_user("id"), User | None)
    assert_type(await client.execute("query A { b }", {}, list[int]), list[int])


def fixtures(
    authing_emulator: AuthingEmulator,
    authing_emulator_server: AuthingEmulatorServer,
    authing_user: UserFactory,
    authing_role: RoleFactory,
    authing_group: GroupFactory,
) -> Snapshots:
    assert_type(authing_emulator.client(retries=0), ManagementClient)
    assert_type(authing_emulator_server.async_client(lang="en-US"), AsyncManagementClient)
    assert_type(authing_user(username="ada", emailVerified=True, city="London"), User)
    assert_type(authing_role("admin"), Role)
    assert_type(authing_group(code="staff", name="Staff"), Group)
    assert_type(authing_emulator.fail("createUser", code=2026, times=None), EmulatorFault)
    assert_type(authing_emulator.calls("createUser"), list[EmulatorCall])
    httpx.Client(transport=authing_emulator.transport())
    httpx.AsyncClient(transport=authing_emulator.transport())
    return {"signed-up": lambda emulator: emulator.client().users.create({"username": "ada"})}


def stubs(authing_stub: AuthingStub) -> None:
    assert_type(authing_stub.client, ManagementClient)
    assert_type(authing_stub.async_client, AsyncManagementClient)
    assert_type(authing_stub.on("ListUsers", page=1), Stub[PaginatedUsers])
    assert_type(authing_stub.on("GetUser"), Stub[User | None])
    authing_stub.on("ListUsers").returns(page_of(user(), total_count=3)).raises(AuthingError)
    authing_stub.on("ListRoles").returns_many(page_of(role()), page_of())
    authing_stub.on("GetUser", id="x").returns(None)
    authing_stub.on("DeleteUser").returns()
    authing_stub.on("KickUsers", userIds=["x"]).raises(AuthingException("x", code=500))
    assert_type(page_of(role()), PaginatedRoles)


class AcmeUser(User):
    employee_number: str | None = None


class AcmeCreateUserInput(CreateUserInput):
    employee_number: str | None = None


class AcmeUpdateUserInput(UpdateUserInput):
    employee_number: str | None = None


class AcmeUpdates(UpdateUserInputDict, total=False):
    employeeNumber: str | None


class AcmeUserInfo(UserInfoDict, total=False):
    employeeNumber: str | None


def own_fields() -> None:
    client = ManagementClient(
        user_pool_id="p",
        user_model=AcmeUser,
        create_input=AcmeCreateUserInput,
        omit_fields={"User": ["identities"]},
    )
    assert_type(client, ManagementClient[AcmeUser])
    users = client.users
    assert_type(users, UsersManagementClient[AcmeUser])
    assert_type(users.detail("id"), AcmeUser | None)
    assert_type(users.batch(["id"])[0].employee_number, str | None)
    assert_type(users.batch_get(["bob"], "username"), list[AcmeUser])
    assert_type(users.find(username="bob"), AcmeUser | None)
    assert_type(users.list(), PaginatedUsers[AcmeUser])
    assert_type(users.list(fields=["email"]).list[0].employee_number, str | None)
    assert_type(users.search("bob", fields=("email",)), PaginatedUsers[AcmeUser])
    assert_type(users.filter(), PaginatedUsers[AcmeUser])
    assert_type(users.list_archived_users(), PaginatedUsers[AcmeUser])
    assert_type(users.iter_list(), Generator[AcmeUser, None, None])
    assert_type(users.iter_search("bob"), Generator[AcmeUser, None, None])
    assert_type(users.iter_filter(), Generator[AcmeUser, None, None])
    assert_type(users.iter_archived_users(), Generator[AcmeUser, None, None])
    assert_type(users.check_login_status("id").user, AcmeUser | None)
    new: AcmeUserInfo = {"username": "bob", "employeeNumber": "7"}
    assert_type(users.create(new), AcmeUser)
    assert_type(users.create(AcmeCreateUserInput(username="b", employee_number="7")), AcmeUser)
    assert_type(users.create_users([new])[0], CreatedUser[AcmeUser])
    assert_type(users.update("id", {"nickname": "Bob"}).employee_number, str | None)
    changes: AcmeUpdates = {"employeeNumber": "7"}
    assert_type(users.update("id", changes).employee_number, str | None)
    assert_type(users.update("id", AcmeUpdateUserInput(employee_number="7")), AcmeUser)
    assert_type(users.with_options(retries=1).list(), PaginatedUsers[AcmeUser])
    assert_type(client.groups.list_users("staff"), PaginatedUsers[AcmeUser])
    assert_type(client.groups.iter_users("staff"), Generator[AcmeUser, None, None])
    assert_type(client.roles.list_users("admin"), PaginatedUsers[AcmeUser])
    assert_type(client.roles.iter_users("admin"), Generator[AcmeUser, None, None])
    assert_type(log_in(client, username="bob", password="x"), AcmeUser)
    with client as entered:
        assert_type(entered, ManagementClient[AcmeUser])
    assert_type(UsersManagementClient(user_model=AcmeUser).detail("id"), AcmeUser | None)
    options = ManagementClientOptions(user_pool_id="p", user_model=AcmeUser)
    assert_type(ManagementClient(options), ManagementClient[AcmeUser])


async def own_fields_asynchronously() -> None:
    async with AsyncManagementClient(user_model=AcmeUser) as client:
        assert_type(client, AsyncManagementClient[AcmeUser])
        assert_type(await client.users.detail("id"), AcmeUser | None)
        assert_type((await client.users.list()).list[0].employee_number, str | None)
        assert_type(client.users.iter_list(fields=["email"]), AsyncGenerator[AcmeUser, None])
        async for user in client.groups.iter_users("staff"):
            assert_type(user.employee_number, str | None)
        assert_type(await log_in(client, username="bob", password="x"), AcmeUser)


def without_a_type_parameter(client: ManagementClient[AcmeUser], stub: AuthingStub) -> None:
    """Code that knows nothing of the model takes what is typed by it."""

    def show(page: PaginatedUsers, users: UsersManagementClient) -> User:
        assert_type(page.list, list[User])
        assert_type(users.list(), PaginatedUsers[User])
        return page.list[0]

    assert_type(show(client.users.list(), client.users), User)
    plain: ManagementClient = client
    reading(plain)
    page = page_of(AcmeUser(id="x"))
    assert_type(page, PaginatedUsers[AcmeUser])
    stub.on("ListUsers").returns(page)
    stub.on("GetUser").returns(AcmeUser(id="x"))


def in_tests(authing_emulator: AuthingEmulator) -> None:
    client = authing_emulator.client(user_model=AcmeUser, retries=0)
    assert_type(client, ManagementClient[AcmeUser])
    other = authing_emulator.async_client(user_model=AcmeUser)
    assert_type(other, AsyncManagementClient[AcmeUser])
