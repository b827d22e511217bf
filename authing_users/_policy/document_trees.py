"""The trees of documents that other packages have, found by the type of their results."""

from collections.abc import Mapping
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:  # imported when a server lacks something
    from .._protocol.trees import Trees

# Packages whose operations have been executed.
GENERATED_PACKAGES: set[str] = set()


class PackageTrees:
    """The trees of a generated package, which are imported when a server lacks something.

    Args:
        package: Name of the package. Empty if there are no trees, so that documents are never
            adapted.
    """

    def __init__(self, package: str) -> None:
        self._package = package

    @cached_property
    def operations(self) -> Mapping[str, Any]:
        """The operations by name."""
        return self._read("OPERATIONS")

    @cached_property
    def fragments(self) -> Mapping[str, Any]:
        """The fragments by name."""
        return self._read("FRAGMENTS")

    def _read(self, name: str) -> Mapping[str, Any]:
        if not self._package:
            return {}
        module = f"{self._package}.operation_trees"
        try:
            trees: Mapping[str, Any] = getattr(import_module(module), name)
        except ModuleNotFoundError as error:
            if not f"{module}.".startswith(f"{error.name}."):
                raise  # of an import in the module
            return {}
        return trees


def trees_of(result_type: type) -> "Trees":
    """Return the trees of the package that defines the result type of an operation."""
    package = result_type.__module__.rpartition(".")[0]
    GENERATED_PACKAGES.add(package)
    return _package_trees(package)


def no_trees() -> "Trees":
    """Return no trees: documents of callers are sent as they are."""
    return _package_trees("")


@cache
def _package_trees(package: str) -> "Trees":
    # One object for each package, by which documents are remembered. It has the attributes that
    # are read, without importing the trees of this library.
    return cast("Trees", PackageTrees(package))
