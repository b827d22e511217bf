"""How methods with overloads look to type checkers, and to ``inspect`` and ``help``."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_overloads

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


def show_last_overload(function: FunctionT) -> FunctionT:
    """Let ``inspect.signature`` and ``help`` show the last overload of a function.

    The function itself has parameters that only help to explain wrong calls. Defaults that the
    overload leaves out, as ``...``, are those of the function.
    """
    shown: Any = function
    defaults = inspect.signature(function).parameters
    signature = inspect.signature(get_overloads(function)[-1])
    parameters = [
        parameter.replace(default=defaults[name].default) if parameter.default is ... else parameter
        for name, parameter in signature.parameters.items()
    ]
    shown.__signature__ = signature.replace(parameters=parameters)
    return function
