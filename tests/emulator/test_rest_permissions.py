"""Permissions over REST."""

from .api import Api
from .rest import UNKNOWN, post, rejection_code
from .test_permissions import grant

CHECK = "/api/v2/acl/check-resource-permission-batch"
OF_KIND = "/api/v2/acl/get-authorized-resources-of-resource-kind"


async def test_permitted_resources(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    await grant(api, ("USER", bob), "book:1", "book:read", "book:edit")
    await grant(api, ("USER", bob), "book:2", "book:read", namespace="shop")
    body = {"userId": bob, "namespace": "default", "resources": ["book:1", "book:2", "pen:1"]}
    (one,) = await post(api, CHECK, body)
    assert (one["code"], sorted(one["actions"])) == ("book:1", ["book:edit", "book:read"])
    assert await post(api, CHECK, {**body, "namespace": None}) == [one]
    (other,) = await post(api, CHECK, {**body, "namespace": "shop"})
    assert other == {"code": "book:2", "actions": ["book:read"]}


async def test_resources_of_a_kind(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    await grant(api, ("USER", bob), "book:1", "book:read")
    await grant(api, ("USER", bob), "pen:1", "pen:use")
    body = {"userId": bob, "namespace": "default", "resource": "book"}
    assert await post(api, OF_KIND, body) == [{"code": "book:1", "actions": ["book:read"]}]
    assert await post(api, OF_KIND, {**body, "resource": "cup"}) == []


async def test_invalid_permission_requests_are_rejected(api: Api) -> None:
    bob = (await api.create(username="bob"))["id"]
    cases: list[tuple[str, dict[str, object], int]] = [
        (CHECK, {"userId": UNKNOWN, "resources": ["x:1"]}, 2004),
        (CHECK, {"userId": bob, "resources": []}, 2231),
        (CHECK, {"resources": ["x:1"]}, 2231),
        (OF_KIND, {"userId": UNKNOWN, "resource": "x"}, 2004),
        (OF_KIND, {"userId": bob}, 2231),
        (OF_KIND, {"userId": bob, "resource": "x", "namespace": 1}, 2231),
    ]
    for path, body, code in cases:
        assert await rejection_code(api, "POST", path, body) == code
