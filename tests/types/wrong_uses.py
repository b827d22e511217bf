"""Uses that type checkers reject: exactly the marked lines. Checked, not run."""

from datetime import date

import authing_graphql
import authing_users
from authing_users import (
    AsyncManagementClient,
    CreateUserInput,
    ManagementClient,
    PaginatedUsers,
    PoliciesManagementClient,
    UpdateUserInput,
    User,
    UserInfoDict,
    fast,
)
from authing_users.testing import (
    AuthingEmulator,
    AuthingStub,
    RoleFactory,
    UserFactory,
    page_of,
    role,
    user,
)


def building() -> None:
    ManagementClient("pool", "secret")  # wrong
    ManagementClient(user_pool="p")  # wrong
    ManagementClient(user_pool_id="p", lang="en")  # wrong
    ManagementClient(user_pool_id="p", timeout="10")  # wrong
    ManagementClient(user_pool_id="p", http_client=object())  # wrong
    ManagementClient(user_pool_id="p", http_client=fast.AsyncClient())  # wrong
    AsyncManagementClient(user_pool_id="p", http_client=fast.Client())  # wrong
    ManagementClient(user_pool_id="p", verify=3)  # wrong
    fast.Client(timeout_seconds=3)  # wrong


def own_operations(client: ManagementClient, asynchronous: AsyncManagementClient) -> None:
    client.graphql(authing_graphql.AsyncClient)  # wrong
    asynchronous.graphql(authing_graphql.Client)  # wrong
    client.graphql(authing_graphql.Client).get_usr  # wrong
    client.execute("query A { b }", None, User).emial  # wrong
    client.execute("query A { b }")  # wrong
    client.execute("query A { b }", None, User(id="a"))  # wrong
    client.execute("query A { b }", [], User)  # wrong


def reading(client: ManagementClient) -> None:
    users = client.users
    users.detail()  # wrong
    users.detail(7)  # wrong
    users.detail(userIds=["a"])  # wrong
    users.detail("a", user_id="a")  # wrong
    users.list("1")  # wrong
    users.list(page=1, size=10)  # wrong
    users.list().lst  # wrong
    users.list().list[0].emial  # wrong
    users.batch([1])  # wrong
    users.batch(5)  # wrong
    users.find("bob")  # wrong
    users.find({"user_name": "bob"})  # wrong
    users.find(identity={"providr": "x", "userIdInIdp": "7"})  # wrong
    users.find(username=1)  # wrong
    users.search()  # wrong
    users.search("Bob", 2)  # wrong
    users.search("Bob", {"field": ["username"]})  # wrong
    users.search("Bob", {"fields": "username", "groupOpts": 1})  # wrong
    users.search("Bob", group_opts=[{"cod": "staff"}])  # wrong
    users.iter_search("Bob", {"field": ["username"]})  # wrong
    users.iter_list(page=1)  # wrong
    users.filter(filter=[("age", "EQ", 7)])  # wrong
    users.filter(filter=[({"type": "userDefinedFields", "value": "age"}, "LIKE", 7)])  # wrong
    users.filter(filter=[({"type": "fields", "value": "age"}, "EQ", 7)])  # wrong
    users.nothing()  # wrong
    len(users.detail("id"))  # wrong
    users.detail("id").email  # wrong


def changing(client: ManagementClient, user: User) -> None:
    users = client.users
    users.create({"signedUpd": "2020-10-15T17:55:37+08:00"})  # wrong
    users.create({"given_name": "Bob"})  # wrong
    users.create({"loginsCount": "2"})  # wrong
    users.create({"phone": 18812345678})  # wrong
    users.create({"lastLogin": date(2020, 10, 15)})  # wrong
    users.create({"username": "bob"}, identity={"providr": "x", "userIdInIdp": "7"})  # wrong
    users.create({"username": "bob"}, identity={"provider": "x"})  # wrong
    users.create_users([{"username": "bob"}, {"usernam": "ada"}])  # wrong
    users.create_users([CreateUserInput(usernam="ada")])  # wrong
    users.create_many([{"username": "bob"}, {"usernam": "ada"}])  # wrong
    users.create_many([{"username": "bob"}], key="id")  # wrong
    users.create_many([{"username": "bob"}], concurency=2)  # wrong
    users.upsert_many([{"username": "bob"}])  # wrong
    users.update_many([{"username": "bob"}])  # wrong
    users.update_many([("id", {"usernam": "bob"})])  # wrong
    users.delete_many([7], concurrency=2)  # wrong
    users.create()  # wrong
    users.create(CreateUserInput(givenname="Bob"))  # wrong
    users.create(CreateUserInput(given_name=7))  # wrong
    users.create(UpdateUserInput(given_name="Bob"))  # wrong
    users.create(user)  # wrong
    CreateUserInput().givenname  # wrong
    users.update("id")  # wrong
    users.update("id", {"nickname": "Bob", "nicknam": "Bob"})  # wrong
    users.update("id", updates={"signedUp": "2020-10-15"})  # wrong
    users.update(id="id", updates={"nicknam": "Bob"})  # wrong
    users.update("id", CreateUserInput(given_name="Bob"))  # wrong
    users.update("id", {"nickname": "Bob"}, True)  # wrong
    users.update("id", {"signedUp": "2020-10-15"})  # wrong
    users.update("id", {"registerSource": ["x"]})  # wrong
    users.update(uid="id", updates={})  # wrong
    users.delete()  # wrong
    users.delete_many([1])  # wrong
    users.refresh_token()  # wrong
    info: UserInfoDict = {"emial": "a@b.c"}  # wrong
    users.create(info)


