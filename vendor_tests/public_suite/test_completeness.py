"""The runs repeat all public tests, and each known difference is documented."""

import re
from pathlib import Path

from . import (
    test_custom_fields,
    test_groups,
    test_permissions,
    test_policies,
    test_role_values,
    test_roles,
    test_users,
)
from .known_differences import FAIL_WITH_EVERY_SDK, KNOWN_DIFFERENCES
from .public_tests import METHODS, TESTS
from .repeats import RUNS

MODULES_WITH_RUNS = [
    test_custom_fields,
    test_groups,
    test_permissions,
    test_policies,
    test_role_values,
    test_roles,
    test_users,
]
REPOSITORY = Path(__file__).parents[2]
ALL_TESTS = {f"{client}.test_{name}" for client, names in TESTS.items() for name in names}


def public_test_file(client: str) -> str:
    (folder,) = (REPOSITORY / ".venv-vendor" / "lib").glob("*/site-packages/authing/v2/test")
    return (folder / "management" / f"test_{client}.py").read_text(encoding="utf-8")


def test_the_lists_of_tests_and_methods_are_those_of_the_sdk() -> None:
    called: set[str] = set()
    for client, names in TESTS.items():
        text = public_test_file(client)
        assert set(re.findall(r"def test_(\w+)", text)) == names
        called.update(re.findall(r"\bmanagement\.((?:\w+\.)?\w+)\(", text))
    assert called == {
        f"{client}.{name}".removeprefix(".") for client, names in METHODS.items() for name in names
    }


def test_every_public_test_is_repeated() -> None:
    assert {test for run in RUNS for test in run.tests} == ALL_TESTS


def test_every_method_that_the_public_tests_call_is_checked() -> None:
    checked = {method for run in RUNS for method in run.methods}
    called = {f"{client}.{name}" for client in TESTS for name in METHODS[client]}
    assert called - checked == set()


def test_every_known_difference_occurs_in_a_run() -> None:
    occurring = [run.difference for run in RUNS if run.difference is not None]
    assert {known.documented for known in occurring} == {
        known.documented for known in KNOWN_DIFFERENCES
    }
    assert FAIL_WITH_EVERY_SDK <= ALL_TESTS


def test_every_known_difference_is_documented() -> None:
    page = (REPOSITORY / "docs" / "differences.md").read_text(encoding="utf-8")
    first_cells = set(re.findall(r"^\| (.+?) \|", page, re.MULTILINE))
    documented = {known.documented for known in KNOWN_DIFFERENCES}
    assert documented | {f"`{name}`" for name in FAIL_WITH_EVERY_SDK} <= first_cells
    failing = {test for run in RUNS if run.difference for test in run.tests}
    passing = ALL_TESTS - failing - FAIL_WITH_EVERY_SDK
    assert f"{len(passing)} of the {len(ALL_TESTS)} tests pass" in page
