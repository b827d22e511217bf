"""Log in with the ``AuthenticationClient`` of the Python SDK, which has no management token."""

import pytest

from authing_users import ManagementClient
from authing_users.testing import log_in

from .sdk_drivers import Driver, VendorError
from .seeded_pool import SeededPool

PASSWORD = "a password"


@pytest.mark.parametrize(
    ("method", "identifier"),
    [
        ("login_by_username", "zoe"),
        ("login_by_email", "zoe@example.com"),
        ("login_by_phone_password", "18800000009"),
    ],
)
def test_log_in(python_sdk: Driver, pool: SeededPool, method: str, identifier: str) -> None:
    info = {"username": "zoe", "email": "zoe@example.com", "phone": "18800000009"}
    zoe = python_sdk.call("users.create", {**info, "password": PASSWORD})
    user = python_sdk.call(f"authentication.{method}", identifier, PASSWORD)
    assert (user["id"], user["loginsCount"]) == (zoe["id"], 1)
    status = python_sdk.call("authentication.check_login_status", user["token"])
    assert (status["code"], status["data"]["id"]) == (200, zoe["id"])
    assert python_sdk.call("authentication.get_current_user", user["token"])["id"] == zoe["id"]
    new = python_sdk.call("authentication.refresh_token", user["token"])
    assert python_sdk.call("authentication.get_current_user", new["token"])["id"] == zoe["id"]
    with pytest.raises(VendorError) as wrong:
        python_sdk.call(f"authentication.{method}", identifier, "another one")
    assert wrong.value.code == 2006
    assert python_sdk.call("authentication.logout") is True
    assert python_sdk.call("authentication.check_login_status", new["token"])["code"] == 2206


def test_options_of_a_login(python_sdk: Driver, client: ManagementClient, pool: SeededPool) -> None:
    pool.ensure("custom_fields")
    options = {"auto_register": True, "client_ip": "203.0.113.9", "custom_data": {"school": "UCL"}}
    theirs = python_sdk.call("authentication.login_by_username", "zoe", PASSWORD, **options)
    ours = log_in(
        client,
        username="zed",
        password=PASSWORD,
        auto_register=True,
        client_ip="203.0.113.9",
        custom_data={"school": "UCL"},
    )
    assert theirs["lastIP"] == ours.last_ip == "203.0.113.9"
    for user_id in (theirs["id"], ours.id):
        assert python_sdk.call("users.get_udf_value", user_id) == {"school": "UCL"}


def test_locked_and_unknown_users_cannot_log_in(python_sdk: Driver, pool: SeededPool) -> None:
    for identifier, code in (("bob", 2027), ("nobody", 2004)):
        with pytest.raises(VendorError) as rejected:
            python_sdk.call("authentication.login_by_username", identifier, PASSWORD)
        assert rejected.value.code == code
    python_sdk.call("users.update", pool.bob, {"blocked": True})
    with pytest.raises(VendorError) as locked:
        python_sdk.call("authentication.login_by_username", "bob", PASSWORD)
    assert locked.value.code == 2005
