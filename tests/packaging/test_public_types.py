"""Every type that a public method takes or returns can be imported from ``authing_users``."""

import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from pydantic import BaseModel

import authing_graphql
import authing_users
from authing_users import (
    AclManagementClient,
    AsyncAclManagementClient,
    AsyncGroupsManagementClient,
    AsyncManagementClient,
    AsyncOrgsManagementClient,
    AsyncPoliciesManagementClient,
    AsyncRolesManagementClient,
    AsyncUdfManagementClient,
    AsyncUserpoolManagementClient,
    AsyncUsersManagementClient,
    GroupsManagementClient,
    ManagementClient,
    OrgsManagementClient,
    PoliciesManagementClient,
    RolesManagementClient,
    UdfManagementClient,
    UserpoolManagementClient,
    UsersManagementClient,
)
from authing_users._inputs.signatures import WrongKeyOrValue

CLIENTS = [
    AclManagementClient,
    AsyncAclManagementClient,
    AsyncGroupsManagementClient,
    AsyncManagementClient,
    AsyncOrgsManagementClient,
    AsyncPoliciesManagementClient,
    AsyncRolesManagementClient,
    AsyncUdfManagementClient,
    AsyncUserpoolManagementClient,
    AsyncUsersManagementClient,
    GroupsManagementClient,
    ManagementClient,
    OrgsManagementClient,
    PoliciesManagementClient,
    RolesManagementClient,
    UdfManagementClient,
    UserpoolManagementClient,
    UsersManagementClient,
]
OUR_PACKAGES = ("authing_users", "authing_graphql")
EXPORTED: dict[str, Any] = {
    name: getattr(authing_users, name) for name in vars(authing_users)["__all__"]
}
UNION: Any = typing.Union
# For names that are imported for type checkers only.
NAMES: dict[str, Any] = {
    **{name: getattr(authing_graphql, name) for name in vars(authing_graphql)["__all__"]},
    **EXPORTED,
}


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in OUR_PACKAGES


def functions(client: type) -> Iterator[Callable[..., Any]]:
    """Yield the constructor, the public methods with all overloads, and the properties."""
    for name in dir(client):
        member = getattr(client, name)
        # Of a cached property, or of a class method.
        member = getattr(member, "func", getattr(member, "__func__", member))
        if isinstance(member, types.FunctionType) and (name == "__init__" or name[0] != "_"):
            yield from typing.get_overloads(member) or [member]


def annotations(function: Callable[..., Any]) -> Iterator[Any]:
    """Yield the annotations of a function. Names are resolved where the function is defined."""
    hints = typing.get_type_hints(function, localns=NAMES | function.__globals__)
    for hint in hints.values():
        if typing.get_origin(hint) is typing.Unpack:
            (options,) = typing.get_args(hint)
            yield options
        else:
            yield hint


def parts(annotation: Any) -> Iterator[Any]:
    """Yield an annotation and everything that it is composed of.

    Callers have no use for the parts that only make type checkers name wrong keys.
    """
    is_for_messages = WrongKeyOrValue in getattr(annotation, "__parameters__", ())
    if is_for_messages and typing.get_origin(annotation) is Mapping:
        return
    if not is_for_messages:
        yield annotation
        if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
            members = [part for part in typing.get_args(annotation) if part is not types.NoneType]
            yield UNION[tuple(members)]  # an alias that is optional here
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Callable and arguments[0] is not ...:
        arguments = (*arguments[0], arguments[1])
    for argument in () if origin is typing.Literal else arguments:
        yield from parts(argument)


def closure(annotation: Any, seen: dict[str, Any]) -> None:
    """Collect the parts of an annotation, of the keys of dicts, and of the fields of models."""
    for part in parts(annotation):
        key = f"{getattr(part, '__module__', '')}: {part!r}"
        if key in seen:
            continue
        seen[key] = part
        is_dict = typing.is_typeddict(part)
        if is_dict or (isinstance(part, type) and issubclass(part, BaseModel)):
            hints = typing.get_type_hints(part, localns=NAMES | vars(sys.modules[part.__module__]))
            for hint in hints.values():
                closure(hint, seen)


def types_of(client: type) -> list[Any]:
    seen: dict[str, Any] = {}
    for function in functions(client):
        for annotation in annotations(function):
            closure(annotation, seen)
    return list(seen.values())


def aliases() -> list[tuple[str, Any]]:
    """Return the public aliases of unions, literals and generics in the modules of the client."""
    found: list[tuple[str, Any]] = []
    for module_name, module in list(sys.modules.items()):
        if not is_ours(module_name) or {"emulator", "cli"} & {*module_name.split(".")}:
            continue
        found += [
            (f"{module_name}.{name}", value)
            for name, value in vars(module).items()
            if not name.startswith("_")
            and not isinstance(value, type)
            and typing.get_args(value)
            and typing.get_origin(value) is not typing.ClassVar
        ]
    return found


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_classes_can_be_imported(client: type) -> None:
    missing = {
        part.__qualname__
        for part in types_of(client)
        if isinstance(part, type)
        and typing.get_origin(part) is None
        and is_ours(part.__module__)
        and EXPORTED.get(part.__name__) is not part
    }
    assert missing == set()


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_aliases_can_be_imported(client: type) -> None:
    used = [part for part in types_of(client) if typing.get_args(part)]
    missing = {
        name
        for name, alias in aliases()
        if alias in used and EXPORTED.get(name.rpartition(".")[2]) != alias
    }
    assert missing == set()


def test_every_client_is_checked() -> None:
    exported = {value for name, value in EXPORTED.items() if name.endswith("ManagementClient")}
    assert set(CLIENTS) == exported
    assert all(types_of(client) for client in CLIENTS)
