"""Values of fields from the arguments of a command, and passwords, which they never contain."""

import json
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, cast, get_args, get_origin

import typer

from ._arguments import json_of, text_of
from ._errors import CommandError, UsageProblem

if TYPE_CHECKING:
    from pydantic import BaseModel

    from authing_graphql.enums import UDFTargetType

    from ._context import Call

__all__ = [
    "AskPassword",
    "Custom",
    "Data",
    "PasswordStdin",
    "Set",
    "Unset",
    "UnsetCustom",
    "custom_field_types",
    "custom_values",
    "field_values",
    "json_value",
    "password",
    "read_list",
]

PANEL = "Values"

Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="Value of a field, such as email=ada@example.com. Can be repeated.",
        rich_help_panel=PANEL,
    ),
]
Unset = Annotated[
    list[str] | None,
    typer.Option(
        "--unset",
        metavar="FIELD",
        help="Remove the value of a field. Can be repeated.",
        rich_help_panel=PANEL,
    ),
]
Custom = Annotated[
    list[str] | None,
    typer.Option(
        "--custom",
        metavar="KEY=VALUE",
        help="Value of a custom field. Can be repeated.",
        rich_help_panel=PANEL,
    ),
]
UnsetCustom = Annotated[
    list[str] | None,
    typer.Option(
        "--unset-custom",
        metavar="KEY",
        help="Remove the value of a custom field. Can be repeated.",
        rich_help_panel=PANEL,
    ),
]
Data = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="FILE",
        help="JSON file with an object of fields; - reads stdin. --set overrides it.",
        rich_help_panel=PANEL,
    ),
]
AskPassword = Annotated[
    bool,
    typer.Option(
        "--ask-password", help="Ask for the password. It is not shown.", rich_help_panel=PANEL
    ),
]
PasswordStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help="Read the password from the first line of stdin.",
        rich_help_panel=PANEL,
    ),
]


