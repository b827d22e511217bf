"""Faults in a generated package are found: the random schemas would find them too."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .batch import Failure, PackageGenerator
from .case import Case

pytestmark = pytest.mark.slow

CASE = Case(
    "faulty",
    """
    enum Color { RED GREEN }
    input UserInput { userName: String! color: Color = RED }
    type User { id: ID! userName: String color: Color friends: [User!] }
    type Query { user(id: ID!, color: Color): User }
    type Mutation { createUser(input: UserInput!): User }
    """,
    """
    query GetUser($id: ID!, $color: Color) {
      user(id: $id, color: $color) { ...Names color friends { id userName } }
    }
    mutation CreateUser($input: UserInput!) { createUser(input: $input) { ...Names } }
    fragment Names on User { id userName }
    """,
)


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PackageGenerator]:
    with PackageGenerator(tmp_path_factory.mktemp("faulty")) as generator:
        yield generator


@pytest.fixture
def change(generator: PackageGenerator) -> Callable[[str, str, str], str]:
    """Generates a package, and replaces text in one of its modules."""

    def change(module: str, old: str, new: str) -> str:
        package = generator.generate(CASE)
        assert isinstance(package, str), package.details
        generator.remove_unused_imports()
        path: Path = generator.folder / package / f"{module}.py"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        return package

    return change


FAULTS = [
    ("operations", "    color\n", "", "color is missing"),
    ("operations", "query GetUser", "query GetUsers", "Unknown operation named 'GetUser'"),
    ("operations", "  userName\n}", "  user_name\n}", "the document is not valid"),
    ("fragments", "user_name: ", "user_name_: ", "userName: no such field"),
    ("operation_results", "color: ", "colour: ", "color: no such field"),
    ("client", "'color': color", "'color': None", "sent {"),
    ("client", "'color': color", "'colour': color", "sent {"),
    ("enums", "'RED'", "'PINK'", "enum values"),
    ("input_types", "user_name: str", "name: str", "KeyError: 'userName'"),
    ("base_model", "alias_generator=to_camel", "alias_generator=str", "'userName'"),
    ("__init__", "'Color': '.enums'", "'Color': '.fragments'", "has no attribute 'Color'"),
]


@pytest.mark.parametrize(("module", "old", "new", "message"), FAULTS)
def test_a_fault_is_found_when_the_package_runs(
    generator: PackageGenerator,
    change: Callable[[str, str, str], str],
    module: str,
    old: str,
    new: str,
    message: str,
) -> None:
    failure = generator.run(CASE, change(module, old, new))
    assert failure is not None
    assert message in failure.details


def test_faults_are_found_by_type_checkers(
    generator: PackageGenerator, change: Callable[[str, str, str], str]
) -> None:
    correct = change("client", "", "")
    faulty = change("client", "color: Union[Optional[Color], UnsetType]", "color: int")
    for package in (correct, faulty):
        assert generator.run(CASE, package) is None
    assert generator.mypy([correct, faulty]).keys() == {faulty}
    assert generator.pyright([correct, faulty]).keys() == {faulty}


def test_a_problem_of_the_operations_is_reported(generator: PackageGenerator) -> None:
    failure = generator.generate(Case("", CASE.schema_text, "query Q { unknown }"))
    assert isinstance(failure, Failure)
    assert "Cannot query field 'unknown'" in failure.details
    assert failure.kind.startswith("problem: ")
