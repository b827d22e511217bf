"""How methods with overloads look to type checkers, and to ``inspect`` and ``help``."""

import inspect
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, Optional, TypeVar, get_args, get_overloads

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


class NoValue:
    """The type of no value."""


# mypy names the wrong key of a dict literal only if a parameter is one TypedDict, and an overload
# of that kind only if the class of the literal, `dict`, could match it. Parameters that accept a
# TypedDict or something else therefore accept mappings with the same keys too, but with values that
# do not exist. mypy compares a literal that matches nothing else with such a mapping, and reports
# each key that it lacks. pyright names the key if the last overload has the TypedDict alone. The
# alternative, models that derive from Any, would hide mistakes in the use of models.
WrongKeyOrValue = TypeVar("WrongKeyOrValue", bound=NoValue)


class _NotGiven:
    def __repr__(self) -> str:
        return "NOT_GIVEN"


# The default of an argument for which None means something else than "not given".
NOT_GIVEN: Any = _NotGiven()


def show_last_overload(function: FunctionT) -> FunctionT:
    """Let ``inspect.signature`` and ``help`` show the last overload of a function.

    The function itself has parameters that only help to explain wrong calls. Defaults that the
    overload leaves out, as ``...``, are those of the function.
    """
    shown = inspect.signature(get_overloads(function)[-1])
    defaults = inspect.signature(function).parameters
    parameters = [
        _with_default(parameter, defaults[name].default) if parameter.default is ... else parameter
        for name, parameter in shown.parameters.items()
    ]
    return _with_signature(function, shown.replace(parameters=parameters))


def show_keywords(function: FunctionT) -> FunctionT:
    """Let ``inspect.signature`` and ``help`` show the keys of ``**options: Unpack[…]``."""
    signature = inspect.signature(function)
    *parameters, options = signature.parameters.values()
    (keys,) = get_args(options.annotation)
    keywords = [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            annotation=getattr(annotation, "__forward_arg__", annotation),
            default=NOT_GIVEN,
        )
        for name, annotation in keys.__annotations__.items()
    ]
    return _with_signature(function, signature.replace(parameters=[*parameters, *keywords]))


def _with_default(parameter: Parameter, default: object) -> Parameter:
    annotation: Any = parameter.annotation
    if default is None:
        annotation = Optional[annotation]  # noqa: UP045
    return parameter.replace(default=default, annotation=annotation)


def _with_signature(function: FunctionT, signature: Signature) -> FunctionT:
    shown: Any = function
    shown.__signature__ = signature
    return function