def field_values(
    model: "type[BaseModel]",
    assignments: Sequence[str] | None,
    removed: Sequence[str] | None = None,
    data: str | None = None,
    *,
    others: Sequence[str] = (),
) -> dict[str, object]:
    """Return the values of fields by the API's names, with the types of an input model.

    Args:
        model: The input model.
        assignments: The values of ``--set``.
        removed: The values of ``--unset``.
        data: The value of ``--data``.
        others: Names of further fields, with text as values.

    Raises:
        UsageProblem: A field is unknown, or a value has the wrong form.
    """
    values: dict[str, object] = {} if data is None else json_of(data, "--data")
    types: dict[str, object] = dict.fromkeys(others, str)
    types |= {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    aliases = {name: field.alias or name for name, field in model.model_fields.items()}
    for assignment in assignments or ():
        name, text = _assignment("--set", "FIELD=VALUE", assignment)
        name = aliases.get(name, name)
        if name == "password":
            raise UsageProblem(
                "--set password=… would show the password to other users of this machine",
                hint="Use --ask-password or --password-stdin.",
            )
        if not text:
            raise UsageProblem(
                f"--set {name}= has no value", hint=f"To remove the value: --unset {name}"
            )
        values[name] = _typed(name, text, types.get(name))
    for name in removed or ():
        values[aliases.get(name, name)] = None
    for name in values:
        if aliases.get(name, name) not in types:
            raise UsageProblem(f"there is no field {name!r}.{_suggestion(name, types)}")
    return values


def custom_field_types(call: "Call", owner: "UDFTargetType | Literal['USER']") -> dict[str, str]:
    """Return the type of each custom field that a kind of object has, such as ``NUMBER``."""
    return {
        str(field.key): "STRING" if field.data_type is None else str(field.data_type.value)
        for field in call.client.udf.list(owner)
    }


def custom_values(
    assignments: Sequence[str] | None,
    types: Mapping[str, str],
    removed: Sequence[str] | None = None,
) -> dict[str, object]:
    """Return the values of custom fields by key; ``None`` for those to remove.

    Args:
        assignments: The values of ``--custom``.
        types: The type of each custom field, such as ``NUMBER``.
        removed: The values of ``--unset-custom``.

    Raises:
        UsageProblem: A field is unknown, or a value has the wrong form.
    """
    values: dict[str, object] = {}
    for assignment in assignments or ():
        key, text = _assignment("--custom", "KEY=VALUE", assignment)
        values[key] = json_value(f"--custom {key}", text, _known_type(key, types))
    for key in removed or ():
        _known_type(key, types)
        values[key] = None
    return values


def json_value(name: str, text: str, data_type: str) -> object:
    """Return the value of a custom field that a text describes.

    Args:
        name: Names the value in errors.
        text: The text.
        data_type: Type of the custom field, such as ``NUMBER``.

    Raises:
        UsageProblem: The text describes no value of the type.
    """
    match data_type:
        case "NUMBER":
            return _number(name, text)
        case "BOOLEAN":
            return _boolean(name, text)
        case "OBJECT":
            return _json(name, text)
        case _:
            return text


def read_list(source: str, option: str) -> list[object]:
    """Return the JSON list in a file; a single object is a list of one.

    Args:
        source: Path of the file, or ``-`` for stdin.
        option: The option that names the file.

    Raises:
        UsageProblem: The file cannot be read, or contains something else.
    """
    try:
        content: object = json.loads(text_of(source, option))
    except json.JSONDecodeError as error:
        problem = f"{error.msg} in line {error.lineno}, column {error.colno}"
    else:
        if isinstance(content, dict | list):
            items = cast("dict[str, object] | list[object]", content)
            return items if isinstance(items, list) else [items]
        problem = "it is neither a list nor an object"
    raise UsageProblem(f"{option}: {source} is not a JSON list: {problem}")


def password(*, ask: bool, stdin: bool) -> str | None:
    """Return the password that is asked for or read from stdin, or ``None``.

    Raises:
        UsageProblem: Nobody can be asked, stdin is empty, or both options are given.
        CommandError: The two passwords differ.
    """
    if ask and stdin:
        raise UsageProblem("--ask-password and --password-stdin exclude each other")
    if stdin:
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            raise UsageProblem("--password-stdin: stdin is empty")
        return line
    if not ask:
        return None
    if not sys.stdin.isatty():
        raise UsageProblem(
            "--ask-password: nobody can be asked here, because stdin is not a terminal",
            hint="Use --password-stdin.",
        )
    from getpass import getpass

    first = getpass("Password: ")
    if first != getpass("Password again: "):
        raise CommandError("the passwords differ: nothing was changed")
    return first


def _assignment(option: str, form: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageProblem(f"{option} {text!r} must have the form {form}")
    return name.strip(), value


def _typed(name: str, text: str, annotation: object) -> object:
    """Return a value of the type of a field; texts where the type is unknown."""
    kinds = _kinds(annotation)
    if bool in kinds:
        return _boolean(f"--set {name}", text)
    if int in kinds or float in kinds:
        return _number(f"--set {name}", text)
    if list in kinds or dict in kinds:
        return _json(f"--set {name}", text)
    return text


def _kinds(annotation: object) -> set[object]:
    origin = get_origin(annotation)
    if origin in {Union, UnionType, Annotated}:
        parts = get_args(annotation)
        members = parts[:1] if origin is Annotated else parts
        return {kind for member in members for kind in _kinds(member)}
    return {origin or annotation}


def _known_type(key: str, types: Mapping[str, str]) -> str:
    if key not in types:
        raise UsageProblem(
            f"there is no custom field {key!r}"
            + (f".{_suggestion(key, types)}" if types else ": none is defined"),
            hint="List the custom fields: authing-users udf list"
            if types
            else f"Define it: authing-users udf set {shlex.quote(key)} --type string",
        )
    return types[key]


def _suggestion(name: str, known: Iterable[str]) -> str:
    from authing_graphql.input_values import did_you_mean

    names = list(known)
    return did_you_mean(name, names) or f" The fields are {', '.join(names)}."


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise UsageProblem(f"{name} must be true or false, not {text!r}")
    return text.lower() == "true"


def _number(name: str, text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise UsageProblem(f"{name} must be a number, not {text!r}") from None


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageProblem(f"{name} must be JSON: {error}") from None
