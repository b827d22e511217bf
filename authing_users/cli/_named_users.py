"""Users that a command is used on: named by ID or another identifier, also on stdin."""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ._context import Call
from ._errors import UsageProblem

if TYPE_CHECKING:
    from authing_graphql.fragments import User

__all__ = ["NamedUser", "NamedUsers", "label_of", "takes_optional_users", "takes_users"]

PANEL = "Users"
STDIN = "-"
# The most that the client asks for in one request.
USERS_PER_REQUEST = 80

Kind = Literal["id", "username", "email", "phone", "externalId"]

IDS = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID", help="IDs of users; - reads them from stdin, one a line."),
]


def _option(name: str, metavar: str, what: str) -> Any:
    return Annotated[
        list[str] | None,
        typer.Option(
            name,
            metavar=metavar,
            help=f"{what} of a user, instead of the ID. Can be repeated; - reads from stdin.",
            rich_help_panel=PANEL,
            show_default=False,
        ),
    ]


OPTIONS: dict[Kind, tuple[str, Any]] = {
    "username": ("usernames", _option("--username", "NAME", "Username")),
    "email": ("emails", _option("--email", "ADDRESS", "E-mail address")),
    "phone": ("phones", _option("--phone", "NUMBER", "Phone number")),
    "externalId": ("external_ids", _option("--external-id", "ID", "External ID")),
}
"""Parameter and annotation of the option for each kind of identifier."""


@dataclass(frozen=True, slots=True)
class NamedUser:
    """A user that the arguments name.

    Attributes:
        kind: The kind of identifier.
        identifier: The identifier.
        user: The user; ``None`` if there is none.
    """

    kind: "Kind"
    identifier: str
    user: "User | None"

    @property
    def name(self) -> str:
        """How the arguments name the user: the ID, or ``email ada@example.com``."""
        return self.identifier if self.kind == "id" else f"{self.kind} {self.identifier}"

    @property
    def problem(self) -> str:
        """The error if there is no user."""
        kind = "ID" if self.kind == "id" else self.kind
        return f"there is no user with the {kind} {self.identifier}"


class NamedUsers:
    """The users that the arguments of a command name.

    Args:
        names: Identifiers by kind, in the order in which they are used.
        is_required: Whether there must be one.

    Attributes:
        is_given: Whether a user is named.
    """

    def __init__(self, names: dict[Kind, Sequence[str]], *, is_required: bool = True) -> None:
        self._names = names
        self.is_given = any(names.values())
        if is_required and not self.is_given:
            raise UsageProblem(
                "no user is named",
                hint="Give the IDs of users, or --username, --email, --phone or --external-id.",
            )
        if sum(STDIN in values for values in names.values()) > 1:
            raise UsageProblem("only one kind of identifier can be read from stdin")

    def find(self, call: Call, *, with_custom_data: bool = False) -> Iterator[NamedUser]:
        """Look the users up, in the order of the arguments.

        Args:
            call: The use of the command.
            with_custom_data: Whether to include the values of custom fields.
        """
        for kind, named in groupby(self._read(), key=_kind_of):
            values = (value for _, value in named)
            while chunk := list(islice(values, USERS_PER_REQUEST)):
                found = call.client.users.batch_get(chunk, kind, with_custom_data)
                by_name = {_folded(kind, str(user[kind])): user for user in found}
                for value in chunk:
                    yield NamedUser(kind, value, by_name.get(_folded(kind, value)))

    def _read(self) -> Iterator[tuple[Kind, str]]:
        """Return the identifiers, each once."""
        seen: set[tuple[Kind, str]] = set()
        for kind, values in self._names.items():
            for value in _with_stdin(values):
                name = (kind, _folded(kind, value))
                if name not in seen:
                    seen.add(name)
                    yield kind, value


def label_of(user: "User") -> str:
    """Return how a user is shown to people: a name, and the ID."""
    name = user.username or user.email or user.phone or user.nickname or user.external_id
    return f"{name} ({user.id})" if name else user.id


def takes_users(function: Callable[..., object]) -> Callable[..., object]:
    """Let a command take users by ID, and by other identifiers.

    Args:
        function: Takes the ``Call`` and ``NamedUsers``. Its other parameters are those of the
            command: positional ones stand before the IDs.
    """
    return _with_users(function, is_required=True)


def takes_optional_users(function: Callable[..., object]) -> Callable[..., object]:
    """Let a command take users as ``takes_users`` does, or none."""
    return _with_users(function, is_required=False)


def _with_users(function: Callable[..., object], *, is_required: bool) -> Callable[..., object]:
    call, _, *own = inspect.signature(function, eval_str=True).parameters.values()

    def command(call: Call, *positional: Any, **values: Any) -> None:
        names: dict[Kind, Sequence[str]] = {"id": values.pop("ids", None) or []}
        for kind, (parameter, _) in OPTIONS.items():
            names[kind] = values.pop(parameter, None) or []
        function(call, NamedUsers(names, is_required=is_required), *positional, **values)

    before = [parameter for parameter in own if parameter.kind is not parameter.KEYWORD_ONLY]
    after = [parameter for parameter in own if parameter.kind is parameter.KEYWORD_ONLY]
    identifiers = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in [("ids", IDS), *OPTIONS.values()]
    ]
    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__module__ = function.__module__
    setattr(  # noqa: B010
        command,
        "__signature__",
        inspect.Signature([call, *before, identifiers[0], *after, *identifiers[1:]]),
    )
    return command


def _with_stdin(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        if value == STDIN:
            yield from filter(None, map(str.strip, sys.stdin))
        else:
            yield value


def _folded(kind: Kind, value: str) -> str:
    return value.casefold() if kind == "email" else value


def _kind_of(item: tuple[Kind, str]) -> Kind:
    return item[0]
