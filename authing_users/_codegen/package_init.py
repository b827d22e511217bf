"""Write ``__init__.py`` of the generated package, which imports each name on first use."""

from collections.abc import Mapping

TEMPLATE = '''"""A typed client of a GraphQL API, generated from its schema and operations."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
{imports}

_MODULES = {{
{modules}
}}

__all__ = [
{names}
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import the module that defines a name when the name is first used."""
        if name not in _MODULES:
            raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
        value = getattr(importlib.import_module(_MODULES[name], __name__), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted(__all__)
'''


def package_init(modules: Mapping[str, str]) -> str:
    """Return the source of ``__init__.py``.

    Args:
        modules: Module name by exported name.
    """
    names = sorted(modules)
    by_module: dict[str, list[str]] = {}
    for name in names:
        by_module.setdefault(modules[name], []).append(name)
    return TEMPLATE.format(
        imports="\n".join(
            f"    from .{module} import {', '.join(exported)}"
            for module, exported in sorted(by_module.items())
        ),
        modules="\n".join(f'    "{name}": ".{modules[name]}",' for name in names),
        names="\n".join(f'    "{name}",' for name in names),
    )
