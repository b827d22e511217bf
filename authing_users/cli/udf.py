"""``authing-users udf``: custom fields, and their values."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any

import typer

from . import _values
from ._choices import FieldOwner, FieldType
from ._context import Call, Yes, api_command
from ._each import count_of
from ._errors import CommandError, UsageProblem
from ._named_users import NamedUsers, label_of, takes_optional_users
from ._objects import Namespace

__all__ = ["udf"]

udf: typer.Typer = typer.Typer(
    name="udf", no_args_is_help=True, help="Define custom fields, and read and set their values."
)
values: typer.Typer = typer.Typer(
    name="values",
    no_args_is_help=True,
    help="Read, set and remove the values of custom fields of users and roles.",
)
udf.add_typer(values)

DEFINITION_COLUMNS = ("key", "dataType", "label", "options")
VALUE_FIELDS = ("id", "key", "value", "dataType", "label")

Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of the custom field.")]
Owner = Annotated[
    FieldOwner,
    typer.Option(
        "--of", metavar="KIND", help="Kind of object that has the field: user, role, node or org."
    ),
]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="CODE", help="A role instead of a user. Can be repeated."),
]


@udf.command("list")
@api_command(result="UserDefinedField", columns=DEFINITION_COLUMNS)
def list_fields(call: Call, *, owner: Owner = FieldOwner.USER) -> None:
    """List the custom fields.

    Examples:

      authing-users udf list

      authing-users udf list --of role
    """
    call.emit_list(call.client.udf.list(owner.api_name))


@udf.command("set")
@api_command(result="UserDefinedField", columns=DEFINITION_COLUMNS)
def set_field(
    call: Call,
    key: Key,
    *,
    data_type: Annotated[
        FieldType,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="string, number, boolean, datetime, object or select.",
        ),
    ],
    label: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Name for people. Default: the key.")
    ] = None,
    options: Annotated[
        str | None, typer.Option(metavar="JSON", help="Options of a field of the type select.")
    ] = None,
    owner: Owner = FieldOwner.USER,
) -> None:
    """Define a custom field, or change its definition.

    Example:

      authing-users udf set department --type string --label Department
    """
    call.emit_one(
        call.client.udf.set(owner.api_name, key, data_type.api_name, label or key, options=options)
    )


@udf.command("remove")
@api_command
def remove_field(call: Call, key: Key, *, owner: Owner = FieldOwner.USER, yes: Yes = False) -> None:
    """Delete a custom field and all its values. This cannot be undone.

    Example:

      authing-users udf remove department
    """
    call.confirm(f"Delete the custom field {key} of every {owner}, and all its values", yes=yes)
    call.client.udf.remove(owner.api_name, key)
    call.emit_message(f"Deleted the custom field {key}.")


@values.command("get")
@api_command(result=VALUE_FIELDS, columns=("key", "value", "label"))
@takes_optional_users
def get_values(
    call: Call, named: NamedUsers, *, roles: Roles = None, namespace: Namespace = None
) -> None:
    """Print the values of custom fields of users or roles.

    Examples:

      authing-users udf values get --username ada

      authing-users udf values get --role admin --role auditor
    """
    owners = _Owners(call, named, roles, namespace)
    columns = ("key", "value", "label") if owners.number == 1 else ("id", "key", "value")
    call.emit_list(_value_rows(owners), columns=columns)


@values.command("set")
@api_command
@takes_optional_users
def set_values(
    call: Call,
    named: NamedUsers,
    *,
    custom: _values.Custom = None,
    roles: Roles = None,
    namespace: Namespace = None,
) -> None:
    """Set values of custom fields of users or roles. Other values stay as they are.

    Example:

      authing-users udf values set --username ada --custom department=Research --custom age=36
    """
    if not custom:
        raise UsageProblem("there is nothing to set", hint="Give --custom KEY=VALUE.")
    owners = _Owners(call, named, roles, namespace)
    data = _values.custom_values(custom, owners.types())
    number = _for_each(owners, lambda owner: owner.set(data))
    call.emit_message(f"Set {count_of(len(data), 'value')} of {number}.")


@values.command("remove")
@api_command
@takes_optional_users
def remove_values(
    call: Call,
    named: NamedUsers,
    *,
    keys: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="Key of a custom field. Can be repeated."),
    ] = None,
    roles: Roles = None,
    namespace: Namespace = None,
    yes: Yes = False,
) -> None:
    """Remove values of custom fields from users or roles.

    Example:

      authing-users udf values remove --username ada --key age
    """
    if not keys:
        raise UsageProblem("there is nothing to remove", hint="Give --key KEY.")
    owners = _Owners(call, named, roles, namespace)
    call.confirm(
        f"Remove {', '.join(keys)} from {', '.join(owner.label for owner in owners)}", yes=yes
    )

    def remove(owner: "_Owner") -> None:
        for key in keys:
            owner.remove(key)

    number = _for_each(owners, remove)
    call.emit_message(f"Removed {count_of(len(keys), 'value')} from {number}.")


class _Owner:
    """A user or a role that has values.

    Attributes:
        id: ID of the user or role.
        label: How it is shown to people.
    """

    def __init__(self, call: Call, kind: FieldOwner, owner_id: str, label: str) -> None:
        self._client = call.client
        self._kind = kind
        self.id = owner_id
        self.label = label

    def values(self) -> Iterable[Any]:
        return self._client.udf.list_udf_value(self._kind.api_name, self.id)

    def set(self, data: dict[str, object]) -> None:
        self._client.udf.set_udf_value_batch(self._kind.api_name, self.id, data)

    def remove(self, key: str) -> None:
        if self._kind is FieldOwner.USER:
            self._client.users.remove_udf_value(self.id, key)
        else:
            self._client.roles.remove_udf_value(self.id, key)


class _Owners:
    """The users or roles that the arguments name.

    Raises:
        UsageProblem: Neither users nor roles are named, or both.
        CommandError: One does not exist.
    """

    def __init__(
        self, call: Call, named: NamedUsers, roles: list[str] | None, namespace: str | None
    ) -> None:
        self._call = call
        if bool(roles) == named.is_given:
            raise UsageProblem(
                "no user or role is named" if not roles else "users and roles exclude each other",
                hint="Give the IDs of users, or --username, --email, …, or --role.",
            )
        self._kind = FieldOwner.ROLE if roles else FieldOwner.USER
        self._owners = (
            [_role(call, code, namespace) for code in roles] if roles else [*_users(call, named)]
        )
        self.number = len(self._owners)

    def __iter__(self) -> Iterator[_Owner]:
        return iter(self._owners)

    def types(self) -> dict[str, str]:
        """Return the type of each custom field."""
        return _values.custom_field_types(self._call, self._kind.api_name)

    @property
    def noun(self) -> str:
        """The word for one of them."""
        return self._kind.value


def _users(call: Call, named: NamedUsers) -> Iterator[_Owner]:
    for item in named.find(call):
        if item.user is None:
            raise CommandError(item.problem)
        yield _Owner(call, FieldOwner.USER, item.user.id, label_of(item.user))


def _role(call: Call, code: str, namespace: str | None) -> _Owner:
    role = call.client.roles.detail(code, namespace)
    if role is None:
        raise CommandError(
            f"there is no role with the code {code}", hint="List all: authing-users roles list"
        )
    return _Owner(call, FieldOwner.ROLE, role.id, f"the role {code}")


def _value_rows(owners: _Owners) -> Iterator[dict[str, object]]:
    for owner in owners:
        for value in owner.values():
            yield {
                "id": owner.id,
                "key": value.key,
                "value": value.value,
                "dataType": value.data_type,
                "label": value.label,
            }


def _for_each(owners: _Owners, action: Callable[[_Owner], object]) -> str:
    for owner in owners:
        action(owner)
    return count_of(owners.number, owners.noun)
