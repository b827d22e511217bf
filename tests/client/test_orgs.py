"""Organizations, their departments and the members of these."""

from collections.abc import Iterable
from typing import Any

import pytest

from authing_users import (
    Department,
    InvalidInputError,
    InvalidResponseError,
    NotFoundError,
    Org,
    User,
)

from ..support.client_kinds import MakeClient, Management, collect, run
from ..support.emulator_pool import EmulatorPool
from ..support.pool_content import UNKNOWN_ID, create_company, create_user
from ..support.scripted_server import ScriptedServer, data


class Colleague(User):
    """A model of users."""


def by_code(org: Org) -> dict[str | None, Department]:
    assert org.nodes is not None
    return {department.code: department for department in org.nodes}


def root_codes(orgs: Iterable[Org]) -> list[str | None]:
    return [org["rootNode"]["code"] for org in orgs]


async def test_organizations_are_listed_page_by_page(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_organisations(*({"name": code, "code": code} for code in ("a", "b", "c")))
    page = await run(client.orgs.list(page=2, limit=2))
    assert (page.total_count, root_codes(page.list)) == (3, ["a"])
    oldest = await run(client.orgs.list(sort_by="CREATEDAT_ASC"))
    assert root_codes(oldest.list) == ["a", "b", "c"]
    orgs = await collect(client.orgs.iter_list(limit=2))
    assert root_codes(orgs) == ["c", "b", "a"]
    assert orgs == list(reversed(oldest.list))
    ahead = await collect(client.orgs.iter_list(1, sort_by="CREATEDAT_ASC", prefetch=3))
    assert ahead == oldest.list


async def test_departments_of_an_organization_are_read(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    await create_company(client, emulator_pool)
    (org,) = (await run(client.orgs.list())).list
    departments = by_code(org)
    assert list(departments) == ["acme", "eng", "quality"]
    acme, eng, quality = departments.values()
    assert await run(client.orgs.detail(org.id)) == await run(client.org.find_by_id(org.id)) == org
    assert await run(client.orgs.root_node(org.id)) == org.root_node == acme
    assert await run(client.orgs.is_root_node(org.id, acme.id)) is True
    assert await run(client.orgs.is_root_node(org_id=org.id, node_id=eng.id)) is False
    assert await run(client.orgs.get_node_by_id(eng.id)) == eng
    assert await run(client.orgs.get_node_by_code(org.id, "quality")) == quality
    assert await run(client.orgs.list_children(acme.id)) == [eng]
    assert acme.children == [eng.id]
    assert await run(client.orgs.list_children(quality.id)) == []
    assert await run(client.orgs.search_nodes("ENGIN")) == [eng]
    assert (quality["namePath"], quality.depth) == (["Acme", "Engineering", "Quality"], 2)


async def test_unknown_organizations_and_departments(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    await create_company(client, emulator_pool)
    (org,) = (await run(client.orgs.list())).list
    orgs: Any = client.orgs
    for name, arguments in (
        ("detail", [UNKNOWN_ID]),
        ("root_node", [UNKNOWN_ID]),
        ("is_root_node", [UNKNOWN_ID, by_code(org)["acme"].id]),
        ("list_children", [UNKNOWN_ID]),
        ("list_members", [UNKNOWN_ID]),
        ("list_authorized_resources", [UNKNOWN_ID]),
        ("list_authorized_resources_by_code", [org.id, "nothing"]),
    ):
        with pytest.raises(NotFoundError):
            await run(getattr(orgs, name)(*arguments))
    with pytest.raises(NotFoundError):
        await collect(orgs.iter_members(UNKNOWN_ID))
    assert await run(orgs.get_node_by_id(UNKNOWN_ID)) is None
    assert await run(orgs.get_node_by_code(org.id, "nothing")) is None
    assert await run(orgs.is_root_node(org.id, UNKNOWN_ID)) is False
    assert await run(orgs.search_nodes("nothing")) == []


async def test_members_of_a_department_are_listed(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    ids = await create_company(client, emulator_pool)
    (org,) = (await run(client.orgs.list())).list
    eng = by_code(org)["eng"].id
    page = await run(client.orgs.list_members(eng))
    assert page["totalCount"] == 2
    assert [user.id for user in page.list] == [ids["qa"], ids["dev"]]
    second = await run(client.orgs.list_members(eng, 2, 1, sort_by="CREATEDAT_ASC"))
    assert [user.id for user in second.list] == [ids["qa"]]
    own = await run(client.orgs.list_members(eng, include_children_nodes=False))
    assert [user.id for user in own.list] == [ids["dev"]]
    members = client.orgs.iter_members(by_code(org)["acme"].id, limit=1, sort_by="CREATEDAT_ASC")
    assert [user.id for user in await collect(members)] == list(ids.values())
    members = client.orgs.iter_members(by_code(org)["acme"].id, include_children_nodes=False)
    assert [user.username for user in await collect(members)] == ["ceo"]


async def test_members_have_the_requested_fields_and_model(
    make_client: MakeClient, client: Management, emulator_pool: EmulatorPool
) -> None:
    await create_company(client, emulator_pool)
    await run(client.udf.set("USER", "desk", "NUMBER", "Desk"))
    (org,) = (await run(client.orgs.list())).list
    quality = by_code(org)["quality"].id
    colleagues: Any = make_client(emulator_pool, user_model=Colleague)
    (user,) = (await run(colleagues.orgs.list_members(quality))).list
    assert type(user) is Colleague
    assert user.username == "qa"
    await run(client.users.set_udv(user.id, "desk", 7))
    (partial,) = await collect(colleagues.orgs.iter_members(quality, fields=["email"]))
    assert type(partial) is Colleague
    assert (partial.id, partial.email, partial.username) == (user.id, "qa@example.com", None)
    page = await run(client.orgs.list_members(quality, with_custom_data=True, fields=["email"]))
    assert page.list[0].custom_data == {"desk": 7}
    with pytest.raises(InvalidInputError, match="Did you mean 'email'"):
        await run(client.orgs.list_members(quality, fields=["emial"]))


async def test_resources_of_a_department_are_listed(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    await create_company(client, emulator_pool)
    (org,) = (await run(client.orgs.list())).list
    eng = by_code(org)["eng"].id
    opts: Any = [{"targetType": "ORG", "targetIdentifier": eng, "actions": ["book:read"]}]
    await run(client.acl.authorize_resource("default", "book:*", opts))
    await run(client.acl.authorize_resource("shop", "film:*", opts))
    resources = await run(client.orgs.list_authorized_resources(eng))
    assert [resource.code for resource in resources.list] == ["book:*", "film:*"]
    resources = await run(client.orgs.list_authorized_resources(eng, "shop", "DATA"))
    assert [resource.code for resource in resources.list] == ["film:*"]
    by_its_code = client.orgs.list_authorized_resources_by_code(org.id, "eng", "shop", "DATA")
    assert await run(by_its_code) == resources


async def test_response_without_an_organization_is_invalid(make_client: MakeClient) -> None:
    server = ScriptedServer(data(org=None))
    with pytest.raises(InvalidResponseError):
        await run(make_client(server).orgs.detail("x"))


async def test_a_department_without_resources_raises_not_found(make_client: MakeClient) -> None:
    nothing = data(nodeById={"authorizedResources": None}, nodeByCode=None)
    client = make_client(ScriptedServer(nothing, nothing))
    with pytest.raises(NotFoundError):
        await run(client.orgs.list_authorized_resources("x"))
    with pytest.raises(NotFoundError):
        await run(client.orgs.list_authorized_resources_by_code("x", "y"))


async def test_departments_of_a_user_are_those_of_the_organization(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    ids = await create_company(client, emulator_pool)
    (org,) = (await run(client.orgs.list())).list
    (membership,) = (await run(client.users.list_department(ids["qa"]))).list
    assert membership.department == by_code(org)["quality"]
    other = await create_user(client, username="guest")
    assert (await run(client.users.list_department(other))).list == []
