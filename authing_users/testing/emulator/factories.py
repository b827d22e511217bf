"""Factories that create users, roles and groups in the emulator of a test."""

import itertools
from typing import TYPE_CHECKING, Protocol, Unpack

if TYPE_CHECKING:
    from authing_graphql import Group, Role, User

    from ..._inputs.users import UserInfoDict
    from ..._sync.management import ManagementClient


class UserFactory(Protocol):
    """The type of the fixture ``authing_user``."""

    def __call__(self, **fields: "Unpack[UserInfoDict]") -> "User":
        """Create a user.

        Args:
            **fields: Fields of the user, as for ``users.create``. ``username`` and ``email`` are
                unique by default.

        Raises:
            InvalidInputError: A field is unknown or has the wrong type.
            ConflictError: Another user has the username, email address or phone number.
        """
        ...


class RoleFactory(Protocol):
    """The type of the fixture ``authing_role``."""

    def __call__(
        self,
        code: str | None = None,
        description: str | None = None,
        parentCode: str | None = None,
        namespace: str | None = None,
    ) -> "Role":
        """Create a role. The arguments are those of ``roles.create``.

        ``code`` is unique by default.

        Raises:
            ConflictError: Another role has the code.
        """
        ...


class GroupFactory(Protocol):
    """The type of the fixture ``authing_group``."""

    def __call__(
        self, code: str | None = None, name: str | None = None, description: str | None = None
    ) -> "Group":
        """Create a group. The arguments are those of ``groups.create``.

        ``code`` is unique by default, and ``name`` is like ``code``.

        Raises:
            ConflictError: Another group has the code.
        """
        ...


def user_factory(client: "ManagementClient") -> UserFactory:
    """Return a factory for users that uses a client."""
    numbers = itertools.count(1)

    def create(**fields: "Unpack[UserInfoDict]") -> "User":
        number = next(numbers)
        defaults: UserInfoDict = {
            "username": f"test-user-{number}",
            "email": f"test-user-{number}@example.com",
        }
        return client.users.create({**defaults, **fields})

    return create


def role_factory(client: "ManagementClient") -> RoleFactory:
    """Return a factory for roles that uses a client."""
    numbers = itertools.count(1)

    def create(
        code: str | None = None,
        description: str | None = None,
        parentCode: str | None = None,
        namespace: str | None = None,
    ) -> "Role":
        number = next(numbers)
        return client.roles.create(
            f"test-role-{number}" if code is None else code,
            description=description,
            parentCode=parentCode,
            namespace=namespace,
        )

    return create


def group_factory(client: "ManagementClient") -> GroupFactory:
    """Return a factory for groups that uses a client."""
    numbers = itertools.count(1)

    def create(
        code: str | None = None, name: str | None = None, description: str | None = None
    ) -> "Group":
        number = next(numbers)
        code = f"test-group-{number}" if code is None else code
        return client.groups.create(code, code if name is None else name, description)

    return create
