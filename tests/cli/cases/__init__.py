"""The cases of all commands: each module has a list ``CASES``."""

from importlib import import_module
from pkgutil import iter_modules

from ..support.cases import Case


def all_cases() -> list[Case]:
    """Return the cases of all modules in this folder."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return [case for module in modules for case in module.CASES]
