"""Models that contain a model of the caller in place of a generated one."""

from copy import copy
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, create_model

ModelT = TypeVar("ModelT", bound=BaseModel)


@cache
def specialized(model: type[ModelT], original: type[BaseModel], replacement: Any) -> type[ModelT]:
    """Return a subclass of a model that contains another model in place of a generated one.

    Args:
        model: A model. It is returned unchanged if it does not contain ``original``.
        original: The generated model.
        replacement: A subclass of ``original``. A type variable changes nothing.

    Raises:
        TypeError: ``replacement`` is another class.
    """
    if not isinstance(replacement, type):
        return model
    if not issubclass(replacement, original):
        raise TypeError(f"{replacement.__name__} is not a subclass of {original.__name__}")
    if model is original:
        return cast("type[ModelT]", replacement)
    if original is replacement or not _contains(model, original, set()):
        return model
    fields = {
        name: (_replaced(info.annotation, original, replacement), copy(info))
        for name, info in model.model_fields.items()
    }
    changed: dict[str, Any] = {
        name: (annotation, info)
        for name, (annotation, info) in fields.items()
        if annotation is not info.annotation
    }
    for annotation, info in changed.values():
        info.annotation = annotation
    created: Any = create_model(
        model.__name__,
        __base__=(model, replacement) if issubclass(model, original) else model,
        __module__=model.__module__,
        __doc__=model.__doc__,
        **changed,
    )

    def reduce(self: BaseModel) -> tuple[object, ...]:
        # The class cannot be imported by its name.
        return _new, (model, original, replacement), self.__getstate__()

    created.__reduce__ = reduce
    specialized_model: type[ModelT] = created
    return specialized_model


def _contains(model: type[BaseModel], original: type[BaseModel], seen: set[object]) -> bool:
    """Return whether a model is a subclass of another, or contains it in its fields."""
    if issubclass(model, original):
        return True
    if model in seen:
        return False
    seen.add(model)
    model.model_rebuild()
    return any(
        _contains(inner, original, seen)
        for info in model.model_fields.values()
        for inner in _models_in(info.annotation)
    )


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that an annotation consists of, such as those of ``list[Model] | None``."""
    if _is_model(annotation):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


def _is_model(annotation: Any) -> bool:
    # An alias such as list[int] can be an instance of `type`, but has an origin.
    is_class = isinstance(annotation, type) and get_origin(annotation) is None
    return is_class and issubclass(annotation, BaseModel)


def _replaced(annotation: Any, original: type[BaseModel], replacement: type[BaseModel]) -> Any:
    """Return an annotation with the replacement; the same object if it stays as it is."""
    if _is_model(annotation):
        return specialized(annotation, original, replacement)
    parts = get_args(annotation)
    new = tuple(_replaced(part, original, replacement) for part in parts)
    if all(one is other for one, other in zip(new, parts, strict=True)):
        return annotation
    origin = get_origin(annotation)
    generic: Any = Union if origin is UnionType else origin
    return generic[new]


def _new(
    model: type[BaseModel], original: type[BaseModel], replacement: type[BaseModel]
) -> BaseModel:
    created: Any = specialized(model, original, replacement)
    instance: BaseModel = created.__new__(created)
    return instance
