"""The documents of the vendor's Python SDK generate a typed package from the whole schema."""

import json
import subprocess
from pathlib import Path

from graphql import OperationDefinitionNode, parse, validate
from tests.codegen.random_schemas.batch import PackageGenerator, failures
from tests.codegen.random_schemas.case import Case
from tests.codegen.test_whole_api import SCHEMA, SCHEMA_TEXT

VENDOR_PYTHON = Path(__file__).parent.parent / ".venv-vendor" / "bin" / "python"
PRINT_DOCUMENTS = """
import json
from authing.v2.common.codegen import QUERY
print(json.dumps(QUERY))
"""
# The server has dropped social connections.
INVALID = {
    "createSocialConnectionInstance",
    "disableSocialConnectionInstance",
    "enableSocialConnectionInstance",
    "socialConnection",
    "socialConnectionInstance",
    "socialConnectionInstances",
    "socialConnections",
}


def test_the_documents_of_the_sdk_are_generated_typed_and_complete(tmp_path: Path) -> None:
    printed = subprocess.run(
        [str(VENDOR_PYTHON), "-c", PRINT_DOCUMENTS], capture_output=True, check=True
    )
    documents: dict[str, str] = json.loads(printed.stdout)
    valid = {name: text for name, text in documents.items() if not validate(SCHEMA, parse(text))}
    assert len(valid) == 148
    assert documents.keys() - valid.keys() == INVALID
    # Five documents have the name of an operation in another document.
    first = {operation_name(text): text for text in reversed(valid.values())}
    repeated = [text for text in valid.values() if text not in first.values()]
    assert len(repeated) == 5
    cases = {
        name: Case(name, SCHEMA_TEXT, "\n".join(texts))
        for name, texts in (("first", first.values()), ("repeated", repeated))
    }
    assert all(case.is_valid() for case in cases.values())
    with PackageGenerator(tmp_path) as generator:
        assert [*failures(cases, generator, sample=2).values()] == []


def operation_name(text: str) -> str:
    """Return the name of the operation of a document."""
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name is not None
    return operation.name.value
