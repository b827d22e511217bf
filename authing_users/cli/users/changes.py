"""Create and update users."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import _values
from .._completion import complete_groups, complete_roles
from .._context import Call, api_command
from .._each import count_of, for_each_user
from .._errors import UsageProblem
from .._named_users import NamedUsers, takes_users
from .listing import COLUMNS

if TYPE_CHECKING:
    from authing_graphql.fragments import User

__all__ = ["create", "update"]


@api_command(result="User", columns=COLUMNS)
def create(
    call: Call,
    *,
    assignments: _values.Set = None,
    custom: _values.Custom = None,
    data: _values.Data = None,
    groups: Annotated[
        list[str] | None,
        typer.Option(
            "--group",
            metavar="CODE",
            help="Add the user to this group. Can be repeated.",
            autocompletion=complete_groups,
            rich_help_panel=_values.PANEL,
        ),
    ] = None,
    roles: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            metavar="CODE",
            help="Give the user this role. Can be repeated.",
            autocompletion=complete_roles,
            rich_help_panel=_values.PANEL,
        ),
    ] = None,
    ask_password: _values.AskPassword = False,
    password_stdin: _values.PasswordStdin = False,
    keep_password: Annotated[
        bool,
        typer.Option(
            "--keep-password",
            help="The password is a hash of another system: store it as it is.",
            rich_help_panel=_values.PANEL,
        ),
    ] = False,
    reset_password: Annotated[
        bool,
        typer.Option(
            "--reset-password",
            help="The user must choose a new password at the first login.",
            rich_help_panel=_values.PANEL,
        ),
    ] = False,
) -> None:
    """Create a user. At least one of username, email and phone is needed.

    Examples:

      authing-users users create --set username=ada --set email=ada@example.com --ask-password

      authing-users users create --data ada.json --custom department=Research --group staff
    """
    from authing_graphql.input_types import CreateUserInput

    fields = _values.field_values(
        CreateUserInput, assignments, data=data, others=("city", "province")
    )
    if not fields:
        raise UsageProblem(
            "a user needs a value", hint="Give at least --set username=…, email=… or phone=…."
        )
    values = _custom_values(call, custom)
    secret = _values.password(ask=ask_password, stdin=password_stdin)
    if secret is not None:
        fields["password"] = secret
    users = call.client.users
    info: Any = fields  # checked by the client, which names wrong fields
    user = users.create(
        info, keep_password, values or None, reset_password_on_first_login=reset_password
    )
    if groups or roles:
        _complete(call, user, groups or (), roles or ())
    call.emit_one(user)


@api_command(result="User", columns=COLUMNS)
@takes_users
def update(
    call: Call,
    named: NamedUsers,
    *,
    assignments: _values.Set = None,
    removed: _values.Unset = None,
    custom: _values.Custom = None,
    removed_custom: _values.UnsetCustom = None,
    data: _values.Data = None,
    ask_password: _values.AskPassword = False,
    password_stdin: _values.PasswordStdin = False,
) -> None:
    """Change fields of users. Fields that are not named stay as they are.

    Examples:

      authing-users users update --username ada --set nickname=Ada --custom age=37

      authing-users users update 5f0e3a7c9b1d2e4f6a8c0b5d --unset phone
    """
    from authing_graphql.input_types import UpdateUserInput

    fields = _values.field_values(UpdateUserInput, assignments, removed, data)
    values = _custom_values(call, custom, removed_custom)
    secret = _values.password(ask=ask_password, stdin=password_stdin)
    if secret is not None:
        fields["password"] = secret
    if not fields and not values:
        raise UsageProblem(
            "there is nothing to change", hint="Give --set FIELD=VALUE, --unset or --custom."
        )
    found = list(named.find(call))
    change = _change_of(call, fields, values)
    if len(found) == 1 and found[0].user is not None:
        call.emit_one(change(found[0].user))
    else:
        for_each_user(call, found, change, done="Updated")


def _change_of(
    call: Call, fields: Mapping[str, object], values: Mapping[str, object]
) -> "Callable[[User], User]":
    users = call.client.users
    updates: Any = fields  # checked by the client, which names wrong fields

    def change(user: "User") -> "User":
        # First what fails most often: another user may have the value.
        changed = users.update(user.id, updates) if fields else user
        given = {key: value for key, value in values.items() if value is not None}
        if given:
            users.set_udf_value(user.id, given)
        for key in values.keys() - given.keys():
            users.remove_udf_value(user.id, key)
        if not values:
            return changed
        return users.detail(user.id, with_custom_data=True) or changed

    return change


def _custom_values(
    call: Call, assignments: Sequence[str] | None, removed: Sequence[str] | None = None
) -> dict[str, object]:
    """Return the values of custom fields, of the types that the user pool declares."""
    if not assignments and not removed:
        return {}
    types = _values.custom_field_types(call, "USER")
    return _values.custom_values(assignments, types, removed)


def _complete(call: Call, user: "User", groups: Sequence[str], roles: Sequence[str]) -> None:
    """Add a new user to groups and roles."""
    from ...errors import AuthingError, PartialFailureError

    users = call.client.users
    steps: dict[str, Callable[[], object]] = {}
    if roles:
        problem = f"{count_of(len(roles), 'role')} could not be assigned"
        steps[problem] = partial(users.add_roles, user.id, roles)
    for code in groups:
        problem = f"the user could not be added to the group {code}"
        steps[problem] = partial(users.add_group, user.id, code)
    for problem, step in steps.items():
        try:
            step()
        except AuthingError as error:
            raise PartialFailureError(
                f"User {user.id} was created, but {problem}",
                user_id=user.id,
                completed="CreateUser",
                error=error,
            ) from error
