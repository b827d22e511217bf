"""Test tools with a client that has its own model of users: stubs, emulator, cassettes."""

from pathlib import Path

import pytest

from authing_users import ManagementClient, PaginatedUsers, SchemaDriftWarning
from authing_users.testing import (
    AuthingEmulator,
    AuthingStub,
    StaleDocumentWarning,
    page_of,
    role,
    user,
)

from ..recorded.service import Service, cassette, client
from ..support.own_schema import USER, AcmeUser, Badge


def test_stubs_return_the_users_of_the_caller(authing_stub: AuthingStub) -> None:
    ada = AcmeUser(id="a", employee_number="7", badge=Badge(code="b"), custom_data={"age": 36})
    authing_stub.on("ListUsers").returns(page_of(ada, total_count=3))
    authing_stub.on("GetUser").returns(ada)
    authing_stub.on("FilterUsers").returns(page_of(ada))
    with ManagementClient(
        user_pool_id=authing_stub.user_pool_id,
        secret=authing_stub.secret,
        host=authing_stub.host,
        user_model=AcmeUser,
    ) as client:
        page = client.users.list()
        assert (page.total_count, page.list) == (3, [ada])
        assert client.users.detail("a") == ada
        assert client.users.filter().list == [ada]


def test_pages_of_the_users_of_the_caller() -> None:
    page = page_of(AcmeUser(id="a"))
    assert type(page) is PaginatedUsers[AcmeUser]
    assert type(page_of(user())) is PaginatedUsers
    for other in (user(), role()):
        with pytest.raises(ValueError, match="of one type"):
            page_of(AcmeUser(id="a"), other)  # type: ignore[type-var]


def test_an_emulator_without_the_field(authing_emulator: AuthingEmulator) -> None:
    client = authing_emulator.client(user_model=AcmeUser)
    with pytest.warns(SchemaDriftWarning):
        created = client.users.create({"username": "ada"})
    assert type(created) is AcmeUser
    assert (created.username, created.employee_number) == ("ada", None)


def test_cassettes_tell_selections_apart(tmp_path: Path) -> None:
    path = tmp_path / "calls.yaml"

    def respond(content: dict[str, str]) -> dict[str, object]:
        fields = ("id", "username") if "username" in content["query"] else ("id",)
        if "employeeNumber" in content["query"]:
            fields = (*fields, "employeeNumber")
        return {"users": {"totalCount": 1, "list": [{name: USER[name] for name in fields}]}}

    with (
        cassette(path, "once"),
        client(Service(respond), user_model=AcmeUser) as made,
    ):
        assert made.users.list().list == [
            AcmeUser(id=USER["id"], username="bob", employee_number="7")
        ]
        assert made.users.list(fields=["id"]).list == [AcmeUser(id=USER["id"])]
    with cassette(path) as used, client(user_model=AcmeUser) as made:
        assert made.users.list(fields=["id"]).list[0].username is None
        assert made.users.list().list[0].username == "bob"
        assert used.all_played
        used.warn()  # of nothing
    with cassette(path) as used, client() as made:
        assert made.users.list().list[0].username == "bob"
    with pytest.warns(StaleDocumentWarning, match="ListUsers was recorded"):
        used.warn()
