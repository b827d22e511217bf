"""The package that is generated from ``odd_schema/``, and an executor for it."""

import importlib
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from .generator import GeneratorProcess

SOURCES = Path(__file__).parent / "odd_schema"
NAME = "odd_api"


class Api:
    """The package.

    Attributes:
        folder: The folder that contains the package.
        module: The package.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.module: Any = importlib.import_module(NAME)

    def submodule(self, name: str) -> Any:
        """Return a module of the package."""
        return importlib.import_module(f"{NAME}.{name}")

    def call(self, method: str, data: Mapping[str, Any], /, **arguments: Any) -> Any:
        """Call a method of the client, for which a server returns data."""
        return getattr(self.client(data), method)(**arguments)

    def sent(self, method: str, data: Mapping[str, Any], /, **arguments: Any) -> Any:
        """Return the variables that a method sends."""
        client = self.client(data)
        getattr(client, method)(**arguments)
        return client._executor.variables

    def client(self, data: Mapping[str, Any]) -> Any:
        """Return a client of a server that returns data."""
        return self.module.Client(Executor(data))


class Executor:
    """Returns the same data for each operation, and remembers the last one.

    Attributes:
        document: The document of the last operation.
        variables: Its variables.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.document = ""
        self.variables: Mapping[str, Any] = {}

    def execute(
        self,
        result_type: Any,
        document: str,
        operation_name: str,
        variables: Mapping[str, Any],
        /,
    ) -> Any:
        assert operation_name in document
        self.document, self.variables = document, variables
        return result_type.model_validate(self.data)


@pytest.fixture(scope="session")
def api(generator: GeneratorProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The package, generated once."""
    folder = tmp_path_factory.mktemp("odd") / "project"
    shutil.copytree(SOURCES, folder)
    result = generator.run(folder)
    assert result.code == 0, result.err
    sys.path.insert(0, str(folder))
    yield Api(folder)
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]
