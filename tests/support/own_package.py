"""A package that is generated from operations of another project."""

import importlib
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from ..codegen.generator import ROOT, running_generator, write_files

# GetUser has the name of an operation of this library, but requests other fields.
OPERATIONS = {
    "GetUser": "query GetUser($id: String!) { user(id: $id) { id username arn registerSource } }",
    "GetPool": "query GetPool { userpool { id name } }",
    "RemoveUsers": """
mutation RemoveUsers($ids: [String!]!) {
  deleteUsers(ids: $ids) { ...CommonMessage }
}
""",
    "AddUser": """
mutation AddUser($user: CreateUserInput!) {
  createUser(userInfo: $user) { ...User }
}
""",
}


@contextmanager
def own_package(folder: Path) -> Generator[ModuleType]:
    """Generate the package ``acme_authing``, and import it."""
    write_files(folder, **{f"queries__{name}": text for name, text in OPERATIONS.items()})
    with running_generator() as generator:
        options = ("--queries=queries", "--package=acme_authing")
        result = generator.run(folder, f"--schema={ROOT / 'schema.graphql'}", *options)
    assert result.code == 0, result.err
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("acme_authing")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == "acme_authing"]:
            del sys.modules[name]
