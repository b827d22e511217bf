"""The options that change the fields of users: ``user_model`` and the models of inputs.

Imported only if a client has one of them.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar, get_args, get_origin

from pydantic import AliasChoices, AliasPath, BaseModel, SecretBytes, SecretStr, TypeAdapter
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError
from pydantic.fields import FieldInfo

from authing_graphql import CreateUserInput, InputModel, UpdateUserInput, User, fragments
from authing_graphql.graphql_model import attributes_by_graphql_name
from authing_graphql.operation_tree import Field

from .._config import Config
from .._policy.selection import USER, Selection
from .._protocol.response import _building
from .._protocol.trees import OWN
from ..errors import ConfigurationError
from .selected_fields import omitted_fields

InputT = TypeVar("InputT", bound=InputModel)

_GRAPHQL_NAME = re.compile(r"(?!__)[_A-Za-z][_0-9A-Za-z]*")


def selection_of(config: Config) -> Selection:
    """Return the selection that the options of a client describe.

    Raises:
        ConfigurationError: An option is invalid.
    """
    check_input_type(config.create_input, CreateUserInput, "create_input")
    check_input_type(config.update_input, UpdateUserInput, "update_input")
    model: Any = User if config.user_model is None else config.user_model
    added = () if model is User else added_fields(model)
    return Selection(model, added, omitted_fields(config.omit_fields, model))


def added_fields(model: Any) -> tuple[Field, ...]:
    """Return the fields that a model adds to ``User``, as they are selected in documents.

    Raises:
        ConfigurationError: It is not such a model.
    """
    if not isinstance(model, type) or not issubclass(model, User):
        shown = model.__name__ if isinstance(model, type) else type(model).__name__
        raise ConfigurationError(
            f"user_model must be a subclass of User, such as class AcmeUser(User), not {shown}"
        )
    with _building.lock:
        added = {
            name: info for name, info in model.model_fields.items() if name not in User.model_fields
        }
        for name, info in added.items():
            _check_annotation(f"{model.__name__}.{name}", info)
        _build(User)
        _build(model)
        _check_own_fields(model)
        added = {name: model.model_fields[name] for name in added}
        return tuple(_selected(model, added, USER, (model,)))


def check_input_type(model: object, base: type[InputT], option: str) -> None:
    """Check the model of an input.

    Raises:
        ConfigurationError: It is not a subclass of the generated one.
    """
    if model is None:
        return
    if not isinstance(model, type) or not issubclass(model, base):
        shown = model.__name__ if isinstance(model, type) else type(model).__name__
        raise ConfigurationError(f"{option} must be a subclass of {base.__name__}, not {shown}")
    with _building.lock:
        _build(model)
    for name, info in model.model_fields.items():
        if _contains(info.annotation, (SecretStr, SecretBytes)):
            raise ConfigurationError(
                f"{model.__name__}.{name} must be a str: a SecretStr is sent as asterisks"
            )


def _build(model: type[BaseModel]) -> None:
    try:
        model.model_rebuild()
    except (PydanticUserError, PydanticUndefinedAnnotation) as error:
        problem = str(error).partition("\n")[0]
    else:
        return
    raise ConfigurationError(f"{model.__name__} cannot be used: {problem}")


def _check_annotation(field: str, info: FieldInfo) -> None:
    """Reject a type that no JSON content can have."""
    annotation: Any = info.annotation
    try:
        TypeAdapter(annotation).json_schema()
    except PydanticUndefinedAnnotation:
        return  # resolved with the whole model
    except PydanticUserError as error:
        if error.code == "class-not-fully-defined":
            return
        problem = f"{field} has the type {_shown(info.annotation)}, which JSON cannot contain"
    else:
        return
    raise ConfigurationError(problem)


def _check_own_fields(model: type[User]) -> None:
    """Reject a model that changes a field of ``User``."""
    names = attributes_by_graphql_name(User)
    for graphql_name, name in names.items():
        info, own = model.model_fields.get(name), User.model_fields[name]
        where = f"{model.__name__}.{name}"
        # pydantic takes a property or method for the default of the field that it hides.
        if info is None or hasattr(info.default, "__get__"):
            raise ConfigurationError(f"{where} hides a field of User: rename it")
        if info.annotation != own.annotation:
            raise ConfigurationError(
                f"{where} has the type {_shown(info.annotation)}, but the field of User that it "
                f"hides has the type {_shown(own.annotation)}: rename it"
            )
        if info.validation_alias != own.validation_alias:
            raise ConfigurationError(
                f"{where} is read from {info.validation_alias!r} instead of {graphql_name!r}: do "
                "not change the aliases of User"
            )
    for name, info in model.model_fields.items():
        alias = info.validation_alias
        if name not in User.model_fields and isinstance(alias, str) and alias in names:
            raise ConfigurationError(
                f"{model.__name__}.{name} has the GraphQL name {alias!r}, which is that of "
                f"User.{names[alias]}: use that field"
            )


def _selected(
    model: type[BaseModel], fields: Mapping[str, FieldInfo], type_: str, path: tuple[type, ...]
) -> Iterator[Field]:
    """Yield how the fields of a model are selected.

    Args:
        model: The model.
        fields: Its fields.
        type_: GraphQL type of the model. It is not known for a model of the caller: then it is the
            field that contains the model, as ``User.badge``.
        path: The models that contain this one.
    """
    for name, info in fields.items():
        where = f"{model.__name__}.{name}"
        graphql_name = _graphql_name(where, name, info)
        if model in path[:1] and info.is_required():
            raise ConfigurationError(
                f"{where} needs a default, such as None: not every result contains the field"
            )
        inner = list(dict.fromkeys(_models_in(info.annotation)))
        if not inner:
            yield Field(graphql_name, is_required=info.is_required())
            continue
        if len(inner) > 1:
            names = " and ".join(one.__name__ for one in inner)
            raise ConfigurationError(
                f"{where} contains the models {names}: a field can contain one model"
            )
        yield _nested(inner[0], where, graphql_name, f"{type_}.{graphql_name}", path)._replace(
            is_required=info.is_required()
        )


def _nested(
    model: type[BaseModel], where: str, name: str, type_: str, path: tuple[type, ...]
) -> Field:
    """Return a field that contains a model."""
    fragment = OWN.fragments.get(model.__name__)
    if getattr(fragments, model.__name__, None) is not model:
        fragment = None
    contains_users = fragment is not None and USER in _reachable(model.__name__)
    if model in path or issubclass(model, User) or contains_users:
        raise ConfigurationError(
            f"{where} contains {model.__name__}, which contains itself: use a model with the "
            "fields that you need"
        )
    if fragment is not None:
        return Field(name, type=fragment.type, selections=(model.__name__,))
    _build(model)  # which gives its fields their aliases
    if not model.model_fields:
        raise ConfigurationError(f"{where} contains {model.__name__}, which has no fields")
    selections = tuple(_selected(model, model.model_fields, type_, (*path, model)))
    return Field(name, type=type_, selections=selections)


def _reachable(fragment: str) -> set[str]:
    """Return the fragments that are selected in a fragment of this library, and itself."""
    found = {fragment}
    waiting = [*OWN.fragments[fragment].selections]
    while waiting:
        selection = waiting.pop()
        if not isinstance(selection, str):
            waiting += selection.selections
        elif selection not in found:
            found.add(selection)
            waiting += OWN.fragments[selection].selections
    return found


def _graphql_name(where: str, name: str, info: FieldInfo) -> str:
    alias = info.validation_alias
    if isinstance(alias, AliasChoices | AliasPath):
        raise ConfigurationError(f"{where} needs one alias, which is the GraphQL name of the field")
    graphql_name = name if alias is None else alias
    if not _GRAPHQL_NAME.fullmatch(graphql_name):
        raise ConfigurationError(
            f"{where} has the alias {graphql_name!r}, which is not a GraphQL name"
        )
    if info.serialization_alias not in (None, alias):
        raise ConfigurationError(
            f"{where} is read as {graphql_name!r} and written as {info.serialization_alias!r}: "
            "use one alias"
        )
    return graphql_name


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation selects fields of. A dict is JSON content as a whole."""
    origin = get_origin(annotation)
    if origin is None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation
    elif not (isinstance(origin, type) and issubclass(origin, Mapping)):
        for part in get_args(annotation):
            yield from _models_in(part)


def _contains(annotation: object, types: Collection[type]) -> bool:
    return annotation in types or any(_contains(part, types) for part in get_args(annotation))


def _shown(annotation: object) -> str:
    is_class = isinstance(annotation, type) and get_origin(annotation) is None
    return str(getattr(annotation, "__name__", annotation) if is_class else annotation)
