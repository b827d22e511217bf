"""Suspend, activate, resign, log out and delete users."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from .._context import Call, Yes, api_command
from .._each import ACTION_FIELDS, confirm_users, for_each_user
from .._named_users import NamedUsers, takes_users

if TYPE_CHECKING:
    from authing_graphql.fragments import User

__all__ = ["activate", "delete", "kick", "resign", "suspend"]


@api_command(result=ACTION_FIELDS, columns=ACTION_FIELDS)
@takes_users
def suspend(call: Call, named: NamedUsers, *, yes: Yes = False) -> None:
    """Suspend users: they cannot log in until they are activated again.

    Examples:

      authing-users users suspend --email bob@example.com

      authing-users users search --group leavers --jq '[].id' | authing-users users suspend - --yes
    """
    client = call.client.users
    _change(call, named, lambda user: client.suspend(user.id), "Suspend", "Suspended", yes=yes)


@api_command(result=ACTION_FIELDS, columns=ACTION_FIELDS)
@takes_users
def activate(call: Call, named: NamedUsers) -> None:
    """Let users who are suspended or who have resigned log in again.

    Example:

      authing-users users activate --username bob
    """
    client = call.client.users
    _change(call, named, lambda user: client.activate(user.id), "Activate", "Activated", yes=True)


@api_command(result=ACTION_FIELDS, columns=ACTION_FIELDS)
@takes_users
def resign(call: Call, named: NamedUsers, *, yes: Yes = False) -> None:
    """Mark users as having left: they cannot log in, and their data is kept.

    Example:

      authing-users users resign --external-id E1 --external-id E2
    """
    client = call.client.users
    _change(call, named, lambda user: client.resign(user.id), "Resign", "Resigned", yes=yes)


@api_command(result=ACTION_FIELDS, columns=ACTION_FIELDS)
@takes_users
def kick(call: Call, named: NamedUsers, *, yes: Yes = False) -> None:
    """End all sessions of users. They can log in again.

    Example:

      authing-users users kick --username bob
    """
    client = call.client.users
    _change(call, named, lambda user: client.kick([user.id]), "Log out", "Logged out", yes=yes)


@api_command(result=ACTION_FIELDS, columns=ACTION_FIELDS)
@takes_users
def delete(call: Call, named: NamedUsers, *, yes: Yes = False) -> None:
    """Delete users. This cannot be undone.

    Examples:

      authing-users users delete 5f0e3a7c9b1d2e4f6a8c0b5d

      authing-users users delete --email - --yes < leavers.txt
    """
    client = call.client.users
    _change(call, named, lambda user: client.delete(user.id), "Delete", "Deleted", yes=yes)


def _change(
    call: Call,
    named: NamedUsers,
    action: Callable[["User"], object],
    what: str,
    done: str,
    *,
    yes: bool,
) -> None:
    users = confirm_users(call, named.find(call), what, yes=yes)
    for_each_user(call, users, action, done=done)
