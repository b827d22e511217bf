"""An SDK for a run, and objects with names that no other run uses."""

from collections.abc import Callable
from itertools import count
from typing import Any, Literal

import httpx
import pytest
from tests.emulator.server import Server

from authing_users import ManagementClient
from authing_users.errors import AuthingError
from authing_users.testing import log_in

from ..sdk_drivers import VendorError

SdkName = Literal["vendor", "authing_users"]

PASSWORD = "a password"
STATEMENTS = [{"resource": "books:7", "actions": ["books:read"], "effect": "ALLOW"}]

_numbers = count(1)


class SdkUnderTest:
    """An SDK, and an emulator's user pool.

    Args:
        name: Name of the SDK.
        send: Calls a method of the SDK by its path, such as ``users.create``.
        emulator: The emulator, for objects that no SDK creates.
        client: A client of the pool, for logins.

    Attributes:
        is_ours: Whether the SDK is `authing_users`.
        called: Paths of the methods that were called.
    """

    def __init__(
        self, name: SdkName, send: Callable[..., Any], emulator: Server, client: ManagementClient
    ) -> None:
        self.is_ours = name == "authing_users"
        self.called: set[str] = set()
        self._send = send
        self._emulator = emulator
        self._client = client

    def call(self, path: str, /, *args: object, **kwargs: object) -> Any:
        """Call a method and return its result, unchanged."""
        self.called.add(path)
        return self._send(path, *args, **kwargs)

    def error_code(self, path: str, /, *args: object, **kwargs: object) -> int | None:
        """Call a method that raises an error of the SDK, and return the error code of the API."""
        with pytest.raises((AuthingError, VendorError)) as caught:
            self.call(path, *args, **kwargs)
        code: int | None = getattr(caught.value, "code", None)
        return code

    def new_name(self) -> str:
        """Return a name that is not in use."""
        return f"name{next(_numbers)}"

    def new_user(self, **fields: object) -> Any:
        """Create a user with a username."""
        return self.call("users.create", userInfo={"username": self.new_name(), **fields})

    def new_logged_in_user(self, **fields: object) -> Any:
        """Create a user and log it in."""
        user = self.new_user(password=PASSWORD, **fields)
        log_in(self._client, username=user["username"], password=PASSWORD)
        return user

    def new_role(self) -> Any:
        """Create a role."""
        return self.call("roles.create", code=self.new_name())

    def new_group(self) -> Any:
        """Create a group."""
        return self.call("groups.create", code=self.new_name(), name=self.new_name())

    def new_policy(self) -> Any:
        """Create a policy with one statement."""
        return self.call("policies.create", code=self.new_name(), statements=STATEMENTS)

    def new_field(self, data_type: str, target_type: str = "USER") -> str:
        """Define a custom field and return its key."""
        key = self.new_name()
        self.call("udf.set", targetType=target_type, key=key, dataType=data_type, label="Label")
        return key

    def is_logged_in(self, user_id: str) -> bool:
        """Return whether a user has a session."""
        return bool(self._client.users.check_login_status(user_id).is_login)

    def mail_recipients(self) -> list[str]:
        """Return the recipients of all e-mails, oldest first."""
        outbox = httpx.get(f"{self._emulator.url}/emulator/v1/outbox").raise_for_status()
        return [mail["email"] for mail in outbox.json()["mails"]]

    def seed(self, **content: object) -> None:
        """Create objects that no SDK creates."""
        httpx.post(f"{self._emulator.url}/emulator/v1/seed", json=content).raise_for_status()
