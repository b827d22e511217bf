"""The fields of users that a call or a client selects: ``fields`` and ``omit_fields``.

Imported only if one of them is used.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from authing_graphql import User, fragments
from authing_graphql.graphql_model import attributes_by_graphql_name
from authing_graphql.operation_tree import Field, Fragment, Selection

from .._protocol.trees import OWN
from ..errors import ConfigurationError, InvalidInputError
from .checks import did_you_mean, non_empty_string_list, type_name

USER = "User"
CUSTOM_DATA = "customData"
FIELDS_EXAMPLE = "fields=['username', 'email']"


def requested_fields(
    fields: object, user_model: type[User], *, with_custom_data: bool
) -> frozenset[str]:
    """Return the GraphQL names of the fields that a call requests.

    Args:
        fields: The argument ``fields``.
        user_model: The model of users.
        with_custom_data: Whether the call requests the values of custom fields.

    Raises:
        InvalidInputError: It is not a list of names, or users have no such field.
    """
    names = non_empty_string_list(fields, "fields", FIELDS_EXAMPLE)
    known = _names(user_model)
    for name in names:
        if name not in known:
            raise InvalidInputError(f"Users have no field {name!r}.{did_you_mean(name, known)}")
    added = (CUSTOM_DATA,) if with_custom_data else ()
    return frozenset((*(known[name] for name in names), *added))


def omitted_fields(omit_fields: object, user_model: type[User]) -> dict[str, frozenset[str]]:
    """Return the GraphQL names of the fields that a client does not request, by type.

    Args:
        omit_fields: The option.
        user_model: The model of users.

    Raises:
        ConfigurationError: A type or field is unknown, or the client needs it.
    """
    if omit_fields is None:
        return {}
    example = 'omit_fields={"User": ["identities"]}'
    if not isinstance(omit_fields, Mapping):
        raise ConfigurationError(
            f"omit_fields must be a dict, not {type_name(omit_fields)}: write {example}"
        )
    omitted: dict[str, frozenset[str]] = {}
    types = sorted({fragment.type for fragment in OWN.fragments.values()})
    for type_, names in cast("Mapping[Any, object]", omit_fields).items():
        if type_ not in types:
            shown = repr(type_)
            hint = did_you_mean(type_, types) if isinstance(type_, str) else ""
            raise ConfigurationError(f"omit_fields has the unknown type {shown}.{hint}")
        try:
            listed = non_empty_string_list(names, f"omit_fields[{type_!r}]", example)
        except InvalidInputError as error:
            problem = error.message
        else:
            omitted[type_] = frozenset(_omitted(type_, listed, user_model))
            continue
        raise ConfigurationError(problem)
    return omitted


def _omitted(type_: str, names: Iterable[str], user_model: type[User]) -> Iterator[str]:
    """Yield the GraphQL names of the fields of a type that are omitted."""
    own = {name: fragment for name, fragment in OWN.fragments.items() if fragment.type == type_}
    known: dict[str, str] = {}
    for name in own:
        model = user_model if name == USER else getattr(fragments, name)
        known |= _names(model)
    needed = _needed(type_, own.values())
    omitted = {known.get(name, name) for name in names}
    if refused := sorted(omitted & needed):
        raise ConfigurationError(
            f"omit_fields contains '{type_}.{refused[0]}', which the client needs"
        )
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            raise ConfigurationError(f"omit_fields: {type_!r} has no field {name!r}.{hint}")
    if any(all(_name(one) in omitted for one in fragment.selections) for fragment in own.values()):
        raise ConfigurationError(
            f"omit_fields contains all fields of {type_!r}: omit the fields that contain it instead"
        )
    yield from omitted


def _names(model: Any) -> dict[str, str]:
    """Return the GraphQL names of the fields of a model, by all names that are accepted."""
    attributes = attributes_by_graphql_name(model)
    return {name: graphql for graphql, name in attributes.items()} | {
        graphql: graphql for graphql in attributes
    }


def _needed(type_: str, own: Iterable[Fragment]) -> set[str]:
    """Return the fields of a type without which a result is useless.

    These are the fields that an operation selects itself, such as the groups of a user, and those
    that a call asks for, such as values of custom fields.
    """
    needed = {
        selection.name
        for fragment in own
        for selection in fragment.selections
        if not isinstance(selection, str) and (selection.is_required or selection.include_if)
    }
    for operation in OWN.operations.values():
        waiting: list[tuple[str, Selection]] = [(operation.type, operation.field)]
        while waiting:
            parent, selection = waiting.pop()
            if isinstance(selection, str):
                continue
            if parent == type_:
                needed.add(selection.name)
            waiting += [(selection.type or "", below) for below in selection.selections]
    return needed


def _name(selection: Selection) -> str:
    return selection.name if isinstance(selection, Field) else selection
