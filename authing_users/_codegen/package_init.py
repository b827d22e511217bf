"""Write ``__init__.py`` of the generated package, which imports each name on first use.

The lazy module of ariadne-codegen has an untyped ``__getattr__``: type checkers would accept names
that do not exist.
"""

import ast

from ariadne_codegen.client_generators.init_file import InitFileGenerator
from ariadne_codegen.plugins.manager import PluginManager

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


class PackageInit(InitFileGenerator):
    """Generates the module from the imports that were added."""

    plugin_manager: PluginManager

    def generate(self) -> ast.Module:
        """Return the module."""
        modules = {name.name: one.module for one in self.imports for name in one.names}
        by_module: dict[str, list[str]] = {}
        for name in sorted(modules):
            by_module.setdefault(modules[name], []).append(name)
        source = TEMPLATE.format(
            imports="\n".join(
                f"    from .{module} import {', '.join(exported)}"
                for module, exported in sorted(by_module.items())
            ),
            modules="\n".join(f'    "{name}": ".{modules[name]}",' for name in sorted(modules)),
            names="\n".join(f'    "{name}",' for name in sorted(modules)),
        )
        return self.plugin_manager.generate_init_module(ast.parse(source))