def planning(client: ManagementClient) -> None:
    users = client.users
    users.plan([{"externalId": "e-1", "gruops": ["staff"]}], key="externalId")  # wrong
    users.plan([{"externalId": "e-1", "groups": "staff", "roles": 7}], key="externalId")  # wrong
    users.plan([{"externalId": "e-1"}], key="name")  # wrong
    users.plan([{"externalId": "e-1"}])  # wrong
    users.plan([], key="email", missing="remove")  # wrong
    users.plan([], key="email", create_custom_fields={"level": "INTEGER"})  # wrong
    users.apply([])  # wrong
    users.apply(users.plan([], key="email"), concurency=8)  # wrong


def policies_of(client: ManagementClient) -> None:
    policies = client.policies
    policies.create("p", [{"resource": "x", "actions": ["x"], "efect": "DENY"}])  # wrong
    policies.create("p", [{"resource": "x"}])  # wrong
    policies.create("p", {"resource": "x", "actions": ["x"]})  # wrong
    policies.update("p", [{"resource": "x", "actions": ["x"], "efect": "DENY"}])  # wrong


def groups_and_roles(client: ManagementClient) -> None:
    users = client.users
    users.list_groups()  # wrong
    users.list_roles()  # wrong
    users.add_group("id")  # wrong
    users.add_roles("id", [1])  # wrong
    users.add_roles("id", ["ROLE"], 1)  # wrong
    users.remove_roles(roles=["ROLE"])  # wrong


async def asynchronously(client: AsyncManagementClient) -> None:
    client.users.list().list  # wrong
    await client.users.detail()  # wrong
    for _user in client.users.iter_list():  # wrong
        pass
    with client:  # wrong
        pass


def names() -> None:
    authing_users.Typo  # wrong
    authing_graphql.Typo  # wrong


def fixtures(
    authing_emulator: AuthingEmulator, authing_user: UserFactory, authing_role: RoleFactory
) -> None:
    authing_emulator.client(retires=0)  # wrong
    authing_emulator.fail("createUser", code="2026")  # wrong
    authing_emulator.fail("createUser", after_comit=True)  # wrong
    authing_emulator.clock.set("2030")  # wrong
    authing_user(givenNam="Ada")  # wrong
    authing_user(username=1)  # wrong
    authing_role(name="admin")  # wrong


def stubs(authing_stub: AuthingStub) -> None:
    authing_stub.on("ListUser")  # wrong
    authing_stub.on("ListUsers", pgae=1)  # wrong
    authing_stub.on("ListUsers").returns(user())  # wrong
    authing_stub.on("ListUsers").returns(page_of(role()))  # wrong
    authing_stub.on("CreateUser").returns(None)  # wrong
    authing_stub.on("GetUser").raises("error")  # wrong
    page_of(user(), role())  # wrong


class AcmeUser(User):
    employee_number: str | None = None


class AcmeCreateUserInput(CreateUserInput):
    employee_number: str | None = None


def own_fields(client: ManagementClient[AcmeUser], plain: ManagementClient) -> None:
    ManagementClient(user_model=AcmeCreateUserInput)  # wrong
    ManagementClient(user_model=AcmeUser(id="x"))  # wrong
    ManagementClient(create_input=AcmeUser)  # wrong
    ManagementClient(omit_fields={"User": 1})  # wrong
    PoliciesManagementClient(user_model=AcmeUser)  # wrong
    users = client.users
    users.list().list[0].employee_nr  # wrong
    users.list().list[0].employeeNumber  # wrong
    len(users.list().list[0].employee_number)  # wrong
    users.batch(["id"])[0].employee_nr  # wrong
    next(users.iter_list()).employee_nr  # wrong
    next(client.groups.iter_users("x")).employee_nr  # wrong
    users.list(fields=[1])  # wrong
    users.create({"employeeNumber": "7"})  # wrong
    users.create(AcmeCreateUserInput(employee_number=7))  # wrong
    users.create(AcmeCreateUserInput(employee_nr="7"))  # wrong
    plain.users.list().list[0].employee_number  # wrong
    typed: ManagementClient[AcmeUser] = plain  # wrong
    page: PaginatedUsers[AcmeUser] = plain.users.list()  # wrong
    print(typed, page)
    print(PaginatedUsers[int])  # wrong
